"""The operator as a process: how it is started, what it tells, how it ends."""

import json
import os
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import yaml
from cluster import wait_until
from operator_process import Operator, http
from resources import config_map, function


def scrape(address, token=None):
    """The code and the text that /metrics answers over TLS."""
    request = urllib.request.Request(f"https://{address}/metrics")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE  # it is made for each process
    try:
        with urllib.request.urlopen(request, timeout=5, context=trusting) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_called_manager_it_takes_what_the_references_chart_gives(
        program, shipped_rights, tmp_path, space):
    manager = tmp_path / "manager"
    manager.symlink_to(program)
    config = tmp_path / "config.yaml"
    config.write_text("runnerImages: {java: my/java-runner:1}\nresourceLabels: {team: blue}\n")
    one = Operator(manager, shipped_rights, tmp_path / "manager.log",
                   "-enable-leader-election=true", f"-leader-election-namespace={space.name}",
                   f"--config-file={config}", "--enable-pprof=false", "--pprof-addr=:8090",
                   "--enable-init-containers=false", "--global-backend-config=",
                   "--namespaced-backend-config=backend-config", "--add-default-affinity=true",
                   "--pause-rollout=false", env={"WATCHED_NAMESPACE": space.name})
    one.command.remove("operator")
    one.command.remove("--kubeconfig")
    one.command.remove(str(shipped_rights))
    one.env["KUBECONFIG"] = str(shipped_rights)
    # the rights that we ship allow leases in the operator's own namespace
    one.command.remove(f"-leader-election-namespace={space.name}")
    try:
        one.start()
        space.apply(config_map(), function("f"))
        space.wait_phase("Function", "f")
        made = space.get("StatefulSet", "f-function")
        assert made["spec"]["template"]["spec"]["containers"][0]["image"] == "my/java-runner:1"
        assert made["spec"]["template"]["metadata"]["labels"]["team"] == "blue"
    finally:
        assert one.stop() == 0


def test_metrics_count_what_happens(space, operator):
    running = operator("--metrics-object-names")
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    labels = f'type="function",namespace="{space.name}",name="f"'
    text = running.metrics()
    for line in (f"function_mesh_reconcile_count{{{labels}}} ",
                 f'function_mesh_reconcile_latency_bucket{{{labels},le="60000"}} ',
                 "function_mesh_leader 1",
                 'function_mesh_cached_objects{kind="StatefulSet"}',
                 'function_mesh_api_requests_total{verb="PATCH",code="201"}'):
        assert line in text, text
    space.delete("Function", "f")
    wait_until(lambda: labels not in running.metrics(), "no series of what is gone")


def test_metrics_are_for_those_who_may(cluster, operator):
    running = operator("--metrics-secure=true")
    assert scrape(running.metrics_address)[0] == 401
    assert scrape(running.metrics_address, "nonsense")[0] == 401
    cluster.kubectl("create", "serviceaccount", "nobody", "-n", "default")
    cluster.kubectl("create", "serviceaccount", "reader", "-n", "default")
    cluster.kubectl("create", "clusterrole", "metrics-reader", "--verb=get",
                    "--non-resource-url=/metrics")
    cluster.kubectl("create", "clusterrolebinding", "metrics-reader",
                    "--clusterrole=metrics-reader", "--serviceaccount=default:reader")

    def token(account):
        return cluster.kubectl("create", "token", account, "-n", "default").stdout.strip()

    code, text = scrape(running.metrics_address, token("nobody"))
    assert code == 403 and "nonResourceURLs" in text
    reader = token("reader")
    code, text = wait_until(lambda: (a := scrape(running.metrics_address, reader))[0] == 200 and a,
                            "the right to be known", 30, 1)
    assert "function_mesh_build_info" in text
    assert reader not in running.text()


def test_health_says_what_is_read(operator):
    running = operator()
    assert http(f"http://{running.health_address}/healthz") == (200, "ok\n")
    code, text = http(f"http://{running.health_address}/readyz?verbose")
    assert code == 200 and "[+]Function: " in text and text.endswith("ok\n")
    assert http(f"http://{running.health_address}/else")[0] == 404


def test_logs_can_be_json(space, operator):
    running = operator("--log-format", "json", "--log-level", "debug")
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    lines = [json.loads(line) for line in running.text().splitlines()]
    mine = [line for line in lines if line.get("object") == f"Function/{space.name}/f"]
    assert mine and all(line["reconcile"] > 0 and line["level"] == "debug" for line in mine)


def test_a_signal_ends_it_in_order_and_soon(cluster, operator, tmp_path):
    for how in signal.SIGTERM, signal.SIGINT:
        running = operator()
        begin = time.monotonic()
        assert running.stop(how) == 0
        assert time.monotonic() - begin < 5
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    nowhere = tmp_path / "nowhere"
    nowhere.write_text(yaml.safe_dump(config))
    running = operator("--enable-leader-election", kubeconfig=nowhere, ready=False)
    wait_until(lambda: "connection refused" in running.text(), running.text)
    assert not running.ready()
    assert running.stop() == 0


def test_what_cannot_work_is_refused_at_once(program, shipped_rights, tmp_path):
    def run(*arguments, **environment):
        done = subprocess.run([program, "operator", *arguments], capture_output=True, text=True,
                              timeout=20, env={**os.environ, **environment})
        return done.returncode, done.stderr

    assert run("--pause-rolout") == (2, "error: unknown flag --pause-rolout; did you mean "
                                        "--pause-rollout?\n")
    code, text = run("--config-file=/nonexistent", "--kubeconfig", shipped_rights)
    assert code == 1 and "/nonexistent" in text
    code, text = run(KUBECONFIG=str(tmp_path / "none"))
    assert code == 1 and "--kubeconfig" in text
    taken = Operator(program, shipped_rights, tmp_path / "taken.log")
    taken.start()
    try:
        code, text = run("--kubeconfig", shipped_rights, "--metrics-addr=0",
                         "--health-probe-addr", taken.health_address)
        assert code == 1 and taken.health_address in text
    finally:
        taken.stop()
