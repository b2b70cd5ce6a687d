#!/usr/bin/env python3
"""Writes the operator's image without a container engine: `./dev image` calls it.

operator_image.py OUT --version VERSION --certificates FILE PROGRAM...

PROGRAM is a static functionmesh; several are those of several architectures, for one image of all. The
image has nothing else but certificates of public authorities and one user. The same input gives the same
bytes. `ctr -n k8s.io images import OUT` and `skopeo copy oci-archive:OUT docker://...` take it.
"""

import argparse
import gzip
import hashlib
import io
import pathlib
import struct
import tarfile
import tempfile

from oci import Archive

NAME = "docker.io/functionmesh/operator"
MACHINES = {0x3E: "amd64", 0xB7: "arm64"}
INTERPRETER = 3  # the type of a program header that names a dynamic linker
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
USER = 65532
PASSWD = f"functionmesh:x:{USER}:{USER}::/:/nonexistent\n"
GROUP = f"functionmesh:x:{USER}:\n"


def architecture_of(program, data):
    """Which machine it is for; it has to run with nothing beside it."""
    if data[:6] != b"\x7fELF\x02\x01":
        raise SystemExit(f"error: {program} is no 64-bit Linux program")
    machine, = struct.unpack_from("<H", data, 18)
    headers, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    if machine not in MACHINES:
        raise SystemExit(f"error: {program} is for neither amd64 nor arm64")
    for number in range(count):
        if struct.unpack_from("<I", data, headers + number * size) == (INTERPRETER,):
            raise SystemExit(f"error: {program} is not static: `./dev build` makes one that is")
    return MACHINES[machine]


def layer(program, certificates):
    """The image's files, as a tar archive; all are root's, and nobody may write them."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        def add(name, kind, mode, data=b"", link=""):
            info = tarfile.TarInfo(name)
            info.type, info.mode, info.size, info.linkname = kind, mode, len(data), link
            tar.addfile(info, io.BytesIO(data))

        for folder in "etc", "etc/ssl", "etc/ssl/certs":
            add(folder, tarfile.DIRTYPE, 0o755)
        add("etc/passwd", tarfile.REGTYPE, 0o644, PASSWD.encode())
        add("etc/group", tarfile.REGTYPE, 0o644, GROUP.encode())
        add(CERTIFICATES, tarfile.REGTYPE, 0o644, certificates)
        add("functionmesh", tarfile.REGTYPE, 0o755, program)
        add("manager", tarfile.SYMTYPE, 0o777, link="functionmesh")
    return out.getvalue()


def config(version):
    return {
        "User": f"{USER}:{USER}",
        "WorkingDir": "/",
        "Entrypoint": ["/functionmesh"],
        "Env": ["PATH=/", "SSL_CERT_FILE=/" + CERTIFICATES],
        "Labels": {
            "org.opencontainers.image.title": "Function Mesh operator",
            "org.opencontainers.image.description":
                "Runs Apache Pulsar Functions and IO connectors on Kubernetes",
            "org.opencontainers.image.version": version,
            "org.opencontainers.image.licenses": "Apache-2.0",
        },
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("programs", nargs="+", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--certificates", required=True, type=pathlib.Path)
    given = parser.parse_args()
    certificates = given.certificates.read_bytes()
    programs = {}
    for program in given.programs:
        data = program.read_bytes()
        programs[architecture_of(program, data)] = data
    archive = Archive(given.out)
    with tempfile.TemporaryDirectory() as folder:
        layers = {}
        for architecture, data in programs.items():
            content = layer(data, certificates)
            path = pathlib.Path(folder) / (architecture + ".tar.gz")
            path.write_bytes(gzip.compress(content, mtime=0))
            digest = path.with_name(path.name + ".digest")
            digest.write_text(hashlib.sha256(content).hexdigest())
            layers[architecture] = [path]
        names = [f"{NAME}:{tag}" for tag in (given.version, "latest")]
        archive.add_images(names, layers, config(given.version))
        archive.close()


main()
