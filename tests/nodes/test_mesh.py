"""The example mesh in real pods on a real node, with a real Pulsar."""

import collections
import json
import os
import pathlib
import re
import signal
import time

import pytest
import yaml

from cluster import wait_until
from flow import Flow
from messages import STRING
from resources import config_map

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
PARTS = {"people-generator": "source", "people-summarize": "function",
         "people-decades": "function", "people-file": "sink"}
# How long Pulsar is away: minutes, if somebody asks for them.
AWAY = float(os.environ.get("PULSAR_AWAY_SECONDS", 15))


def pulsar_config(broker, name="pulsar"):
    return {**config_map(name),
            "data": {"brokerServiceURL": broker.url, "webServiceURL": broker.web}}


@pytest.fixture
def mesh(space, operator, broker, messages):
    """The very same file that `./dev demo` runs."""
    for topic in "people", "summaries", "decades":
        messages.listen(topic, space.name)
    mesh_operator = operator()
    space.apply(pulsar_config(broker))
    space.kubectl("apply", "-f", EXAMPLES / "mesh/mesh.yaml")
    space.wait_phase("FunctionMesh", "people", seconds=120)
    space.operator = mesh_operator
    yield space
    space.kubectl("delete", "functionmesh", "people", "--ignore-not-found", "--timeout=60s")
    wait_until(lambda: not space.list("Pod"), "no pods", 60)


def lines_of(messages, count):
    """The next `count` people, as `summarize` has to print those that are old enough."""
    people = [json.loads(text) for text in messages.receive("people", count, 120)]
    return [f"{p['firstName']} {p['lastName']},{p['age']}" for p in people if p["age"] >= 30]


def must_come(messages, topic, expected, as_came=lambda text: text, seconds=120):
    """Waits until each of the expected texts has come as often as it is expected, at least."""
    missing = collections.Counter(expected)
    end = time.monotonic() + seconds
    while missing:
        assert time.monotonic() < end, f"{topic}: missing {list(missing)[:5]} of {len(expected)}"
        for text in messages.receive(topic, seconds=seconds):
            missing -= collections.Counter([as_came(text)])


def decade_line(text):
    """`Ada Lovelace is 36: number 1 of ...` -> `Ada Lovelace,36`."""
    return re.sub(r" is (\d+): number .*", r",\1", text)


def test_the_example_mesh_is_complete_end_to_end(mesh, messages):
    expected = lines_of(messages, 150)
    assert len(expected) > 30
    must_come(messages, "summaries", expected)
    must_come(messages, "decades", expected, decade_line)
    read = lambda: mesh.kubectl(
        "exec", "people-file-sink-0", "--", "cat", "/tmp/functionmesh/people.txt").stdout
    wait_until(lambda: not collections.Counter(expected) - collections.Counter(
        map(decade_line, read().splitlines())), "all lines in the file", 60, 1)
    restarts = {name: mesh.pods(name) for name in PARTS}
    assert all(count == 0 for pods in restarts.values() for _, count in pods.values()), restarts


def test_deleted_stateful_sets_come_back_and_nothing_is_lost(mesh, messages, broker):
    with Flow(broker, "summaries", "decades", "Number {},40", STRING) as flow:
        expected = lines_of(messages, 50)
        for name, suffix in PARTS.items():
            old = mesh.get("StatefulSet", f"{name}-{suffix}")["metadata"]["uid"]
            mesh.kubectl("delete", "statefulset", f"{name}-{suffix}", "--wait=false")
            began = time.monotonic()
            wait_until(lambda: (mesh.get("StatefulSet", f"{name}-{suffix}") or {}).get(
                "metadata", {}).get("uid") not in (None, old), f"another StatefulSet of {name}", 60)
            print(f"{name}: back after {time.monotonic() - began:.1f} s")
            expected += lines_of(messages, 20)
        mesh.wait_phase("FunctionMesh", "people", seconds=120)
        expected += lines_of(messages, 20)
        must_come(messages, "summaries", expected)
        must_come(messages, "decades", expected, decade_line)
        flow.finish(lambda number: f"Number {number} is 40")
    assert flow.count > 100


def test_what_leaves_a_mesh_ends_and_the_rest_stays(mesh, messages):
    lines_of(messages, 20)
    before = mesh.pods("people-generator"), mesh.pods("people-summarize")
    resource = yaml.safe_load((EXAMPLES / "mesh/mesh.yaml").read_text())
    functions = resource["spec"]["functions"]
    functions[1]["name"] = "tens"  # renamed
    functions.append({**functions[1], "name": "added", "output": {
        "topic": "persistent://public/default/also"}})
    resource["spec"]["sinks"] = []  # removed
    messages.listen("also", mesh.name)
    mesh.apply(resource)
    mesh.wait_phase("FunctionMesh", "people", seconds=120)
    for gone in "people-decades", "people-file":
        wait_until(lambda: not mesh.pods(gone), f"no pods of {gone}", 60)
    assert (mesh.pods("people-generator"), mesh.pods("people-summarize")) == before
    expected = lines_of(messages, 30)
    must_come(messages, "also", expected, decade_line)
    must_come(messages, "decades", expected, decade_line)

    mesh.kubectl("delete", "functionmesh", "people")
    wait_until(lambda: not mesh.list("Pod") and not mesh.list("StatefulSet"), "nothing left", 60)
    assert not mesh.list("Function") and not mesh.list("Source") and not mesh.list("Service")


@pytest.fixture
def two_clusters(space, operator, broker, other_broker):
    """One mesh, one operator, two Pulsar clusters: the functions of examples/two-clusters."""
    resource, = [r for r in yaml.safe_load_all((EXAMPLES / "two-clusters/mesh.yaml").read_text())
                 if r["kind"] == "FunctionMesh"]
    space.operator = operator()
    space.restart = operator
    space.apply(pulsar_config(broker, "pulsar-north"), pulsar_config(other_broker, "pulsar-south"),
                resource)
    space.wait_phase("FunctionMesh", "two-clusters", seconds=120)
    yield space
    space.kubectl("delete", "functionmesh", "two-clusters", "--timeout=60s")
    wait_until(lambda: not space.list("Pod"), "no pods", 60)


def test_two_clusters_one_mesh_and_one_of_them_goes_away(two_clusters, broker, other_broker):
    space = two_clusters
    with Flow(broker, "in", "out", "north {}") as north:
        with Flow(other_broker, "in", "out", "south {}") as south:
            time.sleep(3)
            pods = space.pods("two-clusters-north"), space.pods("two-clusters-south")
            sets = [s["metadata"]["generation"] for s in space.list("StatefulSet")]
            assert space.operator.kill() == -signal.SIGKILL
            wait_until(lambda: north.count > 150, "messages without an operator")
            north.finish(lambda number: f"north {number}")

            broker.stop()
            began = south.count
            time.sleep(AWAY)
            assert south.count > began + 10
            south.finish(lambda number: f"south {number}")
            assert space.pods("two-clusters-south") == pods[1]
            assert [p for p, _ in space.pods("two-clusters-north").values()] == [
                p for p, _ in pods[0].values()]
    broker.start()
    with Flow(broker, "in", "out", "again {}") as again:
        time.sleep(2)
        again.finish(lambda number: f"again {number}")
    space.restart()
    space.wait_phase("FunctionMesh", "two-clusters", seconds=120)
    assert [s["metadata"]["generation"] for s in space.list("StatefulSet")] == sets
    assert space.pods("two-clusters-south") == pods[1]
