"""Instances die with 10,000 numbered messages under way: none is lost, and the status tells it."""

import os
import signal
import time

from broker import wait_for
from dev import pid_of, restarts_of
from resources import RELAY, function, java, mesh, python, write

MESSAGES = 10_000


def test_no_message_is_lost_when_instances_are_killed(dev, messages, tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    file = write(tmp_path, [mesh("chain", [
        function("first", ["kill-in"], "kill-a", **java()),
        function("second", ["kill-a"], "kill-b", **python("relay.py")),
        function("third", ["kill-b"], "kill-out", **java()),
    ])])
    messages.listen("kill-out")
    running = dev(file)
    for entry in ("first", "second", "third"):
        running.wait_ready(f"chain-{entry}")

    numbers = [f"number-{i}" for i in range(MESSAGES)]
    messages.send("kill-in", *numbers[: MESSAGES // 4])
    kill(running, "chain-first")
    messages.send("kill-in", *numbers[MESSAGES // 4 : MESSAGES // 2])
    kill(running, "chain-second")
    for start in range(MESSAGES // 2, MESSAGES, 500):
        messages.send("kill-in", *numbers[start : start + 500])
        time.sleep(0.1)

    messages.receive_all("kill-out", numbers)
    for entry in ("first", "second", "third"):
        running.wait_ready(f"chain-{entry}")
    for entry in ("first", "second"):
        pod = running.pods(f"chain-{entry}")[0]
        assert restarts_of(pod) >= 1
        assert "BackOff" in events(running, entry) or "estart" in events(running, entry)


def kill(running, component):
    """Kills the instance of a component; waits until its status says so."""
    old = pid_of(running.ready_pods(component)[0])
    os.kill(old, signal.SIGKILL)
    wait_for(f"a status of {component} that is not True any more",
             lambda: running.condition("fn", component).get("status") != "True", 20, 0.05)


def events(running, entry):
    return running.run("describe", "fn", f"chain-{entry}").stdout
