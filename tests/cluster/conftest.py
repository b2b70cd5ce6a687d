import pytest

from cluster import Cluster
from fixtures import *  # noqa: F403


@pytest.fixture(scope="session")
def cluster(request):
    """The cluster that all tests share, with our resource definitions."""
    kubernetes = request.config.getoption("--kubernetes")
    with Cluster(kubernetes, "--crds", DEFINITIONS) as cluster:  # noqa: F405
        yield cluster
