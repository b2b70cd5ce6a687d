#!/usr/bin/env python3
"""Prints src/api/kubernetes_schema.txt anew from what an API server serves (it says enums only when
--feature-gates OpenAPIEnums is on, as it is by default).

usage: kubectl get --raw /openapi/v3/api/v1 > core.json
       kubectl get --raw /openapi/v3/apis/apps/v1 > apps.json
       kubectl get --raw /openapi/v3/apis/autoscaling/v2 > autoscaling.json
       kubernetes_schema.py 1.34 core.json apps.json autoscaling.json

Only structure is taken: names, types, what is required, allowed values, how lists merge. The types of the
VerticalPodAutoscaler come from no API server of ours and are kept in this file.
"""
import json
import sys

ROOTS = ["Affinity", "Container", "EnvVar", "HorizontalPodAutoscalerBehavior", "LocalObjectReference", "MetricSpec",
         "PersistentVolumeClaim", "PodSecurityContext", "Probe", "ResourceRequirements",
         "StatefulSetPersistentVolumeClaimRetentionPolicy", "Toleration", "Volume", "VolumeMount"]

HEADER = """\
# The Kubernetes API types inside our resources, as Kubernetes {version} has them.
# Written by scripts/kubernetes_schema.py; read by kubernetes_schema.cpp.
#
#   Type [atomic]             an object; atomic: one manager owns all of it
#     field[!] type           !: required
#     [T] {{T}}                 a list, a map by string
#     a|b|c                   one of these strings, or none where the field is not required
#     by KEY...               a list that merges by these members; "as set" by value, else as a whole
#     = VALUE                 the default, where a list merges by the field
"""

# name "" and the like are how the API server says "no pointer"; this one is what a list merges by.
DEFAULTS = {("ContainerPort", "protocol"): "TCP"}

# Lists that still grow, or that say how something is: a newer Kubernetes must not be held back by an
# older one's.
OPEN_ENUMS = {("Container", "restartPolicy"), ("ContainerRestartRule", "action"),
              ("ContainerRestartRuleOnExitCodes", "operator"), ("Lifecycle", "stopSignal"),
              ("PersistentVolumeClaimCondition", "type"), ("PersistentVolumeClaimStatus", "phase"),
              ("PersistentVolumeClaimStatus", "accessModes"),
              ("PersistentVolumeClaimStatus", "allocatedResourceStatuses"), ("ModifyVolumeStatus", "status")}

SHORT = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
}

EXTRA = """\
ObjectMeta
  annotations {string}
  finalizers [string]
  labels {string}
  name string
  namespace string

PodUpdatePolicy
  evictionRequirements [EvictionRequirement]
  minReplicas int32
  updateMode Off|Initial|Recreate|Auto

EvictionRequirement
  changeRequirement! TargetHigherThanRequests|TargetLowerThanRequests
  resources! [string]

PodResourcePolicy
  containerPolicies [ContainerResourcePolicy]

ContainerResourcePolicy
  containerName string
  controlledResources [string]
  controlledValues RequestsAndLimits|RequestsOnly
  maxAllowed {quantity}
  minAllowed {quantity}
  mode Auto|Off
"""


class Types:
    def __init__(self, files):
        self.schemas = {}
        for file in files:
            with open(file, encoding="utf-8") as text:
                self.schemas.update(json.load(text)["components"]["schemas"])
        self.written = {"ObjectMeta"}
        self.out = []

    def find(self, name):
        found = [full for full in self.schemas if full.split(".")[-1] == name and ".meta.v1." not in full]
        return found[0] if found else f"io.k8s.apimachinery.pkg.apis.meta.v1.{name}"

    def type_text(self, schema, where, waiting):
        reference = schema.get("$ref") or (schema.get("allOf") or [{}])[0].get("$ref")
        if reference:
            full = reference.split("/")[-1]
            if full in SHORT:
                return SHORT[full]
            waiting.append(full.split(".")[-1])
            return waiting[-1]
        kind = schema.get("type")
        if kind == "array":
            return "[" + self.type_text(schema["items"], where, waiting) + "]"
        if kind == "object" and "additionalProperties" in schema:
            return "{" + self.type_text(schema["additionalProperties"], where, waiting) + "}"
        if "enum" in schema and where not in OPEN_ENUMS:
            return "|".join(value for value in schema["enum"] if value)
        if kind == "integer":
            return schema.get("format", "int64")
        return {"boolean": "bool"}.get(kind, kind)

    def write(self, name):
        if name in self.written:
            return
        self.written.add(name)
        schema = self.schemas[self.find(name)]
        waiting = []
        self.out.append(name + (" atomic" if schema.get("x-kubernetes-map-type") == "atomic" else ""))
        for field, of in sorted(schema.get("properties", {}).items()):
            mark = "!" if field in schema.get("required", []) else ""
            line = f"  {field}{mark} {self.type_text(of, (name, field), waiting)}"
            merge = of.get("x-kubernetes-list-type")
            if merge == "map":
                line += " by " + " ".join(of["x-kubernetes-list-map-keys"])
            elif merge == "set":
                line += " as set"
            if of.get("x-kubernetes-map-type") == "atomic":
                line += " atomic"
            if (name, field) in DEFAULTS:
                line += " = " + DEFAULTS[name, field]
            self.out.append(line)
        self.out.append("")
        for other in waiting:
            self.write(other)


def main():
    types = Types(sys.argv[2:])
    for root in ROOTS:
        types.write(root)
    print(HEADER.format(version=sys.argv[1]))
    print("\n".join(types.out) + "\n" + EXTRA, end="")


main()
