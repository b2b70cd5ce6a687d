"""A Kubernetes of the test bed, driven by clients that others wrote: kubectl and `kubernetes`."""

import json
import pathlib
import subprocess
import tempfile
import time

import kubernetes

TESTBED = pathlib.Path(__file__).parents[1] / "testbed/kubernetes"
OURS = "compute.functionmesh.io/v1alpha1"
API_VERSIONS = {
    "Function": OURS, "Source": OURS, "Sink": OURS, "FunctionMesh": OURS, "BackendConfig": OURS,
    "StatefulSet": "apps/v1", "Deployment": "apps/v1", "Job": "batch/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
    "VerticalPodAutoscaler": "autoscaling.k8s.io/v1", "Lease": "coordination.k8s.io/v1",
    "CustomResourceDefinition": "apiextensions.k8s.io/v1",
}


def wait_until(condition, what, seconds=30, interval=0.1):
    """Waits until condition() is true and returns that. `what` (a text, or a function that makes
    one) says what was waited for in vain."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s not: {what() if callable(what) else what}")
        time.sleep(interval)


class Cluster:
    def __init__(self, programs, *options):
        self.programs = pathlib.Path(programs)
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="functionmesh-cluster-"))
        self.kubeconfig = self.folder / "kubeconfig"
        self.client = None
        self.enter = lambda: None  # what it takes to reach the API server from this process

    def __enter__(self):
        try:
            self._script("up.sh", self.programs, self.folder, *self.options)
            self.enter()
            self.connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def connect(self):
        api = kubernetes.config.new_client_from_config(str(self.kubeconfig))
        self.client = kubernetes.dynamic.DynamicClient(
            api, cache_file=str(self.folder / "discovery.json"))

    def __exit__(self, *_):
        self._script("down.sh", self.folder)

    def server(self, action, name):
        """start, stop, kill, pause or resume one of the cluster's own servers, such as etcd."""
        self._script("server.sh", self.folder, action, name)

    def _script(self, name, *words):
        done = subprocess.run([TESTBED / name, *words], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

    def kubectl(self, *words, stdin=None, check=True):
        done = subprocess.run(
            [self.programs / "kubectl", "--kubeconfig", self.kubeconfig, *map(str, words)],
            input=stdin, capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, f"kubectl {words}: {done.stdout}{done.stderr}"
        return done

    def apply(self, *resources, namespace=None):
        """`kubectl apply` of resources (dicts)."""
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": resources})
        where = ["-n", namespace] if namespace else []
        return self.kubectl("apply", *where, "-f", "-", stdin=text)

    def resource(self, kind):
        return self.client.resources.get(api_version=API_VERSIONS.get(kind, "v1"), kind=kind)

    def get(self, kind, name, namespace=None):
        """An object as a dict; None if there is no such."""
        try:
            return self.resource(kind).get(name=name, namespace=namespace).to_dict()
        except (kubernetes.dynamic.exceptions.NotFoundError,
                kubernetes.dynamic.exceptions.ResourceNotFoundError):
            return None

    def list(self, kind, namespace=None, selector=None):
        found = self.resource(kind).get(namespace=namespace, label_selector=selector)
        return found.to_dict()["items"]

    def patch(self, kind, name, change, namespace=None):
        return self.resource(kind).patch(
            name=name, namespace=namespace, body=change,
            content_type="application/merge-patch+json").to_dict()

    def delete(self, kind, name, namespace=None):
        self.resource(kind).delete(name=name, namespace=namespace)
