"""What decides beside the spec: BackendConfigs, annotations, the operator's flags."""

import time

from cluster import wait_until
from resources import backend_config, config_map, env_of, function
from space import Space


def test_a_backend_config_with_auto_update_rolls_out(space, operator):
    operator()
    space.apply(config_map(), backend_config("backend-config", autoUpdate=True, env={"A": "1"}),
                function("f"))
    space.wait_phase("Function", "f")
    assert env_of(space.get("StatefulSet", "f-function"))["A"] == "1"
    before = space.pods("f")
    space.apply(backend_config("backend-config", autoUpdate=True, env={"A": "2"}))
    wait_until(lambda: env_of(space.get("StatefulSet", "f-function"))["A"] == "2", "A=2")
    wait_until(lambda: space.pods("f") and space.pods("f") != before, "another pod")
    space.wait_phase("Function", "f")
    space.delete("BackendConfig", "backend-config")
    wait_until(lambda: "A" not in env_of(space.get("StatefulSet", "f-function")), "no A")


def test_a_backend_config_without_auto_update_waits(space, operator):
    operator()
    space.apply(config_map(), backend_config("backend-config", env={"A": "1"}), function("f"))
    space.wait_phase("Function", "f")
    before = space.pods("f")
    space.apply(backend_config("backend-config", env={"A": "2"}))
    wait_until(lambda: "env" in space.status("Function", "f").get("pendingChange", ""),
               lambda: "a pending change:\n" + space.describe("Function", "f"))
    assert env_of(space.get("StatefulSet", "f-function"))["A"] == "1"
    assert space.pods("f") == before
    # and goes along with the next change of the spec, or on request
    space.annotate("Function", "f", **{"compute.functionmesh.io/rollout": "now"})
    wait_until(lambda: env_of(space.get("StatefulSet", "f-function"))["A"] == "2", "A=2")
    space.wait_phase("Function", "f")


def test_a_global_backend_config_counts_everywhere(space, operator, cluster):
    other = Space(cluster, space.name + "-global")
    other.apply(backend_config("all", autoUpdate=True, env={"A": "global", "B": "global"}))
    try:
        operator("--global-backend-config", "all", "--global-backend-config-namespace", other.name)
        space.apply(config_map(), backend_config("backend-config", env={"A": "near"}), function("f"))
        space.wait_phase("Function", "f")
        env = env_of(space.get("StatefulSet", "f-function"))
        assert (env["A"], env["B"]) == ("near", "global")
    finally:
        other.remove()


def test_pause_follows_the_spec_only(space, operator):
    operator()
    space.apply(config_map(), function("f", {"compute.functionmesh.io/pause-rollout": "true"}))
    space.wait_phase("Function", "f")
    before = space.pods("f")
    space.apply(backend_config("backend-config", autoUpdate=True, env={"A": "1"}))
    space.wait_phase("Function", "f", "Paused")
    assert space.pods("f") == before
    space.annotate("Function", "f", **{"compute.functionmesh.io/pause-rollout": None})
    space.wait_phase("Function", "f")
    wait_until(lambda: env_of(space.get("StatefulSet", "f-function")).get("A") == "1", "A=1")


def test_the_pause_flag_pauses_all(space, operator):
    operator("--pause-rollout")
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    space.apply(backend_config("backend-config", autoUpdate=True, env={"A": "1"}))
    space.wait_phase("Function", "f", "Paused")


def test_what_is_not_managed_is_left_alone(space, operator):
    operator()
    space.apply(config_map(), function("f", {"compute.functionmesh.io/managed": "false"}),
                function("other"))
    space.wait_phase("Function", "other")
    assert space.get("StatefulSet", "f-function") is None
    assert not space.status("Function", "f")
    space.annotate("Function", "f", **{"compute.functionmesh.io/managed": None})
    space.wait_phase("Function", "f")
    space.annotate("Function", "f", **{"compute.functionmesh.io/managed": "false"})
    space.delete("StatefulSet", "f-function")
    time.sleep(2)
    assert space.get("StatefulSet", "f-function") is None


def test_an_operator_of_one_namespace_leaves_the_others(space, operator, cluster):
    other = Space(cluster, space.name + "-other")
    try:
        operator("--watched-namespace", space.name)
        for each in other, space:
            each.apply(config_map(), function("f"))
        space.wait_phase("Function", "f")
        time.sleep(2)
        assert other.get("StatefulSet", "f-function") is None
    finally:
        other.remove()


def test_environment_variables_are_read_where_no_flag_is_given(space, operator, cluster):
    other = Space(cluster, space.name + "-other")
    try:
        operator(env={"WATCHED_NAMESPACE": space.name, "PAUSE_ROLLOUT": "true"})
        for each in other, space:
            each.apply(config_map(), function("f"))
        space.wait_phase("Function", "f")
        assert other.get("StatefulSet", "f-function") is None
        space.apply(backend_config("backend-config", autoUpdate=True, env={"A": "1"}))
        space.wait_phase("Function", "f", "Paused")
    finally:
        other.remove()
