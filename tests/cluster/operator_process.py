"""`functionmesh operator` as a process beside the cluster."""

import os
import pathlib
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from cluster import wait_until

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "testbed"))

from ports import free_ports  # noqa: E402


class Operator:
    def __init__(self, program, kubeconfig, log, *flags, env=None):
        self.log = log
        self.metrics_address, self.health_address = free_addresses(2)
        self.command = [
            str(program), "operator", "--kubeconfig", str(kubeconfig),
            "--metrics-addr", self.metrics_address, "--metrics-secure=false",
            "--health-probe-addr", self.health_address, *flags]
        self.env = {**os.environ, **(env or {})}
        self.process = None

    def start(self, ready=True):
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.command, env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if ready:
            wait_until(self.ready, lambda: f"a ready operator:\n{self.text()[-3000:]}")
        return self

    def ready(self):
        self.must_run()
        return http(f"http://{self.health_address}/readyz")[0] == 200

    def must_run(self):
        code = self.process.poll()
        assert code is None, f"the operator ended with {code}:\n{self.text()[-3000:]}"

    def stop(self, how=signal.SIGTERM, seconds=20):
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

    def kill(self):
        return self.stop(signal.SIGKILL)

    def metrics(self):
        return http(f"http://{self.metrics_address}/metrics")[1]

    def text(self):
        return self.log.read_text(errors="replace")


def free_addresses(count):
    return [f"127.0.0.1:{port}" for port in free_ports(count)]


def http(url):
    """The code and the text of the answer; code 0 when there is none."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""
