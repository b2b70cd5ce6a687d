"""Our objects among what the API server and others make of them."""

import pathlib
import time

import yaml

from cluster import wait_until
from resources import config_map, function

AWKWARD = pathlib.Path(__file__).parents[1] / "takeover/awkward"


def generations_of(space):
    return {s["metadata"]["name"]: s["metadata"]["generation"] for s in space.list("StatefulSet")}


def versions(space, *kinds):
    return {(kind, o["metadata"]["name"]): o["metadata"]["resourceVersion"]
            for kind in kinds for o in space.list(kind)}


def test_what_the_api_server_writes_otherwise_is_no_difference(space, operator):
    first = operator()
    items = [item for file in AWKWARD.glob("*/input.yaml")
             for item in yaml.safe_load_all(file.read_text())]
    for item in sorted(items, key=lambda item: item["kind"]):  # BackendConfigs first
        space.apply(item)
    wait_until(lambda: {s["metadata"]["name"] for s in space.list("StatefulSet")} == {
        "awkward-function", "fixed-source", "twice-function"}, "three StatefulSets")
    for kind, name in ("Function", "awkward"), ("Function", "twice"), ("Source", "fixed"):
        wait_until(lambda: space.status(kind, name).get("observedGeneration"),
                   lambda: f"a status of {name}: {space.describe(kind, name)}")
        assert space.status(kind, name)["phase"] != "Failed", space.describe(kind, name)
    kinds = "StatefulSet", "Service", "Function", "Source"
    generations = generations_of(space)
    first.stop()
    time.sleep(1)
    before = versions(space, *kinds)
    operator()
    time.sleep(3)
    assert generations_of(space) == generations
    changed = {key for key, version in versions(space, *kinds).items() if version != before[key]}
    # The simulated nodes go on with pods and their StatefulSets' status.
    assert not {kind for kind, name in changed} & {"Service"}, changed
    for name in "awkward", "twice":
        assert not space.status("Function", name).get("pendingChange")
        assert not space.events(name, "Healed"), space.describe("Function", name)


def test_what_others_add_to_lists_is_taken_out_and_notes_stay(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    space.kubectl("annotate", "statefulset/f-function", "theirs=1")
    space.kubectl("set", "env", "statefulset/f-function", "THEIRS=1")

    def env():
        spec = space.get("StatefulSet", "f-function")["spec"]["template"]["spec"]
        return {e["name"] for e in spec["containers"][0]["env"]}

    wait_until(lambda: "THEIRS" not in env(), lambda: f"an environment of ours only: {env()}")
    space.patch("Service", "f-function-headless", {"spec": {"ports": [
        *space.get("Service", "f-function-headless")["spec"]["ports"],
        {"name": "theirs", "port": 1234}]}})
    wait_until(lambda: len(space.get("Service", "f-function-headless")["spec"]["ports"]) == 2,
               "the ports of ours only")
    assert space.get("StatefulSet", "f-function")["metadata"]["annotations"]["theirs"] == "1"
    wait_until(lambda: space.events("f", "Healed"), lambda: space.describe("Function", "f"))
    space.wait_phase("Function", "f")
    time.sleep(2)
    assert sum(e["count"] for e in space.events("f", "Healed")) == 1


def test_a_restart_asked_of_kubectl_happens_once_and_stays(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    before = space.pods("f")
    space.kubectl("rollout", "restart", "statefulset/f-function")
    space.kubectl("rollout", "status", "statefulset/f-function", "--timeout=60s")
    space.wait_phase("Function", "f")
    assert space.pods("f") != before
    template = space.get("StatefulSet", "f-function")["spec"]["template"]
    assert "kubectl.kubernetes.io/restartedAt" in template["metadata"]["annotations"]
    assert not space.events("f", "Healed")
