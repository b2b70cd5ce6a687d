"""What is wrong gets a clear message, and the rest runs on."""

import os
import shutil
import subprocess

import pytest

from broker import wait_for
from ports import free_ports
from resources import (ENDS_WITH_0, RAISES_AT_START, RELAY, config_map, function, java, python,
                       resource, topic, write)


def told(running, name, *words, kind="fn", seconds=60):
    """Waits until `describe` of a component says all the words."""
    def page():
        return running.run("describe", kind, name, check=False).stdout
    wait_for(lambda: f"{words} in:\n{page()}\n{running.text()[-2000:]}",
             lambda: all(word in page() for word in words), seconds)


@pytest.fixture
def good(tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    return function("good", ["good-in"], "good-out", **python("relay.py"))


REFUSED = {
    "syntax error": ("a: [1, 2\nb: 3\n", ["bad.yaml:2"]),
    "unknown kind": ("apiVersion: compute.functionmesh.io/v1alpha1\nkind: Funktion\n"
                     "metadata: {name: x}\nspec: {}\n", ["Funktion", "Function"]),
    "wrong type": ("apiVersion: compute.functionmesh.io/v1alpha1\nkind: Function\n"
                   "metadata: {name: x}\nspec: {input: {topics: 7}}\n",
                   ["spec.input.topics", "list"]),
    "not valid": ("apiVersion: compute.functionmesh.io/v1alpha1\nkind: Function\n"
                  "metadata: {name: x}\nspec: {className: A, java: {jar: a.jar}, "
                  "input: {topics: ['a b://c']}}\n", ["input"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_validate_names_what_is_wrong_and_where(program, tmp_path, case):
    text, words = REFUSED[case]
    bad = tmp_path / "bad.yaml"
    bad.write_text(text)
    done = subprocess.run([program, "validate", "-f", bad], capture_output=True, text=True)
    assert done.returncode == 1
    for word in words:
        assert word in done.stdout + done.stderr


def test_an_unknown_field_is_a_warning_that_names_the_nearest(program, tmp_path):
    bad = function("typo", ["in"], "out", **java(), replica=2)
    done = subprocess.run([program, "validate", "-f", write(tmp_path, [bad])],
                          capture_output=True, text=True)
    assert done.returncode == 0
    assert "spec.replica" in done.stdout + done.stderr
    assert "replicas" in done.stdout + done.stderr


def test_a_file_that_breaks_while_dev_runs_changes_nothing(dev, tmp_path, good):
    file = write(tmp_path, [good])
    running = dev(file)
    before = running.wait_ready("good")
    file.write_text("kind: [\n")
    wait_for("a message with the file and line", lambda: "resources.yaml:" in running.text(), 30)
    assert running.wait_ready("good")[0]["metadata"]["annotations"] == \
        before[0]["metadata"]["annotations"]


def test_functions_that_cannot_run_say_why_and_leave_the_rest_alone(dev, tmp_path, good, broker):
    (tmp_path / "raises.py").write_text(RAISES_AT_START)
    (tmp_path / "ends.py").write_text(ENDS_WITH_0)
    nobody = free_ports(1)[0]
    source = resource("Source", "no-nar", {
        "className": "org.example.Source", "sourceConfig": {},
        "java": {"jar": "/pulsar/connectors/not-here.nar"},
        "output": {"topic": topic("no-nar-out")}, "pulsar": {"pulsarConfig": "pulsar"}})
    file = write(tmp_path, [
        config_map("away", {"brokerServiceURL": f"pulsar://127.0.0.1:{nobody}",
                            "webServiceURL": f"http://127.0.0.1:{nobody}"}),
        function("no-jar", ["x-in"], "x-out", **java(jar="/pulsar/not-here.jar")),
        source,
        function("raises", ["x-in"], "x-out", **python("raises.py")),
        function("ends", ["x-in"], "x-out", **python("ends.py")),
        {**function("unreachable", ["x-in"], "x-out", **python("relay.py"))} |
        {"spec": {**function("unreachable", ["x-in"], "x-out", **python("relay.py"))["spec"],
                  "pulsar": {"pulsarConfig": "away"}}},
        good,
    ])
    running = dev(file)
    running.wait_ready("good")
    told(running, "no-jar", "not-here.jar")
    told(running, "no-nar", "not-here.nar", kind="src")
    told(running, "raises", "this function cannot start")
    told(running, "ends", "exit")
    told(running, "unreachable", str(nobody))
    assert running.get("fn", "good")["status"]["conditions"]["StatefulSet"]["status"] == "True"


def test_without_java_it_says_so_and_python_functions_run(dev, tmp_path, good):
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in os.listdir("/usr/bin"):
        if not name.startswith("java"):
            (commands / name).symlink_to(f"/usr/bin/{name}")
    file = write(tmp_path, [function("needs-java", ["x-in"], "x-out", **java()), good])
    running = dev(file, env={"PATH": str(commands), "JAVA_HOME": ""})
    running.wait_ready("good")
    told(running, "needs-java", "java")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_told(dev, tmp_path, good):
    disk = tmp_path / "full"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).returncode != 0:
        pytest.skip("cannot mount here")
    try:
        running = dev(write(tmp_path, [good]), state="full/state")
        running.wait_ready("good")
        filler = disk / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
                    file.flush()
            except OSError:
                pass
        running.run("scale", "fn", "good", "--replicas", 2)
        wait_for("words about the disk", lambda: "No space left" in running.run(
            "describe", "fn", "good", check=False).stdout + running.text(), 60)
        running.must_run()
        filler.unlink()
        running.wait_ready("good", 2)
        running.stop()
    finally:
        subprocess.run(["umount", "-l", disk])
        shutil.rmtree(disk, ignore_errors=True)


def test_an_unreachable_broker_is_told(dev, tmp_path, good, broker):
    class Nowhere:
        port = free_ports(1)[0]
        url, web = f"pulsar://127.0.0.1:{port}", f"http://127.0.0.1:{port}"

    running = dev(write(tmp_path, [good]), on=Nowhere)
    wait_for("words about the broker",
             lambda: str(Nowhere.port) in running.text() and "each" in running.text(), 60)
