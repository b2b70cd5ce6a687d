"""Numbered messages through a component while something happens to it."""

import threading
import time

from messages import STRING, Messages


class Flow:
    """Sends texts to a topic at a steady rate from its start on; `finish` stops it, and waits until
    each has come out of another topic."""

    def __init__(self, broker, into, out_of, text="{}", schema=None, rate=40):
        self.messages = Messages(broker)
        self.into, self.out_of, self.text, self.rate = into, out_of, text, rate
        self.schema = {"schema": schema} if schema else {}
        self.count = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._send)

    def __enter__(self):
        self.messages.listen(self.out_of, "flow-" + self.out_of)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.messages.client.close()

    def _send(self):
        begin = time.monotonic()
        while not self.ended.wait(max(0, begin + self.count / self.rate - time.monotonic())):
            self.messages.send(self.into, self.text.format(self.count), **self.schema)
            self.count += 1

    def finish(self, expected, seconds=120):
        """`expected` makes of a number what comes out for it, or how that begins."""
        self.ended.set()
        self.thread.join()
        missing = {expected(number) for number in range(self.count)}
        came, end = 0, time.monotonic() + seconds
        while missing:
            assert time.monotonic() < end, f"{len(missing)} of {self.count} missing: {sorted(missing)[:5]}"
            for text in self.messages.receive(self.out_of, seconds=seconds):
                came += 1
                missing -= {text, text.split(":")[0]}
        return came
