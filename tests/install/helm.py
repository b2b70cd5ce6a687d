"""Helm, driven as a user does."""

import json
import os
import pathlib
import subprocess

import yaml

CHART = pathlib.Path(__file__).parents[2] / "deploy/helm/function-mesh-operator"


class Helm:
    def __init__(self, program, cluster, folder):
        self.program = program
        self.env = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig)} | {
            f"HELM_{name}_HOME": str(folder) for name in ("CACHE", "CONFIG", "DATA")}

    def __call__(self, *words, check=True, values=None):
        if values is not None:
            words += "-f", "-"
        done = subprocess.run([self.program, *map(str, words)], env=self.env, capture_output=True,
                              text=True, timeout=300, input=json.dumps(values or {}))
        assert not check or done.returncode == 0, f"helm {words}: {done.stdout}{done.stderr}"
        return done

    def template(self, values, *words, release="mesh", namespace="mesh-system"):
        """The objects that an installation with these values has."""
        text = self("template", release, CHART, "-n", namespace, *words, values=values).stdout
        return [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one]
