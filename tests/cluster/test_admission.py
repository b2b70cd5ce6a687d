"""Admission by operators that run beside the cluster, as the API server asks for it."""

import base64
import json
import random
import socket
import ssl
import subprocess
import time

import pytest
import urllib3

from admission import HOST, NAMESPACE, SECRET, Load, Site, install, trusted
from cluster import OURS, Cluster, wait_until
from fixtures import DEFINITIONS
from resources import backend_config, config_map, function, mesh, sink, source
from space import Space

BAD_TOPIC = "a b://c"


@pytest.fixture(scope="module")
def site(request, program, tmp_path_factory):
    with Cluster(request.config.getoption("--kubernetes"), "--crds", DEFINITIONS) as cluster:
        # from a time without admission
        cluster.apply(function("stored", input={"topics": [BAD_TOPIC]}), namespace="default")
        one = Site(cluster, program, tmp_path_factory.mktemp("admission"))
        install(cluster, one.balancer.port)
        yield one
        one.stop_all()


@pytest.fixture
def one(site):
    """One operator that answers."""
    if not site.balancer.operators:
        site.start()
    site.answers()
    return site.balancer.operators[0]


@pytest.fixture
def space(site, one, request):
    name = request.node.name.removeprefix("test_").replace("_", "-")[:45].strip("-")
    space = Space(site.cluster, f"{name}-{random.randrange(16**4):04x}")
    space.apply(config_map())
    yield space
    space.remove()


def apply(space, made, *options):
    """`kubectl apply` of one resource: what it printed, errors and warnings."""
    done = space.kubectl("apply", *options, "-f", "-", stdin=json.dumps(made), check=False)
    return done.returncode, done.stdout + done.stderr


def test_defaults_are_filled_in_and_stay_out_of_the_way_of_files(space):
    made = function("f", funcConfig={"large": 9007199254740993})
    made["metadata"] = {"name": "f"}  # kubectl takes empty maps for a change
    assert apply(space, made) == (0, "function.compute.functionmesh.io/f created\n")
    found = space.get("Function", "f")
    for key, value in {"tenant": "public", "namespace": "default", "name": "f", "replicas": 1,
                       "autoAck": True, "clusterName": "kubernetes",
                       "processingGuarantee": "atleast_once"}.items():
        assert found["spec"][key] == value, key
    assert found["spec"]["input"] == {"topics": made["spec"]["input"]["topics"],
                                      "typeClassName": "[B"}
    assert "9007199254740993" in space.kubectl("get", "fn", "f", "-o", "json").stdout
    assert apply(space, made) == (0, "function.compute.functionmesh.io/f unchanged\n")
    assert space.kubectl("diff", "-f", "-", stdin=json.dumps(made)).stdout == ""
    for other, expected in (source("so"), "producerConf"), (sink("si"), "autoAck"):
        space.apply(other)
        assert expected in json.dumps(space.get(other["kind"], other["metadata"]["name"])["spec"])


def test_a_mesh_stays_as_it_was_written_and_its_parts_get_defaults(space):
    made = mesh("m", ["a", "b"])
    space.apply(made)
    child = wait_until(lambda: space.get("Function", "m-a"), "a child")
    assert child["spec"]["replicas"] == 1 and child["spec"]["tenant"] == "public"
    assert space.get("FunctionMesh", "m")["spec"]["functions"][0].keys() == {
        *made["spec"]["functions"][0], "minReplicas"}  # which the definition fills in
    space.wait_phase("FunctionMesh", "m")
    version = space.get("Function", "m-a")["metadata"]["generation"]
    time.sleep(3)
    assert space.get("Function", "m-a")["metadata"]["generation"] == version == 1


def test_what_is_wrong_is_refused_with_every_field(space):
    bad = function("f", input={"topics": [BAD_TOPIC]}, logTopic=BAD_TOPIC)
    code, said = apply(space, bad)
    assert code == 1 and said.startswith('The Function "f" is invalid: \n* spec.'), said
    assert "\n* spec.input.topics[0]: " in said and "\n* spec.logTopic: " in said, said
    assert space.get("Function", "f") is None
    for made in (source("x", output={"topic": BAD_TOPIC}), sink("x", input={"topics": [BAD_TOPIC]}),
                 mesh("x", {"a": {"logTopic": BAD_TOPIC}}), mesh("x" * 43, ["a"])):
        code, said = apply(space, made)
        assert code == 1 and f'The {made["kind"]} "x' in said, said

    space.apply(function("f"))
    code, said = apply(space, bad)
    assert code == 1 and "spec.logTopic: " in said, said
    done = space.kubectl("patch", "fn", "f", "--type=merge", "-p",
                         json.dumps({"spec": {"logTopic": BAD_TOPIC}}), check=False)
    assert done.returncode == 1 and "spec.logTopic: " in done.stderr, done.stderr
    assert space.get("Function", "f")["metadata"]["generation"] == 1


def test_warnings_are_shown(space):
    code, said = apply(space, function("f", volumeMounts=[{"name": "v", "mountPath": "/v"}]))
    assert code == 0 and "Warning: spec.volumeMounts[0].name: there is no volume" in said, said
    code, said = apply(space, backend_config("b", pod={"env": [{"name": "A"}]}))
    assert code == 0 and "Warning: spec.pod.env: has no effect" in said, said


def test_scaling_from_outside_keeps_no_update_from_being_made(space):
    made = function("f", maxReplicas=5)
    space.apply(made)
    space.wait_phase("Function", "f")
    space.kubectl("scale", "fn/f", "--replicas=5")  # as an autoscaler does
    code, said = apply(space, function("f", maxReplicas=3))
    assert code == 0 and "Warning: spec.maxReplicas: must be at least replicas (5)" in said, said
    wait_until(lambda: (space.get("HorizontalPodAutoscaler", "f-function") or {}).get(
        "spec", {}).get("maxReplicas") == 3, "the autoscaler follows")
    space.apply(function("g", minReplicas=3))
    space.kubectl("scale", "fn/g", "--replicas=2")
    code, said = apply(space, function("g", minReplicas=3, image="another"))
    assert code == 0 and "configured" in said, said
    done = space.kubectl("patch", "fn", "g", "--type=merge", "-p", '{"spec": {"replicas": 1}}',
                         check=False)
    assert done.returncode == 1 and "spec.minReplicas: must be at most replicas (1)" in done.stderr


def test_what_was_stored_before_may_be_changed_but_get_no_worse(site, one):
    here = Space(site.cluster, "default")
    here.kubectl("label", "fn", "stored", "a=b")
    code, said = apply(here, function("stored", input={"topics": [BAD_TOPIC]}, image="another"))
    assert code == 0 and "Warning: spec.input.topics[0]: " in said, said
    code, said = apply(here, function("stored", input={"topics": [BAD_TOPIC, "d e://f"]}))
    assert code == 1 and 'The Function "stored" is invalid: spec.input.topics[1]: ' in said, said
    here.apply(function("stored"))


def test_an_operator_that_is_down_holds_up_nothing_else(site, space):
    space.apply(function("f", cleanupSubscription=True), function("g"), mesh("m", ["a"]))
    for kind, name in ("Function", "f"), ("FunctionMesh", "m"):
        space.wait_phase(kind, name)
    assert space.get("Function", "f")["metadata"]["finalizers"]
    site.stop_all()
    code, said = apply(space, function("h"))
    assert code == 1 and 'failed calling webhook "mfunction.kb.io"' in said, said
    space.kubectl("scale", "fn/g", "--replicas=2")
    space.kubectl("label", "fn", "g", "a=b")
    space.kubectl("delete", "mesh", "m", "--timeout=30s")
    space.kubectl("delete", "fn", "g", "--timeout=30s")
    space.kubectl("delete", "fn", "f", "--wait=false")
    space.kubectl("patch", "fn", "f", "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
    space.wait_gone("Function", "f")
    system = Space(site.cluster, "kube-system")
    system.apply(config_map("made-meanwhile"), function("made-meanwhile"))
    for kind in "Function", "ConfigMap":
        system.delete(kind, "made-meanwhile")


def served(operator):
    """The certificate that an operator serves admission with."""
    host, _, port = operator.webhook_address.rpartition(":")
    return ssl.get_server_certificate((host, int(port)))


def certificates(cluster):
    """tls.crt and ca.crt of the Secret."""
    data = cluster.get("Secret", SECRET, NAMESPACE)["data"]
    return [base64.b64decode(data.get(key, "")).decode() for key in ("tls.crt", "ca.crt")]


def test_replicas_that_start_at_once_share_one_certificate(site):
    site.stop_all()
    site.cluster.patch("Secret", SECRET, {"data": None}, NAMESPACE)
    both = [site.start(ready=False), site.start(ready=False)]
    for replica in both:
        wait_until(replica.ready, replica.text)
    wait_until(lambda: served(both[0]) == served(both[1]) == certificates(site.cluster)[0],
               "one certificate", 40)
    site.answers()
    assert trusted(site.cluster) == {
        base64.b64encode(certificates(site.cluster)[1].encode()).decode()}
    for replica in both:
        assert "WARN" not in replica.text(), "who was second takes that for a problem"
    assert both[1].stop() == 0
    site.balancer.operators.remove(both[1])


def test_what_somebody_overwrites_is_put_right(site, one):
    before = trusted(site.cluster)
    site.cluster.kubectl(
        "patch", "validatingwebhookconfiguration", "function-mesh-validating-webhook-configuration",
        "--type=json", "-p",
        '[{"op": "remove", "path": "/webhooks/1/clientConfig/caBundle"}]')
    served_before = served(one)
    site.cluster.patch("Secret", SECRET, {"data": None}, NAMESPACE)
    wait_until(lambda: trusted(site.cluster) == before, "caBundle", 40)
    assert wait_until(lambda: certificates(site.cluster)[0], "the Secret", 40) == served_before


def test_a_new_certificate_and_a_restart_of_each_replica_refuse_no_request(site, space):
    two = [site.balancer.operators[0], site.start()]
    with Load(site.cluster, space.name, function, rate=60) as load:
        before = certificates(site.cluster)[0]
        site.cluster.kubectl("-n", NAMESPACE, "annotate", "secret", SECRET,
                             "compute.functionmesh.io/rotate=now")
        after = wait_until(lambda: (now := certificates(site.cluster)[0]) != before and now,
                           "another certificate", 120, 1)
        for replica in two:
            wait_until(lambda: served(replica) == after, "it is served", 40, 1)
        for replica in list(two):
            site.balancer.operators.remove(replica)  # a Service forgets it a moment after
            site.balancer.operators.append(replica)
            assert replica.stop() == 0
            replica.start()
            wait_until(lambda: replica in site.balancer.ready, "the balancer to know it")
        time.sleep(2)
    assert load.refused == []
    assert load.done > 300
    assert certificates(site.cluster)[1] == after + before
    assert two[1].stop() == 0
    site.balancer.operators.remove(two[1])


def self_signed(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", folder / f"{name}.key",
                    "-out", folder / f"{name}.crt"], check=True, capture_output=True)
    return (folder / f"{name}.crt").read_text(), (folder / f"{name}.key").read_text()


def test_files_count_first_and_are_read_again(site, one, tmp_path):
    first, second = self_signed(tmp_path, "first"), self_signed(tmp_path, "second")
    folder = tmp_path / "given"
    folder.mkdir()

    def give(pair, authorities):
        for name, text in zip(("ca.crt", "tls.crt", "tls.key"), (authorities, *pair)):
            (folder / name).write_text(text)

    def bundle(*pairs):
        return {base64.b64encode("".join(p[0] for p in pairs).encode()).decode()}

    give(first, first[0])
    site.stop_all()
    running = site.start("--cert-dir", str(folder))
    wait_until(lambda: trusted(site.cluster) == bundle(first), "the first is trusted", 30)
    site.answers()
    give(first, first[0] + second[0])
    wait_until(lambda: trusted(site.cluster) == bundle(first, second), "both are trusted", 40)
    give(second, first[0] + second[0])
    wait_until(lambda: served(running) == second[0], "the second is served", 20)
    site.answers()
    site.stop_all()


# --- whatever comes ------------------------------------------------------------------------------

DEEP = "(deep)"  # in place of what json cannot write
ODD = [DEEP, None, True, 0, -1, 1e308, 2**63, "", "a", "\u0000", "ä" * 300, "x" * 20000, [], [None], {},
       {"a": 1}, [[[[]]]], {"": {"": {"": []}}}]


def mutated(random_, value, depth=0):
    """`value` with something in it replaced, removed, repeated or buried."""
    if random_.random() < 0.12 or depth > 12:
        return random_.choice(ODD)
    if isinstance(value, dict):
        found = {k: mutated(random_, v, depth + 1) if random_.random() < 0.3 else v
                 for k, v in value.items() if random_.random() > 0.03}
        if random_.random() < 0.1:
            found[random_.choice(["spec", "kind", "topics", "\u0007", "x" * 500])] = \
                random_.choice(ODD)
        return found
    if isinstance(value, list):
        return [mutated(random_, v, depth + 1) for v in value] * random_.choice([1, 1, 1, 2, 60])
    return random_.choice([value, *ODD])


def resources():
    return [function("f", maxReplicas=3, resources={"limits": {"memory": "1Gi"}}),
            source("so"), sink("si"), mesh("m", ["a", "b"]),
            backend_config("b", env={"A": "B"}, pod={"env": [{"name": "A"}]})]


def text_of(random_, value):
    deep = random_.choice([10, 95, 9000])
    return json.dumps(value).replace(f'"{DEEP}"', '[{"a":' * deep + "1" + "}]" * deep)


def test_a_thousand_broken_reviews_get_orderly_answers(one):
    random_ = random.Random(5)
    pool = urllib3.PoolManager(cert_reqs="CERT_NONE")
    codes = {}
    for i in range(1000):
        made = random_.choice(resources())
        kind = random_.choice([made["kind"]] * 9 + ["Function"]).lower()
        review = {"apiVersion": random_.choice(["admission.k8s.io/v1"] * 9 +
                                               ["admission.k8s.io/v1beta1"]),
                  "kind": "AdmissionReview",
                  "request": {"uid": f"u-{i}", "name": "x", "namespace": "default",
                              "operation": random_.choice(["CREATE", "UPDATE"]),
                              "object": mutated(random_, made),
                              "oldObject": random_.choice([None, made, mutated(random_, made)])}}
        if random_.random() < 0.1:
            review = mutated(random_, review)
        body = text_of(random_, review).encode()
        if random_.random() < 0.1:
            at = random_.randrange(len(body))
            body = body[:at] + bytes(random_.choices(range(256), k=3)) + body[at:]
        if random_.random() < 0.05:
            body = body[:random_.randrange(len(body))]
        action = random_.choice(["mutate", "validate"])
        answer = pool.request(
            "POST", f"https://{one.webhook_address}/{action}-compute-functionmesh-io-v1alpha1-{kind}",
            body=body, headers={"Content-Type": "application/json"}, timeout=10, retries=False)
        codes[answer.status] = codes.get(answer.status, 0) + 1
        if answer.status == 200:
            response = json.loads(answer.data)["response"]
            assert isinstance(response["allowed"], bool)
            assert response["allowed"] or response["status"]["code"] >= 400
            assert len(json.dumps(response.get("warnings", []))) < 20000
        else:
            assert 400 <= answer.status < 500 and answer.data, (answer.status, body[:500])
    assert codes[200] > 500 and codes[400] > 20, codes
    host, port = one.webhook_address.split(":")
    trusting = ssl._create_unverified_context()
    with trusting.wrap_socket(socket.create_connection((host, int(port)), timeout=10)) as client:
        client.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")
    assert one.ready()


def test_broken_resources_get_orderly_answers_from_the_api_server(site, one, space):
    random_ = random.Random(6)
    config = site.cluster.client.configuration
    pool = urllib3.PoolManager(ca_certs=config.ssl_ca_cert, cert_file=config.cert_file,
                               key_file=config.key_file)
    codes = {}
    for i in range(200):
        made = random_.choice(resources())
        plural = made["kind"].lower() + ("es" if made["kind"].endswith("sh") else "s")
        made["metadata"]["name"] += f"-{i}"
        made["spec"] = mutated(random_, made["spec"])
        answer = pool.request(
            "POST", f"{config.host}/apis/{OURS}/namespaces/{space.name}/{plural}",
            body=text_of(random_, made), timeout=20, retries=False,
            headers={"Content-Type": "application/json"})
        codes[answer.status] = codes.get(answer.status, 0) + 1
        assert answer.status == 201 or 400 <= answer.status < 500, answer.data[:2000]
    assert codes[201] > 20 and codes[422] > 50, codes
    one.must_run()
