"""The Pulsar that dev starts by itself: it survives, it is kept up, and it does not insist on ports."""

import os
import re
import signal
import socket

import pytest

from broker import wait_for
from dev import Dev, alive
from resources import RELAY, function, python, write


@pytest.fixture
def own(program, runner_home, tmp_path):
    """A dev that is given no broker."""
    (tmp_path / "relay.py").write_text(RELAY)
    file = write(tmp_path, [function("relay", ["in"], "out", **python("relay.py"))])
    running = Dev(program, runner_home, tmp_path / "state", [file])
    yield running
    running.stop()


def broker_port(running):
    return int(re.findall(r"Pulsar is ready: pulsar://127\.0\.0\.1:(\d+)", running.text())[-1])


def arrived(running, *words):
    """Waits until all the words came out, some of them perhaps twice: a Pulsar that is killed may
    forget what was acknowledged just before."""
    count = len(words)
    while True:
        out = running.run("tail", "out", "--from", "earliest", "--count", count).stdout.split()
        assert set(out) <= set(words)
        if set(out) == set(words):
            return
        count += 1


def pulsar_process(running):
    for pid in running.processes():
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if b"PulsarStandaloneStarter" in file.read():
                return pid
    raise AssertionError("no Pulsar runs")


def test_it_survives_and_is_kept_up_and_gives_way(own):
    own.start().wait_ready("relay")
    own.run("send", "in", "one")
    arrived(own, "one")

    killed = pulsar_process(own)
    os.kill(killed, signal.SIGKILL)
    wait_for("Pulsar again", lambda: "Pulsar is ready again" in own.text(), 60)
    assert not alive(killed)
    own.wait_ready("relay")
    own.run("send", "in", "two")
    arrived(own, "one", "two")

    assert own.stop() == 0
    port = broker_port(own)
    with socket.create_server(("127.0.0.1", port)):
        own.start()
        wait_for("words about the port", lambda: f"port {port}" in own.text(), 30)
        own.wait_ready("relay")
        assert broker_port(own) != port
        arrived(own, "one", "two")
