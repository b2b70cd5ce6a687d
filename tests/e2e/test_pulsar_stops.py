"""Pulsar goes away under a running mesh and comes back: the mesh says so, waits and goes on."""

import os
import time

from broker import Broker, wait_for
from messages import Messages
from resources import RELAY, function, java, python, write

SECONDS_AWAY = float(os.environ.get("PULSAR_AWAY_SECONDS", "15"))


def test_a_mesh_survives_a_pulsar_that_stops(dev, runner_home, tmp_path):
    own = Broker(runner_home, tmp_path / "pulsar").start()
    try:
        (tmp_path / "relay.py").write_text(RELAY)
        file = write(tmp_path, [function("one", ["in"], "between", **java()),
                                function("two", ["between"], "out", **python("relay.py"))])
        running = dev(file, on=own)
        running.wait_ready("one")
        running.wait_ready("two")
        with Messages(own) as messages:
            messages.listen("out")
            messages.send("in", "before")
            assert messages.receive("out") == ["before"]

        own.stop()
        began = time.monotonic()
        told = wait_for("words about Pulsar in the output of dev",
                        lambda: own.url in running.text() and "each" in running.text(), 30)
        assert told
        time.sleep(max(0, SECONDS_AWAY - (time.monotonic() - began)))
        running.must_run()

        own.start()
        with Messages(own) as messages:
            messages.send("in", "after")
            messages.receive_all("out", ["after"])  # "before" may come again
        running.wait_ready("one")
        running.wait_ready("two")
    finally:
        own.stop()
