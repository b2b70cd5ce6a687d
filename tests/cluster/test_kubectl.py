"""What somebody who knows kubectl expects of it, with an operator at work (the definitions by
themselves: test_definitions.py; kubectl scale: test_scaling.py)."""

import json
import re
import subprocess
import threading
import time

import pytest

from cluster import wait_until
from resources import backend_config, config_map, function, mesh, sink, source, topic
from test_scaling import AUTOSCALED, wait_scaled

SLOW = {"pod": {"annotations": {"fake/start-after": "2s"}}}
KINDS = "function", "source", "sink", "functionmesh", "backendconfig"


def undescribed(schema, path):
    """The fields without a description, but for those of Kubernetes' own types."""
    if "Kubernetes type" in schema.get("description", ""):
        return
    for name, field in (schema.get("properties") or {}).items():
        if not field.get("description"):
            yield f"{path}.{name}"
        yield from undescribed(field, f"{path}.{name}")
    for inner in schema.get("items"), schema.get("additionalProperties"):
        if isinstance(inner, dict):
            yield from undescribed(inner, path + "[]")


def test_every_field_of_ours_is_explained(cluster):
    served = json.loads(cluster.kubectl(
        "get", "--raw", "/openapi/v3/apis/compute.functionmesh.io/v1alpha1").stdout)
    checked = 0
    for name, schema in served["components"]["schemas"].items():
        kinds = schema.get("x-kubernetes-group-version-kind") or [{}]
        if kinds[0].get("group") == "compute.functionmesh.io" and not name.endswith("List"):
            assert schema["description"], name
            for part in "spec", "status":
                missing = list(undescribed(schema["properties"][part], f"{name}.{part}"))
                assert not missing, missing
            checked += 1
    assert checked == len(KINDS)


def test_explain_goes_down_to_the_last_field(space):
    for path, says in ("function.spec.input.sourceSpecs", "Topics to read, by name"),\
            ("functionmesh.spec.functions.input.sourceSpecs.receiverQueueSize", "fetched ahead"),\
            ("sink.spec.deadLetterTopic", "DESCRIPTION"), ("fn.status.phase", "Ready"),\
            ("backendconfig.spec", "FIELDS"), ("src.spec.pod.securityContext", "PodSecurityContext"):
        said = space.kubectl("explain", path).stdout
        assert says in said and "FIELD" in said, said


def test_wide_columns_of_meshes_and_backend_configs_are_filled(space, operator):
    operator()
    space.apply(config_map(), mesh("m", ["a", "b"]), backend_config("backend-config"))
    space.wait_phase("FunctionMesh", "m")
    row = space.kubectl("get", "mesh", "-o", "wide", "--no-headers").stdout.split(maxsplit=5)
    assert row[:4] == ["m", "2", "2", "Ready"] and "2 of 2" in row[5], row
    header, row = space.kubectl("get", "backendconfig").stdout.splitlines()
    assert header.split()[0] == "NAME" and row.split()[0] == "backend-config"


def events_of(page):
    """The rows below `Events:` as (type, reason, message)."""
    rows = page.split("\nEvents:")[1].splitlines()[3:]
    return [(row.split()[0], row.split()[1], row.split("functionmesh", 1)[1].strip())
            for row in rows if row.strip()]


def test_describe_tells_what_happened_and_why(space, operator):
    operator()
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    space.apply(function("f", funcConfig={"secret": "hidden"},
                         pod={"annotations": {"fake/fail": "true"}}))
    space.wait_phase("Function", "f", "Degraded")
    wait_until(lambda: space.events("f", "Degraded"), "an event Degraded")
    page = space.kubectl("describe", "fn", "f").stdout
    found = events_of(page)
    assert {"Created", "Ready", "RolledOut", "Degraded"} <= {reason for _, reason, _ in found}, page
    for kind, reason, message in found:
        assert (kind == "Warning") == (reason in ("Degraded", "InstanceRestarted")), page
        assert message and "{" not in message and "hidden" not in message, page
    assert any(reason == "RolledOut" and message.startswith("the spec changed: spec.template")
               for _, reason, message in found), page
    assert "f-function-0: CrashLoopBackOff" in page.split("\nStatus:")[1], page
    assert "Degraded" in space.kubectl("events", "--for=function/f").stdout


def test_wait_ends_when_it_is_true_and_not_before(space, operator):
    operator()
    space.apply(config_map(), function("f", **SLOW), mesh("m", {"a": SLOW}))
    wait = ("wait", "--timeout=30s")
    space.kubectl(*wait, "fn/f", "--for=jsonpath={.status.phase}=Ready")
    assert space.get("Pod", "f-function-0")["status"]["containerStatuses"][0]["ready"]
    space.kubectl(*wait, "fn/f", "--for=jsonpath={.status.conditions.StatefulSet.status}=True")
    space.kubectl(*wait, "fn/f", "--for=jsonpath={.status.readyReplicas}=1")
    space.kubectl(*wait, "mesh/m", "--for=jsonpath={.status.condition.status}=True")
    space.kubectl(*wait, "fn,mesh", "--all", "--for=jsonpath={.status.phase}=Ready")
    assert space.kubectl("wait", "fn/f", "--for=jsonpath={.status.phase}=Stopped", "--timeout=1s",
                         check=False).returncode == 1
    # After a change: first that it was seen, then that it is done.
    before = space.pods("f")
    space.apply(function("f", logTopic=topic("logs"), **SLOW))
    space.kubectl(*wait, "fn/f", "--for=jsonpath={.status.observedGeneration}=2")
    space.kubectl(*wait, "fn/f", "--for=jsonpath={.status.phase}=Ready")
    assert space.pods("f") != before
    space.kubectl("delete", "fn/f", "--wait=false")
    space.kubectl(*wait, "fn/f", "--for=delete")


def test_rollout_status_follows_a_change(space, operator):
    operator()
    space.apply(config_map(), function("f", replicas=2))
    space.wait_phase("Function", "f")
    before = space.pods("f")
    space.apply(function("f", replicas=2, logTopic=topic("logs"), **SLOW))
    space.kubectl("wait", "fn/f", "--for=jsonpath={.status.observedGeneration}=2", "--timeout=9s")
    space.kubectl("rollout", "status", "statefulset/f-function", "--timeout=60s")
    after = space.pods("f")
    assert len(after) == 2 and not before.items() & after.items()
    space.wait_phase("Function", "f", seconds=5)
    space.apply(function("f", replicas=2, pod={"annotations": {"fake/fail": "true"}}))
    space.kubectl("wait", "fn/f", "--for=jsonpath={.status.observedGeneration}=3", "--timeout=9s")
    stuck = space.kubectl("rollout", "status", "statefulset/f-function", "--timeout=3s", check=False)
    assert stuck.returncode != 0
    assert len(space.kubectl("rollout", "history", "statefulset/f-function").stdout.split("\n")) > 3


def test_diff_is_empty_after_apply_and_tells_a_change(space, operator):
    operator()
    files = [config_map(), backend_config("backend-config", pod={"labels": {"team": "a"}}),
             function("f", maxReplicas=3, windowConfig={
                 "actualWindowFunctionClassName": "example.Window", "windowLengthCount": 2}),
             source("s"), sink("k"), mesh("m", ["a"])]
    space.apply(*files)
    for kind, name in ("Function", "f"), ("Source", "s"), ("Sink", "k"), ("FunctionMesh", "m"):
        space.wait_phase(kind, name)
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": files})
    # The mesh's lists belong as a whole to who applied them first.
    for how in [], ["--server-side", "--field-manager=other", "--force-conflicts"]:
        space.kubectl("diff", *how, "-f", "-", stdin=text)  # 0 is: no difference
    changed = {**files[3], "spec": {**files[3]["spec"], "className": "example.Other"}}
    told = space.kubectl("diff", "-f", "-", stdin=json.dumps(changed), check=False)
    assert told.returncode == 1
    lines = [line for line in told.stdout.splitlines() if line[0] in "+-" and line[1] not in "+-"]
    assert len(lines) == 4 and any("className: example.Other" in line for line in lines), told.stdout


def server_side(space, resource, *options, check=True):
    return space.kubectl("apply", "--server-side", "--field-manager=tool", "-f", "-", *options,
                         stdin=json.dumps(resource), check=check)


def test_another_manager_keeps_what_is_its_own(space, operator):
    operator()
    space.apply(config_map())
    server_side(space, function("f", labels={"team": "a", "tier": "b"}))
    space.wait_phase("Function", "f")
    # What it does not name any more goes, though we wrote the status meanwhile.
    server_side(space, function("f", labels={"tier": "b"}))
    assert space.get("Function", "f")["metadata"]["labels"] == {"tier": "b"}
    stateful_set = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {
        "name": "f-function", "annotations": {"tool/note": "1"}, "labels": {"tool": "x"}}}
    server_side(space, stateful_set, "--validate=false")
    space.apply(function("other"))
    space.wait_phase("Function", "other")
    metadata = space.get("StatefulSet", "f-function")["metadata"]
    assert metadata["annotations"]["tool/note"] == "1" and metadata["labels"]["tool"] == "x"
    refused = server_side(space, {**stateful_set, "spec": {"replicas": 5}},
                          "--validate=false", check=False)
    assert 'conflict with "functionmesh"' in refused.stderr and ".spec.replicas" in refused.stderr
    assert not space.events("f", "Healed")


def owned_but_not_set(fields, value, path):
    for key, inner in fields.items():
        if key.startswith("f:"):
            name = key[2:]
            if not isinstance(value, dict) or name not in value:
                yield f"{path}.{name}"
            else:
                yield from owned_but_not_set(inner, value[name], f"{path}.{name}")


def test_we_own_what_we_set_and_nothing_else(space, operator, program, tmp_path):
    operator()
    made = function("f", maxReplicas=2)
    space.apply(config_map(), made)
    space.wait_phase("Function", "f")
    file = tmp_path / "f.json"
    file.write_text(json.dumps(made))
    rendered = json.loads(subprocess.run(
        [program, "render", "-f", file, "-o", "json"], capture_output=True, check=True).stdout)
    checked = 0
    for wanted in rendered["items"]:
        live = space.get(wanted["kind"], wanted["metadata"]["name"])
        if not live or wanted["kind"] == "Function":
            continue
        ours, = [m for m in live["metadata"]["managedFields"] if m["manager"] == "functionmesh"]
        assert ours["operation"] == "Apply"
        assert not list(owned_but_not_set(ours["fieldsV1"]["f:spec"], wanted["spec"], "spec"))
        checked += 1
    assert checked == 3  # StatefulSet, Service, HorizontalPodAutoscaler
    ours = [m for m in space.get("Function", "f")["metadata"]["managedFields"]
            if m["manager"] == "functionmesh"]
    # An autoscaler needs a number to begin with; nobody gave one.
    assert [m["fieldsV1"].get("f:spec") for m in ours] == [{"f:replicas": {}}, None], ours
    assert list(ours[1]["fieldsV1"]) == ["f:status"], ours


class Gitops:
    """A tool that applies the same files every two seconds, as long as it is entered."""

    def __init__(self, space, files, *how):
        self.space, self.how = space, how
        self.text = json.dumps({"apiVersion": "v1", "kind": "List", "items": files})
        self.rounds, self.failed = 0, []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._work)

    def apply(self):
        return self.space.kubectl("apply", *self.how, "-f", "-", stdin=self.text, check=False)

    def _work(self):
        while not self.ended.wait(2):
            done = self.apply()
            if done.returncode:
                self.failed.append(done.stderr)
            self.rounds += 1

    def __enter__(self):
        assert self.apply().returncode == 0
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def wait_rounds(self, count=3):
        end = self.rounds + count
        wait_until(lambda: self.rounds >= end, f"{count} rounds", 30)


class ReplicasSeen:
    """All numbers of instances that a StatefulSet was ever to have, in order."""

    def __init__(self, space, name):
        self.watch = subprocess.Popen(
            [space.cluster.programs / "kubectl", "--kubeconfig", space.cluster.kubeconfig, "-n",
             space.name, "get", "statefulset", name, "--watch", "-o", "jsonpath={.spec.replicas} "],
            stdout=subprocess.PIPE, text=True)

    def finish(self):
        self.watch.terminate()
        numbers = list(map(int, self.watch.communicate()[0].split()))
        return [n for at, n in enumerate(numbers) if at == 0 or numbers[at - 1] != n]


def writes_of(operator):
    """How many requests it made that write something."""
    return sum(int(count) for count in re.findall(
        r'api_requests_total{verb="(?:POST|PUT|PATCH|DELETE)",[^}]*} (\d+)', operator.metrics()))


def versions_of(space):
    kinds = "FunctionMesh", "Function", "Source", "StatefulSet", "Service"
    found = {(kind, o["metadata"]["name"]): o["metadata"]["resourceVersion"]
             for kind in kinds for o in space.list(kind)}
    scalers = {o["metadata"]["name"]: o["spec"] for o in space.list("HorizontalPodAutoscaler")}
    return found, scalers


@pytest.mark.parametrize("how", [
    (), ("--server-side", "--field-manager=gitops")], ids=["client-side", "server-side"])
def test_files_applied_again_and_again_while_an_autoscaler_scales(space, operator, how):
    """One that writes what is there already writes nothing, and makes us write nothing."""
    running = operator()
    space.wait_alone()
    files = [config_map(), function("f", labels={"app": "x"}, **AUTOSCALED), source("s"),
             mesh("m", {"a": {"replicas": 1, **AUTOSCALED}, "b": {}})]
    del files[1]["metadata"]["annotations"]  # empty: written again at each server-side apply

    def nothing_is_written(tool):
        before = None

        def at_rest():
            nonlocal before
            last, before = before, (writes_of(running), versions_of(space))
            return last == before

        wait_until(at_rest, "rest", 30, 3)  # events are told when nothing else is to be done
        tool.wait_rounds()
        after = writes_of(running), versions_of(space)
        assert after == before, space.kubectl("get", "events").stdout

    with Gitops(space, files, *how) as tool:
        for kind, name in ("Function", "f"), ("Source", "s"), ("FunctionMesh", "m"):
            space.wait_phase(kind, name)
        seen = [ReplicasSeen(space, name) for name in ("f-function", "m-a-function")]
        nothing_is_written(tool)
        before = writes_of(running)
        for amount, count in ("900m", 4), ("1m", 1):
            wait_scaled(space, "f", amount, count)
            wait_scaled(space, "m-a", amount, count)
            space.wait_phase("FunctionMesh", "m")
            nothing_is_written(tool)
        changes = [one.finish() for one in seen]
        after = writes_of(running)
    assert not tool.failed, tool.failed
    print(f"{tool.rounds} rounds, instances {changes}, {after - before} writes of the operator")
    for numbers in changes:
        top = numbers.index(4)
        assert numbers[0] == numbers[-1] == 1 and max(numbers) == 4
        assert numbers == sorted(set(numbers[:top])) + [4] + sorted(set(numbers[top + 1:]))[::-1]
