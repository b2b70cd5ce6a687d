"""What the chart renders, for all its values."""

import importlib.util
import json
import pathlib
import re

import pytest
import yaml

from helm import CHART
from rights import shipped

ROOT = pathlib.Path(__file__).parents[2]
NAMESPACE = "mesh-system"
DEFINITION = "CustomResourceDefinition"
# Each is a branch of the templates; together they go through all of them.
BRANCHES = {
    "defaults": {},
    "config file": {"controllerManager": {
        "runnerImages": {"java": "registry.example/java:1", "genericRuntime": {"nodejs": "n:1"}},
        "runnerImagePullSecrets": [{"name": "pull"}], "runnerImagePullPolicy": "Always",
        "resourceLabels": {"team": "data"}, "resourceAnnotations": {"note": "yes"},
        "configFile": "/etc/other/mesh.yaml"}},
    "namespaced": {"namespaced": True},
    "rights by others": {"rbac": {"create": False}},
    "no operator": {"controllerManager": {"create": False}},
    "no admission": {"admissionWebhook": {"enabled": False}},
    "certificates by cert-manager": {
        "admissionWebhook": {"certificate": {"provider": "cert-manager"}}},
    "a given certificate": {"admissionWebhook": {
        "failurePolicy": "Ignore", "certificate": {"provider": "custom"}}},
    "sub-chart of the reference": {
        "admission-webhook": {"admissionWebhook": {"certificate": {"provider": "cert-manager"}}}},
    "everything optional": {
        "imagePullSecrets": [{"name": "pull"}], "nameOverride": "mesh",
        "operatorImage": "registry.example/operator:2",
        "controllerManager": {
            "replicas": 2, "priorityClassName": "system-cluster-critical",
            "nodeSelector": {"disk": "fast"}, "tolerations": [{"operator": "Exists"}],
            "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
            "podAnnotations": {"a": "b"}, "podLabels": {"c": "d"},
            "podSecurityContext": {"runAsUser": None, "runAsGroup": None},
            "metrics": {"port": 9000, "scheme": "http"}, "healthProbe": {"port": 9001},
            "logLevel": "debug", "logFormat": "json", "runAsNonRoot": False},
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "grafanaDashboard": {"enabled": True}, "networkPolicy": {"enabled": True}},
    "secure metrics for Prometheus": {"serviceMonitor": {"enabled": True}},
    "what the reference has and we have not": {
        "installation": {"namespace": "function-mesh-system"},
        "controllerManager": {"autoFailover": True, "selector": [],
                              "pprof": {"enable": False, "port": 8090}},
        "admissionWebhook": {"secretsWebhookNamespace": "default"}},
}

OPTIONAL = {"PodDisruptionBudget", "ServiceMonitor", "NetworkPolicy", "ConfigMap", "Certificate",
            "Issuer"}
ASKED_FOR = {
    "config file": {"ConfigMap"},
    "certificates by cert-manager": {"Certificate", "Issuer"},
    "sub-chart of the reference": {"Certificate", "Issuer"},
    "everything optional": {"PodDisruptionBudget", "ServiceMonitor", "NetworkPolicy", "ConfigMap"},
    "secure metrics for Prometheus": {"ServiceMonitor"},
}


@pytest.fixture(scope="module")
def accepting(cluster):
    """The cluster, with the namespace and the kinds of others that the chart knows."""
    def definition(group, version, kind):
        plural = kind.lower() + "s"
        return {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": DEFINITION,
            "metadata": {"name": f"{plural}.{group}"},
            "spec": {"group": group, "scope": "Namespaced",
                     "names": {"kind": kind, "plural": plural},
                     "versions": [{"name": version, "served": True, "storage": True, "schema": {
                         "openAPIV3Schema": {"type": "object",
                                             "x-kubernetes-preserve-unknown-fields": True}}}]}}

    cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": NAMESPACE, "labels": {"pod-security.kubernetes.io/warn": "restricted"}}},
        definition("monitoring.coreos.com", "v1", "ServiceMonitor"),
        definition("cert-manager.io", "v1", "Certificate"),
        definition("cert-manager.io", "v1", "Issuer"))
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    return cluster


def test_lint_finds_nothing(helm):
    assert "0 chart(s) failed" in helm("lint", "--strict", CHART).stdout


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_api_server_takes_what_it_renders(branch, helm, accepting):
    values = BRANCHES[branch] | {"crds": {"install": branch == "defaults"}}
    objects = helm.template(values)
    if branch == "no operator":
        assert not objects
        return
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    done = accepting.kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict",
                             "-f", "-", stdin=text)
    assert "Warning" not in done.stderr, done.stderr
    names = [(one["kind"], one["metadata"]["name"]) for one in objects]
    assert len(names) == len(set(names))
    assert ("Deployment", "function-mesh-controller-manager") in names
    assert {kind for kind, _ in names} & OPTIONAL == ASKED_FOR.get(branch, set())


@pytest.mark.parametrize("wrong, field", [
    ({"controllerManager": {"replicas": "two"}}, "/controllerManager/replicas"),
    ({"controllerManager": {"metrics": {"port": 0}}}, "/controllerManager/metrics/port"),
    ({"controlerManager": {}}, "controlerManager"),
    ({"admissionWebhook": {"certificate": {"provider": "acme"}}}, "certificate/provider"),
    ({"imagePullPolicy": "Sometimes"}, "/imagePullPolicy"),
    ({"operatorImage": "streamnative/function-mesh:v0.27.2"}, "operatorImage"),
])
def test_a_wrong_value_is_named(wrong, field, helm):
    done = helm("template", "mesh", CHART, values=wrong, check=False)
    assert done.returncode != 0 and field in done.stderr, done.stderr


def test_what_is_generated_is_as_its_sources_say(tmp_path):
    spec = importlib.util.spec_from_file_location("generate", CHART.parent / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    generate.main(tmp_path)
    made = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert made
    for file in made:
        kept = CHART / file.relative_to(tmp_path)
        assert kept.read_text() == file.read_text(), f"{kept.name}: run ./dev chart"


def test_the_definitions_are_those_of_deploy_crds(helm):
    ours = list(yaml.load_all((ROOT / "deploy/crds/crds.yaml").read_text(), yaml.CSafeLoader))
    rendered = [one for one in helm.template({}) if one["kind"] == DEFINITION]
    assert len(rendered) == 5
    for one in rendered:
        assert one["metadata"].pop("annotations") == {"helm.sh/resource-policy": "keep"}
    key = lambda one: one["metadata"]["name"]
    assert sorted(rendered, key=key) == sorted(ours, key=key)


def test_one_version_everywhere():
    version = re.search(r"project\(functionmesh VERSION ([0-9.]+)",
                        (ROOT / "CMakeLists.txt").read_text())[1]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (version, version)
    assert f"functionmesh/operator:{version}\n" in (
        ROOT / "deploy/kustomize/operator/deployment.yaml").read_text()


def roles(objects):
    """Every rule that the operator's account gets, and where."""
    found = {}
    for binding in objects:
        if binding["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            role, = [one for one in objects if one["kind"] == binding["roleRef"]["kind"]
                     and one["metadata"]["name"] == binding["roleRef"]["name"]]
            found.setdefault(role["kind"], []).append(json.dumps(role["rules"]))
    return {kind: sorted(rules) for kind, rules in found.items()}


@pytest.mark.parametrize("folder", ["cluster", "namespaced"])
def test_rights_are_those_of_the_kustomization(folder, cluster, helm):
    chart = helm.template({"namespaced": folder == "namespaced", "crds": {"install": False}})
    kustomization = shipped(cluster, ROOT / "deploy/kustomize" / folder)
    assert roles(chart) == roles(kustomization)
    if folder == "namespaced":
        assert not [one for one in chart if one["kind"].startswith("Cluster")]


def deployment(objects):
    """The pod that is to run, without what is only a name."""
    one, = [one for one in objects if one["kind"] == "Deployment"]
    pod = one["spec"]["template"]["spec"]
    del pod["serviceAccountName"], pod["topologySpreadConstraints"][0]["labelSelector"]
    del pod["containers"][0]["name"]
    return one["spec"]["replicas"], pod, one["spec"]["template"]["metadata"].get("annotations")


@pytest.mark.parametrize("folder", ["cluster", "namespaced"])
def test_the_pod_is_that_of_the_kustomization(folder, cluster, helm):
    chart = helm.template({"namespaced": folder == "namespaced", "crds": {"install": False}})
    kustomization = shipped(cluster, ROOT / "deploy/kustomize" / folder)
    assert deployment(chart) == deployment(kustomization)
    kinds = lambda objects: {one["kind"] for one in objects} - {"Namespace"}
    assert kinds(chart) == kinds(kustomization)


def test_the_webhooks_are_those_of_the_kustomization(cluster, helm):
    def webhooks(objects):
        return {one["metadata"]["name"]: one["webhooks"] for one in objects if "webhooks" in one}

    chart = helm.template({"crds": {"install": False}}, namespace="function-mesh")
    kustomization = shipped(cluster, ROOT / "deploy/kustomize/cluster")
    assert len(webhooks(chart)) == 2 and webhooks(chart) == webhooks(kustomization)
    changed = webhooks(helm.template({"admissionWebhook": {"failurePolicy": "Ignore"}}))
    for webhook in sum(changed.values(), []):
        assert webhook["failurePolicy"] == "Ignore"
        assert webhook["clientConfig"]["service"]["namespace"] == "mesh-system"
