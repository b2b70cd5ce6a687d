"""Installing with kubectl alone: on an empty cluster, and over the reference operator."""

import os
import pathlib

import pytest
import yaml

import left_behind
import reference
import state
from cluster import wait_until
from rights import ACCOUNT, NAMESPACE
from test_helm import DEFINITIONS, fill
from test_upgrade import READY, running, specs

DEPLOY = pathlib.Path(__file__).parents[2] / "deploy"


def apply(cluster, folder, *words):
    return cluster.kubectl("apply", "--server-side", *words, "-k", folder)


@pytest.fixture
def without_admission(cluster):
    """The operator is a process here, which no webhook reaches: nobody asks it. A new installation
    has its webhooks again."""
    def remove():
        cluster.kubectl("delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration",
                        "--all", "--ignore-not-found")

    return remove


def test_functions_survive_all_but_their_own_deletion(
        cluster, operator, streams, without_admission, tmp_path):
    apply(cluster, DEPLOY)
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    cluster.kubectl("rollout", "status", f"deployment/{ACCOUNT}", "-n", NAMESPACE, "--timeout=60s")
    without_admission()
    assert set(state.definitions(cluster)) == DEFINITIONS
    definitions = state.definitions(cluster)
    mine = operator(NAMESPACE, ACCOUNT)
    before = fill(streams)

    # Again, and with settings of one's own.
    apply(cluster, DEPLOY)
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump({
        "resources": [os.path.relpath(DEPLOY, tmp_path)], "namespace": NAMESPACE,
        "images": [{"name": "functionmesh/operator", "newName": "registry.example/operator",
                    "newTag": "2"}],
        "replicas": [{"name": ACCOUNT, "count": 2}]}))
    apply(cluster, tmp_path)
    changed = cluster.get("Deployment", ACCOUNT, NAMESPACE)["spec"]
    assert changed["replicas"] == 2
    assert changed["template"]["spec"]["containers"][0]["image"] == "registry.example/operator:2"
    without_admission()
    mine.stop()
    mine = operator(NAMESPACE, ACCOUNT)
    assert (state.of(streams), state.definitions(cluster)) == (before, definitions)

    mine.stop()
    cluster.kubectl("delete", "-k", DEPLOY / "kustomize/cluster", "--ignore-not-found",
                    "--timeout=60s")
    assert not cluster.get("Namespace", NAMESPACE)
    assert (state.of(streams), state.definitions(cluster)) == (before, definitions)
    apply(cluster, DEPLOY)
    without_admission()
    operator(NAMESPACE, ACCOUNT)
    wait_until(lambda: streams.condition("Function", "f").get("status") == "True", "f ready")
    assert (state.of(streams), state.definitions(cluster)) == (before, definitions)
    streams.empty()
    streams.kubectl("delete", "configmap", "pulsar")


def test_over_the_reference_and_back(cluster, operator, streams, without_admission):
    """Where it was installed with kubectl: only definitions are common to both."""
    cluster.kubectl("delete", "-k", DEPLOY, "--ignore-not-found", "--timeout=60s")
    theirs = reference.definitions("default")
    cluster.apply(*theirs)
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    cluster.connect()
    left_behind.load(streams)
    for name in {one["metadata"]["name"] for one in streams.list("StatefulSet")}:
        streams.kubectl("rollout", "status", f"statefulset/{name}", "--timeout=60s")
    before, wanted, definitions = running(streams), specs(streams), state.definitions(cluster)

    apply(cluster, DEPLOY, "--force-conflicts")
    without_admission()
    mine = operator(NAMESPACE, ACCOUNT)
    for kind, name in READY:
        streams.wait_phase(kind, name, seconds=60)
    assert state.definitions(cluster) == definitions
    assert (running(streams), specs(streams)) == (before, wanted)

    mine.stop()
    cluster.kubectl("delete", "-k", DEPLOY / "kustomize/cluster", "--ignore-not-found",
                    "--timeout=60s")
    cluster.kubectl("replace", "-f", "-", stdin=yaml.safe_dump_all(theirs))
    assert state.definitions(cluster) == definitions
    assert (running(streams), specs(streams)) == (before, wanted)
    wait_until(lambda: "phase" not in streams.status("Function", "enrich"), "the old definitions")
