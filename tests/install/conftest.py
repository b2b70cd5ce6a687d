import pathlib
import sys

import pytest

# `cluster`, `space` and the like are those of the tests on simulated nodes.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cluster"))

from cluster import Cluster  # noqa: E402
from helm import Helm  # noqa: E402
from operator_process import Operator  # noqa: E402
from rights import kubeconfig_of  # noqa: E402
from space import Space  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]


def pytest_addoption(parser):
    parser.addoption("--program", default=ROOT / "build/functionmesh", type=pathlib.Path,
                     help="the functionmesh to test")
    parser.addoption("--kubernetes", type=pathlib.Path, required=True,
                     help="what ./dev cluster build made")
    parser.addoption("--helm", type=pathlib.Path, required=True, help="the helm to test with")


@pytest.fixture(scope="module")
def cluster(request):
    """One without our definitions: to install them is what is tested."""
    with Cluster(request.config.getoption("--kubernetes")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def helm(request, cluster, tmp_path_factory):
    return Helm(request.config.getoption("--helm"), cluster, tmp_path_factory.mktemp("helm"))


@pytest.fixture
def operator(request, cluster, tmp_path):
    """Starts what a Deployment says as a process, for its pods here are simulated: the same flags and
    variables, and the rights of the same account. All end with the test."""
    running = []

    def start(namespace, name="function-mesh-controller-manager"):
        pod = cluster.get("Deployment", name, namespace)["spec"]["template"]["spec"]
        container, = pod["containers"]
        flags = [flag for flag in container["args"]
                 if not flag.startswith(("--metrics-", "--health-", "--config-file"))]
        config = cluster.get("ConfigMap", "function-mesh-controller-manager-configs", namespace)
        if config and config.get("data"):
            (tmp_path / "config.yaml").write_text(*config["data"].values())
            flags.append(f"--config-file={tmp_path / 'config.yaml'}")
        env = {one["name"]: one.get("value", namespace) for one in container["env"]}
        kubeconfig = kubeconfig_of(cluster, namespace, pod["serviceAccountName"])
        log = tmp_path / f"operator-{len(running)}.log"
        running.append(Operator(request.config.getoption("--program"), kubeconfig, log, *flags,
                                "--leader-election-namespace", namespace, env=env))
        return running[-1].start()

    yield start
    for one in running:
        one.stop()
        print(one.text()[-5000:])


@pytest.fixture(scope="module")
def streams(cluster):
    """A namespace for functions, as long as the cluster."""
    return Space(cluster, "streams")
