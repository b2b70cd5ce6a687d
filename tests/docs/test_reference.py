"""What the pages list is what the program has: flags, metrics, reasons."""

import re
import subprocess

from operator_process import Operator
from pages import ROOT


def page(name):
    return (ROOT / "docs" / name).read_text()


def test_the_operators_flags(program):
    said = subprocess.run([program, "operator", "--help"], capture_output=True, text=True).stdout
    begin = said.index("Flags, and")
    lines = [line.strip() for line in said[begin:].splitlines() if re.match("  [-A-Z]", line)]
    known = {word for line in lines for word in re.split(r"[ ,]+", line)} - {"--help", "--version"}
    table = page("operator.md").split("## Flags")[1].split("\n## ")[0]
    rows = [row.split("|") for row in table.splitlines() if row.startswith("|")]
    named = {word for row in rows[2:] for word in re.findall(r"`(-[-a-z]+|[A-Z_]{4,})`", "".join(row[1:3]))}
    assert named - {"KUBECONFIG"} == known


def test_the_operators_metrics(installed, program, tmp_path):
    operator = Operator(program, installed.kubeconfig, tmp_path / "log").start()
    served = set(re.findall(r"^# TYPE (function_mesh_\w+)", operator.metrics(), re.M))
    operator.stop()
    table = page("operator.md").split("## Metrics")[1].split("\n## ")[0]
    named = set(re.findall(r"`(function_mesh_\w+)`", table))
    assert served <= named, served - named


def words_in_code(pattern):
    """The quoted words that follow the pattern in what decides and tells."""
    return {word for file in sorted((ROOT / "src/reconcile").glob("*.cpp"))
            if not file.stem.endswith("_test")
            for word in re.findall(pattern + r'\s*"([A-Z]\w+)"', file.read_text())}


def test_every_event_is_on_the_page_on_status():
    reasons = words_in_code(r"\b(?:normal|warning)\(")
    assert len(reasons) > 10
    events = page("status.md").split("## Events")[1]
    assert not [reason for reason in reasons if f"`{reason}`" not in events]


def test_every_reason_says_what_to_do():
    reasons = words_in_code(r"reason = (?:condition\.status \? )?") | words_in_code(r"Trouble\{") | \
        words_in_code(r'"NoAction",') | words_in_code(r'"(?:Create|Wait)",')
    assert {"NameTaken", "NotPrepared", "RollingOut", "Missing", "InstancesReady"} <= reasons
    told = page("troubleshooting.md")
    assert not [reason for reason in reasons if f"`{reason}`" not in told]


def test_every_phase_is_on_the_page_on_status():
    phases = re.findall(r'kP\w+ = "(\w+)"|k[A-Z]\w+ = "([A-Z]\w+)"',
                        (ROOT / "src/reconcile/names.hpp").read_text())
    words = {one or other for one, other in phases}
    assert "Ready" in words
    assert not [word for word in words if f"| `{word}` |" not in page("status.md")]
