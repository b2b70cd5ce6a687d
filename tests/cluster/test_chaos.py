"""Everything goes wrong, under load, in random order; at the end all is as if nothing had been.

CHAOS_SECONDS (180), CHAOS_SEED (1; "random" draws one), CHAOS_FUNCTIONS (500).
"""

import os
import random
import time

import pytest
import yaml
from chaos.faults import Faults
from chaos.judge import Judge
from chaos.load import Load
from chaos.proxy import Proxy
from cluster import Cluster, wait_until
from fixtures import DEFINITIONS
from operator_process import Operator
from resources import config_map
from rights import NAMESPACE, install_rights
from space import Space

SECONDS = float(os.environ.get("CHAOS_SECONDS", 180))
SEED = os.environ.get("CHAOS_SEED", "1")
FUNCTIONS = int(os.environ.get("CHAOS_FUNCTIONS", 500))


@pytest.fixture
def chaos_cluster(request):
    kubernetes = request.config.getoption("--kubernetes")
    with Cluster(kubernetes, "--crds", DEFINITIONS) as cluster:
        yield cluster


@pytest.fixture
def proxy(chaos_cluster):
    config = yaml.safe_load(chaos_cluster.kubeconfig.read_text())
    proxy = Proxy(config["clusters"][0]["cluster"]["server"],
                  chaos_cluster.folder / "certificates/ca.crt", SEED)
    yield proxy
    proxy.close()


def through(proxy, kubeconfig, path):
    """The same kubeconfig, but by way of the proxy."""
    config = yaml.safe_load(kubeconfig.read_text())
    config["clusters"][0]["cluster"] = {"server": f"http://127.0.0.1:{proxy.port}"}
    path.write_text(yaml.safe_dump(config))
    return path


def test_chaos(chaos_cluster, proxy, program, tmp_path):
    seed = random.randrange(10**9) if SEED == "random" else int(SEED)
    print(f"CHAOS_SEED={seed} CHAOS_SECONDS={SECONDS} CHAOS_FUNCTIONS={FUNCTIONS}")
    space = Space(chaos_cluster, "chaos")
    kubeconfig = through(proxy, install_rights(chaos_cluster), tmp_path / "kubeconfig")
    operators = [Operator(program, kubeconfig, tmp_path / f"operator-{n}.log",
                          "--enable-leader-election", f"--leader-election-namespace={NAMESPACE}").start()
                 for n in range(2)]
    space.apply(config_map())
    load = Load(space, FUNCTIONS, seed)
    load.create_all()
    judge = Judge(program, chaos_cluster, space)
    try:
        judge.wait_settled(180)
        faults = Faults(chaos_cluster, space, proxy, operators, load.names, seed)
        load.start()
        order = random.Random(seed)
        waiting = []
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            waiting = waiting or order.sample(faults.all, len(faults.all))
            fault = waiting.pop()
            print(f"{end - time.monotonic():5.0f} s left: {fault.__name__}", flush=True)
            fault()
            time.sleep(order.uniform(0, 2))
            for operator in operators:
                operator.must_run()
        load.stop()
        print(load.done)
        # Kubernetes' own controllers back off for minutes after so many failures: they begin anew.
        chaos_cluster.server("kill", "kube-controller-manager")
        chaos_cluster.server("start", "kube-controller-manager")
        judge.wait_settled(180)
        wait_until(lambda: not judge.differences(), lambda: f"no {judge.differences()}", 60, 2)
        assert judge.changed_without_reason(faults.edits) == []
        before = judge.versions()
        time.sleep(5)
        assert judge.versions() == before, "something is still being written"
        for operator in operators:
            operator.must_run()
            assert operator.stop() == 0
    finally:
        for operator in operators:
            operator.kill()
