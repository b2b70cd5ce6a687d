"""Several operators, of which one works."""

import datetime
import signal
import time

import pytest
from cluster import wait_until
from resources import config_map, function
from rights import NAMESPACE

LEASE = "a3f45fce.functionmesh.io"
ELECTION = ("--enable-leader-election", f"--leader-election-namespace={NAMESPACE}")


@pytest.fixture
def lease(cluster, operator):
    """Reads the lease; each test begins without one."""
    if cluster.get("Lease", LEASE, NAMESPACE):
        cluster.delete("Lease", LEASE, NAMESPACE)
    return lambda: (cluster.get("Lease", LEASE, NAMESPACE) or {}).get("spec", {})


@pytest.fixture
def pair(lease, operator):
    """The one that leads and its standby."""
    leader = operator(*ELECTION)
    wait_until(lambda: lease().get("holderIdentity"), "a leader")
    return leader, operator(*ELECTION)


def made_after(space, name, begin):
    """Seconds from `begin` until the function has its StatefulSet."""
    space.apply(function(name))
    wait_until(lambda: space.get("StatefulSet", f"{name}-function"), f"{name}-function", 60, 0.05)
    return time.monotonic() - begin


def test_a_standby_takes_over_within_seconds_of_the_leases_end(space, pair, lease):
    leader, _ = pair
    space.apply(config_map(), function("before"))
    space.wait_phase("Function", "before")
    leader.kill()
    begin = time.monotonic()
    renewed = datetime.datetime.fromisoformat(lease()["renewTime"].replace("Z", "+00:00"))
    age = datetime.datetime.now(datetime.timezone.utc) - renewed
    end_of_lease = lease()["leaseDurationSeconds"] - age.total_seconds()
    took = made_after(space, "after", begin)
    print(f"working again {took - end_of_lease:.1f} s after the lease's end")
    assert took <= end_of_lease + 5


def test_a_leader_that_ends_in_order_leaves_at_once(space, pair, lease):
    leader, _ = pair
    holder = lease()["holderIdentity"]
    assert leader.stop() == 0
    took = made_after(space, "f", time.monotonic())
    assert took < 5
    assert lease()["holderIdentity"] not in ("", holder)


def test_only_one_writes(space, pair):
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    assert [e["count"] for e in space.wait_event("f", "Created")] == [1]
    writers = [one for one in pair if 'verb="PATCH"' in one.metrics()]
    assert len(writers) == 1


def test_a_leader_that_was_stopped_too_long_does_not_write_again(space, pair, lease):
    leader, standby = pair
    leader.process.send_signal(signal.SIGSTOP)
    holder = lease()["holderIdentity"]
    try:
        wait_until(lambda: lease()["holderIdentity"] != holder, "another leader", 40)
    finally:
        leader.process.send_signal(signal.SIGCONT)
    new_holder = lease()["holderIdentity"]
    space.apply(config_map(), function("f"))
    space.wait_phase("Function", "f")
    assert [e["count"] for e in space.wait_event("f", "Created")] == [1]
    leader.must_run()
    standby.must_run()
    assert lease()["holderIdentity"] == new_holder
