"""A FunctionMesh and its parts."""

from cluster import wait_until
from resources import config_map, function, mesh


def test_a_mesh_is_ready_when_its_parts_are(space, operator):
    operator()
    space.apply(config_map(), mesh("m", ["a", "b"]))
    status = space.wait_phase("FunctionMesh", "m")
    assert (status["ready"], status["total"]) == (2, 2)
    assert status["functionConditions"]["a"]["status"] == "True"
    assert status["condition"]["condition"] == "MeshReady"
    space.annotate("Pod", "m-a-function-0", **{"fake/ready": "false"})
    wait_until(lambda: space.status("FunctionMesh", "m")["functionConditions"]["a"]["status"]
               == "False", "the entry's condition False")


def test_parts_are_added_renamed_and_removed(space, operator):
    operator()
    space.apply(config_map(), mesh("m", ["stays", "renamed", "removed"]))
    space.wait_phase("FunctionMesh", "m")
    before = space.pods("m-stays")
    space.apply(mesh("m", ["stays", "anew", "added"]))
    for gone in "m-renamed", "m-removed":
        space.wait_gone("Function", gone)
        space.wait_gone("StatefulSet", gone + "-function")
    status = space.wait_phase("FunctionMesh", "m")
    assert sorted(status["functionConditions"]) == ["added", "anew", "stays"]
    assert space.pods("m-stays") == before


def test_a_deleted_mesh_takes_its_parts_with_it(space, operator):
    operator()
    space.apply(config_map(), mesh("m", ["a", "b"]), function("alone"))
    space.wait_phase("FunctionMesh", "m")
    space.wait_phase("Function", "alone")
    space.delete("FunctionMesh", "m")
    wait_until(lambda: [f["metadata"]["name"] for f in space.list("Function")] == ["alone"], "one left")
    wait_until(lambda: [s["metadata"]["name"] for s in space.list("StatefulSet")]
               == ["alone-function"], "one StatefulSet left")


def test_a_function_of_somebody_else_is_not_taken(space, operator):
    operator()
    space.apply(config_map(), function("m-a"))
    space.wait_phase("Function", "m-a")
    uid = space.get("Function", "m-a")["metadata"]["uid"]
    space.apply(mesh("m", ["a", "b"]))
    status = space.wait_phase("FunctionMesh", "m", "Degraded")
    assert status["functionConditions"]["a"]["reason"] == "NameTaken"
    assert space.get("Function", "m-a")["metadata"]["uid"] == uid


def test_a_part_deleted_by_hand_comes_back(space, operator):
    operator()
    space.apply(config_map(), mesh("m", ["a"]))
    space.wait_phase("FunctionMesh", "m")
    uid = space.get("Function", "m-a")["metadata"]["uid"]
    space.delete("Function", "m-a")
    wait_until(lambda: (space.get("Function", "m-a") or {}).get("metadata", {}).get("uid")
               not in (None, uid), "another Function")
    space.wait_phase("FunctionMesh", "m")
