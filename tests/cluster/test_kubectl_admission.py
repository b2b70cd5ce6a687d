"""Files that a GitOps tool applies again and again, where admission fills in defaults at each."""

import json

import pytest

from resources import function, mesh, source
from test_admission import one, site, space  # noqa: F401
from test_kubectl import Gitops, versions_of


@pytest.mark.parametrize("how", [
    (), ("--server-side", "--field-manager=gitops")], ids=["client-side", "server-side"])
def test_what_is_filled_in_is_no_difference_and_what_was_scaled_stays(space, one, how):  # noqa: F811
    files = [function("f", maxReplicas=4), source("s"),
             mesh("m", {"a": {"maxReplicas": 4}, "b": {}})]
    for made in files:
        made["metadata"] = {"name": made["metadata"]["name"]}  # an empty map is a change
    with Gitops(space, files, *how) as tool:
        for kind, name in ("Function", "f"), ("Source", "s"), ("FunctionMesh", "m"):
            space.wait_phase(kind, name, seconds=60)
        space.kubectl("scale", "fn/f", "fn/m-a", "--replicas=3")
        for name in "f", "m-a":
            space.wait_pods(name, 3)
            space.wait_phase("Function", name)
        tool.wait_rounds(1)
        before = versions_of(space)
        tool.wait_rounds(3)
        assert versions_of(space) == before
        assert [space.get("Function", name)["spec"]["replicas"] for name in ("f", "m-a")] == [3, 3]
    assert not tool.failed, tool.failed
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": files})
    space.kubectl("diff", *how, "-f", "-", stdin=text)
