"""`kubectl mesh`: the program as a plug-in of the real kubectl."""

import os
import subprocess


class Plugin:
    def __init__(self, program, cluster, folder, namespace, kubeconfig=None):
        self.kubectl = cluster.programs / "kubectl"
        for name in "kubectl-mesh", "kubectl_complete-mesh":
            (folder / name).symlink_to(program.resolve())
        self.env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}",
                    "KUBECONFIG": str(kubeconfig or cluster.kubeconfig), "COLUMNS": "100"}
        self.namespace = namespace

    def command(self, *words):
        return [self.kubectl, "mesh", *words, "-n", self.namespace]

    def run(self, *words, code=0, stdin=None):
        """What it printed, stderr last."""
        done = subprocess.run(self.command(*words), env=self.env, input=stdin, capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == code, f"{words}: {done.returncode} {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def start(self, *words):
        return subprocess.Popen(self.command(*words), env=self.env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
