"""What the reference operator leaves in a cluster (tests/conformance/takeover), put into one as it
was: by its field manager, with its statuses, and with the uids that the API server gives now
wherever the old ones stood."""

import json
import pathlib

RECORDED = pathlib.Path(__file__).parents[1] / "conformance/takeover/live.json"
MANAGER = "fm-operator"
# Owners before what they own.
ORDER = ["ConfigMap", "FunctionMesh", "Function", "Source", "Sink", "Service", "StatefulSet",
         "HorizontalPodAutoscaler", "Job"]
# What the API server writes into a Job by itself.
JOB_LABELS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name",
              "controller-uid", "job-name")


def load(space):
    """Makes all recorded objects in the space; returns them as they were recorded."""
    text = RECORDED.read_text().replace('"streams"', json.dumps(space.name))
    text = text.replace("namespace=streams", f"namespace={space.name}")
    recorded = sorted(json.loads(text)["items"], key=lambda item: ORDER.index(item["kind"]))
    uids = {}
    for item in recorded:
        made = create(space, with_uids(item, uids))
        uids[item["metadata"]["uid"]] = made["metadata"]["uid"]
    return recorded


def with_uids(item, uids):
    text = json.dumps(item)
    for old, new in uids.items():
        text = text.replace(old, new)
    return json.loads(text)


def create(space, item):
    resource = space.cluster.resource(item["kind"])
    body = {key: value for key, value in item.items() if key != "status"}
    for field in "uid", "resourceVersion", "managedFields", "creationTimestamp", "generation":
        body["metadata"].pop(field, None)
    if item["kind"] == "Job":
        del body["spec"]["selector"]
        for label in JOB_LABELS:
            body["spec"]["template"]["metadata"]["labels"].pop(label, None)
    made = resource.create(body=body, namespace=space.name, field_manager=MANAGER)
    if item["kind"] in ("Function", "Source", "Sink", "FunctionMesh"):
        # Its generation counts anew here: the recorded operator had seen the last one.
        status = {**item["status"], "observedGeneration": made.metadata.generation}
        resource.subresources["status"].replace(
            body={**made.to_dict(), "status": status}, name=made.metadata.name,
            namespace=space.name, field_manager=MANAGER)
    return made.to_dict()
