"""The operator as people have it: the image (deploy/images) in pods, installed by the chart, with
admission; and functions whose pods are restricted."""

import json
import pathlib

import pytest
import yaml

from cluster import wait_until
from helm import CHART
from space import Space
from test_mesh import pulsar_config

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples/python-function/words.yaml"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}
NAMESPACE = "mesh-system"
DEPLOYMENT = "function-mesh-controller-manager"


@pytest.fixture
def installed(cluster, helm):
    cluster.apply({"apiVersion": "v1", "kind": "Namespace",
                   "metadata": {"name": NAMESPACE, "labels": RESTRICTED}})
    # The definitions are there already, and are the chart's from now on.
    helm("install", "mesh", CHART, "-n", NAMESPACE, "--take-ownership", "--wait", "--timeout=120s",
         values={"controllerManager": {"replicas": 2}})
    yield helm
    for pod in cluster.list("Pod", NAMESPACE):
        log = cluster.kubectl("logs", pod["metadata"]["name"], "-n", NAMESPACE, check=False)
        print(log.stdout[-4000:])
    helm("uninstall", "mesh", "-n", NAMESPACE, "--wait")


@pytest.fixture
def restricted(cluster, installed):
    space = Space(cluster, "restricted")
    cluster.patch("Namespace", "restricted", {"metadata": {"labels": RESTRICTED}})
    yield space
    space.kubectl("delete", "fn,mesh", "--all", "--timeout=90s")
    space.remove()


def must_be_refused(space, made):
    done = space.kubectl("apply", "-f", "-", stdin=json.dumps(made), check=False)
    return done.returncode != 0 and "spec.className" in done.stderr and done.stderr


def test_the_image_the_chart_and_a_function_in_restricted_pods(
        cluster, restricted, installed, broker, messages):
    example = yaml.safe_load(EXAMPLE.read_text())
    # Judged by a webhook, whose certificate the operator made.
    wrong = {**example, "spec": {**example["spec"], "className": ""}}
    wait_until(lambda: must_be_refused(restricted, wrong), "a refusal", 30)
    messages.listen("words")
    restricted.apply(pulsar_config(broker), example)
    restricted.wait_phase("Function", "words", seconds=120)
    messages.send("sentences", "the quick brown fox jumps")
    assert set(messages.receive("words", 3, 60)) == {"quick", "brown", "jumps"}

    # The operators are replaced, and the function does not notice.
    before = restricted.pods("words")
    installed("upgrade", "mesh", CHART, "-n", NAMESPACE, "--wait", "--timeout=120s",
              "--reuse-values", "--set", "controllerManager.logFormat=json")
    restricted.patch("Function", "words", {"spec": {"replicas": 3}})
    restricted.wait_pods("words", 3, seconds=60)
    assert restricted.pods("words").items() >= before.items()

    # Its subscription is cleaned by a Job, in a restricted pod too.
    restricted.kubectl("delete", "fn", "words", "--timeout=120s")
    failed = [e["message"] for e in restricted.list("Event")
              if e["type"] == "Warning" and "words" in e["involvedObject"]["name"]
              and "violates PodSecurity" in e["message"]]
    assert not failed, failed


def test_the_pod_has_nothing_to_write_to_and_no_shell(cluster, installed):
    pod = cluster.list("Pod", NAMESPACE)[0]["metadata"]["name"]
    done = cluster.kubectl("exec", pod, "-n", NAMESPACE, "--", "sh", "-c", "true", check=False)
    assert done.returncode != 0 and "not found" in done.stderr
    version = cluster.kubectl("exec", pod, "-n", NAMESPACE, "--", "/functionmesh", "--version")
    assert "functionmesh" in version.stdout
