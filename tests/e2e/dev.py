"""One running `functionmesh dev`, and what a person would type beside it."""

import json
import os
import pathlib
import signal
import subprocess
import uuid

from broker import wait_for

MARK = "FUNCTIONMESH_E2E"


class Dev:
    """`functionmesh dev` over files, with a state folder of its own."""

    def __init__(self, program, runner_home, state, files, broker=None, env=None, arguments=()):
        self.program = program
        self.state = pathlib.Path(state)
        self.mark = uuid.uuid4().hex  # in the environment of all its processes: they can be found
        self.command = [program, "dev", "--state", state, "--runner-home", runner_home, *arguments]
        for file in files:
            self.command += ["-f", file]
        if broker:
            self.command += ["--pulsar", broker.url, "--pulsar-web", broker.web]
        self.env = {**os.environ, **(env or {}), MARK: self.mark}
        self.output = self.state.parent / (self.state.name + ".output")
        self.process = None

    def start(self):
        self.state.mkdir(parents=True, exist_ok=True)
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in self.command], env=self.env, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output)
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGINT, seconds=60):
        """Ends it by a signal; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"did not end within {seconds} s:\n{self.text()[-3000:]}")
        return self.process.returncode

    def text(self):
        return self.output.read_text(errors="replace")

    def run(self, *words, check=True):
        """A command beside it, such as run("scale", "fn", "x", "--replicas", 3)."""
        words = [str(word) for word in words]
        done = subprocess.run(
            [str(self.program), *words, "--state", str(self.state)], env=self.env,
            capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def get(self, kind, name=None):
        """Objects of a kind; with a name that object, None if there is no such."""
        done = self.run("get", kind, *([name] if name else []), "-o", "json", check=False)
        items = json.loads(done.stdout)["items"] if done.returncode == 0 else []
        return (items[0] if items else None) if name else items

    def pods(self, component):
        """The Pods of a component, by its name or by its child's (MESH-ENTRY)."""
        of = lambda pod: pod["metadata"].get("labels", {}).get("compute.functionmesh.io/name")
        return [pod for pod in self.get("pods") if of(pod) == component]

    def ready_pods(self, component):
        return [pod for pod in self.pods(component) if is_ready(pod) and alive(pid_of(pod))]

    def wait_ready(self, component, count=1, seconds=120):
        """Waits until exactly `count` Pods are there and all are ready; returns them."""
        def settled():
            self.must_run()
            ready = self.ready_pods(component)
            return (len(ready) == count and len(self.pods(component)) == count) and (ready or True)
        return wait_for(
            lambda: f"{count} ready pods of {component}:\n{self.text()[-3000:]}", settled, seconds)

    def must_run(self):
        if self.process.poll() is not None:
            raise AssertionError(f"dev ended ({self.process.returncode}):\n{self.text()[-3000:]}")

    def processes(self):
        """Ids of all processes that came of it: by its mark, by where they run, by their command."""
        state, mark = os.fsencode(self.state.resolve()), f"{MARK}={self.mark}".encode()
        found = []
        for folder in pathlib.Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and alive(int(folder.name)) and (
                        os.fsencode(os.readlink(folder / "cwd")).startswith(state)
                        or mark in (folder / "environ").read_bytes()
                        or state in (folder / "cmdline").read_bytes()):
                    found.append(int(folder.name))
            except OSError:
                continue  # it ended meanwhile, or is not ours
        return found

    def condition(self, kind, name):
        """A component's condition of its StatefulSet."""
        resource = self.get(kind, name) or {}
        return resource.get("status", {}).get("conditions", {}).get("StatefulSet", {})


def is_ready(pod):
    conditions = pod.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def pid_of(pod):
    return int(pod["metadata"]["annotations"]["functionmesh.io/pid"])


def restarts_of(pod):
    return sum(s.get("restartCount", 0) for s in pod.get("status", {}).get("containerStatuses", []))


def alive(pid):
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rsplit(")", 1)[1].split()[0] != "Z"
