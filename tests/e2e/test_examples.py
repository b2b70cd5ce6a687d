"""The examples do what their pages say."""

import functools
import http.server
import pathlib
import subprocess
import threading
import uuid

import pytest

from broker import wait_for
from messages import STRING

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.glob("*/*.yaml"))
GO_PROGRAM = EXAMPLES / "go/functions/prefix"


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(EXAMPLES)))
def test_it_is_valid(program, file):
    done = subprocess.run([program, "validate", "-f", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout + done.stderr


def test_mesh(dev, messages):
    messages.listen("decades")
    running = dev(EXAMPLES / "mesh/mesh.yaml")
    line = messages.receive("decades", seconds=120)[0]
    assert " is " in line and ": number " in line
    file = pathlib.Path("/tmp/functionmesh/people.txt")
    wait_for("the line in the file", lambda: file.exists() and line in file.read_text(), 60)
    running.wait_ready("people-summarize")
    table = running.run("get").stdout
    for name in ("people-generator", "people-summarize", "people-decades", "people-file"):
        assert name in table


def test_config_and_secrets(dev, messages):
    messages.listen("greetings")
    running = dev(EXAMPLES / "config-and-secrets/greet.yaml")
    running.wait_ready("greet")
    messages.send("names", "Ada", schema=STRING)
    assert messages.receive("greetings") == ["Good morning, Ada! - the mesh"]
    wait_for("the log line as JSON", lambda: [
        line for line in running.run("logs", "greet").stdout.splitlines()
        if "greeted Ada" in line and line.startswith("{")], 20)


def test_python_function(dev, messages, broker):
    messages.listen("words")
    running = dev(EXAMPLES / "python-function/words.yaml")
    running.wait_ready("words", 2)
    messages.send("sentences", "the quick brown fox")
    assert messages.receive("words", 2) == ["quick", "brown"]
    running.run("delete", "fn", "words")
    wait_for("the subscription gone", lambda: broker.subscriptions("sentences") == [], 60)


def test_window(dev, messages):
    messages.listen("averages")
    dev(EXAMPLES / "window/average.yaml").wait_ready("average")
    messages.send("temperatures", *(str(n) for n in range(1, 11)), schema=STRING)
    assert messages.receive("averages", 2) == ["5 numbers, mean 3.0", "10 numbers, mean 5.5"]


def test_dead_letter(dev, messages):
    messages.listen("payments")
    messages.listen("amounts-refused")
    dev(EXAMPLES / "dead-letter/pay.yaml").wait_ready("pay")
    messages.send("amounts", "five", "5", schema=STRING)
    assert messages.receive("payments") == ["paid 5"]
    assert messages.receive("amounts-refused") == ["five"]


def test_exactly_once(dev, messages):
    messages.listen("orders-once")
    dev(EXAMPLES / "exactly-once/relay.yaml").wait_ready("once")
    orders = [f"order {n}" for n in range(100)]
    messages.send("orders", *orders)
    assert messages.receive("orders-once", 100) == orders


def test_packages(dev, messages, broker, tmp_path):
    upper = EXAMPLES / "packages/functions/upper.py"
    upload(broker, "function/public/default/upper/1", upper)
    text = (EXAMPLES / "packages/packages.yaml").read_text()
    with serve(upper.parent) as port:
        file = tmp_path / "packages.yaml"
        file.write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
        running = dev(file)
        running.wait_ready("upper-package")
        running.wait_ready("upper-http")
    messages.listen("loud")
    messages.send("quiet", "hello")
    assert messages.receive("loud", 2) == ["HELLO", "HELLO"]


@pytest.mark.skipif(not GO_PROGRAM.exists(), reason="./dev examples-go has not been run")
def test_go(dev, messages):
    messages.listen("prefixed")
    dev(EXAMPLES / "go/prefix.yaml").wait_ready("prefix")
    messages.send("plain", "hello")
    assert messages.receive("prefixed") == ["go: hello"]


class serve:
    """A web server over a folder, on a free port of the loopback address."""

    def __init__(self, folder):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=folder))

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def upload(broker, package, file):
    """Puts a file into the package service of a broker."""
    import urllib.request

    edge = uuid.uuid4().hex
    parts = [("metadata", "application/json", b'{"description": "an example"}'),
             ("file", "application/octet-stream", file.read_bytes())]
    body = b"".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n" for name, kind, data in parts)
    request = urllib.request.Request(
        f"{broker.web}/admin/v3/packages/{package}", method="POST",
        data=body + f"--{edge}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={edge}"})
    urllib.request.urlopen(request, timeout=20).close()
