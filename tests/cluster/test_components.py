"""Functions, Sources and Sinks from their creation to their end."""

from cluster import wait_until
from resources import config_map, function, sink, source

OBJECTS = ("StatefulSet", "f-function"), ("Service", "f-function-headless")


def test_a_function_becomes_ready_with_its_objects(space, operator):
    operator()
    space.apply(config_map(), function("f", replicas=2))
    status = space.wait_phase("Function", "f")
    assert status["readyReplicas"] == status["replicas"] == 2
    assert status["conditions"]["StatefulSet"]["status"] == "True"
    assert status["conditions"]["StatefulSet"]["action"] == "NoAction"
    assert status["conditions"]["Service"]["status"] == "True"
    assert space.get("Service", "f-function-headless")["spec"]["clusterIP"] == "None"
    assert sorted(space.pods("f")) == ["f-function-0", "f-function-1"]
    space.wait_event("f", "Ready")


def test_sources_and_sinks_become_ready_too(space, operator):
    operator()
    space.apply(config_map(), source("s"), sink("s"))
    space.wait_phase("Source", "s")
    space.wait_phase("Sink", "s")
    assert space.get("StatefulSet", "s-source") and space.get("StatefulSet", "s-sink")


def test_status_follows_pods_and_says_why(space, operator):
    operator()
    space.apply(config_map(), function("f", replicas=2))
    space.wait_phase("Function", "f")
    space.annotate("Pod", "f-function-1", **{"fake/ready": "false"})
    wait_until(lambda: space.condition("Function", "f").get("status") == "False",
               lambda: "a condition False:\n" + space.describe("Function", "f"))
    status = space.status("Function", "f")
    assert status["readyReplicas"] == 1
    assert "f-function-1" in status["message"] or "1 of 2" in status["message"]
    assert status["conditions"]["StatefulSet"]["reason"]
    space.annotate("Pod", "f-function-1", **{"fake/ready": "true"})
    space.wait_phase("Function", "f")


def test_a_crashing_instance_is_named(space, operator):
    operator()
    space.apply(config_map(), function("f", pod={"annotations": {"fake/fail": "true"}}))
    status = space.wait_phase("Function", "f", "Degraded")
    assert status["conditions"]["StatefulSet"]["reason"] == "CrashLoopBackOff"
    assert "f-function-0" in status["message"]
    assert space.wait_event("f", "Degraded")[0]["type"] == "Warning"


def test_a_deleted_function_takes_everything_with_it(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    space.kubectl("delete", "function.compute.functionmesh.io", "f", "--timeout=30s")
    for kind, name in *OBJECTS, ("Pod", "f-function-0"):
        space.wait_gone(kind, name)


def test_deleted_objects_come_back(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    for kind, name in OBJECTS:
        uid = space.get(kind, name)["metadata"]["uid"]
        space.delete(kind, name)
        wait_until(lambda: (space.get(kind, name) or {}).get("metadata", {}).get("uid")
                   not in (None, uid), f"another {kind}")
    space.wait_phase("Function", "f")
    space.wait_event("f", "Healed")


def test_edits_of_others_are_put_back(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    space.kubectl("set", "env", "statefulset/f-function", "POD_NAME=somebody")
    space.kubectl("scale", "statefulset/f-function", "--replicas=3")
    wait_until(lambda: space.get("StatefulSet", "f-function")["spec"]["replicas"] == 1, "1 replica")
    space.wait_phase("Function", "f")
    assert "somebody" not in str(space.get("StatefulSet", "f-function")["spec"])


def test_a_change_of_the_spec_rolls_out_once(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    before = space.pods("f")
    space.apply(function("f", funcConfig={"greeting": "hello"}))
    wait_until(lambda: space.pods("f") and space.pods("f") != before, "another pod")
    space.wait_phase("Function", "f")
    assert space.get("StatefulSet", "f-function")["metadata"]["generation"] == 2


def test_an_operator_that_restarts_changes_nothing(space, operator):
    first = operator()
    space.apply(config_map(), function("f"), source("s"), sink("s"))
    for kind, name in ("Function", "f"), ("Source", "s"), ("Sink", "s"):
        space.wait_phase(kind, name)
    objects = ("Function", "f"), *OBJECTS
    versions = [space.get(*o)["metadata"]["resourceVersion"] for o in objects]
    pods = space.pods("f")
    assert first.stop() == 0
    operator()
    space.apply(function("other"))
    space.wait_phase("Function", "other")  # so it has looked at everything
    assert [space.get(*o)["metadata"]["resourceVersion"] for o in objects] == versions
    assert space.pods("f") == pods


def test_bad_resources_say_so_and_harm_nobody(space, operator):
    operator()
    bad = function("bad")
    bad["spec"]["resources"] = {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}
    space.apply(config_map(), bad, function("good"))
    space.wait_phase("Function", "good")
    status = space.wait_phase("Function", "bad", "Failed")
    assert "spec.resources.requests.memory" in status["message"]
    assert space.get("StatefulSet", "bad-function") is None
