import os
import pathlib

import pytest

from broker import Broker
from dev import Dev

ROOT = pathlib.Path(__file__).parents[2]


def pytest_addoption(parser):
    cache = os.environ.get("FUNCTIONMESH_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "functionmesh")
    parser.addoption("--program", default=ROOT / "build/functionmesh", type=pathlib.Path,
                     help="the functionmesh to test")
    parser.addoption("--runner-home", default=pathlib.Path(cache) / "runner-4.0.8",
                     type=pathlib.Path, help="what ./dev runner made")


@pytest.fixture(scope="session")
def program(request):
    return request.config.getoption("--program")


@pytest.fixture(scope="session")
def runner_home(request):
    return request.config.getoption("--runner-home")


@pytest.fixture(scope="session")
def broker(runner_home, tmp_path_factory):
    """The Pulsar that tests share which do not stop it."""
    broker = Broker(runner_home, tmp_path_factory.mktemp("pulsar")).start()
    yield broker
    broker.stop()


@pytest.fixture
def dev(program, runner_home, broker, tmp_path):
    """Starts `functionmesh dev` over files, on the shared Pulsar; all end with the test."""
    running = []

    def start(*files, state="state", on=broker, **options):
        one = Dev(program, runner_home, tmp_path / state, files, on, **options)
        running.append(one)
        return one.start()

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def messages(broker):
    """Sends to and receives from topics of the shared Pulsar."""
    from messages import Messages

    with Messages(broker) as messages:
        yield messages
