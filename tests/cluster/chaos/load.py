"""Users at work: a steady stream of creates, updates and deletes of Functions."""

import random
import threading
import time

from kubernetes.dynamic.exceptions import ApiException
from resources import function
from urllib3.exceptions import HTTPError

AWAY = (ApiException, HTTPError, OSError)


class Load:
    def __init__(self, space, count, seed, per_second=8):
        self.space = space
        self.names = [f"f{number:03d}" for number in range(count)]
        self.random = random.Random(seed)
        self.pause = 1 / per_second
        self.done = {"create": 0, "update": 0, "scale": 0, "delete": 0, "refused": 0}
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def create_all(self):
        for begin in range(0, len(self.names), 100):
            self.space.apply(*(self._function(n) for n in self.names[begin:begin + 100]))

    def start(self):
        self.thread.start()

    def stop(self):
        self.ending.set()
        self.thread.join(60)
        assert not self.thread.is_alive()

    def _function(self, name):
        more = {"maxReplicas": 3} if int(name[1:]) % 10 == 0 else {}
        if int(name[1:]) % 7 == 0:
            more["cleanupSubscription"] = True
        return function(name, subscriptionName="chaos", **more)

    def _run(self):
        while not self.ending.wait(self.pause):
            try:
                self._step(self.random.choice(self.names))
            except AWAY:  # the API server is away, or the function is
                self.done["refused"] += 1
                time.sleep(0.1)

    def _step(self, name):
        what = self.random.choices(["update", "scale", "delete"], [6, 2, 2])[0]
        if self.space.get("Function", name) is None:
            what = "create"
        if what == "create":
            self.space.cluster.resource("Function").create(
                body=self._function(name), namespace=self.space.name)
        elif what == "update":
            self.space.patch("Function", name, {"spec": {"funcConfig": {
                "mark": str(self.random.random())}}})
        elif what == "scale":
            self.space.patch("Function", name, {"spec": {"replicas": self.random.randint(1, 2)}})
        else:
            self.space.delete("Function", name)
        self.done[what] += 1
