"""Replicas: by kubectl, by the horizontal autoscaler, and the vertical one's objects."""

import pytest

from cluster import TESTBED, wait_until
from resources import config_map, function, mesh

# The autoscaler of the test bed looks every 3 seconds.
AUTOSCALED = {
    "minReplicas": 1, "maxReplicas": 4,
    "pod": {
        "annotations": {"fake/cpu": "20m"},
        "builtinAutoscaler": ["AverageUtilizationCPUPercent50"],
        "autoScalingBehavior": {"scaleDown": {"stabilizationWindowSeconds": 0}},
    },
}


def wait_scaled(space, component, amount, count):
    """Lets every instance use as much CPU, those that come too, until there are `count`."""
    def use():
        pods = space.pods(component)
        for name in pods:
            space.kubectl("annotate", "pod", name, f"fake/cpu={amount}", "--overwrite", check=False)
        return len(pods) == count
    wait_until(use, lambda: f"{count} instances: " + space.kubectl("describe", "hpa").stdout, 60, 1)


def test_kubectl_scale_works(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    first = space.pods("f")
    space.kubectl("scale", "function.compute.functionmesh.io/f", "--replicas=3")
    space.wait_pods("f", 3)
    assert space.wait_phase("Function", "f")["readyReplicas"] == 3
    assert first.items() <= space.pods("f").items()  # the one that was there was left alone
    space.kubectl("scale", "function.compute.functionmesh.io/f", "--replicas=0")
    space.wait_pods("f", 0)
    space.wait_phase("Function", "f", "Stopped")


def test_the_autoscaler_scales_out_and_in(space, operator):
    operator()
    space.apply(config_map(), function("f", **AUTOSCALED))
    space.wait_phase("Function", "f")
    assert space.condition("Function", "f", "HorizontalPodAutoscaler")["status"] == "True"
    wait_scaled(space, "f", "900m", 4)
    assert space.wait_phase("Function", "f")["readyReplicas"] == 4
    first = space.pods("f")["f-function-0"]
    wait_scaled(space, "f", "1m", 1)
    assert space.pods("f")["f-function-0"] == first


def test_an_autoscaler_no_longer_wanted_is_removed(space, operator):
    operator()
    space.apply(config_map(), function("f", **AUTOSCALED))
    space.wait_phase("Function", "f")
    assert space.get("HorizontalPodAutoscaler", "f-function")
    space.apply(function("f", **{**AUTOSCALED, "maxReplicas": None}))
    space.wait_gone("HorizontalPodAutoscaler", "f-function")
    space.wait_phase("Function", "f")
    assert not space.condition("Function", "f", "HorizontalPodAutoscaler")


def test_mesh_and_autoscaler_do_not_fight(space, operator):
    operator()
    space.apply(config_map(), mesh("m", {"a": AUTOSCALED, "b": {}}))
    space.wait_phase("FunctionMesh", "m")
    space.wait_phase("Function", "m-a")
    wait_scaled(space, "m-a", "900m", 4)
    # A change of another part, and an operator that looks at everything anew, leave the number alone.
    generation = space.get("Function", "m-a")["metadata"]["generation"]
    space.apply(mesh("m", {"a": AUTOSCALED, "b": {"funcConfig": {"x": "y"}}}))
    space.wait_phase("FunctionMesh", "m")
    space.wait_phase("Function", "m-b")
    operator().stop()
    assert space.get("Function", "m-a")["spec"]["replicas"] == 4
    assert space.get("Function", "m-a")["metadata"]["generation"] == generation


@pytest.fixture
def no_vertical_autoscaler(cluster):
    """The definition of VerticalPodAutoscalers is not there before and after the test."""
    remove = ("delete", "-f", TESTBED / "vpa.yaml", "--ignore-not-found")
    cluster.kubectl(*remove)
    yield
    cluster.kubectl(*remove)


def test_vertical_autoscalers_are_made_when_there_is_such_a_thing(
        no_vertical_autoscaler, cluster, space, operator):
    running = operator()
    vertical = {"vpa": {"updatePolicy": {"updateMode": "Off"}}}
    space.apply(config_map(), function("f", pod=vertical))
    space.wait_phase("Function", "f")
    cluster.kubectl("apply", "-f", TESTBED / "vpa.yaml")
    cluster.kubectl("wait", "--for=condition=Established", "-f", TESTBED / "vpa.yaml")
    found = wait_until(lambda: space.get("VerticalPodAutoscaler", "f-function"),
                       lambda: "a VerticalPodAutoscaler:\n" + space.describe("Function", "f"), 60)
    assert found["spec"]["targetRef"]["name"] == "f"
    assert found["spec"]["updatePolicy"] == {"updateMode": "Off"}
    running.must_run()
    space.apply(function("f"))
    space.wait_gone("VerticalPodAutoscaler", "f-function")
