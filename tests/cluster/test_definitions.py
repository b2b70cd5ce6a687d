"""The resource definitions (deploy/crds) in a real API server; but for the last test no operator is at work."""

import copy
import json
import pathlib

import yaml

from cluster import OURS, wait_until
from resources import config_map, function, resource, sink, source

ROOT = pathlib.Path(__file__).parents[2]
RULES = json.loads((ROOT / "src/api/testdata/schema_rules.json").read_text())
MAKERS = {"Function": function, "Source": source, "Sink": sink}


def mesh(name, **lists):
    return resource("FunctionMesh", name, lists)


def merge(target, patch):
    """RFC 7396."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            target[key] = merge(dict(target.get(key) or {}), value)
        else:
            target[key] = value
    return target


def with_patch(kind, patch, name="x"):
    made = MAKERS[kind](name)
    merge(made["spec"], patch)
    return made


def create(space, made, *options, check=True):
    return space.kubectl("create", "-f", "-", *options, stdin=json.dumps(made), check=check)


def refusal(space, made):
    done = create(space, made, "--dry-run=server", check=False)
    return done.stderr if done.returncode else ""


def test_a_broken_rule_is_refused_in_the_words_of_validate(space):
    for rule in RULES:
        said = refusal(space, with_patch(rule["kind"], rule["patch"]))
        assert any(rule["field"] + ": " in line and rule["message"] in line
                   for line in said.splitlines()), f"{rule}: {said}"


def test_a_mesh_is_judged_by_its_parts(space):
    for rule in RULES:
        entry = with_patch(rule["kind"], rule["patch"])["spec"] | {"name": "part"}
        many = rule["kind"].lower() + "s"
        said = refusal(space, mesh("m", **{many: [entry]}))
        field = rule["field"].replace("spec", f"spec.{many}[0]", 1)
        assert f"{field}: " in said and rule["message"] in said, said
    said = refusal(space, mesh("m", functions=[function("f")["spec"]]))
    assert "spec.functions[0].name" in said and "is what the child is called" in said, said


def without_provider_config(value):
    """What nothing reads, and the API server has never kept."""
    if isinstance(value, dict):
        value.get("javaProvider", {}).pop("config", None)
        for inner in value.values():
            without_provider_config(inner)
    elif isinstance(value, list):
        for inner in value:
            without_provider_config(inner)


def recorded_resources():
    """Everything of the examples and the recorded cases that is in order."""
    for file in sorted([*ROOT.glob("examples/**/*.yaml"),
                        *ROOT.glob("tests/conformance/cases/*/input.yaml")]):
        expected = file.parent / "expected.json"
        if expected.exists() and json.loads(expected.read_text())["rejectedAt"]:
            continue
        for made in yaml.safe_load_all(file.read_text()):
            if made and made["apiVersion"] == OURS:
                without_provider_config(made)
                yield {**made, "metadata": {"name": made["metadata"]["name"]}}


def test_everything_in_order_is_taken_with_no_field_unknown(space):
    items = list(recorded_resources())
    assert len(items) > 300
    listed = {"apiVersion": "v1", "kind": "List", "items": items}
    create(space, listed, "--dry-run=server", "--validate=strict", "--request-timeout=60s")


def test_kubernetes_types_are_judged_in_full(space):
    for patch, said in [
        ({"pod": {"sidecars": [{"image": "a"}]}}, "spec.pod.sidecars[0].name: Required"),
        ({"pod": {"sidecars": [{"name": "a", "imagePullPolicy": "Sometimes"}]}}, "Sometimes"),
        ({"pod": {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s"}}}]}},
         "spec.pod.env[0].valueFrom.secretKeyRef.key: Required"),
        ({"pod": {"startupProbe": {"httpGet": {"port": True}}}}, "spec.pod.startupProbe.httpGet"),
        ({"resources": {"limits": {"cpu": "a lot"}}}, "spec.resources.limits.cpu"),
        ({"pod": {"affinity": {"nodeAffinity": {"wrong": 1}}}}, 'unknown field "spec.pod.affin'),
    ]:
        assert said in refusal(space, with_patch("Function", patch)), patch
    taken = {"pod": {"tolerations": [{"effect": "", "operator": "Exists"}],
                     "startupProbe": {"httpGet": {"port": "http"}}},
             "resources": {"limits": {"cpu": 1, "memory": "1.5Gi"}}}
    assert refusal(space, with_patch("Function", taken)) == ""


def test_volumes_cannot_be_changed(space):
    claim = {"metadata": {"name": "data"}, "spec": {
        "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    space.apply(function("f", volumeClaimTemplates=[claim]))
    space.apply(function("f", volumeClaimTemplates=[claim], logTopic="logs"))
    claim["spec"]["resources"]["requests"]["storage"] = "2Gi"
    larger = function("f", volumeClaimTemplates=[claim])
    done = space.kubectl("apply", "-f", "-", stdin=json.dumps(larger), check=False)
    assert "spec.volumeClaimTemplates" in done.stderr and "cannot be changed" in done.stderr
    done = space.kubectl("apply", "-f", "-", stdin=json.dumps(function("f")), check=False)
    assert "cannot be changed" in done.stderr
    space.delete("Function", "f")


def as_before_us(definition):
    """As others served it: no rules, no columns, and a webhook that is there no longer."""
    def strip(schema):
        if isinstance(schema, dict):
            for key in ("x-kubernetes-validations", "maxItems"):
                schema.pop(key, None)
            for value in schema.values():
                strip(value)
    before = copy.deepcopy(definition)
    version = before["spec"]["versions"][0]
    strip(version["schema"])
    version.pop("additionalPrinterColumns")
    before["spec"]["conversion"] = {"strategy": "Webhook", "webhook": {
        "conversionReviewVersions": ["v1"],
        "clientConfig": {"service": {"namespace": "default", "name": "gone", "path": "/convert"}}}}
    return before


def test_what_is_stored_and_not_in_order_goes_on(cluster, space):
    ours = list(yaml.safe_load_all((ROOT / "deploy/crds/crds.yaml").read_text()))
    broken = with_patch("Function", {"maxReplicas": 5, "pod": {"vpa": {}}}, "f")
    broken["metadata"]["finalizers"] = ["example.com/wait"]
    broken_mesh = mesh("m", functions=[{**broken["spec"], "name": "a"}])
    try:
        cluster.kubectl("replace", "-f", "-", stdin=json.dumps(
            {"apiVersion": "v1", "kind": "List", "items": [as_before_us(one) for one in ours]}))
        wait_until(lambda: not refusal(space, broken) and not refusal(space, broken_mesh),
                   "definitions without rules")
        create(space, broken)
        create(space, broken_mesh)
    finally:
        cluster.kubectl("apply", "-f", ROOT / "deploy/crds")
    wait_until(lambda: refusal(space, broken) and refusal(space, broken_mesh), "our definitions")

    status = json.dumps({"status": {"phase": "Failed", "message": "not in order"}})
    for what in ("function.compute.functionmesh.io/f", "functionmesh/m"):
        space.kubectl("patch", what, "--subresource=status", "--type=merge", "-p", status)
        space.kubectl("annotate", what, "a=b")
    space.kubectl("scale", "function.compute.functionmesh.io/f", "--replicas=3")
    space.patch("Function", "f", {"spec": {"logTopic": "logs"}})
    done = space.kubectl("patch", "function.compute.functionmesh.io/f", "--type=merge", "-p",
                         '{"spec": {"minReplicas": 9}}', check=False)
    assert "must be at most maxReplicas" in done.stderr
    space.patch("Function", "f", {"metadata": {"finalizers": None}})
    space.delete("Function", "f")
    space.delete("FunctionMesh", "m")


def test_files_applied_again_leave_alone_what_others_set(space):
    """As a GitOps tool does it, while an autoscaler scales."""
    made = json.dumps(function("f", pod={"env": [{"name": "A", "value": "b"}]}))
    apply = ["apply", "--server-side", "--field-manager=gitops", "-f", "-"]
    space.kubectl(*apply, stdin=made)
    space.kubectl("scale", "fn/f", "--replicas=3")
    generation = space.get("Function", "f")["metadata"]["generation"]
    space.kubectl(*apply, stdin=made)
    found = space.get("Function", "f")
    assert found["spec"]["replicas"] == 3
    assert found["metadata"]["generation"] == generation
    space.kubectl("diff", "--server-side", "--field-manager=gitops", "-f", "-", stdin=made)
    space.kubectl("wait", "fn/f", "--for=jsonpath={.spec.replicas}=3", "--timeout=5s")


def test_kubectl_explains_every_field(space):
    said = space.kubectl("explain", "functions.spec.input.sourceSpecs").stdout
    assert "receiverQueueSize" in said and "fetched ahead" in said
    assert "Kubernetes type: Affinity" in space.kubectl("explain", "sink.spec.pod.affinity").stdout
    assert "What comes next" in space.kubectl("explain", "fn.status.conditions").stdout


def test_kubectl_get_tells_the_state(space):
    space.apply(function("f"), mesh("m", functions=[{**function("f")["spec"], "name": "f"}]))
    space.kubectl("patch", "fn/f", "--subresource=status", "--type=merge", "-p", json.dumps(
        {"status": {"phase": "Degraded", "replicas": 3, "readyReplicas": 2, "runtime": "java",
                    "inputs": "in", "output": "out", "message": "one crashes"}}))
    lines = space.kubectl("get", "fn").stdout.splitlines()
    assert lines[0].split() == ["NAME", "READY", "REPLICAS", "PHASE", "AGE"]
    assert lines[1].split()[:4] == ["f", "2", "3", "Degraded"]
    wide = space.kubectl("get", "fn", "-o", "wide").stdout.splitlines()
    assert wide[0].split()[5:] == ["RUNTIME", "INPUTS", "OUTPUT", "MESSAGE"]
    assert wide[1].endswith("one crashes")
    lines = space.kubectl("get", "mesh").stdout.splitlines()
    assert lines[0].split() == ["NAME", "READY", "COMPONENTS", "PHASE", "AGE"]
    space.apply(source("s"), sink("k"))
    names = space.kubectl("get", "fn,src,snk,mesh", "-o", "name").stdout.split()
    assert [name.split("/")[1] for name in names] == ["f", "s", "k", "m"]
    names = space.kubectl("get", "function-mesh", "-o", "name").stdout.split()
    assert sorted(name.split("/")[1] for name in names) == ["f", "k", "m", "s"]
    space.kubectl("get", "functionmesh", "m")


def test_the_operator_fills_every_column(space, operator):
    operator()
    space.apply(config_map(), function("f", replicas=2), source("s"), sink("k"))
    for kind, name in [("Function", "f"), ("Source", "s"), ("Sink", "k")]:
        space.wait_phase(kind, name)
    topics = ["persistent://public/default/in", "persistent://public/default/out"]
    for kind, name, columns in [("fn", "f", ["2", "2", "Ready", None, "java", *topics]),
                                ("src", "s", ["1", "1", "Ready", None, "java", "Generator", topics[0]]),
                                ("snk", "k", ["1", "1", "Ready", None, "java", topics[1], "Printer"])]:
        line = space.kubectl("get", kind, name, "-o", "wide", "--no-headers").stdout
        shown = line.split()
        assert all(want in (None, have) for want, have in zip([name, *columns], shown)), line
        assert line.strip().endswith("ready"), line
