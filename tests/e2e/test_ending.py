"""However dev ends, no process of it is left."""

import signal

import pytest

from broker import wait_for
from resources import RELAY, function, java, python, write


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_nothing_is_left_behind(dev, tmp_path, how):
    (tmp_path / "relay.py").write_text(RELAY)
    running = dev(write(tmp_path, [function("j", ["end-in"], "end-a", **java()),
                                   function("p", ["end-a"], "end-b", **python("relay.py"))]))
    running.wait_ready("j")
    running.wait_ready("p")
    assert len(running.processes()) >= 3
    code = running.stop(getattr(signal, how))
    wait_for(lambda: f"processes gone: {running.processes()}", lambda: not running.processes(), 20)
    assert code in ({-signal.SIGKILL} if how == "SIGKILL" else {0, 130, 143})


def test_its_own_pulsar_ends_with_it_and_keeps_its_data(dev, tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    file = write(tmp_path, [function("kept", ["kept-in"], "kept-out", **python("relay.py"))])
    first = dev(file, on=None)
    first.wait_ready("kept")
    first.run("send", "kept-in", "survives")
    assert "survives" in first.run("tail", "kept-out", "--from", "earliest", "-c", 1).stdout
    assert first.stop() in (0, 130)
    wait_for("processes gone", lambda: not first.processes(), 20)

    again = dev(file, on=None)
    again.wait_ready("kept")
    assert "survives" in again.run("tail", "kept-out", "--from", "earliest", "-c", 1).stdout


def test_a_killed_dev_can_be_started_again(dev, tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    file = write(tmp_path, [function("kept", ["kept-in"], "kept-out", **python("relay.py"))])
    first = dev(file, on=None)
    first.wait_ready("kept")
    first.stop(signal.SIGKILL)
    wait_for("processes gone", lambda: not first.processes(), 20)
    again = dev(file, on=None)
    again.wait_ready("kept")


def test_two_devs_run_beside_each_other(dev, tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    file = write(tmp_path, [function("twice", ["twice-in"], "twice-out", **python("relay.py"))])
    one, two = dev(file, state="one"), dev(file, state="two")
    one.wait_ready("twice")
    two.wait_ready("twice")


def test_one_state_folder_serves_one_dev(dev, tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    file = write(tmp_path, [function("x", ["x-in"], "x-out", **python("relay.py"))])
    one = dev(file)
    one.wait_ready("x")
    two = dev(file)
    wait_for("the second one to end", lambda: two.process.poll() is not None, 20)
    assert two.process.returncode != 0
    assert str(tmp_path / "state") in two.text()
    one.must_run()


def test_it_ends_by_itself_after_the_given_time(dev, tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    file = write(tmp_path, [function("x", ["x-in"], "x-out", **python("relay.py"))])
    running = dev(file, arguments=["--for", "12"])
    wait_for("its end", lambda: running.process.poll() is not None, 40)
    assert running.process.returncode == 0
    assert not running.processes()
