"""`functionmesh plan`: what it says is what then happens, and it never writes."""

import json
import subprocess

import pytest
import yaml

from cluster import wait_until
from resources import backend_config, config_map, function, mesh, topic

CHANGES = 3


class Planner:
    """Plans, and applies, the resources of a space."""

    def __init__(self, program, space, kubeconfig):
        self.program, self.space, self.kubeconfig = program, space, kubeconfig

    def run(self, *resources, flags=()):
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(resources)})
        return subprocess.run(
            [self.program, "plan", "-f", "-", "--kubeconfig", self.kubeconfig,
             "-n", self.space.name, *flags],
            input=text, capture_output=True, text=True, timeout=60)

    def plan(self, *resources):
        """The exit code, and the plan by object."""
        done = self.run(*resources, flags=("-o", "json"))
        assert done.stdout, done.stderr
        told = json.loads(done.stdout)
        told["by"] = {short(r["object"]): r for r in told["resources"]}
        return done.returncode, told


def short(name):
    """Function/space/f -> Function/f"""
    kind, _, name = name.split("/")
    return f"{kind}/{name}"


KINDS = "Function", "Source", "Sink", "FunctionMesh", "BackendConfig", "StatefulSet", "Service", \
    "HorizontalPodAutoscaler"


def objects(space):
    """What there is, without what changes by itself."""
    return {f"{kind}/{o['metadata']['name']}": (o.get("spec"), o["metadata"].get("labels"))
            for kind in KINDS for o in space.list(kind)}


def pods(space):
    return {p["metadata"]["name"]: p["metadata"]["uid"] for p in space.list("Pod")}


def written(told):
    """object -> action of all that the plan names."""
    all = {}
    for one in told["resources"]:
        all[short(one["object"])] = one["action"]
        for other in one["objects"]:
            all[short(other["object"])] = other["action"]
    return {name: action for name, action in all.items() if action != "same"}


def settled(space):
    """Waits until the operator has done all it will, and the pods are there."""
    def done():
        resources = [r for kind in ("Function", "FunctionMesh") for r in space.list(kind)]
        return all((r.get("status") or {}).get("phase") in ("Ready", "Stopped") and
                   r["status"].get("observedGeneration") == r["metadata"]["generation"] and
                   not r["metadata"].get("deletionTimestamp") for r in resources)
    wait_until(done, lambda: f"all ready: {space.kubectl('get', 'fn,mesh,sts').stdout}", 60)
    for name in [s["metadata"]["name"] for s in space.list("StatefulSet")]:
        space.kubectl("rollout", "status", f"statefulset/{name}", "--timeout=60s")
    wanted = sum(s["spec"]["replicas"] for s in space.list("StatefulSet"))
    wait_until(lambda: len(pods(space)) == wanted, "as many pods as wanted")


def compare(space, told, before, pods_before):
    """The plan against what happened."""
    after = objects(space)
    happened = {}
    for name in before.keys() | after.keys():
        if name not in before:
            happened[name] = "create"
        elif name not in after:
            happened[name] = "delete"
        elif before[name] != after[name]:
            happened[name] = "change"
    assert written(told) == happened
    now = pods(space)
    restarted = {n for n in pods_before.keys() & now.keys() if pods_before[n] != now[n]}
    assert {p for r in told["resources"] for p in r["instances"]["restart"]} == restarted
    count = lambda key: sum(r["instances"][key] for r in told["resources"])
    assert count("start") == len(now.keys() - pods_before.keys())
    assert count("stop") == len(pods_before.keys() - now.keys())
    assert count("keep") == len([n for n in now if pods_before.get(n) == now[n]])


@pytest.fixture
def planner(program, cluster, space, operator):
    operator()
    space.apply(config_map())
    return Planner(program, space, cluster.kubeconfig)


def apply_and_compare(planner, *resources):
    space = planner.space
    before, pods_before = objects(space), pods(space)
    code, told = planner.plan(*resources)
    assert code == CHANGES, told
    space.apply(*resources)
    settled(space)
    compare(space, told, before, pods_before)
    code, again = planner.plan(*resources)
    assert code == 0 and not again["changes"], again
    return told["by"]


def test_the_life_of_a_function_happens_as_planned(planner):
    f = function("f", replicas=2)
    told = apply_and_compare(planner, f)
    assert told["Function/f"]["action"] == "create"

    told = apply_and_compare(planner, function("f", replicas=3))
    assert told["Function/f"]["fields"] == [{"path": "spec.replicas", "from": 2, "to": 3}]

    changed = function("f", replicas=3, className="example.Other", maxReplicas=5,
                       pod={"labels": {"team": "a"}})
    told = apply_and_compare(planner, changed)
    assert "spec changed" in told["Function/f"]["instances"]["reason"]
    assert len(told["Function/f"]["instances"]["restart"]) == 3

    told = apply_and_compare(planner, function("f", replicas=3, className="example.Other"))
    assert {"path": "spec.maxReplicas", "from": 5} in told["Function/f"]["fields"]
    assert {short(o["object"]): o["action"] for o in told["Function/f"]["objects"]}[
        "HorizontalPodAutoscaler/f-function"] == "delete"


def test_the_children_of_a_mesh_happen_as_planned(planner):
    apply_and_compare(planner, mesh("m", {"a": {}, "b": {"replicas": 2}, "c": {"logTopic": topic("l")}}))
    told = apply_and_compare(planner, mesh("m", {
        "b": {"replicas": 2, "output": {"topic": topic("elsewhere")}}, "c": {}, "d": {}}))
    assert {name: told[f"Function/m-{name}"]["action"] for name in "abcd"} == {
        "a": "delete", "b": "change", "c": "change", "d": "create"}
    assert told["Function/m-b"]["fields"] == [
        {"path": "spec.output.topic", "from": topic("out"), "to": topic("elsewhere")}]
    assert told["Function/m-c"]["fields"] == [{"path": "spec.logTopic", "from": topic("l")}]


def test_a_backend_config_restarts_whom_it_says(planner):
    apply_and_compare(planner, function("f"), function("g"))
    space = planner.space
    told = apply_and_compare(planner, backend_config("backend-config", autoUpdate=True, env={"A": "1"}))
    assert len(told["Function/f"]["instances"]["restart"]) == 1
    code, told = planner.plan(backend_config("backend-config", autoUpdate=False, env={"A": "2"}))
    assert code == CHANGES
    assert space.list("BackendConfig")[0]["spec"]["env"] == {"A": "1"}


@pytest.fixture
def reader(cluster, space):
    """A kubeconfig that may read what plan needs of the space, and nothing else: no Secrets."""
    space.kubectl("create", "serviceaccount", "reader")
    space.kubectl("create", "role", "reader", "--verb=get,list", "--resource=functions,sources,"
                  "sinks,functionmeshes,backendconfigs,statefulsets.apps,services,pods,configmaps,"
                  "jobs.batch,horizontalpodautoscalers.autoscaling")
    space.kubectl("create", "rolebinding", "reader", "--role=reader",
                  f"--serviceaccount={space.name}:reader")
    token = space.kubectl("create", "token", "reader").stdout.strip()
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    config["users"] = [{"name": "reader", "user": {"token": token}}]
    for context in config["contexts"]:
        context["context"]["user"] = "reader"
    path = cluster.folder / f"reader-{space.name}"
    path.write_text(yaml.safe_dump(config))
    return path


def test_who_may_only_read_gets_the_same_plan(planner, program, reader):
    planner.space.apply(function("f"))
    settled(planner.space)
    changed = function("f", className="example.Other", pulsar={
        "pulsarConfig": "pulsar", "authSecret": "credentials"})
    _, all_rights = planner.plan(changed)
    before = objects(planner.space)
    code, told = Planner(program, planner.space, reader).plan(changed)
    assert told["resources"] == all_rights["resources"]
    checks = {c["subject"].split("/")[0]: c for c in told["checks"] if "Secret" in c["subject"]}
    assert checks["Secret"]["message"] == "no right to see whether it exists"
    assert any("other namespaces" in c["subject"] for c in told["checks"])
    assert code == CHANGES
    assert objects(planner.space) == before


def checks_of(told, kind="problem"):
    return {c["subject"].replace("/" + c["subject"].split("/")[1], "", 1): c["message"]
            for c in told["checks"] if c["result"] == kind}


def test_what_is_missing_is_a_problem(planner):
    code, told = planner.plan(function(
        "f", pulsar={"pulsarConfig": "absent"},
        secretsMap={"key": {"path": "vault", "key": "no-such"}}))
    assert code == 1 and told["problems"]
    assert {"ConfigMap/absent", "Secret/vault"} <= checks_of(told).keys()
    with_them = [function("f", pulsar={"pulsarConfig": "absent"}), config_map("absent")]
    code, told = planner.plan(*with_them)
    assert code == CHANGES and checks_of(told, "ok")["ConfigMap/absent"] == "comes with these files"
    planner.space.kubectl("create", "secret", "generic", "vault", "--from-literal=other=x")
    code, told = planner.plan(function("f", secretsMap={"key": {"path": "vault", "key": "no-such"}}))
    assert "no key no-such" in checks_of(told)["Secret/vault"]


def test_a_subscription_of_two_types_is_a_problem(planner):
    planner.space.apply(function("f", subscriptionName="s"))
    settled(planner.space)
    code, told = planner.plan(function("g", subscriptionName="s", retainKeyOrdering=True))
    assert code == 1
    message, = [m for s, m in checks_of(told).items() if s.startswith("subscription s of")]
    assert "Key_Shared" in message and "Shared" in message
    code, told = planner.plan(function("g", subscriptionName="s"))
    assert code == CHANGES and any("share it" in m for m in checks_of(told, "warning").values())


def test_the_text_fits_a_terminal_and_says_when_nothing_changes(planner):
    planner.space.apply(function("f"))
    settled(planner.space)
    text = planner.run(function("f"), function("new")).stdout
    assert "+ create  Function/" in text and "1 to create, 0 to change, 0 to delete" in text
    done = planner.run(function("f"))
    assert done.returncode == 0 and "nothing changes; 0 instances restart, 1 not touched" in done.stdout
    assert planner.run(function("f"), flags=["--nonsense"]).returncode == 2
    done = planner.run(function("f", className=7))
    assert done.returncode == 1 and "spec.className" in done.stderr
