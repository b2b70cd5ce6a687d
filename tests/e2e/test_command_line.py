"""What the program answers without a running dev: help, exit codes, completion, output formats."""

import json
import subprocess

import pytest

from resources import function, java, write

COMMANDS = ["validate", "render", "graph", "dev", "get", "describe", "logs", "scale", "apply",
            "delete", "send", "tail", "completion"]


@pytest.fixture
def run(program, tmp_path):
    def run(*words, given=None):
        return subprocess.run([program, *map(str, words)], capture_output=True, text=True,
                              input=given, cwd=tmp_path, timeout=60)
    return run


@pytest.fixture
def good(tmp_path):
    return write(tmp_path, [function("good", ["in"], "out", **java())])


def test_every_command_has_help_and_the_program_lists_them(run):
    listed = run("--help")
    assert listed.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command} " in listed.stdout
        page = run(command, "--help")
        assert page.returncode == 0 and "Usage:" in page.stdout and page.stderr == ""
    assert run("--version").stdout.startswith("functionmesh ")


@pytest.mark.parametrize("words", [
    [], ["frobnicate"], ["validate"], ["validate", "-f"], ["render", "-f", "x", "-o", "toml"],
    ["dev", "-f", "x", "--for", "-3"], ["scale", "fn", "x", "--replicas", "many"],
    ["dev", "-f", "x", "--pulsar-web", "http://a:1"], ["delete"], ["completion", "tcsh"],
])
def test_a_wrong_command_line_ends_with_2_and_says_why(run, words):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()


def test_validate_prints_what_programs_read(run, good):
    done = run("validate", "-f", good, "-o", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["items"] == [
        {"object": "Function/default/good", "errors": [], "warnings": []}]
    broken = run("validate", "-f", "-", "-o", "json", given="kind: [")
    assert broken.returncode == 1
    assert "-:1" in json.loads(broken.stdout)["items"][0]["errors"][0]["message"]


def test_render_writes_the_same_objects_as_yaml_and_json(run, good):
    from yaml import safe_load
    as_json, as_yaml = (run("render", "-f", good, "-o", form) for form in ("json", "yaml"))
    assert safe_load(as_yaml.stdout) == json.loads(as_json.stdout)
    assert [i["kind"] for i in json.loads(as_json.stdout)["items"]] == ["StatefulSet", "Service"]


@pytest.mark.parametrize("form, begins", [("mermaid", "flowchart"), ("dot", "digraph"),
                                          ("svg", "<svg")])
def test_graph_draws_in_each_form(run, good, form, begins):
    done = run("graph", "-f", good, "-o", form)
    assert done.returncode == 0
    assert done.stdout.startswith(begins) and "good" in done.stdout


def test_without_a_running_dev_commands_say_how_to_start_one(run, tmp_path):
    for words in (["get"], ["describe", "fn", "x"], ["logs", "x"], ["delete", "fn", "x"],
                  ["scale", "fn", "x", "--replicas", 1]):
        done = run(*words, "--state", tmp_path)
        assert done.returncode == 1
        assert "functionmesh dev" in done.stderr


def test_no_colours_in_a_pipe(run, tmp_path):
    bad = write(tmp_path, [function("bad", [], "out", **java())])
    done = run("validate", "-f", bad)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("shell, check", [("bash", ["bash", "-n"]), ("zsh", None), ("fish", None)])
def test_completion_scripts_know_commands_and_options(run, tmp_path, shell, check):
    script = run("completion", shell).stdout
    for word in ("validate", "tail", "replicas", "operator-config"):
        assert word in script
    if check:
        (tmp_path / "script").write_text(script)
        subprocess.run([*check, tmp_path / "script"], check=True)


def test_completion_completes(run, tmp_path):
    (tmp_path / "script").write_text(run("completion", "bash").stdout)
    done = subprocess.run(
        ["bash", "-c", "source ./script; COMP_WORDS=(functionmesh scale --rep); COMP_CWORD=2; "
         "_functionmesh; echo ${COMPREPLY[*]}"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split() == ["--replicas"]
