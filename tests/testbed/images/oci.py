#!/usr/bin/env python3
"""Writes container images without a container engine, into one archive for `ctr images import`.

oci.py OUT IMAGES.json, which says [{"names": [...], "layers": [FILE.tar.zst, ...], "config": {...}}].

Layers are tar archives compressed by zstd: containerd imports them in half the time. Beside each is
FILE.tar.zst.digest, the sha256 of what is in it. A layer that several images have is stored once.
"""

import hashlib
import io
import json
import pathlib
import platform
import sys
import tarfile

LAYER = "application/vnd.oci.image.layer.v1.tar+zstd"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class Archive:
    def __init__(self, path):
        self.tar = tarfile.open(path, "w")
        self.layers = {}

    def add_file(self, name, size, content):
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o644
        self.tar.addfile(info, content)

    def add_json(self, name, value):
        data = json.dumps(value, sort_keys=True).encode()
        self.add_file(name, len(data), io.BytesIO(data))

    def add_blob(self, media_type, value):
        data = json.dumps(value, sort_keys=True).encode()
        digest = hashlib.sha256(data).hexdigest()
        self.add_file("blobs/sha256/" + digest, len(data), io.BytesIO(data))
        return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(data)}

    def add_layer(self, path):
        if path not in self.layers:
            size = path.stat().st_size
            with open(path, "rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
                content.seek(0)
                self.add_file("blobs/sha256/" + digest, size, content)
            self.layers[path] = {"mediaType": LAYER, "digest": "sha256:" + digest, "size": size}
        return self.layers[path]

    def add_image(self, names, layers, config):
        layers = [pathlib.Path(layer) for layer in layers]
        descriptors = [self.add_layer(layer) for layer in layers]
        contents = [layer.with_name(layer.name + ".digest").read_text().strip() for layer in layers]
        machine = platform.machine()
        described = self.add_blob(CONFIG, {
            "architecture": ARCHITECTURES.get(machine, machine), "os": "linux", "config": config,
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + content for content in contents]},
        })
        manifest = self.add_blob(MANIFEST, {
            "schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": descriptors})
        # containerd reads the image's full name from an annotation of its own.
        return [{**manifest, "annotations": {"io.containerd.image.name": name,
                                             "org.opencontainers.image.ref.name": name}}
                for name in names]


def main(out, images):
    archive = Archive(out)
    manifests = []
    for image in json.loads(pathlib.Path(images).read_text()):
        manifests += archive.add_image(**image)
    archive.add_json("oci-layout", {"imageLayoutVersion": "1.0.0"})
    archive.add_json("index.json", {"schemaVersion": 2, "manifests": manifests})
    archive.tar.close()


main(*sys.argv[1:])
