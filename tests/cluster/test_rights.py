"""The rights that we ship are enough, and no more than that."""

import json

import yaml

from cluster import wait_until
from resources import config_map, function, resource
from rights import ACCOUNT, KUSTOMIZE, install_rights, kubeconfig_of, shipped

# What it must never be able to do: read secrets, run something in pods, give rights.
FORBIDDEN = ["secrets", "configmaps", "pods/exec", "pods/attach", "pods/portforward", "nodes",
             "roles", "rolebindings", "clusterroles", "serviceaccounts", "serviceaccounts/token",
             "namespaces", "customresourcedefinitions", "mutatingwebhookconfigurations"]


def rules(file):
    return yaml.safe_load((KUSTOMIZE / file).read_text())["rules"]


def test_a_namespace_asks_for_the_same_rights_as_a_cluster():
    assert rules("namespaced/role.yaml") == rules("cluster/cluster-role.yaml")


def test_nothing_is_asked_for_by_wildcard_and_no_secret_is():
    for rule in rules("cluster/cluster-role.yaml"):
        assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"], rule
        assert not set(rule["resources"]) & set(FORBIDDEN), rule


def test_the_api_server_refuses_the_operator_what_it_does_not_need(cluster):
    install_rights(cluster)
    account = f"--as=system:serviceaccount:function-mesh:{ACCOUNT}"
    said = cluster.kubectl("auth", "can-i", "--list", account, "-n", "default").stdout
    assert "statefulsets.apps" in said
    for verb in ["get", "list", "create"]:
        for what in FORBIDDEN:
            plural, _, part = what.partition("/")
            words = [plural, *([f"--subresource={part}"] if part else [])]
            done = cluster.kubectl("auth", "can-i", verb, *words, account, check=False)
            assert done.stdout.strip() == "no", f"{verb} {what}"


def test_an_installation_for_one_namespace_has_only_roles(cluster):
    kinds = {one["kind"] for one in shipped(cluster, KUSTOMIZE / "namespaced")}
    assert not kinds & {"ClusterRole", "ClusterRoleBinding", "Namespace"}


def test_installations_are_accepted_and_their_pods_are_restricted(cluster, space):
    install_rights(cluster)
    for folder in ("cluster", "namespaced"):
        objects = shipped(cluster, KUSTOMIZE / folder)
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        done = cluster.kubectl("apply", "--dry-run=server", "-f", "-", stdin=text)
        assert "would violate PodSecurity" not in done.stderr, done.stderr


def test_editors_of_a_namespace_may_edit_its_functions(cluster, space):
    install_rights(cluster)
    space.kubectl("create", "serviceaccount", "editor")
    space.kubectl("create", "rolebinding", "editor", "--clusterrole=edit",
                  f"--serviceaccount={space.name}:editor")
    account = f"--as=system:serviceaccount:{space.name}:editor"
    made = json.dumps(function("f"))
    wait_until(lambda: space.kubectl("apply", "-f", "-", account, stdin=made,
                                     check=False).returncode == 0, "rights of an editor")
    space.kubectl("scale", "fn/f", "--replicas=2", account)
    space.kubectl("get", "fn", account)
    space.kubectl("delete", "fn", "f", account)


def test_an_operator_with_the_rights_of_a_namespace_works_there(cluster, space, operator):
    objects = shipped(cluster, KUSTOMIZE / "namespaced")
    rights = [one for one in objects if one["kind"] in ("ServiceAccount", "Role", "RoleBinding")]
    for one in rights:
        one["metadata"].pop("namespace", None)
        for subject in one.get("subjects", []):
            subject["namespace"] = space.name
    space.apply(*rights)
    running = operator("--watched-namespace", space.name, "--enable-leader-election",
                       "--leader-election-namespace", space.name,
                       env={"ENABLE_WEBHOOKS": "false"},  # as shipped: webhooks are a cluster's
                       kubeconfig=kubeconfig_of(cluster, space.name))
    space.apply(config_map(), function("f", cleanupSubscription=True, maxReplicas=3),
                resource("FunctionMesh", "m", {
                    "functions": [{**function("part")["spec"], "name": "part"}]}))
    space.wait_phase("Function", "f")
    space.wait_phase("FunctionMesh", "m")
    space.delete("FunctionMesh", "m")
    space.wait_gone("Function", "m-part")
    space.kubectl("delete", "fn", "f", "--timeout=60s")
    assert "forbidden" not in running.text().lower()
