#!/usr/bin/env python3
"""Writes container images without a container engine, into one archive (an OCI image layout in a tar).

oci.py OUT IMAGES.json, which says [{"names": [...], "layers": [FILE.tar.zst, ...], "config": {...}}].

Layers are tar archives, compressed by gzip (anything takes them) or zstd (containerd imports them in
half the time). Beside each is FILE.digest, the sha256 of what is in it. A layer that several images
have is stored once. The same input gives the same bytes.
"""

import hashlib
import io
import json
import pathlib
import platform
import sys
import tarfile

LAYERS = {".gz": "application/vnd.oci.image.layer.v1.tar+gzip",
          ".zst": "application/vnd.oci.image.layer.v1.tar+zstd"}
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def this_architecture():
    machine = platform.machine()
    return ARCHITECTURES.get(machine, machine)


class Archive:
    """`add_image` for each image, then `close`."""

    def __init__(self, path):
        self.tar = tarfile.open(path, "w")
        self.layers = {}
        self.blobs = set()
        self.named = []

    def close(self):
        self._add_json("oci-layout", {"imageLayoutVersion": "1.0.0"})
        self._add_json("index.json", {"schemaVersion": 2, "manifests": self.named})
        self.tar.close()

    def add_image(self, names, layers, config):
        """An image for this machine's architecture."""
        self.add_images(names, {this_architecture(): layers}, config)

    def add_images(self, names, layers, config):
        """One image for several architectures, of the layers of each."""
        manifests = [self._add_manifest(architecture, of_one, config)
                     for architecture, of_one in sorted(layers.items())]
        image = manifests[0]
        if len(manifests) > 1:
            image = self._add_blob(INDEX, {
                "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests})
        # containerd reads the image's full name from an annotation of its own.
        self.named += [{**image, "annotations": {"io.containerd.image.name": name,
                                                 "org.opencontainers.image.ref.name": name}}
                       for name in names]

    def _add_manifest(self, architecture, layers, config):
        layers = [pathlib.Path(layer) for layer in layers]
        descriptors = [self._add_layer(layer) for layer in layers]
        contents = [layer.with_name(layer.name + ".digest").read_text().strip() for layer in layers]
        described = self._add_blob(CONFIG, {
            "architecture": architecture, "os": "linux", "config": config,
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + content for content in contents]},
        })
        manifest = self._add_blob(MANIFEST, {
            "schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": descriptors})
        return {**manifest, "platform": {"architecture": architecture, "os": "linux"}}

    def _add_layer(self, path):
        if path not in self.layers:
            with open(path, "rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
                content.seek(0)
                size = path.stat().st_size
                self._add_file("blobs/sha256/" + digest, size, content)
            self.layers[path] = {
                "mediaType": LAYERS[path.suffix], "digest": "sha256:" + digest, "size": size}
        return self.layers[path]

    def _add_blob(self, media_type, value):
        data = json.dumps(value, sort_keys=True).encode()
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self.blobs:
            self.blobs.add(digest)
            self._add_file("blobs/sha256/" + digest, len(data), io.BytesIO(data))
        return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(data)}

    def _add_json(self, name, value):
        data = json.dumps(value, sort_keys=True).encode()
        self._add_file(name, len(data), io.BytesIO(data))

    def _add_file(self, name, size, content):
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o644
        self.tar.addfile(info, content)


def main(out, images):
    archive = Archive(out)
    for image in json.loads(pathlib.Path(images).read_text()):
        archive.add_image(**image)
    archive.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
