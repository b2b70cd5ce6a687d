"""Installing, upgrading, rolling back and uninstalling with Helm, on a real API server."""

import json
import re
import time

import pytest

import state
from cluster import wait_until
from helm import CHART
from resources import config_map, function, mesh, sink, source

NAMESPACE = "mesh-system"
# The operator is a process beside the cluster here, which no webhook reaches; tests/nodes has it as a
# pod, with admission.
VALUES = {"admissionWebhook": {"enabled": False}}
DEFINITIONS = {name + ".compute.functionmesh.io" for name in (
    "functions", "sources", "sinks", "functionmeshes", "backendconfigs")}


@pytest.fixture(scope="module")
def restricted(cluster):
    """The namespace to install in, which lets only restricted pods run."""
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {
        "name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})


@pytest.fixture
def installed(helm, restricted):
    """The release, in whatever revision."""
    def change(verb, values, *words):
        helm(verb, "mesh", CHART, "-n", NAMESPACE, "--wait", "--timeout=90s", *words,
             values=VALUES | values)

    yield change
    helm("uninstall", "mesh", "-n", NAMESPACE, "--ignore-not-found", "--wait")


def fill(space):
    space.apply(config_map(), function("f"), source("s"), sink("k"), mesh("m", ["one"]))
    for kind, name in ("Function", "f"), ("Source", "s"), ("Sink", "k"), ("FunctionMesh", "m"):
        space.wait_phase(kind, name)
    return state.of(space)


def test_functions_survive_all_but_their_own_deletion(cluster, helm, installed, operator, streams):
    installed("install", {})
    assert set(state.definitions(cluster)) == DEFINITIONS
    definitions = state.definitions(cluster)
    running = operator(NAMESPACE)
    before = fill(streams)

    running.stop()
    installed("upgrade", {"controllerManager": {
        "replicas": 2, "runnerImages": {"java": "registry.example/java:2"}, "logLevel": "debug"}})
    assert cluster.get("Deployment", "function-mesh-controller-manager",
                       NAMESPACE)["status"]["readyReplicas"] == 2
    running = operator(NAMESPACE)
    wait_until(lambda: streams.status("Function", "f").get("pendingChange"), "the other image")
    assert state.of(streams) == before

    running.stop()
    helm("rollback", "mesh", "1", "-n", NAMESPACE, "--wait")
    running = operator(NAMESPACE)
    wait_until(lambda: not streams.status("Function", "f").get("pendingChange"), "the old image")
    assert state.of(streams) == before

    running.stop()
    helm("uninstall", "mesh", "-n", NAMESPACE, "--wait")
    assert not cluster.get("Deployment", "function-mesh-controller-manager", NAMESPACE)
    time.sleep(3)  # for a garbage collector that would find something
    assert state.definitions(cluster) == definitions
    assert state.of(streams) == before

    installed("install", {})
    operator(NAMESPACE)
    wait_until(lambda: streams.condition("Function", "f").get("status") == "True", "f ready")
    assert state.definitions(cluster) == definitions
    assert state.of(streams) == before
    streams.delete("Function", "f")
    # Kubernetes' garbage collector takes its time after definitions were written.
    streams.wait_gone("StatefulSet", "f-function", 90)
    assert ("StatefulSet", "s-source") in state.of(streams)
    streams.empty()


def test_definitions_are_upgraded_with_the_chart(cluster, helm, installed):
    installed("install", {})
    name = "functions.compute.functionmesh.io"
    uid = state.definitions(cluster)[name]
    changed = {"spec": {"names": {"shortNames": ["old"]}}}
    cluster.patch("CustomResourceDefinition", name, changed)
    installed("upgrade", {}, "--reset-values")
    names = cluster.get("CustomResourceDefinition", name)["spec"]["names"]
    assert names["shortNames"] == ["fn"] and state.definitions(cluster)[name] == uid
    installed("upgrade", {"crds": {"install": False}})
    assert state.definitions(cluster)[name] == uid


def test_one_namespace_needs_no_rights_in_the_cluster(cluster, helm, operator, installed, streams):
    installed("install", {})  # the definitions, by somebody who may
    helm("install", "own", CHART, "-n", "streams", "--wait", "--timeout=90s",
         values={"namespaced": True, "crds": {"install": False}})
    running = operator("streams")
    streams.apply(config_map(), mesh("m", ["one"]), function("f", cleanupSubscription=True))
    streams.wait_phase("FunctionMesh", "m")
    streams.wait_phase("Function", "f")
    streams.empty()
    assert "forbidden" not in running.text().lower()
    made = helm("get", "manifest", "own", "-n", "streams").stdout
    assert "kind: Role\n" in made and "kind: Cluster" not in made
    helm("uninstall", "own", "-n", "streams", "--wait")


def test_a_dashboard_shows_what_the_operator_measures(operator, installed, streams):
    installed("install", {"grafanaDashboard": {"enabled": True}})
    running = operator(NAMESPACE)
    streams.apply(config_map(), function("f"))
    streams.wait_phase("Function", "f")
    measured = set(re.findall(r"^# TYPE (\S+)", running.metrics(), re.MULTILINE))
    dashboard = json.loads((CHART / "files/dashboard.json").read_text())
    asked = {name for panel in dashboard["panels"] for target in panel.get("targets", [])
             for name in re.findall(r"\b((?:function_mesh|process)_\w+)", target["expr"])}
    assert len(asked) > 8
    assert {name.removesuffix("_bucket") for name in asked} <= measured
    streams.empty()
