"""What can be said of a page by reading it: every block says how it is checked, every link leads
somewhere, every page is in the index."""

import re

import pytest

from pages import COMMANDS, NOT_CHECKED, OBJECTS, PAGES, ROOT, WORDS, anchors_of, blocks_of, prose_of

LOOKS_LIKE_A_COMMAND = re.compile(r"(kubectl|functionmesh|build/functionmesh|helm|\./dev) ")
every_page = pytest.mark.parametrize("page", PAGES)


@every_page
def test_every_block_says_how_it_is_checked(page):
    for block in blocks_of(page):
        assert block.language in COMMANDS | OBJECTS | NOT_CHECKED, (
            f"{block}: ```{block.language} is none of {sorted(COMMANDS | OBJECTS | NOT_CHECKED)}")
        unknown = set(block.words) - WORDS.get(block.language, {"file"})
        assert not unknown, f"{block}: {unknown} means nothing, see CONTRIBUTING.md"
        if block.language == "text":
            for line in block.text.splitlines():
                assert not LOOKS_LIKE_A_COMMAND.match(line), f"{block}: a command in a text: {line}"
        assert block.words.get("skip") != "", f"{block}: skip=\"why\""


@every_page
def test_commands_that_run_elsewhere_do_so(page):
    """The test that a block names is there, and knows the page."""
    name = page.removesuffix("/README.md")
    for block in blocks_of(page):
        if "test" in block.words:
            test = ROOT / block.words["test"]
            assert test.exists(), f"{block}: there is no {block.words['test']}"
            assert name.split("/")[-1] in test.read_text(), f"{block}: {test.name} says nothing of {name}"


@every_page
def test_code_stands_between_fences(page):
    """Indented code would be checked by nobody."""
    before, in_list = "", False
    for number, line in prose_of(page):
        if re.match(r"\s*([-*]|\d+\.) ", line):
            in_list = True
        elif line and not line.startswith(" "):
            in_list = False
        assert before or in_list or not line.startswith("    "), f"{page}:{number}: {line}"
        before = line.strip()


@every_page
def test_links_lead_somewhere(page):
    for number, line in prose_of(page):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if re.match("https?:", target):
                continue
            path, _, anchor = target.partition("#")
            there = ((ROOT / page).parent / path).resolve() if path else ROOT / page
            assert there.exists(), f"{page}:{number}: there is no {path}"
            if there.is_dir():
                there /= "README.md"
            if anchor:
                assert anchor in anchors_of(there), f"{page}:{number}: no heading for {target}"


def test_the_index_has_every_page():
    index = (ROOT / "docs/README.md").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name
    examples = (ROOT / "examples/README.md").read_text()
    for page in (ROOT / "examples").glob("*/README.md"):
        assert f"]({page.parent.name}/)" in examples, page.parent.name
