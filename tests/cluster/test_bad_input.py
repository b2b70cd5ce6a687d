"""What is wrong is said where people look, and harms nothing else."""

import json
import subprocess

import pytest
import yaml
from cluster import Cluster, wait_until
from fixtures import DEFINITIONS
from resources import config_map, function, function_spec, resource
from rights import NAMESPACE, install_rights


@pytest.fixture
def bare(request):
    """An API server of its own, without anything of ours."""
    with Cluster(request.config.getoption("--kubernetes"), "--no-controllers") as cluster:
        yield cluster


def install_definitions(cluster):
    cluster.kubectl("apply", "--server-side", "-f", DEFINITIONS)


def test_missing_definitions_are_waited_for(bare, operator):
    running = operator(kubeconfig=bare.kubeconfig, ready=False)
    wait_until(lambda: "functionmeshes" in running.text(), running.text)
    assert "CustomResourceDefinition" in running.text()
    assert not running.ready()
    install_definitions(bare)
    wait_until(running.ready, running.text, 40)
    bare.apply(config_map(), function("f"), namespace="default")
    wait_until(lambda: bare.get("StatefulSet", "f-function", "default"), running.text)


def test_a_missing_right_is_named_and_the_rest_goes_on(bare, operator):
    install_definitions(bare)
    kubeconfig = install_rights(bare)
    role = bare.get("ClusterRole", "function-mesh-operator")
    for rule in role["rules"]:
        rule["resources"] = [r for r in rule["resources"] if r != "services"] or ["none"]
    bare.patch("ClusterRole", "function-mesh-operator", {"rules": role["rules"]})
    running = operator(kubeconfig=kubeconfig, ready=False)
    wait_until(lambda: "services" in running.text(), running.text)
    assert "list" in running.text() and "watch" in running.text()
    bare.apply(config_map(), function("f"), namespace="default")
    wait_until(lambda: bare.get("StatefulSet", "f-function", "default"), running.text)
    status = wait_until(lambda: (bare.get("Function", "f", "default") or {}).get("status"), "status")
    assert "services" in json.dumps(status).lower()


@pytest.mark.parametrize("change, expected", [
    ({"clusters": [{"name": "testbed", "cluster": {"server": "https://127.0.0.1:1"}}]}, "127.0.0.1:1"),
    ({"users": []}, "users"),
    ({"current-context": "nowhere"}, "nowhere"),
])
def test_a_wrong_kubeconfig_is_explained(bare_kubeconfig, program, tmp_path, change, expected):
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump({**bare_kubeconfig, **change}))
    done = subprocess.run(
        [program, "takeover", "--check", "--kubeconfig", path, "-A"],
        capture_output=True, text=True, timeout=60)
    assert done.returncode not in (0, -6, -11)
    assert expected in done.stderr


@pytest.fixture
def bare_kubeconfig(cluster):
    return yaml.safe_load(cluster.kubeconfig.read_text())


def test_a_certificate_of_somebody_else_is_not_trusted(cluster, operator, tmp_path):
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    other = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", "/dev/null", "-subj", "/CN=other", "-days", "2"],
        capture_output=True, check=True).stdout
    (tmp_path / "other.crt").write_bytes(other)
    server = config["clusters"][0]["cluster"]["server"]
    config["clusters"][0]["cluster"] = {
        "server": server, "certificate-authority": str(tmp_path / "other.crt")}
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    running = operator(kubeconfig=path, ready=False)
    wait_until(lambda: "certificate" in running.text(), running.text)
    assert not running.ready()


def test_a_namespace_that_goes_away_is_left_in_peace(space, operator):
    running = operator()
    space.apply(config_map(), *(function(f"f{n}", cleanupSubscription=True) for n in range(5)))
    for n in range(5):
        space.wait_phase("Function", f"f{n}")
    space.cluster.kubectl("delete", "namespace", space.name, "--timeout=90s")
    assert running.text().count("ERROR") == 0, running.text()


def test_an_unreadable_resource_is_told_on_it_and_the_others_go_on(space, operator):
    operator()
    wrong = function_spec(input={"topics": ["persistent://public/two"]})
    space.apply(config_map(), resource("Function", "wrong", wrong), function("right"))
    space.wait_phase("Function", "right")
    status = space.wait_phase("Function", "wrong", "Failed")
    assert "spec.input" in status["message"]
    assert space.wait_event("wrong", "Failed")[0]["type"] == "Warning"
    assert space.get("StatefulSet", "wrong-function") is None


def test_pods_that_a_quota_refuses_are_told_of(space, operator):
    operator()
    space.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"},
                 "spec": {"hard": {"pods": "0"}}})
    wait_until(lambda: "hard" in (space.get("ResourceQuota", "none").get("status") or {}), "quota")
    space.apply(config_map(), function("f"))
    condition = wait_until(
        lambda: space.condition("Function", "f").get("reason") == "NotCreated"
        and space.condition("Function", "f"), lambda: space.describe("Function", "f"))
    assert "1 is not created yet" in condition["message"]
    assert "kubectl describe statefulset f-function" in condition["message"]
    space.delete("ResourceQuota", "none")
    space.wait_phase("Function", "f", seconds=90)  # Kubernetes tries again after growing pauses
