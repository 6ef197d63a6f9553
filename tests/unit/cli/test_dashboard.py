"""Tests of ``onefold dashboard``."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.cli.arguments import parse
from aggregator.cli.commands import answer
from aggregator.cli.screen import Screen
from aggregator.model.errors import UsageError
from aggregator.model.finding import Decision, Disposition
from aggregator.model.state import Line, RunRef, State
from aggregator.run.exits import Exit
from aggregator.state import encode
from tests.builders import LINE, NOW, finding, tracked


def onefold(*argv: str) -> Exit:
    return answer(parse(["dashboard", *argv]), Screen())  # type: ignore[arg-type]  # it is a question


def put(name: str, line: Line) -> None:
    silent = tracked(finding(id="F-2", rule_id="other", decision=Decision(Disposition.RISK_ACCEPTED)))
    state = State(line=line, run=RunRef("1"), at=NOW, commit="abc", findings=(tracked(finding()), silent))
    Path(name).write_bytes(encode(state))


def test_the_page_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """States of several lines become one page, where it is asked for, and the numbers are said."""
    monkeypatch.chdir(tmp_path)
    put("a.json", LINE)
    assert onefold("a.json") is Exit.OK
    assert capsys.readouterr().out == "dashboard.html: 1 open finding and 1 other of 1 line\n"
    assert Path("dashboard.html").read_bytes().startswith(b"<!doctype html>")
    put("b.json", Line("octo/web"))
    assert (
        onefold("a.json", "b.json", "--out", "site/index.html", "--source-url", "https://x.example/{path}") is Exit.OK
    )
    assert capsys.readouterr().out == "site/index.html: 2 open findings and 2 others of 2 lines\n"
    assert Path("site/index.html").is_file()


def test_nothing_is_written_where_it_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that the disk refuses is an error of the caller, with what to do."""
    monkeypatch.chdir(tmp_path)
    put("a.json", LINE)
    with pytest.raises(UsageError, match=r"a\.json/x\.html cannot be written"):
        onefold("a.json", "--out", "a.json/x.html")
