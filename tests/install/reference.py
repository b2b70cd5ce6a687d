"""The reference operator's installation, as far as a cluster knows of it: its definitions, the chart
that its releases are made of, and the names of its objects. Made of facts; its program is not here."""

import ast
import copy
import json
import pathlib

FIELDS = pathlib.Path(__file__).parent / "reference/fields.txt"
GROUP = "compute.functionmesh.io"
ACCOUNT = "function-mesh-controller-manager"
SERVICE = "function-mesh-admission-webhook-service"
SECRET = "function-mesh-admission-webhook-server-cert"
PARTS = ("functions", "sources", "sinks")
OPEN = "x-kubernetes-preserve-unknown-fields"
SCALE = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas",
         "labelSelectorPath": ".status.selector"}


def schema_of(lines):
    """The OpenAPI schema that lines such as "spec.a[].b  string  required" describe."""
    root = {"type": "object", "properties": {}}
    for line in lines:
        path, kind, marks = (line.split("  ") + [""])[:3]
        parent, words = root, path.replace("[]", ".[]").split(".")
        for word in words[:-1]:
            parent = child_of(parent, word)
        put(parent, words[-1], type_of(kind, marks.split("; ")))
        if "required" in marks.split("; "):
            parent.setdefault("required", []).append(words[-1])
    return root


def child_of(schema, word):
    if word == "[]":
        return schema["items"]
    if word == "*":
        return schema["additionalProperties"]
    return schema.setdefault("properties", {}).setdefault(word, {"type": "array", "items": {}})


def put(parent, word, schema):
    if word == "[]":
        parent["items"] = schema
    elif word == "*":
        parent["additionalProperties"] = schema
    else:
        parent.setdefault("properties", {})[word] = schema


def type_of(kind, marks):
    if kind == "embedded":
        return {"type": "object", OPEN: True}
    if kind.startswith("map of "):
        return {"type": "object", "additionalProperties": {"type": kind.removeprefix("map of ")}}
    schema = {"type": kind}
    for mark in marks:
        key, _, value = mark.partition("=")
        if key == "open":
            schema[OPEN] = True
        elif value:
            schema[key] = value if key == "format" else ast.literal_eval(value)
    return schema


def definitions(namespace):
    """The five, with the conversion webhook that they name and never call."""
    sections = {}
    for line in FIELDS.read_text().splitlines():
        if line.startswith("["):
            lines = sections[line.strip("[]")] = []
        elif not line.startswith("#"):
            lines.append(line)
    subresources = {kind: lines.pop(0) for kind, lines in sections.items()}
    schemas = {kind: schema_of([line for line in lines if "  the spec of a " not in line])
               for kind, lines in sections.items()}
    schemas["FunctionMesh"]["properties"]["spec"] = {"type": "object", "properties": {
        part: {"type": "array", "items": copy.deepcopy(
            schemas[part.capitalize()[:-1]]["properties"]["spec"])} for part in PARTS}}
    return [definition(kind, schema, "scale" in subresources[kind], namespace)
            for kind, schema in schemas.items()]


def definition(kind, schema, scale, namespace):
    plural = kind.lower() + ("es" if kind.endswith("sh") else "s")
    if kind != "FunctionMesh":
        schema[OPEN] = True
    conversion = {"strategy": "Webhook", "webhook": {
        "conversionReviewVersions": ["v1", "v1beta1"],
        "clientConfig": {"service": {"name": SERVICE, "namespace": namespace, "path": "/convert"}}}}
    version = {"name": "v1alpha1", "served": True, "storage": True,
               "schema": {"openAPIV3Schema": schema},
               "subresources": {"status": {}} | ({"scale": SCALE} if scale else {})}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{GROUP}"},
            "spec": {"group": GROUP, "scope": "Namespaced", "versions": [version],
                     "names": {"kind": kind, "plural": plural, "singular": kind.lower(),
                               "listKind": kind + "List"}} | (
                         {} if kind == "FunctionMesh" else {"conversion": conversion})}


def chart(folder):
    """The chart, in a folder; like the real one it has the definitions among its templates."""
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text(json.dumps({
        "apiVersion": "v2", "name": "function-mesh-operator", "version": "0.2.42"}))
    (folder / "values.yaml").write_text(json.dumps({
        "operatorImage": "streamnative/function-mesh:v0.27.2", "imagePullPolicy": "IfNotPresent",
        "controllerManager": {"serviceAccount": ACCOUNT, "replicas": 1, "autoFailover": True,
                              "metrics": {"port": 8443, "scheme": "https"}},
        "admissionWebhook": {"enabled": True}}))
    objects = [*definitions("{{ .Release.Namespace }}"), *operator_objects()]
    (folder / "templates/all.yaml").write_text("\n---\n".join(map(json.dumps, objects)))
    return folder


def operator_objects():
    """What its operator runs as, with the chart's variables in it."""
    namespace, release = "{{ .Release.Namespace }}", "{{ .Release.Name }}"
    role = f"{release}-{ACCOUNT}"
    labels = {"app.kubernetes.io/name": "{{ .Chart.Name }}", "app.kubernetes.io/instance": release,
              "app.kubernetes.io/component": "controller-manager"}
    container = {
        "name": "function-mesh-operator", "image": "{{ .Values.operatorImage }}",
        "command": ["/manager"], "ports": [{"containerPort": 9443, "name": "webhook-server"}],
        "args": ["--enable-leader-election=true", "--metrics-addr=:8443"],
        "env": [{"name": "ENABLE_WEBHOOKS", "value": "true"}],
        "volumeMounts": [{"name": "cfg", "mountPath": "/etc/config/"},
                         {"name": "cert", "mountPath": "/tmp/k8s-webhook-server/serving-certs"}]}
    volumes = [{"name": "cfg", "configMap": {"name": ACCOUNT + "-configs"}},
               {"name": "cert", "secret": {"secretName": SECRET}}]

    def make(kind, version, name, cluster_wide=False, **content):
        where = {} if cluster_wide else {"namespace": namespace}
        return {"apiVersion": version, "kind": kind,
                "metadata": {"name": name, "labels": labels, **where}, **content}

    def webhooks(kind, letter, path):
        # Its program is not here to answer, so nothing is asked of it.
        return make(kind, "admissionregistration.k8s.io/v1", f"{release}-{path}-webhook-configuration",
                    True, webhooks=[{
                        "name": f"{letter}function.kb.io", "sideEffects": "None",
                        "admissionReviewVersions": ["v1"], "failurePolicy": "Fail",
                        "objectSelector": {"matchLabels": {"nobody": "matches"}},
                        "clientConfig": {"service": {
                            "name": SERVICE, "namespace": namespace,
                            "path": f"/{path}-compute-functionmesh-io-v1alpha1-function"}},
                        "rules": [{"apiGroups": [GROUP], "apiVersions": ["v1alpha1"],
                                   "operations": ["CREATE", "UPDATE"],
                                   "resources": ["functions"]}]}])

    return [
        make("ServiceAccount", "v1", ACCOUNT),
        make("ConfigMap", "v1", ACCOUNT + "-configs", data={"config.yaml": ""}),
        make("ClusterRole", "rbac.authorization.k8s.io/v1", role, True, rules=[
            {"apiGroups": ["apps"], "resources": ["statefulsets"], "verbs": ["get", "update"]}]),
        make("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", role, True,
             roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
             subjects=[{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": namespace}]),
        make("Service", "v1", SERVICE,
             spec={"selector": labels, "ports": [{"port": 443, "targetPort": 9443}]}),
        webhooks("MutatingWebhookConfiguration", "m", "mutating"),
        webhooks("ValidatingWebhookConfiguration", "v", "validating"),
        make("Deployment", "apps/v1", ACCOUNT, spec={
            "replicas": 1, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {
                "serviceAccount": ACCOUNT, "containers": [container], "volumes": volumes}}}),
    ]
