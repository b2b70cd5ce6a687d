"""What has to be true when it is quiet again."""

import json
import subprocess

from cluster import wait_until

OWNED = ("StatefulSet", "Service", "HorizontalPodAutoscaler", "Job")


def key(item):
    return item["kind"], item["metadata"]["name"]


class Judge:
    def __init__(self, program, cluster, space):
        self.program, self.cluster, self.space = program, cluster, space

    def functions(self):
        return self.space.list("Function")

    def wait_settled(self, seconds):
        """Until every Function says that it is as it should be."""
        wait_until(lambda: not self.unsettled(), self.describe_unsettled, seconds, interval=1)

    def describe_unsettled(self):
        unsettled = self.unsettled()
        name = unsettled[0][0]
        selector = f"compute.functionmesh.io/name={name}"
        return f"settled: {unsettled[:10]}\n" + self.space.kubectl(
            "get", "statefulset,pod", "-l", selector, "-o", "wide").stdout + self.space.kubectl(
            "describe", "function.compute.functionmesh.io", name).stdout

    def unsettled(self):
        found = []
        for function in self.functions():
            status, metadata = function.get("status") or {}, function["metadata"]
            settled = (status.get("phase") == "Ready" and "deletionTimestamp" not in metadata
                       and status.get("observedGeneration") == metadata["generation"])
            if not settled:
                found.append((metadata["name"], metadata["generation"], status.get("phase"),
                              status.get("observedGeneration"), status.get("message")))
        return found

    def wanted(self):
        """What a fresh operator would make of the Functions that are there, by our renderer."""
        items = []
        for function in self.functions():
            kept = ("name", "namespace", "uid", "labels", "annotations")
            metadata = {k: v for k, v in function["metadata"].items() if k in kept}
            items.append({"apiVersion": function["apiVersion"], "kind": "Function",
                          "metadata": metadata, "spec": function["spec"]})
        done = subprocess.run([self.program, "render", "-f", "-", "-o", "json"], text=True,
                              input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
                              capture_output=True)
        assert done.returncode == 0, done.stderr
        objects = {key(o): o for o in json.loads(done.stdout)["items"]}
        return {k: o for k, o in objects.items() if k[0] in OWNED and k[0] != "Job"}

    def there(self):
        return {(kind, item["metadata"]["name"]): item
                for kind in OWNED for item in self.space.list(kind)}

    def differences(self):
        """Where the cluster is not what a fresh run would make. The API server itself says what a
        fresh write would lead to."""
        wanted, there = self.wanted(), self.there()
        found = [("left over", k) for k in there.keys() - wanted.keys()]
        found += [("missing", k) for k in wanted.keys() - there.keys()]
        for k in wanted.keys() & there.keys():
            applied = self.cluster.resource(k[0]).server_side_apply(
                body=wanted[k], name=k[1], namespace=self.space.name, field_manager="functionmesh",
                force_conflicts=True, dry_run="All").to_dict()
            if applied["spec"] != there[k]["spec"]:
                found.append(("differs", k))
            labels = wanted[k]["metadata"]["labels"]
            if not labels.items() <= there[k]["metadata"]["labels"].items():
                found.append(("labels differ", k))
        return found

    def changed_without_reason(self, edits):
        """StatefulSets whose spec changed more often than users and vandals gave reason to."""
        sets = {name: item for (kind, name), item in self.there().items() if kind == "StatefulSet"}
        found = []
        for function in self.functions():
            name = function["metadata"]["name"]
            changes = sets[name + "-function"]["metadata"]["generation"] - 1
            reasons = function["metadata"]["generation"] - 1 + 2 * edits[name]
            if changes > reasons:
                found.append((name, changes, reasons))
        return found

    def versions(self):
        return {k: item["metadata"]["resourceVersion"]
                for k, item in {**self.there(), **{key(f): f for f in self.functions()}}.items()}
