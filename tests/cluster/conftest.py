import pytest

from cluster import Cluster
from fixtures import *  # noqa: F403


@pytest.fixture(scope="session")
def cluster(request):
    """The cluster that all tests share, with our resource definitions."""
    with Cluster(request.config.getoption("--kubernetes")) as cluster:
        install_definitions(cluster)  # noqa: F405
        yield cluster
