"""Every command of a page runs, and every piece of YAML is taken; in the order of the page."""

import json
import time

import pytest
import yaml

from pages import COMMANDS, OBJECTS, PAGES, ROOT, Block, blocks_of

OURS = "compute.functionmesh.io/"
# What a part of a spec is put into to be judged.
FRAMES = {
    "Function": {"className": "example.Relay", "java": {"jar": "/pulsar/example.jar"},
                 "input": {"topics": ["in"]}, "output": {"topic": "out"},
                 "pulsar": {"pulsarConfig": "pulsar"}},
    "Source": {"className": "example.Source", "java": {"jar": "/pulsar/example.nar"},
               "output": {"topic": "out"}, "pulsar": {"pulsarConfig": "pulsar"}},
    "Sink": {"className": "example.Sink", "java": {"jar": "/pulsar/example.nar"},
             "input": {"topics": ["in"]}, "pulsar": {"pulsarConfig": "pulsar"}},
    "BackendConfig": {},
}
RUNTIMES = {"java", "python", "golang", "genericRuntime"}


def is_checked(block):
    return block.language in COMMANDS | OBJECTS and not {"test", "skip"} & set(block.words)


def framed(block):
    kind = block.words["spec"]
    part = yaml.safe_load(block.text)
    frame = {key: value for key, value in FRAMES[kind].items()
             if not (key in RUNTIMES and RUNTIMES & set(part))}
    return {"apiVersion": OURS + "v1alpha1", "kind": kind, "metadata": {"name": "example"},
            "spec": {**frame, **part}}


def check_objects(reader, block):
    about = str(block)
    objects = [framed(block)] if "spec" in block.words else [
        one for one in yaml.safe_load_all(block.text) if one]
    for one in objects:
        assert {"apiVersion", "kind"} <= set(one), f"{about}: no apiVersion and kind: which is it?"
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    reader.must("kubectl", "apply", "--dry-run=server", "--validate=strict", "-f", "-", stdin=text,
                about=about)
    if any(one["apiVersion"].startswith(OURS) for one in objects):
        said = reader.must("functionmesh", "validate", "-f", "-", stdin=text, about=about)
        assert "warning" not in said, f"{about}: {said}"


def check_yaml(reader, block):
    match block.words.get("is"):
        case None:
            check_objects(reader, block)
        case "operator-config":
            (reader.folder / "operator.yaml").write_text(block.text)
            said = reader.must("functionmesh", "render", "-f", "examples/mesh/mesh.yaml",
                               "--operator-config", "operator.yaml", about=str(block))
            assert "warning" not in said, f"{block}: {said}"
        case "values":
            (reader.folder / "values.yaml").write_text(block.text)
            reader.must("helm", "template", "mesh", "deploy/helm/function-mesh-operator",
                        "-f", "values.yaml", about=str(block))
        case other:
            raise AssertionError(f"{block}: is={other} means nothing")


@pytest.mark.parametrize("file", sorted((ROOT / "docs").glob("*.yaml")), ids=lambda file: file.name)
def test_files_beside_the_pages_are_taken(file, reader):
    check_objects(reader(file.name), Block(file.name, 1, "yaml", {}, file.read_text()))


@pytest.mark.parametrize("page", [
    page for page in PAGES if any(is_checked(block) for block in blocks_of(page))])
def test_what_the_page_says_works(page, reader):
    reader = reader(page)
    for block in blocks_of(page):
        if "file" in block.words:
            path = reader.folder / block.words["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        if not is_checked(block):
            continue
        if block.language in OBJECTS:
            check_yaml(reader, block)
        else:
            began = time.monotonic()
            said = reader.must("bash", "-euo", "pipefail", "-c", block.text,
                               about=f"{block}\n{block.text}")
            print(f"--- {block}, {time.monotonic() - began:.1f} s\n{block.text}{said}")
