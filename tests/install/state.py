"""What must be as it was after anything that is done to an installation."""

COMPONENTS = "Function", "Source", "Sink", "FunctionMesh"


def of(space):
    """Names and uids of all that runs, and how often each was changed: equal means that nothing was made
    anew, restarted or written by what happened in between."""
    found = {}
    for kind in (*COMPONENTS, "StatefulSet", "Service"):
        for one in space.list(kind):
            metadata = one["metadata"]
            found[kind, metadata["name"]] = metadata["uid"], metadata.get("generation")
    for pod in space.list("Pod"):
        found["Pod", pod["metadata"]["name"]] = pod["metadata"]["uid"], None
    return found


def definitions(cluster):
    """name -> uid: a definition that was made anew has lost all its resources."""
    return {one["metadata"]["name"]: one["metadata"]["uid"]
            for one in cluster.list("CustomResourceDefinition")
            if one["spec"]["group"] == "compute.functionmesh.io"}
