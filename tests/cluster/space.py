"""A namespace of its own for a test, and what a test asks of the objects in it."""

from cluster import wait_until


class Space:
    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name
        cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def remove(self):
        self.cluster.kubectl(
            "delete", "namespace", self.name, "--wait=false", "--ignore-not-found")

    def empty(self):
        """Deletes all resources of ours, and waits until what was made for them is gone too."""
        self.kubectl("delete", "fn,src,snk,mesh", "--all", "--timeout=60s")

        def left():
            owners = {"Function", "Source", "Sink", "FunctionMesh", "StatefulSet"}
            return [(kind, one["metadata"]["name"])
                    for kind in ("StatefulSet", "Pod", "Service", "HorizontalPodAutoscaler")
                    for one in self.list(kind)
                    if owners & {o["kind"] for o in one["metadata"].get("ownerReferences", [])}]

        # Kubernetes' garbage collector takes its time after definitions were written.
        wait_until(lambda: not left(), lambda: f"gone: {left()}", 90)

    def wait_alone(self):
        """Until the spaces of tests before are gone: their removal makes an operator write."""
        def others():
            return [n["metadata"]["name"] for n in self.cluster.list("Namespace")
                    if n["status"]["phase"] == "Terminating"]
        wait_until(lambda: not others(), lambda: f"gone: {others()}", 90, 1)

    def kubectl(self, *words, **options):
        return self.cluster.kubectl("-n", self.name, *words, **options)

    def apply(self, *resources):
        return self.cluster.apply(*resources, namespace=self.name)

    def get(self, kind, name):
        return self.cluster.get(kind, name, self.name)

    def list(self, kind, selector=None):
        return self.cluster.list(kind, self.name, selector)

    def patch(self, kind, name, change):
        return self.cluster.patch(kind, name, change, self.name)

    def annotate(self, kind, name, **annotations):
        """Keys with '/' come as a dict: annotate("Pod", "p", **{"fake/ready": "false"})."""
        self.patch(kind, name, {"metadata": {"annotations": annotations}})

    def delete(self, kind, name):
        self.cluster.delete(kind, name, self.name)

    def status(self, kind, name):
        return (self.get(kind, name) or {}).get("status") or {}

    def condition(self, kind, name, which="StatefulSet"):
        return (self.status(kind, name).get("conditions") or {}).get(which) or {}

    def events(self, name, reason=None):
        """The events about objects of that name, oldest first."""
        found = [e for e in self.list("Event") if e["involvedObject"]["name"] == name]
        return [e for e in found if reason in (None, e["reason"])]

    def wait_event(self, name, reason):
        """The same, waiting for one: an event is written after all that is more urgent."""
        return wait_until(lambda: self.events(name, reason), lambda: f"{reason}: {self.events(name)}")

    def pods(self, component):
        """name -> (uid, restarts) of a component's pods: equal means that nothing was restarted."""
        pods = self.list("Pod", f"compute.functionmesh.io/name={component}")
        return {p["metadata"]["name"]: (p["metadata"]["uid"], restarts(p)) for p in pods}

    def wait_phase(self, kind, name, phase="Ready", seconds=30):
        """Waits until the status is about the present spec, and says so; returns the status."""
        def reached():
            found = self.get(kind, name) or {}
            status = found.get("status") or {}
            current = status.get("observedGeneration") == found.get("metadata", {}).get("generation")
            return current and status.get("phase") == phase and status
        return wait_until(reached, lambda: f"{kind} {name} {phase}: {self.describe(kind, name)}",
                          seconds)

    def wait_pods(self, component, count, seconds=30):
        wait_until(lambda: len(self.pods(component)) == count,
                   lambda: f"{count} pods of {component}: {self.pods(component)}", seconds)
        return self.pods(component)

    def wait_gone(self, kind, name, seconds=30):
        wait_until(lambda: self.get(kind, name) is None, f"{kind} {name} gone", seconds)

    def describe(self, kind, name):
        events = [f"{e['reason']}: {e['message']}" for e in self.events(name)]
        return f"{self.status(kind, name)}\n" + "\n".join(events)


def restarts(pod):
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    return sum(s.get("restartCount", 0) for s in statuses)
