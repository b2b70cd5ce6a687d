"""The pages for users, cut into what a test checks: blocks of code, headings, links."""

import dataclasses
import pathlib
import re
import shlex

ROOT = pathlib.Path(__file__).parents[2]
PAGES = sorted({"README.md", "CONTRIBUTING.md"} | {
    str(path.relative_to(ROOT)) for pattern in ("docs/*.md", "examples/**/*.md", "deploy/**/*.md")
    for path in ROOT.glob(pattern)})
# What stands after ``` (the language) means that it is checked, and how; CONTRIBUTING.md says more.
COMMANDS = {"sh"}
OBJECTS = {"yaml"}
NOT_CHECKED = {"text", "mermaid", "json", "python", "java", "go", "diff", "promql"}
WORDS = {"sh": {"test", "skip"}, "yaml": {"spec", "file", "is", "skip"}}


@dataclasses.dataclass
class Block:
    page: str
    line: int
    language: str
    words: dict  # key -> value, of what follows the language
    text: str = ""

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks_of(page):
    blocks, open_block = [], None
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        fence = re.match(r" {0,3}```(.*)", line)
        if not fence and open_block:
            open_block.text += line + "\n"
        elif fence and open_block:
            blocks.append(open_block)
            open_block = None
        elif fence:
            language, *words = shlex.split(fence[1]) or [""]
            open_block = Block(page, number, language, dict(
                (word.split("=", 1) + [""])[:2] for word in words))
    assert open_block is None, f"{open_block}: not closed"
    return blocks


def prose_of(page):
    """(line number, line) outside of blocks."""
    inside = False
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        if re.match(r" {0,3}```", line):
            inside = not inside
        elif not inside:
            yield number, line


def anchors_of(page):
    """As GitHub makes them of headings."""
    titles = [line.lstrip("#").strip() for _, line in prose_of(page) if re.match("#+ ", line)]
    plain = [re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", title) for title in titles]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in plain}
