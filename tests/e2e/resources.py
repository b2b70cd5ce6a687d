"""Resources that tests are made of: small functions, and files that hold them."""

import yaml

SMALL = {"requests": {"cpu": "50m", "memory": "300Mi"}, "limits": {"cpu": "1", "memory": "300Mi"}}


def topic(name):
    return f"persistent://public/default/{name}"


def function(name, inputs, output=None, **spec):
    """A Function without a runtime; see java() and python()."""
    spec = {"input": {"topics": [topic(t) for t in inputs]}, "resources": SMALL,
            "pulsar": {"pulsarConfig": "pulsar"}, **spec}
    if output:
        spec["output"] = {"topic": topic(output)}
    return resource("Function", name, spec)


def java(class_name="Relay", jar="/pulsar/functions/examples.jar"):
    return {"className": f"functionmesh.examples.{class_name}", "java": {"jar": jar}}


def python(file):
    """The function class F of a Python file, which is looked for beside the resources."""
    return {"className": f"{file.removesuffix('.py')}.F", "python": {"py": f"/pulsar/{file}"}}


def mesh(name, functions):
    entries = [{**f["spec"], "name": f["metadata"]["name"]} for f in functions]
    return resource("FunctionMesh", name, {"functions": entries})


def resource(kind, name, spec):
    return {"apiVersion": "compute.functionmesh.io/v1alpha1", "kind": kind,
            "metadata": {"name": name}, "spec": spec}


def config_map(name, data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def write(folder, resources, name="resources.yaml"):
    """Writes them into one file below a folder, and swaps it in whole; returns its path."""
    path, fresh = folder / name, folder / f".{name}.new"
    fresh.write_text(yaml.safe_dump_all(resources, sort_keys=False))
    fresh.rename(path)
    return path


RELAY = """
from pulsar import Function

class F(Function):
    def process(self, message, context):
        return message
"""

TAG = """
from pulsar import Function

class F(Function):
    def process(self, message, context):
        return f"{message}{context.get_user_config_value('tag')}"
"""

RAISES_AT_START = "raise RuntimeError('this function cannot start')\n"

ENDS_WITH_0 = "import os\nos._exit(0)\n"
