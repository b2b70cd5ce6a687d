"""`kubectl mesh` by the real kubectl, on a real API server with simulated nodes."""

import json

import pytest

from cluster import wait_until
from plugin import Plugin
from resources import config_map, function, mesh, topic


@pytest.fixture
def people(space, operator):
    operator()
    space.apply(config_map(), mesh("people", {
        "first": {"replicas": 2, "output": {"topic": topic("mid")}},
        "second": {"input": {"topics": [topic("mid")]}}}), function("lone"))
    for kind, name in ("FunctionMesh", "people"), ("Function", "lone"):
        space.wait_phase(kind, name)
    return space


@pytest.fixture
def kubectl(program, cluster, people, tmp_path):
    return Plugin(program, cluster, tmp_path, people.name).run


def test_it_lists_what_there_is(kubectl, people):
    text = kubectl("get")
    for row in "functionmesh/people", "function/people-first", "function/lone":
        assert row in text
    assert all(len(line) <= 100 for line in text.splitlines()), text
    only = kubectl("get", "fn", "lone")
    assert "lone" in only and "people" not in only
    items = json.loads(kubectl("get", "mesh/people", "-o", "json"))["items"]
    assert [i["metadata"]["name"] for i in items] == ["people"]
    assert "there is no Function nobody" in kubectl("get", "fn", "nobody", code=1)
    assert "did you mean" in kubectl("get", "functoin", "x", code=1)


def test_one_page_tells_all_about_a_mesh(kubectl, people):
    page = kubectl("describe", "mesh", "people")
    assert "in -> first -> mid" in page, page
    for part in "Graph:", "Parts:", "function/people-first", "2/2", "Pods:", "people-first-function-1", \
            "Events:", "Not known:", "rates of people-first-function-0", "backlogs:", "port-forward":
        assert part in page, page
    assert all(len(line) <= 100 for line in page.splitlines()), page


def test_a_restart_is_one_and_rolling(kubectl, people):
    before = {name: people.pods(name) for name in ("people-first", "people-second", "lone")}
    assert "function/people-first restarts" in kubectl("restart", "mesh", "people")
    for name in "people-first", "people-second":
        people.kubectl("rollout", "status", f"statefulset/{name}-function", "--timeout=60s")
        people.wait_phase("Function", name)
        now = people.pods(name)
        assert now.keys() == before[name].keys()
        assert not set(now.values()) & set(before[name].values())
    assert people.pods("lone") == before["lone"]
    assert "name one resource" in kubectl("restart", "mesh", code=2)


def test_what_is_paused_waits_until_it_is_resumed(kubectl, people):
    assert "function/lone is paused" in kubectl("pause", "fn/lone")
    annotation = lambda: people.get("Function", "lone")["metadata"].get("annotations", {}).get(
        "compute.functionmesh.io/pause-rollout")
    assert annotation() == "true"
    kubectl("resume", "lone")
    assert annotation() is None
