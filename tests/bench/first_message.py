#!/usr/bin/env python3
"""From start to the first message through a Java function, Pulsar already up: `functionmesh dev`
against the Java instance started by hand. Rounds alternate, so that both see the same machine.

Prints the median of each and their ratio. Run it by `./dev bench`, or with the runner home's Python.
"""

import argparse
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from broker import Broker  # noqa: E402
from messages import Messages  # noqa: E402
from ports import free_ports  # noqa: E402
from resources import function, java, topic, write  # noqa: E402


def by_hand(home, broker, name, folder):
    """The command that the JVM of an instance is, as one would type it."""
    details = {
        "tenant": "public", "namespace": "default", "name": name,
        "className": "functionmesh.examples.Relay", "autoAck": True, "parallelism": 1,
        "source": {"typeClassName": "[B", "inputSpecs": {topic(f"{name}-in"): {}},
                   "subscriptionPosition": "EARLIEST"},
        "sink": {"topic": topic(f"{name}-out"), "typeClassName": "[B",
                 "forwardSourceMessageProperty": True}}
    port, metrics_port = free_ports(2)
    opens = [word for package in ("java.nio", "jdk.internal.misc", "java.util.zip")
             for word in ("--add-opens", f"java.base/{package}=ALL-UNNAMED")]
    return ["java", "-Xmx210m", "-cp", f"{home}/instances/java-instance.jar:{home}/instances/deps/*",
            f"-Dpulsar.functions.extra.dependencies.dir={home}/instances/deps",
            f"-Dpulsar.functions.instance.classpath={home}/lib/*",
            "-Dlog4j.configurationFile=java_instance_log4j2.xml",
            f"-Dpulsar.function.log.dir={folder}", f"-Dpulsar.function.log.file={name}",
            "-Dio.netty.tryReflectionSetAccessible=true", *opens,
            "org.apache.pulsar.functions.instance.JavaInstanceMain",
            "--jar", f"{home}/functions/examples.jar", "--instance_id", "0", "--function_id", name,
            "--function_version", "0", "--function_details", json.dumps(details),
            "--pulsar_serviceurl", broker.url, "--use_tls", "false", "--max_buffered_tuples", "100",
            "--port", str(port), "--metrics_port", str(metrics_port),
            "--expected_healthcheck_interval", "-1", "--cluster_name", "standalone"]


def by_dev(program, home, broker, name, folder):
    file = write(folder, [function(name, [f"{name}-in"], f"{name}-out", **java())], f"{name}.yaml")
    return [program, "dev", "-f", file, "--state", folder / f"{name}-state", "--runner-home", home,
            "--pulsar", broker.url, "--pulsar-web", broker.web]


def seconds_to_first(command, broker, name):
    with Messages(broker) as messages, open(os.devnull, "w") as nowhere:
        messages.listen(f"{name}-out")
        messages.send(f"{name}-in", "first")
        began = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                   stdout=nowhere, stderr=nowhere)
        try:
            messages.receive(f"{name}-out", seconds=60)
            return time.monotonic() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    cache = os.environ.get("FUNCTIONMESH_CACHE", os.path.expanduser("~/.cache/functionmesh"))
    parser.add_argument("--program", default=ROOT / "build/functionmesh", type=pathlib.Path)
    parser.add_argument("--runner-home", default=pathlib.Path(cache) / "runner-4.0.8",
                        type=pathlib.Path)
    parser.add_argument("--rounds", default=7, type=int)
    options = parser.parse_args()
    home = options.runner_home
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        broker = Broker(home, folder / "pulsar").start()
        hand, dev = [], []
        try:
            for n in range(options.rounds + 1):
                by_hand_took = seconds_to_first(
                    by_hand(home, broker, f"hand-{n}", folder), broker, f"hand-{n}")
                dev_took = seconds_to_first(
                    by_dev(options.program, home, broker, f"dev-{n}", folder), broker, f"dev-{n}")
                if n > 0:  # the first round warms the disk cache and the broker
                    hand.append(by_hand_took)
                    dev.append(dev_took)
                    print(f"round {n}: by hand {by_hand_took:.2f} s, dev {dev_took:.2f} s", flush=True)
        finally:
            broker.stop()
    ratio = statistics.median(dev) / statistics.median(hand)
    print(f"median: by hand {statistics.median(hand):.2f} s, "
          f"functionmesh dev {statistics.median(dev):.2f} s: {ratio:.2f}x")


if __name__ == "__main__":
    main()
