"""A newcomer who follows docs/quickstart.md to the letter, in a cluster that has nothing of ours; then the
commands of docs/monitoring.md that need real pods."""

import os
import pathlib
import subprocess
import sys
import time

import pytest

from cluster import wait_until
from space import Space

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/docs"))

from pages import blocks_of  # noqa: E402


def commands_of(page):
    return [block.text for block in blocks_of(page)
            if block.words.get("test", "").endswith("test_walk.py")]


@pytest.fixture
def walk(cluster, helm, broker, request, tmp_path):
    """Runs a block of commands in a copy of what a page mentions, with Pulsar's address put in."""
    space = Space(cluster, "walk")
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(cluster.kubeconfig.read_text())
    env = {**helm.env, "KUBECONFIG": str(kubeconfig), "PATH": ":".join([
        str(cluster.programs), str(request.config.getoption("--helm").parent), os.environ["PATH"]])}
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    (tmp_path / "docs").mkdir()
    text = (ROOT / "docs/quickstart.yaml").read_text()
    for theirs, ours in ("pulsar://pulsar-broker.pulsar.svc:6650", broker.url), \
            ("http://pulsar-broker.pulsar.svc:8080", broker.web):
        assert theirs in text
        text = text.replace(theirs, ours)
    (tmp_path / "docs/quickstart.yaml").write_text(text)

    def run(commands):
        done = subprocess.run(["bash", "-euc", commands], cwd=tmp_path, env=env, text=True, timeout=300,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, f"{commands}{done.stdout}"
        return done.stdout

    run("kubectl config set-context --current --namespace=walk")
    cluster.kubectl("delete", "-f", ROOT / "deploy/crds", "--ignore-not-found")
    yield run
    space.kubectl("delete", "mesh", "--all", "--timeout=60s", check=False)
    wait_until(lambda: not space.list("Pod"), "no pods", 90)
    run("helm uninstall function-mesh -n function-mesh --wait")
    space.remove()


def test_from_an_empty_cluster_to_messages(walk):
    install_and_apply, look, *rest = commands_of("docs/quickstart.md")
    assert len(install_and_apply.splitlines()) == 2
    began = time.monotonic()
    walk(install_and_apply)
    applied = time.monotonic()
    wait_until(lambda: "Hello, " in walk(look), "a greeting", 120, 0.2)
    ended = time.monotonic()
    print(f"installed and applied after {applied - began:.1f} s, greeted after {ended - began:.1f} s")
    assert ended - began < 120
    for commands in commands_of("docs/monitoring.md"):
        assert "Hello, " in walk(commands.replace("=sample", "=hello-show"))
    told = walk(rest[0])
    assert "3" in told and "Ready" in told
    for commands in rest[1:]:
        walk(commands)
