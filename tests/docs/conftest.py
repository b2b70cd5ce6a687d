import os
import pathlib
import re
import subprocess
import sys

import pytest

# The clusters are those of the tests on simulated nodes.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cluster"))

from cluster import Cluster  # noqa: E402
from fixtures import DEFINITIONS, program  # noqa: E402, F401
from fixtures import pytest_addoption as add_common_options  # noqa: E402
from operator_process import Operator  # noqa: E402
from pages import PAGES, ROOT  # noqa: E402


def pytest_addoption(parser):
    add_common_options(parser)
    parser.addoption("--helm", type=pathlib.Path, required=True)


class Reader:
    """Somebody who follows a page: in a copy of the project, with a cluster, in a namespace that
    kubectl takes if none is given."""

    def __init__(self, cluster, folder, programs, page):
        self.cluster, self.folder = cluster, folder
        self.namespace = re.sub("[^a-z0-9]+", "-", page.removesuffix(".md").lower())
        self.env = {
            **os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "KUBECONFIG": str(folder / "kubeconfig"), "KUBECACHEDIR": str(folder / "cache"),
            **{f"HELM_{what}_HOME": str(folder / "helm") for what in ("CACHE", "CONFIG", "DATA")}}
        for part in ROOT.iterdir():
            if part.name in ("deploy", "examples", "docs", "tests", "dev"):
                (folder / part.name).symlink_to(part)
        for place in "bin", "build":
            (folder / place).mkdir()
        for name, program in programs.items():
            (folder / name).symlink_to(program)
        (folder / "kubeconfig").write_text(cluster.kubeconfig.read_text())
        self.must("kubectl", "create", "namespace", self.namespace)
        self.must("kubectl", "config", "set-context", "--current", "--namespace", self.namespace)

    def run(self, *words, stdin=None, seconds=120):
        done = subprocess.run(words, cwd=self.folder, env=self.env, input=stdin, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
        return done.returncode, done.stdout

    def must(self, *words, about="", **options):
        code, text = self.run(*words, **options)
        assert code == 0, f"{about or ' '.join(words)}: exit code {code}\n{text}"
        return text


@pytest.fixture(scope="session")
def programs(request):
    """Where a reader finds what is called in the pages."""
    option = request.config.getoption
    program, kubectl = option("--program").absolute(), option("--kubernetes").absolute() / "kubectl"
    return {"build/functionmesh": program, "bin/functionmesh": program, "bin/kubectl-mesh": program,
            "bin/kubectl": kubectl, "bin/helm": option("--helm").absolute()}


@pytest.fixture(scope="session")
def installed(request, tmp_path_factory):
    """A cluster with an operator: most pages are for people who have installed it."""
    with Cluster(request.config.getoption("--kubernetes"), "--crds", DEFINITIONS) as cluster:
        log = tmp_path_factory.mktemp("operator") / "log"
        operator = Operator(request.config.getoption("--program"), cluster.kubeconfig, log).start()
        yield cluster
        operator.stop()


@pytest.fixture
def reader(request, programs, tmp_path):
    """reader(page): for a page that says "tested on an empty cluster", that is a cluster of its
    own; the operator's pods are simulated, so a process stands for them."""
    opened = []

    def of(page):
        cluster = None
        if page in PAGES and "<!-- tested on an empty cluster -->" in (ROOT / page).read_text():
            cluster = Cluster(request.config.getoption("--kubernetes"))
            opened.append(cluster.__enter__())
            operator = Operator(request.config.getoption("--program"), cluster.kubeconfig,
                                tmp_path / "operator.log", env={"ENABLE_WEBHOOKS": "false"})
            opened.append(operator.start(ready=False))
        else:
            cluster = request.getfixturevalue("installed")
        folder = tmp_path / "project"
        folder.mkdir()
        return Reader(cluster, folder, programs, page)

    yield of
    for one in reversed(opened):
        one.__exit__() if isinstance(one, Cluster) else one.stop()
