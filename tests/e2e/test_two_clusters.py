"""One mesh with functions on two Pulsar clusters, from one dev."""

import pathlib

import yaml

from broker import Broker
from messages import Messages
from resources import write

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples/two-clusters/mesh.yaml"


def test_a_mesh_on_two_clusters(dev, broker, runner_home, tmp_path):
    south = Broker(runner_home, tmp_path / "south").start()
    try:
        documents = list(yaml.safe_load_all(EXAMPLE.read_text()))
        for document, cluster in zip(documents, [broker, south]):
            document["data"] = {"brokerServiceURL": cluster.url, "webServiceURL": cluster.web}
        running = dev(write(tmp_path, documents))
        running.wait_ready("two-clusters-north")
        running.wait_ready("two-clusters-south")
        with Messages(broker) as north_messages, Messages(south) as south_messages:
            north_messages.listen("out")
            south_messages.listen("out")
            north_messages.send("in", "from the north")
            south_messages.send("in", "from the south")
            assert north_messages.receive("out") == ["from the north"]
            assert south_messages.receive("out") == ["from the south"]
            assert north_messages.nothing("out") and south_messages.nothing("out")
    finally:
        south.stop()
