"""Tests of ``onefold export``."""

from __future__ import annotations

import csv
import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest

from aggregator.cli.arguments import parse
from aggregator.cli.commands import answer
from aggregator.cli.record_arguments import EXPORTS
from aggregator.cli.screen import Screen
from aggregator.model.errors import UsageError
from aggregator.model.state import Line, RunRef, State
from aggregator.run.exits import Exit
from aggregator.state import encode
from aggregator.writers.findings_json import render_findings
from tests.builders import LINE, NOW, finding, outcome, tracked

STATE = encode(State(line=LINE, run=RunRef("1"), at=NOW, findings=(tracked(finding()),)))
OTHER = encode(State(line=Line("web"), run=RunRef("1"), at=NOW, findings=(tracked(finding()),)))
FINDINGS = b"".join(render_findings(outcome(finding())))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two states and a document."""
    monkeypatch.chdir(tmp_path)
    Path("kept").mkdir()
    for name, data in {"kept/a.json": STATE, "kept/b.json": OTHER, "findings.json": FINDINGS}.items():
        Path(name).write_bytes(data)
    return tmp_path


def onefold(*argv: str) -> Exit:
    return answer(parse(["export", *argv]), Screen())  # type: ignore[arg-type]  # it is a question


def test_every_export_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Each export goes where it usually goes, or where it is asked for, and can be read back."""
    for what, name in EXPORTS.items():
        assert onefold(what, "kept") is Exit.OK
        assert capsys.readouterr().out == f"{name}: 2 open findings and 0 others of 2 lines\n"
    rows = list(csv.DictReader(StringIO(Path("findings.csv").read_text("utf-8"), newline="")))
    assert [row["product"] for row in rows] == ["shop", "web"]
    assert len(json.loads(Path("export.json").read_bytes())["findings"]) == 2
    assert Path("report.md").read_text("utf-8").startswith("# Security findings: 2 products\n")
    assert onefold("report", "kept/a.json", "--out", "deep/er.md") is Exit.OK
    assert Path("deep/er.md").is_file()


def test_evidence_holds_the_records_and_the_rules() -> None:
    """The bundle has every record as it was, once, and the rules that are there; no path of this machine."""
    Path("policy.yml").write_text("gate: { fail-on: [new:high] }\n")
    Path("accepted.yml").write_text("exceptions: []\n")
    rules = ("--config", "policy.yml", "--exceptions", "accepted.yml")
    assert onefold("evidence", "kept", "kept/a.json", "findings.json", *rules) is Exit.OK
    with zipfile.ZipFile("evidence.zip") as archive:
        names = set(archive.namelist())
        assert {archive.read("states/1.json"), archive.read("states/2.json")} == {STATE, OTHER}
        assert archive.read("findings/1.json") == FINDINGS
        assert archive.read("policy/onefold.yml") == b"gate: { fail-on: [new:high] }\n"
        assert archive.read("policy/onefold-exceptions.yml") == b"exceptions: []\n"
        assert json.loads(archive.read("policy/in-force.json"))["gate"]["fail-on"] == ["new:high"]
        assert str(Path.cwd()).encode() not in b"".join(map(archive.read, names))
    assert "states/3.json" not in names
    first = Path("evidence.zip").read_bytes()
    assert onefold("evidence", "findings.json", "kept", *rules) is Exit.OK
    assert Path("evidence.zip").read_bytes() == first


def test_evidence_without_rules() -> None:
    """Where nobody wrote a policy, the bundle has the one that was in force: the defaults."""
    assert onefold("evidence", "findings.json") is Exit.OK
    with zipfile.ZipFile("evidence.zip") as archive:
        policy = [name for name in archive.namelist() if name.startswith("policy/")]
    assert policy == ["policy/in-force.json"]


def test_what_there_is_not_is_refused() -> None:
    """An export that does not exist is told with those that do."""
    with pytest.raises(UsageError, match="invalid choice"):
        onefold("pdf", "kept")
