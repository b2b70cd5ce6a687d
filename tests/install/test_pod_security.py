"""Pods of functions where only restricted ones may run, as the chart sets the operator up."""

import json

import pytest

from cluster import wait_until
from helm import CHART
from resources import config_map, function, resource, sink, source, topic
from space import Space
from test_helm import VALUES

NAMESPACE = "mesh-system"
PACKAGE = {"jar": "/pulsar/f.jar", "jarLocation": "function://public/default/f@1"}
PULSAR_USER = {"runAsUser": 10000, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
# Everything that we add to a pod: logs by a side-car, secrets and volumes, state, clean-up.
LOGS = {"logTopic": topic("log"), "logTopicAgent": "sidecar"}


@pytest.fixture
def restricted(cluster, helm):
    helm("install", "mesh", CHART, "-n", NAMESPACE, "--create-namespace", "--wait",
         values=VALUES | {"controllerManager": {"enableInitContainers": True}})
    space = Space(cluster, "restricted")
    cluster.patch("Namespace", "restricted", {"metadata": {"labels": {
        "pod-security.kubernetes.io/enforce": "restricted"}}})
    space.apply(config_map())
    yield space
    helm("uninstall", "mesh", "-n", NAMESPACE, "--wait")


def refusals(space):
    return [event["message"] for event in space.list("Event")
            if "violates PodSecurity" in event["message"]]


def test_what_we_render_is_restricted(restricted, operator):
    operator(NAMESPACE)
    python = function("p", className="p.P", python={"py": "/pulsar/p.py"}, **LOGS)
    go = function("g", golang={"go": "/pulsar/g", "goLocation": "function://public/default/g@1"})
    for one in python, go:
        del one["spec"]["java"]
    restricted.apply(
        function("j", java=PACKAGE, cleanupSubscription=True, maxReplicas=3, **LOGS), python, go,
        source("s", java=PACKAGE), sink("k", cleanupSubscription=True, **LOGS),
        resource("FunctionMesh", "m", {"functions": [function("one")["spec"] | {"name": "one"}]}))
    for kind, name in [("Function", "j"), ("Function", "p"), ("Function", "g"), ("Source", "s"),
                       ("Sink", "k"), ("FunctionMesh", "m")]:
        restricted.wait_phase(kind, name)
    pod, = [one for one in restricted.list("Pod") if one["metadata"]["name"] == "j-function-0"]
    assert {c["name"] for c in pod["spec"]["initContainers"]} == {"downloader"}
    assert {c["name"] for c in pod["spec"]["containers"]} == {"pulsar-function", "filebeat"}
    restricted.kubectl("delete", "fn,src,snk,mesh", "--all", "--wait=false")
    cleaning = lambda: [p for p in restricted.list("Pod") if "cleanup" in p["metadata"]["name"]]
    wait_until(cleaning, "a pod that cleans up")
    wait_until(lambda: not restricted.list("Function") and not restricted.list("Sink"), "gone", 60)
    assert not refusals(restricted)


def test_what_users_add_is_theirs(restricted, operator):
    operator(NAMESPACE)
    extra = {"name": "extra", "image": "busybox", "command": ["sleep", "inf"]}
    restricted.apply(function("f", pod={"sidecars": [extra]}))
    wait_until(lambda: any('container "extra"' in message for message in refusals(restricted)),
               lambda: restricted.describe("Function", "f"))
    assert restricted.status("Function", "f")["phase"] != "Ready"
    safe = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    restricted.patch("Function", "f", {"spec": {"pod": {
        "securityContext": PULSAR_USER, "sidecars": [extra | {"securityContext": safe}]}}})
    restricted.wait_phase("Function", "f")
    restricted.empty()


def test_without_the_setting_pods_are_as_the_reference_makes_them(restricted, operator, helm, cluster):
    """Its pods say that they may run as root, though none does; a BackendConfig can change that for a
    namespace, without the setting."""
    helm("upgrade", "mesh", CHART, "-n", NAMESPACE, "--wait",
         values=VALUES | {"controllerManager": {"runAsNonRoot": False}})
    operator(NAMESPACE)
    restricted.apply(function("f"))
    wait_until(lambda: any("runAsNonRoot" in message for message in refusals(restricted)),
               lambda: restricted.describe("Function", "f"))
    restricted.apply(resource("BackendConfig", "backend-config", {
        "autoUpdate": True, "pod": {"securityContext": PULSAR_USER}}))
    restricted.wait_phase("Function", "f", seconds=60)
    restricted.kubectl("delete", "fn,backendconfigs", "--all", "--timeout=60s")
