"""Sends and receives, for tests."""

import time

import pulsar
import pulsar.schema

from resources import topic

STRING = pulsar.schema.StringSchema()


class Messages:
    def __init__(self, broker):
        self.broker = broker
        self.client = broker.client()
        self.consumers = {}
        self.producers = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def listen(self, name, subscription="test"):
        """Subscribes from the beginning, so that nothing sent afterwards is missed."""
        if name not in self.consumers:
            self.consumers[name] = self.client.subscribe(
                topic(name), subscription, initial_position=pulsar.InitialPosition.Earliest)
        return self.consumers[name]

    def send(self, name, *texts, schema=pulsar.schema.BytesSchema()):
        """With the schema that the reader has: one without, sent first, would keep it off."""
        if name not in self.producers:
            self.producers[name] = self.client.create_producer(
                topic(name), schema=schema, block_if_queue_full=True, send_timeout_millis=0)
        for text in texts:
            self.producers[name].send_async(text if schema is STRING else text.encode(), None)
        self.producers[name].flush()

    def receive(self, name, count=1, seconds=60):
        """The next `count` messages as texts."""
        texts, end = [], time.monotonic() + seconds
        while len(texts) < count:
            left = max(end - time.monotonic(), 0.001)
            try:
                message = self.listen(name).receive(timeout_millis=int(left * 1000) + 1)
            except pulsar.Timeout:
                raise AssertionError(f"{name}: {len(texts)} of {count} messages: {texts[-5:]}")
            self.listen(name).acknowledge(message)
            texts.append(message.data().decode())
        return texts

    def receive_all(self, name, expected, seconds=120):
        """Receives until every expected text has come; how many came in all."""
        missing, count, end = set(expected), 0, time.monotonic() + seconds
        while missing:
            try:
                message = self.listen(name).receive(timeout_millis=1000)
            except pulsar.Timeout:
                if time.monotonic() > end:
                    raise AssertionError(f"{name}: {len(missing)} missing: {sorted(missing)[:5]}")
                continue
            self.listen(name).acknowledge(message)
            missing.discard(message.data().decode())
            count += 1
        return count

    def nothing(self, name, seconds=2):
        try:
            message = self.listen(name).receive(timeout_millis=seconds * 1000)
        except pulsar.Timeout:
            return True
        raise AssertionError(f"{name}: unexpected {message.data()!r}")
