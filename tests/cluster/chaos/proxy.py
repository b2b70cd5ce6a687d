"""A bad network between an operator and the API server: a proxy that cuts, delays and lies."""

import asyncio
import json
import random
import ssl
import threading

ANSWERS = {
    409: ("Conflict", "the object has been modified"),
    410: ("Expired", "too old resource version"),
    429: ("TooManyRequests", "too many requests"),
    500: ("InternalError", "etcdserver: request timed out"),
}


class Proxy:
    """Speaks plain HTTP on 127.0.0.1 and TLS to the API server, one connection for one."""

    def __init__(self, server, authority, seed):
        self.host, self.port_behind = server.removeprefix("https://").rsplit(":", 1)
        self.tls = ssl.create_default_context(cafile=str(authority))
        self.random = random.Random(seed)
        self.error_share = 0.0  # of requests that get a made-up error
        self.delay = 0.0  # seconds, at most, before a request is passed on
        self.connections = set()
        self.loop = asyncio.new_event_loop()
        self.port = None
        started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self.thread.start()
        assert started.wait(10)

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=16 * 1024 * 1024))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()
        server.close()
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    def close(self):
        self.cut()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def cut(self, share=1.0):
        """Ends that share of the connections at once, watches included."""
        def end():
            for writer in [w for w in self.connections if self.random.random() < share]:
                writer.transport.abort()
        self.loop.call_soon_threadsafe(end)

    async def _serve(self, reader, writer):
        self.connections.add(writer)
        behind = None
        try:
            while head := await self._head(reader):
                body = await reader.readexactly(length_of(head))
                await asyncio.sleep(self.random.uniform(0, self.delay))
                if self.random.random() < self.error_share:
                    writer.write(made_up_answer(self.random.choice(list(ANSWERS))))
                    await writer.drain()
                    continue
                if behind is None:
                    behind = await asyncio.open_connection(
                        self.host, int(self.port_behind), ssl=self.tls, limit=16 * 1024 * 1024)
                behind[1].write(head + body)
                await behind[1].drain()
                await self._pass_answer(behind[0], writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self.connections.discard(writer)
            for one in [writer] + ([behind[1]] if behind else []):
                one.transport.abort()

    async def _head(self, reader):
        try:
            return await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""

    async def _pass_answer(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        if b"transfer-encoding: chunked" in head.lower():
            size = -1
            while size != 0:
                line = await reader.readuntil(b"\r\n")
                size = int(line.split(b";")[0], 16)
                writer.write(line + await reader.readexactly(size + 2))
                await writer.drain()
        else:
            writer.write(await reader.readexactly(length_of(head)))
            await writer.drain()


def length_of(head):
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def made_up_answer(code):
    reason, message = ANSWERS[code]
    body = json.dumps({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code,
                       "reason": reason, "message": message}).encode()
    again = b"Retry-After: 1\r\n" if code == 429 else b""
    return (f"HTTP/1.1 {code} {reason}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n").encode() + again + b"\r\n" + body
