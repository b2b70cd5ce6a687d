"""`kubectl mesh` and `functionmesh plan` where there are kubelets and a Pulsar to ask; docs/kubectl-mesh.md."""

import collections
import json
import re
import threading

from cluster import wait_until
from plugin import Plugin
from test_mesh import PARTS, decade_line, lines_of, mesh, must_come  # noqa: F401


class Follower:
    """What a command prints, as it comes."""

    def __init__(self, process):
        self.process, self.lines = process, []
        threading.Thread(target=lambda: [self.lines.append(l.rstrip("\n")) for l in process.stdout],
                         daemon=True).start()

    def of(self, pod):
        return [l.removeprefix(f"[{pod}] ") for l in self.lines if l.startswith(f"[{pod}] ")]


def page_with_rates(plugin):
    page = plugin.run("describe", "mesh", "people")
    return "Not known" not in page and page


def test_a_page_logs_and_a_restart(mesh, program, cluster, messages, tmp_path):
    plugin = Plugin(program, cluster, tmp_path, mesh.name)
    follower = Follower(plugin.start("logs", "mesh", "people", "-f"))
    try:
        expected = lines_of(messages, 30)
        # An instance is ready a moment before it serves its metrics.
        page = wait_until(lambda: page_with_rates(plugin), lambda: plugin.run("describe", "mesh", "people"))
        assert re.search(r"function/people-summarize +Ready +1/1 +[\d.]+/s +[\d.]+/s +0 +\d+", page)

        before = {name: mesh.pods(name) for name in PARTS}
        assert "function/people-summarize restarts" in plugin.run("restart", "fn", "people-summarize")
        mesh.kubectl("rollout", "status", "statefulset/people-summarize-function", "--timeout=120s")
        mesh.wait_phase("FunctionMesh", "people", seconds=120)
        after = {name: mesh.pods(name) for name in PARTS}
        assert {n for n in PARTS if before[n] != after[n]} == {"people-summarize"}
        expected += lines_of(messages, 30)
        must_come(messages, "summaries", expected)
        must_come(messages, "decades", expected, decade_line)

        # The follower has all that the new instance wrote, once, after what the old one wrote.
        pod = "people-summarize-function-0"
        wrote = mesh.kubectl("logs", pod, "--tail=200").stdout.splitlines()
        assert len(wrote) > 1
        wait_until(lambda: wrote[-1] in follower.of(pod), "its last line", 20)
        heard = collections.Counter(follower.of(pod))
        missing = collections.Counter(wrote) - heard
        assert not missing, missing
        assert set(follower.of("people-generator-source-0")), follower.lines[:20]
    finally:
        follower.process.terminate()
    once = plugin.run("logs", "fn/people-summarize", "--tail", "2", "--timestamps").splitlines()
    assert len(once) == 2 and all(re.match(r"20\d\d-\d\d-\d\dT", line) for line in once), once


def test_a_plan_asks_pulsar(mesh, program, cluster, messages, tmp_path):
    plugin = Plugin(program, cluster, tmp_path, mesh.name)
    lines_of(messages, 5)
    function = {
        "apiVersion": "compute.functionmesh.io/v1alpha1", "kind": "Function",
        "metadata": {"name": "other"},
        "spec": {"className": "a.B", "input": {"topics": ["persistent://public/default/people"]},
                 "output": {"topic": "persistent://public/default/not-there"},
                 "retainOrdering": True, "subscriptionName": "public/default/people-summarize",
                 "java": {"jar": "/a.jar", "jarLocation": "function://public/default/nothing@1"},
                 "pulsar": {"pulsarConfig": "pulsar"}}}
    told = json.loads(plugin.run("plan", "-f", "-", "-o", "json", stdin=json.dumps(function), code=1))
    checks = {c["subject"]: (c["result"], c["message"]) for c in told["checks"]}
    print(checks)
    assert checks["topic persistent://public/default/people"][0] == "ok"
    assert checks["topic persistent://public/default/not-there"][0] == "note"
    assert checks["package function://public/default/nothing@1"][0] == "problem"
