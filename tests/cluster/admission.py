"""Admission as it is installed (deploy/kustomize/admission), with what stands in for its Service: the API server sends
what it would send there to a balancer on this machine, which spreads it over the operators that are ready."""

import asyncio
import itertools
import json
import threading
import time

import urllib3
from cluster import wait_until
from operator_process import Operator, free_addresses, http
from rights import KUSTOMIZE, NAMESPACE, install_rights, shipped

SECRET = "function-mesh-admission-webhook-server-cert"
SERVICE = "function-mesh-admission-webhook-service"
HOST = f"{SERVICE}.{NAMESPACE}.svc"
CONFIGURATIONS = [f"{one}webhookconfiguration/function-mesh-{one}-webhook-configuration"
                  for one in ("mutating", "validating")]


def install(cluster, port):
    """The shipped objects, but for the Service, which leads to this port of this machine."""
    for one in shipped(cluster, KUSTOMIZE / "cluster"):
        if one["kind"].endswith("WebhookConfiguration"):
            for webhook in one["webhooks"]:
                webhook["clientConfig"]["service"]["port"] = port
        elif one["kind"] == "Service" and one["metadata"]["name"] == SERVICE:
            one["spec"] = {"type": "ExternalName", "externalName": "localhost"}
        elif one["kind"] != "Secret":
            continue
        cluster.apply(one)


def trusted(cluster):
    """The caBundles of all webhooks."""
    found = set()
    for configuration in CONFIGURATIONS:
        one = json.loads(cluster.kubectl("get", configuration, "-o", "json").stdout)
        found |= {w["clientConfig"].get("caBundle", "") for w in one["webhooks"]}
    return found


class Balancer:
    """Spreads connections over those operators whose /readyz says yes, as a Service does."""

    def __init__(self):
        self.operators = []
        self.ready = []
        self.port = int(free_addresses(1)[0].rpartition(":")[2])
        self.turn = itertools.count()
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        threading.Thread(target=self._probe, daemon=True).start()
        started.wait()

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._serve, "localhost", self.port))
        started.set()
        self.loop.run_forever()

    def _probe(self):
        while True:
            self.ready = [one for one in list(self.operators)
                          if http(f"http://{one.health_address}/readyz")[0] == 200]
            time.sleep(0.5)

    async def _serve(self, reader, writer):
        candidates = self.ready
        try:
            if not candidates:
                return
            address = candidates[next(self.turn) % len(candidates)].webhook_address
            host, _, port = address.rpartition(":")
            there = await asyncio.open_connection(host, int(port))
            await asyncio.gather(self._pass(reader, there[1]), self._pass(there[0], writer))
        except OSError:
            pass
        finally:
            writer.close()

    @staticmethod
    async def _pass(reader, writer):
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


class Site:
    """A cluster with admission in front of the operators that a test starts."""

    def __init__(self, cluster, program, folder):
        self.cluster = cluster
        self.program = program
        self.folder = folder
        self.kubeconfig = install_rights(cluster)
        self.balancer = Balancer()
        self.count = itertools.count()

    def start(self, *flags, ready=True):
        address = free_addresses(1)[0]
        log = self.folder / f"operator-{next(self.count)}.log"
        one = Operator(self.program, self.kubeconfig, log, "--enable-leader-election",
                       "--webhook-addr", address, *flags, env={"ENABLE_WEBHOOKS": "true"})
        one.webhook_address = address
        self.balancer.operators.append(one)
        one.start(ready)
        if ready:
            wait_until(lambda: one in self.balancer.ready, "the balancer to know it")
        return one

    def stop_all(self):
        for one in self.balancer.operators:
            if one.process and one.process.poll() is None:
                one.stop()
            print(one.text()[-3000:])
        self.balancer.operators.clear()
        wait_until(lambda: not self.balancer.ready, "the balancer to forget them")

    def answers(self):
        """Waits until the API server gets answers: it learns of a new caBundle by a watch."""
        probe = {"apiVersion": "compute.functionmesh.io/v1alpha1", "kind": "BackendConfig",
                 "metadata": {"name": "probe", "namespace": "default"}, "spec": {}}
        done = lambda: self.cluster.kubectl(  # noqa: E731
            "create", "--dry-run=server", "-f", "-", stdin=json.dumps(probe), check=False)
        wait_until(lambda: done().returncode == 0, lambda: done().stderr, 60, 0.5)


class Load:
    """Creates and changes Functions, so many requests a second, and notes what was refused."""

    def __init__(self, cluster, namespace, make, rate):
        self.make = make
        self.rate = rate
        self.path = f"/apis/compute.functionmesh.io/v1alpha1/namespaces/{namespace}/functions"
        config = cluster.client.configuration
        self.server = config.host
        self.pool = urllib3.PoolManager(
            maxsize=8, ca_certs=config.ssl_ca_cert, cert_file=config.cert_file,
            key_file=config.key_file, retries=False)
        self.refused = []
        self.done = 0
        self.ending = threading.Event()
        self.numbers = itertools.count()
        self.threads = [threading.Thread(target=self._work) for _ in range(4)]

    def __enter__(self):
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def _work(self):
        while not self.ending.is_set():
            i = next(self.numbers)
            time.sleep(max(0, self.began + i / self.rate - time.monotonic()))
            if i % 2 == 0 or i < 20:
                self._send("POST", self.path, self.make(f"load-{i}"), "application/json")
            else:  # one that has been there for a while
                self._send("PATCH", f"{self.path}/load-{i - 19}",
                           {"spec": {"image": f"image:{i}"}}, "application/merge-patch+json")

    def _send(self, method, path, body, content_type):
        try:
            answer = self.pool.request(method, self.server + path, body=json.dumps(body),
                                       headers={"Content-Type": content_type}, timeout=30)
            code, text = answer.status, answer.data.decode()
        except urllib3.exceptions.HTTPError as error:
            code, text = 0, str(error)
        self.done += 1
        if code not in (200, 201):
            self.refused.append((code, text[:500]))
