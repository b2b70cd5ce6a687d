#!/usr/bin/env python3
"""Writes what the chart has from other folders, so that each thing is said in one place: the resource
definitions (deploy/crds), and rights and webhooks (deploy/kustomize). `./dev chart` calls it.

generate.py [FOLDER]: into FOLDER instead of the chart, for a comparison.
"""

import json
import pathlib
import re
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
DEPLOY = HERE.parent
CHART = HERE / "function-mesh-operator"
NOTE = "Written by deploy/helm/generate.py from {}: change that, not this."
# `helm uninstall` leaves the definitions, for with them would go every Function.
KEEP = 'metadata:\n  annotations:\n    helm.sh/resource-policy: keep\n'


def definitions():
    """File name -> a template for each definition."""
    text = (DEPLOY / "crds/crds.yaml").read_text()
    for document in text.split("---\n")[1:]:
        name = re.search(r"^  name: (\w+)\.", document, re.MULTILINE)[1]
        kept = document.replace("metadata:\n", KEEP, 1)
        verbatim = re.sub(r"{{|}}", lambda found: "{{ `%s` }}" % found[0], kept)
        yield f"templates/crds/{name}.yaml", (
            "{{- /* " + NOTE.format("deploy/crds") + " */ -}}\n"
            '{{- if (include "function-mesh.values" . | fromJson).crds.install }}\n'
            + verbatim.rstrip("\n") + "\n{{- end }}\n")


def objects(*files):
    for file in files:
        yield from yaml.safe_load_all((DEPLOY / "kustomize" / file).read_text())


def rights():
    """Kind of role -> name -> rules."""
    files = ["cluster/cluster-role.yaml", "cluster/metrics-rights.yaml", "cluster/users.yaml",
             "operator/lease-role.yaml", "admission/rights.yaml"]
    found = {"ClusterRole": {}, "Role": {}}
    for one in objects(*files):
        if one["kind"] in found:
            found[one["kind"]][one["metadata"]["name"]] = one["rules"]
    return found


def webhooks():
    """Kind of configuration -> its webhooks."""
    files = ["admission/mutating.yaml", "admission/validating.yaml"]
    return {one["kind"]: one["webhooks"] for one in objects(*files)}


def in_json(value):
    return json.dumps(value, indent=1) + "\n"


def generated():
    yield from definitions()
    yield "files/rights.json", in_json(rights())
    yield "files/webhooks.json", in_json(webhooks())
    yield "files/defaults.json", in_json(yaml.safe_load((CHART / "values.yaml").read_text()))


def main(folder=CHART):
    for name, text in generated():
        file = pathlib.Path(folder) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
