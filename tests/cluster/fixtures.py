"""What the tests on simulated and on real nodes have in common; both conftest.py import all of it."""

import os
import pathlib
import re

import pytest

from cluster import wait_until
from operator_process import Operator
from rights import install_rights
from space import Space

ROOT = pathlib.Path(__file__).parents[2]
DEFINITIONS = ROOT / "deploy/crds"


def pytest_addoption(parser):
    parser.addoption("--program", default=ROOT / "build/functionmesh", type=pathlib.Path,
                     help="the functionmesh to test")
    parser.addoption("--kubernetes", type=pathlib.Path, required=True,
                     help="what ./dev cluster build made")


@pytest.fixture(scope="session")
def program(request):
    return request.config.getoption("--program")


@pytest.fixture
def space(cluster, operator, request):
    """A namespace for one test. It needs `operator`, so that one still runs while it is removed:
    finalizers want it."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower()).strip("-")
    space = Space(cluster, f"{name[:50].strip('-')}-{os.urandom(2).hex()}")
    yield space
    space.remove()


@pytest.fixture(scope="session")
def shipped_rights(cluster):
    """A kubeconfig that may do what the installation lets an operator do, and nothing else."""
    return install_rights(cluster)


@pytest.fixture
def operator(program, shipped_rights, tmp_path):
    """Starts an operator with flags; all end with the test, and never end by themselves."""
    running = []

    def start(*flags, ready=True, env=None, kubeconfig=shipped_rights):
        log = tmp_path / f"operator-{len(running)}.log"
        running.append(Operator(program, kubeconfig, log, *flags, env=env))
        return running[-1].start(ready)

    yield start
    for one in running:
        one.stop()
        print(one.text()[-5000:])
