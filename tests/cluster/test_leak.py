"""Months of coming and going, in a minute: the operator does not grow.

LEAK_SECONDS (60) is how long.
"""

import os
import pathlib
import time

from cluster import wait_until
from resources import config_map, function

SECONDS = float(os.environ.get("LEAK_SECONDS", 60))
AT_ONCE = 60


def resident(operator):
    """MiB."""
    status = pathlib.Path(f"/proc/{operator.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def churn(space, names):
    space.apply(*(function(name) for name in names))
    wait_until(lambda: len(space.list("StatefulSet")) == len(names), "all made", 60)
    space.kubectl("delete", "fn", "--all", "--wait=false")
    wait_until(lambda: not space.list("Function") and not space.list("StatefulSet"), "all gone", 60)


def test_memory_comes_back(space, operator):
    running = operator()
    space.apply(config_map())
    names = [f"f{n}" for n in range(AT_ONCE)]
    churn(space, names)  # what is only needed once is there now
    churn(space, names)
    before = resident(running)
    end = time.monotonic() + SECONDS
    rounds = 0
    while time.monotonic() < end:
        churn(space, [f"{name}-{rounds}" for name in names])
        rounds += 1
    after = wait_until(lambda: resident(running), "memory")
    print(f"{rounds * AT_ONCE} functions came and went: {before:.1f} -> {after:.1f} MiB")
    assert after <= before * 1.1
