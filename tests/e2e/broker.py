"""A real Pulsar standalone for the tests, which they stop and start as they need."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pulsar

TESTBED = pathlib.Path(__file__).parents[1] / "testbed"
SCRIPT = TESTBED / "pulsar/standalone.sh"
sys.path.insert(0, str(TESTBED))

from ports import free_ports  # noqa: E402


LOOPBACK = "127.0.0.1"


def wait_for(what, condition, seconds=60, interval=0.2):
    """Waits until condition() is true and returns that; fails the test with the text `what`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s not: {what() if callable(what) else what}")
        time.sleep(interval)


class Broker:
    def __init__(self, runner_home, folder, address=LOOPBACK):
        self.runner_home = runner_home
        self.folder = folder
        self.address = address
        self.port, self.web_port = free_ports(2, address)
        self.url = f"pulsar://{address}:{self.port}"
        self.web = f"http://{address}:{self.web_port}"
        self.process = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "output", "ab") as output:
            self.process = subprocess.Popen(
                [SCRIPT, self.runner_home, self.folder, str(self.port), str(self.web_port)],
                env={**os.environ, "PULSAR_ADDRESS": self.address}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True)
        wait_for("a ready Pulsar: " + str(self.folder), self._ready, 120)
        return self

    def _ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"Pulsar ended: see {self.folder}/output")
        try:
            return self.admin("GET", "namespaces/public/default") is not None
        except (OSError, urllib.error.HTTPError):
            return False

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def admin(self, method, path, body=None):
        """Calls the admin API, `path` below /admin/v2/; the answer as JSON, None if empty."""
        request = urllib.request.Request(
            f"{self.web}/admin/v2/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def subscriptions(self, topic):
        try:
            return self.admin("GET", f"persistent/public/default/{topic}/subscriptions")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise

    def client(self):
        return pulsar.Client(self.url, logger=pulsar.ConsoleLogger(pulsar.LoggerLevel.Error))
