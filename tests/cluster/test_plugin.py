"""`kubectl mesh` by the real kubectl, on a real API server with simulated nodes."""

import json
import subprocess

import pytest
import yaml

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


def test_kubectl_completes_its_words(program, cluster, people, tmp_path):
    plugin = Plugin(program, cluster, tmp_path, people.name)

    def complete(*words):
        done = subprocess.run([plugin.kubectl, "__complete", "mesh", *words], env=plugin.env,
                              capture_output=True, text=True, timeout=60)
        return done.stdout.split()

    assert {"describe", "logs", "restart"} <= set(complete(""))
    assert {"mesh", "fn"} <= set(complete("describe", ""))
    assert complete("describe", "-n", people.name, "fn", "l")[0] == "lone"
    assert complete("plan", "-f", "")[0] == ":0", "files"
    assert {"--follow", "--since"} <= set(complete("logs", "--"))


def test_who_may_see_little_is_told_so(program, cluster, people, tmp_path):
    people.kubectl("create", "serviceaccount", "guest")
    people.kubectl("create", "role", "guest", "--verb=get,list", "--resource=functions,functionmeshes")
    people.kubectl("create", "rolebinding", "guest", "--role=guest",
                   f"--serviceaccount={people.name}:guest")
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    token = people.kubectl("create", "token", "guest").stdout.strip()
    config["users"] = [{"name": "guest", "user": {"token": token}}]
    for context in config["contexts"]:
        context["context"]["user"] = "guest"
    (tmp_path / "guest").write_text(yaml.safe_dump(config))
    guest = Plugin(program, cluster, tmp_path, people.name, tmp_path / "guest").run
    text = guest("get")
    assert "function/lone" in text and "sources" in text and "forbidden" in text
    page = guest("describe", "fn", "lone")
    assert "Ready" in page and "pods is forbidden" in page and "events is forbidden" in page
    assert "cannot patch" in guest("restart", "lone", code=1)
    assert "forbidden" in guest("logs", "lone", code=1)


def test_logs_that_cannot_be_read_are_an_error_each(kubectl, people):
    # The simulated nodes serve no logs; tests/nodes reads some.
    text = kubectl("logs", "mesh", "people", code=1)
    assert text.count("error:") == 3 and "log of people-first-function-1" in text
    assert "expected a time" in kubectl("logs", "lone", "--since", "soon", code=2)
    assert "there is no" in kubectl("logs", "nobody", code=1)
