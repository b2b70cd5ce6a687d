"""The rights that we ship (deploy/kustomize), and a kubeconfig that has no others."""

import pathlib

import yaml

KUSTOMIZE = pathlib.Path(__file__).parents[2] / "deploy/kustomize"
ACCOUNT = "function-mesh-operator"
NAMESPACE = "function-mesh"
RIGHTS = {"Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}


def shipped(cluster, folder):
    """The objects of an installation."""
    return list(yaml.safe_load_all(cluster.kubectl("kustomize", folder).stdout))


def install_rights(cluster):
    """Those of the installation for all namespaces; the kubeconfig of its operator."""
    rights = [one for one in shipped(cluster, KUSTOMIZE / "cluster") if one["kind"] in RIGHTS]
    cluster.apply(*rights)
    return kubeconfig_of(cluster, NAMESPACE)


def kubeconfig_of(cluster, namespace, account=ACCOUNT):
    """Of the operator's account there."""
    token = cluster.kubectl(
        "create", "token", account, "-n", namespace, "--duration=12h").stdout.strip()
    config = yaml.safe_load(pathlib.Path(cluster.kubeconfig).read_text())
    config["users"] = [{"name": "operator", "user": {"token": token}}]
    for context in config["contexts"]:
        context["context"] |= {"user": "operator", "namespace": namespace}
    path = cluster.folder / f"kubeconfig-{namespace}"
    path.write_text(yaml.safe_dump(config))
    return path
