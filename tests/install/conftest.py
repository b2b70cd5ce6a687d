import pathlib
import sys

import pytest

# `cluster`, `space` and the like are those of the tests on simulated nodes.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cluster"))

from cluster import Cluster  # noqa: E402
from helm import Helm  # noqa: E402
from operator_process import Operator  # noqa: E402
from rights import kubeconfig_of  # noqa: E402

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
    """Starts the operator as a process with the rights of a service account that was installed, for
    its pods here are simulated: operator(namespace, account). All end with the test."""
    running = []

    def start(namespace, account, *flags):
        log = tmp_path / f"operator-{len(running)}.log"
        running.append(Operator(request.config.getoption("--program"),
                                kubeconfig_of(cluster, namespace, account), log, *flags,
                                "--leader-election-namespace", namespace))
        return running[-1].start()

    yield start
    for one in running:
        one.stop()
        print(one.text()[-5000:])
