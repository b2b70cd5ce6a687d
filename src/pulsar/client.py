"""functionmesh send, functionmesh tail: writes to and reads from a topic with Pulsar's own client.

Where the cluster is and how to enter it comes in FUNCTIONMESH_PULSAR, as JSON, and so stays out of
the list of processes.
"""

import argparse
import base64
import json
import os
import signal
import socket
import sys
import time

try:
    import _pulsar
    import pulsar
    from pulsar.schema import BytesSchema, StringSchema
except ImportError as error:
    sys.exit(f"functionmesh: {sys.executable} has no Pulsar client ({error}): "
             "install the Python package pulsar-client there")


REASONS = {
    # Also what the client makes of a broker that refuses its authentication.
    pulsar.Timeout: "no answer in time, or the broker asks for another authentication",
    pulsar.TopicNotFound: "there is no such tenant, namespace or topic",
    pulsar.AuthenticationError: "authentication failed",
    pulsar.AuthorizationError: "the rights for it are missing",
}


def authentication(plugin, params):
    if not plugin:
        return None
    name = plugin.rsplit(".", 1)[-1]
    if name in ("token", "AuthenticationToken"):
        return pulsar.AuthenticationToken(token(params))
    if name in ("basic", "AuthenticationBasic"):
        if params.startswith("{"):
            known = json.loads(params)
            return pulsar.AuthenticationBasic(known["userId"], known["password"])
        return pulsar.AuthenticationBasic(*params.split(":", 1))
    if name in ("oauth2", "AuthenticationOAuth2"):
        return pulsar.AuthenticationOauth2(params)
    if name in ("tls", "AuthenticationTls"):
        known = dict(part.split(":", 1) for part in params.split(","))
        return pulsar.AuthenticationTLS(known["tlsCertFile"], known["tlsKeyFile"])
    raise ValueError(f"authentication by {plugin} is not supported here")


def token(params):
    """token:T, file:///path, {"token": "T"} or just T."""
    if params.startswith("{"):
        params = json.loads(params)["token"]
    if params.startswith("token:"):
        params = params[len("token:"):]
    if params.startswith("file:"):
        with open(params[len("file:"):].removeprefix("//"), encoding="utf-8") as file:
            params = file.read()
    return params.strip()


def check_reachable(url):
    """The client itself tries for long, and then says no more than that time is up."""
    failure = None
    for server in url.split("://", 1)[1].rstrip("/").split(","):
        host, _, port = server.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
            return
        except (OSError, ValueError) as error:
            failure = error
    raise RuntimeError(f"cannot reach it: {getattr(failure, 'strerror', None) or failure}")


def connect(access):
    check_reachable(access["url"])
    return pulsar.Client(
        access["url"],
        authentication=authentication(access["plugin"], access["params"]),
        operation_timeout_seconds=10,
        connection_timeout_ms=5000,
        tls_trust_certs_file_path=access["trust"] or None,
        tls_allow_insecure_connection=access["insecure"],
        tls_validate_hostname=access["verify_host"],
        logger=pulsar.FileLogger(pulsar.LoggerLevel.Error, "/dev/null"))


class Utf8(StringSchema):
    """Text that is bytes already."""

    def encode(self, obj):
        return obj


def open_producer(client, topic):
    """A topic that gets its first message from a client without a schema refuses, from then on,
    functions with one. So plain text is declared as such where nothing else was declared before.
    """
    options = {"block_if_queue_full": True, "batching_enabled": True,
               "batching_max_publish_delay_ms": 5, "batching_type": pulsar.BatchingType.KeyBased}
    try:
        return client.create_producer(topic, schema=Utf8(), **options)
    except pulsar.IncompatibleSchema:
        return client.create_producer(topic, schema=BytesSchema(), **options)


def texts(messages):
    """The messages of the command line, else the lines of standard input."""
    if messages:
        for message in messages:
            yield os.fsencode(message)
        return
    if sys.stdin.isatty():
        print("one message a line; end with Ctrl-D", file=sys.stderr)
    for line in sys.stdin.buffer:
        yield line.removesuffix(b"\n")


class Sender:
    def __init__(self, producer, key, rate):
        self.producer = producer
        self.key = key
        self.rate = rate
        self.begin = time.monotonic()
        self.handed = 0
        self.sent = 0
        self.failure = None

    def on_answer(self, result, _):
        if result == _pulsar.Result.Ok:
            self.sent += 1
        else:
            self.failure = result

    def send(self, payload, number):
        if self.rate > 0:
            due = self.begin + self.handed / self.rate
            time.sleep(max(0, due - time.monotonic()))
        count = str(number)
        options = {"partition_key": self.key.replace("{n}", count)} if self.key else {}
        self.producer.send_async(payload.replace(b"{n}", count.encode()), self.on_answer, **options)
        self.handed += 1
        if self.failure is not None:
            raise RuntimeError(f"message not accepted: {self.failure}")


def send(client, task):
    producer = open_producer(client, task.topic)
    sender = Sender(producer, task.key, task.rate)
    try:
        if task.messages:
            for number in range(1, task.count + 1):
                for payload in texts(task.messages):
                    sender.send(payload, number)
        else:
            for line, payload in enumerate(texts([])):
                for number in range(1, task.count + 1):
                    sender.send(payload, line * task.count + number)
    finally:
        producer.flush()
        messages = "message" if sender.sent == 1 else "messages"
        print(f"sent {sender.sent} {messages} to {task.topic}", file=sys.stderr)
    return 0 if sender.sent == sender.handed else 1


def readable(payload):
    """As text; bytes that are none, and control characters, escaped."""
    text = payload.decode("utf-8", errors="backslashreplace")
    return "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" if ord(c) < 256
                   else f"\\u{ord(c):04x}" for c in text)


def as_json(message):
    payload = message.data()
    shown = {"topic": message.topic_name(), "key": message.partition_key() or None,
             "properties": message.properties(), "publishTime": message.publish_timestamp()}
    try:
        shown["payload"] = payload.decode("utf-8")
    except UnicodeDecodeError:
        shown["payloadBase64"] = base64.b64encode(payload).decode()
    return json.dumps(shown, ensure_ascii=False)


def tail(client, task):
    begin = {"earliest": pulsar.MessageId.earliest, "latest": pulsar.MessageId.latest}[task.begin]
    reader = client.create_reader(task.topic, begin)
    left = task.count
    while True:
        try:
            message = reader.read_next(500)
        except pulsar.Timeout:
            continue
        print(as_json(message) if task.json else readable(message.data()), flush=True)
        left -= 1
        if left == 0:
            return 0


def arguments():
    parser = argparse.ArgumentParser(prog="functionmesh")
    verbs = parser.add_subparsers(dest="verb", required=True)
    sending = verbs.add_parser("send")
    sending.add_argument("--topic", required=True)
    sending.add_argument("--key", default="")
    sending.add_argument("--count", type=int, default=1)
    sending.add_argument("--rate", type=float, default=0)
    sending.add_argument("messages", nargs="*")
    tailing = verbs.add_parser("tail")
    tailing.add_argument("--topic", required=True)
    tailing.add_argument("--from", dest="begin", choices=["earliest", "latest"], default="latest")
    tailing.add_argument("--count", type=int, default=0)
    tailing.add_argument("--json", action="store_true")
    return parser.parse_args()


def main():
    task = arguments()
    access = json.loads(os.environ.pop("FUNCTIONMESH_PULSAR"))
    client = None
    try:
        client = connect(access)
        return send(client, task) if task.verb == "send" else tail(client, task)
    except (KeyboardInterrupt, pulsar.Interrupted):
        return 0 if task.verb == "tail" else 130
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (pulsar.PulsarException, RuntimeError, ValueError, OSError, KeyError) as error:
        reason = REASONS.get(type(error)) or str(error).removeprefix("Pulsar error: ")
        print(f"functionmesh: {task.verb} {task.topic} at {access['url']}: {reason}",
              file=sys.stderr)
        return 1
    finally:
        if client is not None:
            client.shutdown()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
