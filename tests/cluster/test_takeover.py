"""A cluster that the reference operator looked after, taken over in place, as docs/upgrade.md has it."""

import json
import subprocess

import pytest

import left_behind
from cluster import wait_until

COMPONENTS = [("Function", "billing-rate"), ("Function", "billing-sum"), ("Function", "enrich"),
              ("Function", "route"), ("Function", "score"), ("Source", "ingest"),
              ("Sink", "archive")]
RESOURCES = "Function", "Source", "Sink", "FunctionMesh"


@pytest.fixture
def left(space):
    """The space with all that was left in it, its pods running."""
    left_behind.load(space)
    for name in {s["metadata"]["name"] for s in space.list("StatefulSet")}:
        space.kubectl("rollout", "status", f"statefulset/{name}", "--timeout=60s")
    return space


def pods_of(space):
    return {p["metadata"]["name"]: p["metadata"]["uid"] for p in space.list("Pod")
            if p["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet"}


def specs_of(space, kind):
    return {o["metadata"]["name"]: (o["spec"], o["metadata"].get("generation"))
            for o in space.list(kind)}


def check(program, cluster, space):
    done = subprocess.run(
        [program, "takeover", "--check", "--kubeconfig", cluster.kubeconfig, "-n", space.name,
         "-o", "json"], capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(done.stdout)


def ready_all(space):
    for kind, name in COMPONENTS:
        space.wait_phase(kind, name, seconds=60)
    return space.wait_phase("FunctionMesh", "billing", seconds=60)


def test_it_is_taken_over_without_touching_a_pod(left, operator, program, cluster):
    code, told = check(program, cluster, left)
    assert code == 0 and told["needAttention"] == 0, told
    pods = pods_of(left)
    before = {kind: specs_of(left, kind) for kind in ("StatefulSet", *RESOURCES)}
    assert len(pods) == 9
    operator()
    ready_all(left)
    for kind, specs in before.items():
        assert specs_of(left, kind) == specs, kind
    assert pods_of(left) == pods
    for kind, name in COMPONENTS:
        status = left.status(kind, name)
        assert not status.get("pendingChange"), (name, status)
        wait_until(lambda: left.events(name, "Adopted"),  # written in the background
                   lambda: f"{name} Adopted: {left.describe(kind, name)}")
    wait_until(lambda: not left.list("Job"), "no parked Job left")
    assert {h["metadata"]["name"] for h in left.list("HorizontalPodAutoscaler")} == {
        "billing-rate-function", "billing-sum-function", "enrich-function"}
    score = left.get("Function", "score")
    assert score["metadata"]["finalizers"] == ["cleanup.subscription.finalizer"]
    code, told = check(program, cluster, left)
    assert code == 0 and told["unchanged"] == len(COMPONENTS) + 1, told


def test_a_second_operator_writes_nothing(left, operator):
    first = operator()
    ready_all(left)
    first.stop()

    def versions():
        return {(kind, o["metadata"]["name"]): o["metadata"]["resourceVersion"]
                for kind in ("StatefulSet", "Service", "HorizontalPodAutoscaler", *RESOURCES)
                for o in left.list(kind)}

    before = versions()
    operator()
    ready_all(left)
    # An autoscaler's own status is its controller's.
    changed = {key for key, version in versions().items() if before[key] != version}
    assert not {kind for kind, name in changed} - {"HorizontalPodAutoscaler"}, changed


def test_a_changed_spec_rolls_out_once_and_alone(left, operator):
    operator()
    ready_all(left)
    pods = pods_of(left)
    before = specs_of(left, "StatefulSet")
    left.patch("Function", "enrich",
               {"spec": {"className": "com.example.Better", "pod": {"tolerations": None}}})
    enrich = before["enrich-function"]
    wait_until(lambda: specs_of(left, "StatefulSet")["enrich-function"] != enrich, "a new template")
    left.kubectl("rollout", "status", "statefulset/enrich-function", "--timeout=60s")
    left.wait_phase("Function", "enrich")
    after = specs_of(left, "StatefulSet")
    spec, generation = after.pop("enrich-function")
    assert generation == before.pop("enrich-function")[1] + 1
    assert "com.example.Better" in spec["template"]["spec"]["containers"][0]["command"][-1]
    assert "tolerations" not in spec["template"]["spec"], "what the other operator set is dropped"
    assert after == before
    now = pods_of(left)
    assert {n for n in pods if now[n] != pods[n]} == {"enrich-function-0", "enrich-function-1"}
    assert not left.status("Function", "enrich").get("pendingChange")


def test_an_entry_of_the_mesh_still_changes_its_child(left, operator):
    operator()
    ready_all(left)
    pods = pods_of(left)
    functions = left.get("FunctionMesh", "billing")["spec"]["functions"]
    functions[0]["className"] = "com.example.BetterRate"
    left.patch("FunctionMesh", "billing", {"spec": {"functions": functions}})
    wait_until(lambda: "Better" in left.get("Function", "billing-rate")["spec"]["className"],
               "a changed child")
    left.kubectl("rollout", "status", "statefulset/billing-rate-function", "--timeout=60s")
    left.wait_phase("FunctionMesh", "billing")
    now = pods_of(left)
    assert {n for n in pods if now[n] != pods[n]} == {"billing-rate-function-0"}


def test_a_function_is_deleted_with_a_clean_up_of_ours(left, operator):
    operator()
    ready_all(left)
    left.kubectl("delete", "function.compute.functionmesh.io", "score", "--timeout=60s")
    left.wait_gone("StatefulSet", "score-function")
