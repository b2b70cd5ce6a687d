import ctypes
import os
import pathlib
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).parents[1]
# In this order: `resources` is the one for clusters, `broker` and `messages` are those of e2e.
sys.path[:0] = [str(TESTS / "cluster"), str(TESTS / "e2e"), str(TESTS / "install")]

from broker import Broker  # noqa: E402
from cluster import Cluster, TESTBED  # noqa: E402
from fixtures import *  # noqa: E402, F403
from fixtures import DEFINITIONS  # noqa: E402
from fixtures import pytest_addoption as add_common_options  # noqa: E402
from helm import Helm  # noqa: E402
from messages import Messages  # noqa: E402

NEW_NETWORK = 0x40000000  # CLONE_NEWNET of setns(2)


def pytest_addoption(parser):
    add_common_options(parser)
    parser.addoption("--runner-home", type=pathlib.Path, required=True)
    parser.addoption("--node-tools", type=pathlib.Path, required=True)
    parser.addoption("--node-images", type=pathlib.Path, required=True)
    parser.addoption("--operator-image", type=pathlib.Path, required=True)
    parser.addoption("--helm", type=pathlib.Path, required=True)


@pytest.fixture(scope="session")
def cluster(request):
    """A cluster of one real node. From here on this process, and what it starts, is in the
    cluster's network namespace too: there is no other way in."""
    option = request.config.getoption
    netns = f"functionmesh-{os.getpid()}"
    cluster = Cluster(option("--kubernetes"), "--netns", netns, "--crds", DEFINITIONS)
    cluster.enter = lambda: enter(netns)
    with cluster:
        subprocess.run([TESTBED / "node-up.sh", cluster.folder, "1", option("--node-tools"),
                        option("--node-images"), option("--operator-image")], check=True, timeout=300)
        yield cluster


def enter(netns):
    with open(f"/run/netns/{netns}") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter the network namespace {netns}")


def start_pulsar(request, tmp_path_factory, number):
    address = f"10.240.0.{100 + number}"
    subprocess.run(["ip", "address", "replace", address + "/32", "dev", "lo"], check=True)
    folder = tmp_path_factory.mktemp(f"pulsar{number}")
    return Broker(request.config.getoption("--runner-home"), folder, address).start()


@pytest.fixture(scope="session")
def broker(request, cluster, tmp_path_factory):
    """A Pulsar that pods reach."""
    broker = start_pulsar(request, tmp_path_factory, 1)
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def other_broker(request, cluster, tmp_path_factory):
    """A second Pulsar cluster, on another address."""
    broker = start_pulsar(request, tmp_path_factory, 2)
    yield broker
    broker.stop()


@pytest.fixture
def helm(request, cluster, tmp_path):
    return Helm(request.config.getoption("--helm"), cluster, tmp_path)


@pytest.fixture
def messages(broker):
    with Messages(broker) as messages:
        yield messages
