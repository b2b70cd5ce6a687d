"""The horizontal autoscaler with what real pods use of a real processor."""

import threading

from cluster import wait_until
from resources import function, topic
from test_mesh import pulsar_config

# Little enough that a machine which is busy otherwise gives it to three pods.
SMALL = {"cpu": "100m", "memory": "200Mi"}

BUSY = """
import time
from pulsar import Function

class Busy(Function):
    def process(self, message, context):
        end = time.process_time() + 0.02
        while time.process_time() < end:
            pass
        return message
"""


def test_load_scales_out_and_quiet_scales_in(space, operator, broker, messages):
    operator()
    code = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "code"},
            "data": {"busy.py": BUSY}}
    busy = function("busy", className="busy.Busy", minReplicas=1, maxReplicas=3,
                    python={"py": "/code/busy.py"},
                    input={"topics": [topic("busy-in")]},
                    output={"topic": topic("busy-out")},
                    resources={"requests": SMALL, "limits": SMALL},
                    volumeMounts=[{"name": "code", "mountPath": "/code"}],
                    pod={"volumes": [{"name": "code", "configMap": {"name": "code"}}],
                         "builtinAutoscaler": ["AverageUtilizationCPUPercent50"],
                         "autoScalingBehavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}})
    del busy["spec"]["java"]
    space.apply(pulsar_config(broker), code, busy)
    space.wait_phase("Function", "busy", seconds=60)
    quiet = threading.Event()

    def load():
        number = 0
        while not quiet.wait(0.125):  # 160m of CPU: too much for one or two, not for three
            messages.send("busy-in", str(number))
            number += 1

    thread = threading.Thread(target=load)
    thread.start()
    try:
        space.wait_pods("busy", 3, seconds=180)
        space.wait_phase("Function", "busy", seconds=60)
    finally:
        quiet.set()
        thread.join()
    space.wait_pods("busy", 1, seconds=180)
    wait_until(lambda: space.get("Function", "busy")["spec"]["replicas"] == 1, "replicas 1")
    space.wait_phase("Function", "busy", seconds=60)
