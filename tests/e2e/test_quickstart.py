"""What docs/quickstart-laptop.md has one type, with the Pulsar that dev starts by itself."""

import pathlib
import shlex
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "docs"))

from pages import blocks_of  # noqa: E402

PAGE = "docs/quickstart-laptop.md"
ENDS = {"tail": ["--count", "1"], "logs": ["--tail", "5"]}  # what goes on for ever in the page


def test_the_laptop_quick_start(dev, tmp_path):
    blocks = blocks_of(PAGE)
    for block in blocks:
        if "file" in block.words:
            path = tmp_path / block.words["file"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text)
    start, beside = [block.text for block in blocks if block.words.get("test")]
    program, command, option, file = shlex.split(start)
    assert (program, command, option) == ("functionmesh", "dev", "-f")
    running = dev(tmp_path / file, on=None)
    running.wait_ready("shout")
    said = {}
    for line in beside.splitlines():
        program, command, *words = [word for word in shlex.split(line, comments=True) if word != "-f"]
        said[command] = running.run(command, *words, *ENDS.get(command, [])).stdout
    assert said["tail"].strip() == "HELLO!"
    assert "shout" in said["get"] and "shout" in said["describe"]
    running.wait_ready("shout", 3)
