"""The operator's image, as a file: tests/nodes runs it."""

import gzip
import hashlib
import io
import json
import struct
import subprocess
import sys
import tarfile

import pytest

from helm import CHART

IMAGES = CHART.parents[1] / "images"
CERTIFICATES = b"-----BEGIN CERTIFICATE-----\n"


@pytest.fixture
def make(request, tmp_path):
    """make(program...) -> the archive's path; what went wrong where it has to."""
    certificates = tmp_path / "certificates"
    certificates.write_bytes(CERTIFICATES)

    def run(*programs, name="image.tar", works=True):
        done = subprocess.run(
            [sys.executable, "-B", IMAGES / "operator_image.py", tmp_path / name,
             *(programs or [request.config.getoption("--program")]),
             "--version", "1.2.3", "--certificates", certificates], capture_output=True, text=True)
        assert (done.returncode == 0) == works, done.stderr
        return tmp_path / name if works else done.stderr

    return run


class Image:
    def __init__(self, path):
        self.tar = tarfile.open(path)
        self.index = json.load(self.tar.extractfile("index.json"))

    def blob(self, descriptor):
        algorithm, digest = descriptor["digest"].split(":")
        data = self.tar.extractfile(f"blobs/{algorithm}/{digest}").read()
        assert hashlib.sha256(data).hexdigest() == digest and len(data) == descriptor["size"]
        return data

    def json(self, descriptor):
        return json.loads(self.blob(descriptor))


def static_program(machine, interpreter=False):
    """As much of an ELF file as tells what it is."""
    header = bytearray(64)
    header[:6] = b"\x7fELF\x02\x01"
    struct.pack_into("<H", header, 18, machine)
    struct.pack_into("<Q", header, 32, 64)
    struct.pack_into("<HH", header, 54, 56, 1)
    return bytes(header) + struct.pack("<I", 3 if interpreter else 1).ljust(56, b"\0")


def test_it_is_small_and_has_one_program_and_one_user(make):
    path = make()
    assert path.stat().st_size < 40 << 20
    image = Image(path)
    names = {one["annotations"]["io.containerd.image.name"] for one in image.index["manifests"]}
    assert names == {"docker.io/functionmesh/operator:1.2.3", "docker.io/functionmesh/operator:latest"}
    manifest = image.json(image.index["manifests"][0])
    config = image.json(manifest["config"])
    assert config["config"]["User"] == "65532:65532"
    assert config["config"]["Entrypoint"] == ["/functionmesh"]
    assert config["config"]["Labels"]["org.opencontainers.image.version"] == "1.2.3"
    layer, = manifest["layers"]
    content = gzip.decompress(image.blob(layer))
    assert config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(content).hexdigest()]
    with tarfile.open(fileobj=io.BytesIO(content)) as files:
        assert {one.name for one in files if not one.isdir()} == {
            "functionmesh", "manager", "etc/passwd", "etc/group", "etc/ssl/certs/ca-certificates.crt"}
        assert files.getmember("manager").linkname == "functionmesh"
        assert files.getmember("functionmesh").mode == 0o755
        assert not any(one.mode & 0o022 for one in files if not one.issym()), "nothing to write to"
        assert b":65532:65532:" in files.extractfile("etc/passwd").read()
        assert files.extractfile("etc/ssl/certs/ca-certificates.crt").read() == CERTIFICATES


def test_the_same_program_gives_the_same_bytes(make):
    assert make(name="one.tar").read_bytes() == make(name="other.tar").read_bytes()


def test_several_architectures_are_one_image(make, tmp_path):
    programs = {"amd64": 0x3E, "arm64": 0xB7}
    for name, machine in programs.items():
        (tmp_path / name).write_bytes(static_program(machine))
    image = Image(make(*(tmp_path / name for name in programs)))
    index = image.json(image.index["manifests"][0])
    assert {one["platform"]["architecture"] for one in index["manifests"]} == set(programs)
    for one in index["manifests"]:
        config = image.json(image.json(one)["config"])
        assert config["architecture"] == one["platform"]["architecture"]


@pytest.mark.parametrize("content, what", [
    (b"#!/bin/sh\n", "no 64-bit Linux program"),
    (static_program(0x3E, interpreter=True), "not static"),
    (static_program(0xF3), "neither amd64 nor arm64")])
def test_what_could_not_run_is_refused(make, tmp_path, content, what):
    (tmp_path / "program").write_bytes(content)
    assert what in make(tmp_path / "program", works=False)
    assert not (tmp_path / "image.tar").exists()
