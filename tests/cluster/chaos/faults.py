"""What goes wrong, one thing after the other in random order."""

import collections
import random
import time

from chaos.load import AWAY
from rights import NAMESPACE


class Faults:
    """Each method is a fault that is over when it returns. `edits` counts what somebody else changed
    in each StatefulSet."""

    def __init__(self, cluster, space, proxy, operators, names, seed):
        self.cluster, self.space, self.proxy, self.operators = cluster, space, proxy, operators
        self.names = names
        self.random = random.Random(seed)
        self.edits = collections.Counter()
        self.all = [
            self.api_server_killed, self.etcd_paused, self.leader_killed, self.all_operators_killed,
            self.connections_cut, self.made_up_errors, self.slow_answers, self.lease_skewed,
            self.edited_by_others, self.deleted_by_others, self.left_half_written]

    def api_server_killed(self):
        self.cluster.server("kill", "kube-apiserver")
        time.sleep(self.random.uniform(0, 3))
        self.cluster.server("start", "kube-apiserver")

    def etcd_paused(self):
        self.cluster.server("pause", "etcd")
        time.sleep(self.random.uniform(2, 6))
        self.cluster.server("resume", "etcd")

    def leader_killed(self):
        victim = self.random.choice(self.operators)
        victim.kill()
        time.sleep(self.random.uniform(0, 5))
        victim.start(ready=False)

    def all_operators_killed(self):
        for operator in self.operators:
            operator.kill()
        time.sleep(self.random.uniform(0, 3))
        for operator in self.operators:
            operator.start(ready=False)

    def connections_cut(self):
        for _ in range(5):
            self.proxy.cut(self.random.choice([0.3, 1.0]))
            time.sleep(self.random.uniform(0.1, 1))

    def made_up_errors(self):
        self.proxy.error_share = self.random.uniform(0.05, 0.5)
        time.sleep(4)
        self.proxy.error_share = 0

    def slow_answers(self):
        self.proxy.delay = self.random.uniform(0.2, 2)
        time.sleep(5)
        self.proxy.delay = 0

    def lease_skewed(self):
        """The clock of whoever renews next is an hour off."""
        for lease in self.cluster.list("Lease", NAMESPACE):
            day, clock = lease["spec"].get("renewTime", "2026-01-01T12:00:00.000000Z").split("T")
            hour = (int(clock[:2]) + self.random.choice([1, 23])) % 24
            self.cluster.patch("Lease", lease["metadata"]["name"],
                               {"spec": {"renewTime": f"{day}T{hour:02d}{clock[2:]}"}},
                               NAMESPACE)
        time.sleep(3)

    def edited_by_others(self):
        for name in self._some(15):
            self._try(self._edit, name)

    def deleted_by_others(self):
        for name in self._some(15):
            kind = self.random.choice(["StatefulSet", "Service"])
            self._try(self.space.delete, kind, name + "-function")

    def left_half_written(self):
        """As a run leaves it that was interrupted between two writes."""
        for operator in self.operators:
            operator.kill()
        for name in self._some(10):
            self._try(self.space.delete, "Service", name + "-function")
        for name in self._some(10):
            self._try(self.space.patch, "Function", name, {"status": None})
        for operator in self.operators:
            operator.start(ready=False)

    def _edit(self, name):
        workload = name + "-function"
        change = self.random.choice([
            {"spec": {"replicas": 3}},
            {"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 7}}}},
            {"metadata": {"labels": {"app": "somebody"}}},
        ])
        self.edits[name] += 1
        self.space.patch("StatefulSet", workload, change)

    def _some(self, count):
        return self.random.sample(self.names, min(count, len(self.names)))

    def _try(self, call, *words):
        try:
            call(*words)
        except AWAY:
            pass
