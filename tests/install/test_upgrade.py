"""A cluster that has been the reference operator's: its release, its definitions, its resources and
what it made of them. Our chart is installed over it, and taken back, as docs/upgrade.md says."""

import json
import re

import pytest

import left_behind
import reference
import state
from cluster import wait_until
from helm import CHART
from test_takeover import COMPONENTS

NAMESPACE = "function-mesh-system"
OURS = {"admissionWebhook": {"enabled": False}}  # as in test_helm.py
READY = [*COMPONENTS, ("FunctionMesh", "billing")]


@pytest.fixture(scope="module")
def left(cluster, helm, streams, tmp_path_factory):
    """Its release, and the space with all that it left, its pods running."""
    helm("install", "function-mesh", reference.chart(tmp_path_factory.mktemp("reference") / "chart"),
         "-n", NAMESPACE, "--create-namespace")
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    # cert-manager made it, so it belongs to no release.
    cluster.kubectl("create", "secret", "generic", reference.SECRET, "-n", NAMESPACE,
                    "--type=kubernetes.io/tls", "--from-literal=tls.crt=a", "--from-literal=tls.key=b")
    cluster.connect()  # the client finds the kinds now
    left_behind.load(streams)
    for name in {one["metadata"]["name"] for one in streams.list("StatefulSet")}:
        streams.kubectl("rollout", "status", f"statefulset/{name}", "--timeout=60s")
    return streams


def running(space):
    """All that runs, but the pods of the idle clean-up Jobs, which end."""
    return {key: value for key, value in state.of(space).items() if "cleanup" not in key[1]}


def specs(space):
    return {(kind, one["metadata"]["name"]): one["spec"]
            for kind in state.COMPONENTS for one in space.list(kind)}


def upgrade(helm, *words, values=OURS):
    return helm("upgrade", "function-mesh", CHART, "-n", NAMESPACE, "--wait", "--timeout=90s", *words,
                values=values)


def rows(space, kinds):
    """What `kubectl get` prints: kind/name -> column -> cell."""
    found = {}
    for line in filter(None, space.kubectl("get", kinds).stdout.splitlines()):
        if line.startswith("NAME"):
            at = [(word[0], word.start()) for word in re.finditer(r"\S+", line)]
            ends = [start for _, start in at[1:]] + [None]
            continue
        cells = {name: line[start:end].strip() for (name, start), end in zip(at, ends)}
        found[cells["NAME"]] = cells
    return found


def must_be_valid(space):
    """Each resource as it stands is one that could be made now: a change is not judged whole."""
    for kind in state.COMPONENTS:
        for one in space.list(kind):
            copy = {key: one[key] for key in ("apiVersion", "kind", "spec")}
            copy["metadata"] = {"name": one["metadata"]["name"] + "-copy"}
            space.kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-",
                          stdin=json.dumps(copy))


def test_there_and_back_without_a_restart(cluster, helm, left, operator):
    definitions = state.definitions(cluster)
    deployment = cluster.get("Deployment", reference.ACCOUNT, NAMESPACE)
    before, wanted = running(left), specs(left)
    assert sum(kind == "Pod" for kind, _ in before) == 9

    upgrade(helm, values={})  # with admission, whose Secret is there already
    upgrade(helm)
    mine = operator(NAMESPACE)
    for kind, name in READY:
        left.wait_phase(kind, name, seconds=60)
    assert state.definitions(cluster) == definitions
    assert (running(left), specs(left)) == (before, wanted)
    upgraded = cluster.get("Deployment", reference.ACCOUNT, NAMESPACE)
    assert upgraded["metadata"]["uid"] == deployment["metadata"]["uid"], "upgraded in place"
    assert image_of(upgraded).startswith("functionmesh/operator:")
    for name in definitions:
        spec = cluster.get("CustomResourceDefinition", name)["spec"]
        assert spec["conversion"] == {"strategy": "None"}, name
    for kind, name in COMPONENTS:  # what the chart sets otherwise waits for the next change
        assert left.status(kind, name)["pendingChange"] == \
            "spec.template.spec.securityContext.runAsNonRoot", name
    must_be_valid(left)
    told = rows(left, "fn,src,snk,mesh")
    assert len(told) == len(READY)
    for name, cells in told.items():
        assert cells["PHASE"] == "Ready" and cells["AGE"], cells
        assert cells["READY"] == cells.get("REPLICAS", cells.get("COMPONENTS")), cells
        kind, component = name.split(".")[0], name.split("/")[1]
        pods = [pod for of, pod in before if of == "Pod" and pod.startswith(f"{component}-{kind}-")]
        assert kind == "functionmesh" or int(cells["READY"]) == len(pods), cells

    mine.stop()
    helm("rollback", "function-mesh", "1", "-n", NAMESPACE)
    assert state.definitions(cluster) == definitions
    assert (running(left), specs(left)) == (before, wanted)
    assert image_of(cluster.get("Deployment", reference.ACCOUNT, NAMESPACE)).startswith("streamnative/")
    wait_until(lambda: "phase" not in left.status("Function", "enrich"), "the old definitions")
    for kind, name in COMPONENTS:
        status = left.status(kind, name)
        assert set(status["conditions"]["StatefulSet"]) == {"action", "condition", "status"}, name
        assert status["selector"] and status["observedGeneration"] and "replicas" in status, name
    assert set(cluster.get("Secret", reference.SECRET, NAMESPACE)["data"]) == {"tls.crt", "tls.key"}

    upgrade(helm, values=OURS | {"controllerManager": {"runAsNonRoot": False}})
    operator(NAMESPACE)
    for kind, name in READY:
        left.wait_phase(kind, name, seconds=60)
        assert not left.status(kind, name).get("pendingChange"), name
    assert (running(left), specs(left)) == (before, wanted)


def image_of(deployment):
    return deployment["spec"]["template"]["spec"]["containers"][0]["image"]


def test_values_of_the_old_release_can_be_reused(cluster, helm, left):
    helm("rollback", "function-mesh", "1", "-n", NAMESPACE)
    done = helm("upgrade", "function-mesh", CHART, "-n", NAMESPACE, "--reuse-values", check=False)
    assert done.returncode != 0 and "reference operator's" in done.stderr
    upgrade(helm, "--reuse-values", values=OURS | {"operatorImage": "functionmesh/operator:0.1.0"})
    pod = cluster.get("Deployment", reference.ACCOUNT, NAMESPACE)["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True


def test_definitions_can_be_kept_out_of_the_release(cluster, helm, left):
    """With crds.install=false Helm would delete what the release had: it is told to stay."""
    helm("rollback", "function-mesh", "1", "-n", NAMESPACE)
    definitions, before = state.definitions(cluster), running(left)
    cluster.kubectl("annotate", "crd", *definitions, "helm.sh/resource-policy=keep")
    upgrade(helm, values=OURS | {"crds": {"install": False}})
    assert state.definitions(cluster) == definitions and running(left) == before
    helm("uninstall", "function-mesh", "-n", NAMESPACE, "--wait")
    assert state.definitions(cluster) == definitions and running(left) == before
