"""Changes of a running mesh start and stop exactly the processes that they are about."""

import pytest

from broker import wait_for
from dev import alive, pid_of
from resources import RELAY, TAG, function, mesh, python, write


@pytest.fixture
def files(tmp_path):
    (tmp_path / "relay.py").write_text(RELAY)
    (tmp_path / "tag.py").write_text(TAG)
    return tmp_path


def tagging(name, tag, **spec):
    return function(name, [f"{name}-in"], f"{name}-out", funcConfig={"tag": tag},
                    **python("tag.py"), **spec)


def pids(running, component, count=1):
    return sorted(pid_of(pod) for pod in running.wait_ready(component, count))


def test_scaling_starts_and_stops_only_the_last_instances(dev, files):
    running = dev(write(files, [tagging("scaled", "!"), tagging("beside", "?")]))
    first = pids(running, "scaled")
    beside = pids(running, "beside")

    running.run("scale", "fn", "scaled", "--replicas", 3)
    three = pids(running, "scaled", 3)
    assert first[0] in three

    running.run("scale", "fn", "scaled", "--replicas", 0)
    wait_for("no pods", lambda: not running.pods("scaled"), 60)
    assert not any(alive(pid) for pid in three)

    running.run("scale", "fn", "scaled", "--replicas", 1)
    assert pids(running, "scaled")[0] not in three
    assert pids(running, "beside") == beside


def test_an_edited_file_restarts_only_what_it_touches(dev, files, messages):
    file = write(files, [tagging("edited", "1"), tagging("untouched", "1")])
    messages.listen("edited-out")
    running = dev(file)
    before, untouched = pids(running, "edited"), pids(running, "untouched")
    messages.send("edited-in", "a")
    assert messages.receive("edited-out") == ["a1"]

    write(files, [tagging("edited", "2"), tagging("untouched", "1")])
    wait_for("another process", lambda: pids(running, "edited") != before, 60)
    messages.send("edited-in", "b")
    messages.receive_all("edited-out", ["b2"])  # "a" may come again, too
    assert pids(running, "untouched") == untouched


def test_an_edited_function_restarts_those_that_use_it(dev, files, messages):
    messages.listen("code-out")
    running = dev(write(files, [tagging("code", "!"),
                                function("relay", ["relay-in"], "relay-out", **python("relay.py"))]))
    before, relay = pids(running, "code"), pids(running, "relay")
    (files / "tag.py").write_text(TAG.replace("{message}", "new {message}"))
    wait_for("another process", lambda: pids(running, "code") != before, 60)
    messages.send("code-in", "a")
    assert messages.receive("code-out") == ["new a!"]
    assert pids(running, "relay") == relay


def test_renaming_an_entry_of_a_mesh_replaces_it(dev, files):
    entry = lambda name: tagging(name, "!")
    file = write(files, [mesh("renamed", [entry("stays"), entry("old")])])
    running = dev(file)
    stays, old = pids(running, "renamed-stays"), pids(running, "renamed-old")

    write(files, [mesh("renamed", [entry("stays"), entry("new")])])
    running.wait_ready("renamed-new")
    wait_for("the old one gone", lambda: running.get("fn", "renamed-old") is None, 60)
    wait_for("its process gone", lambda: not alive(old[0]), 60)
    assert pids(running, "renamed-stays") == stays


def test_deleting_a_mesh_ends_its_processes_and_cleans_subscriptions(dev, files, broker):
    cleaned = tagging("cleaned", "!", cleanupSubscription=True, subscriptionName="cleaned")
    kept = tagging("kept", "!", subscriptionName="kept")
    running = dev(write(files, [mesh("deleted", [cleaned, kept])]))
    ended = pids(running, "deleted-cleaned") + pids(running, "deleted-kept")
    assert broker.subscriptions("cleaned-in") == ["cleaned"]

    running.run("delete", "mesh", "deleted")
    wait_for("no resources", lambda: not running.get("mesh") and not running.get("fn"), 120)
    wait_for("no processes", lambda: not any(alive(pid) for pid in ended), 30)
    assert broker.subscriptions("cleaned-in") == []
    assert broker.subscriptions("kept-in") == ["kept"]


def test_resources_can_be_applied_and_deleted_beside_the_files(dev, files, messages):
    running = dev(write(files, [tagging("base", "!")]))
    running.wait_ready("base")
    more = write(files, [tagging("more", "+")], "more.yaml")
    messages.listen("more-out")
    running.run("apply", "-f", more)
    running.wait_ready("more")
    messages.send("more-in", "a")
    assert messages.receive("more-out") == ["a+"]
    running.run("delete", "-f", more)
    wait_for("it gone", lambda: running.get("fn", "more") is None, 60)
    running.wait_ready("base")
