"""Resources that tests are made of. The nodes are simulated, so no image or package is needed."""

from cluster import OURS

SMALL = {"requests": {"cpu": "100m", "memory": "300Mi"}, "limits": {"cpu": "1", "memory": "300Mi"}}


def topic(name):
    return f"persistent://public/default/{name}"


def resource(kind, name, spec, **metadata):
    return {"apiVersion": OURS, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


def config_map(name="pulsar"):
    data = {"brokerServiceURL": "pulsar://127.0.0.1:1", "webServiceURL": "http://127.0.0.1:1"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def function_spec(**spec):
    return {"className": "example.Relay", "java": {"jar": "/pulsar/functions/example.jar"},
            "input": {"topics": [topic("in")]},
            "output": {"topic": topic("out")},
            "resources": SMALL, "pulsar": {"pulsarConfig": "pulsar"}, **spec}


def function(name, annotations=None, labels=None, **spec):
    metadata = {"annotations": annotations or {}, "labels": labels or {}}
    return resource("Function", name, function_spec(**spec), **metadata)


def source(name, **spec):
    return resource("Source", name, {
        "className": "example.Generator", "java": {"jar": "/pulsar/connectors/example.nar"},
        "sourceConfig": {}, "output": {"topic": topic("in")},
        "resources": SMALL, "pulsar": {"pulsarConfig": "pulsar"}, **spec})


def sink(name, **spec):
    return resource("Sink", name, {
        "className": "example.Printer", "java": {"jar": "/pulsar/connectors/example.nar"},
        "sinkConfig": {}, "input": {"topics": [topic("out")]},
        "resources": SMALL, "pulsar": {"pulsarConfig": "pulsar"}, **spec})


def mesh(name, functions, **spec):
    """Of the names of functions, or of name -> what differs in its spec."""
    entries = functions if isinstance(functions, dict) else {f: {} for f in functions}
    parts = [{**function_spec(**more), "name": name} for name, more in entries.items()]
    return resource("FunctionMesh", name, {"functions": parts, **spec})


def backend_config(name, **spec):
    return resource("BackendConfig", name, spec)


def env_of(stateful_set):
    """The environment of its main container that is given by value."""
    container = stateful_set["spec"]["template"]["spec"]["containers"][0]
    return {e["name"]: e["value"] for e in container.get("env", []) if "value" in e}
