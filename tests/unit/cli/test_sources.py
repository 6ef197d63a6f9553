"""Tests of what ``onefold dashboard`` and ``onefold export`` read: states and documents, however they lie about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.cli.screen import Screen
from aggregator.cli.sources import board_of_records, records
from aggregator.model.errors import NewerState, StateError, UsageError
from aggregator.model.state import Line, RunRecord, RunRef, State
from aggregator.state import encode
from aggregator.stores.packed import pack
from aggregator.writers.findings_json import render_findings
from tests.builders import LINE, NOW, finding, outcome, tracked


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_state(line: Line = LINE, run: str = "1") -> State:
    runs = (RunRecord(run=RunRef(run), at=NOW, open={"HIGH": 1}),)
    return State(line=line, run=RunRef(run), at=NOW, findings=(tracked(finding()),), runs=runs)


def old(state: State) -> bytes:
    fields = json.loads(encode(state))
    return json.dumps({**fields, "schema_version": "0.2"}).encode()


def put(name: str, data: bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_a_folder_is_searched_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """States as files, states as artifacts and documents are found at any depth; the rest is passed over."""
    put("all/a/onefold-state-shop.json", encode(a_state()))
    put("all/b/state.zip", pack(encode(a_state(Line("web")))))
    put("all/c/findings.json", b"".join(render_findings(outcome(finding()))))
    put("all/c/merged.sarif", b"{}")
    put("all/c/package.json", b'{"name": "x"}')
    put("all/c/other.json", b'{"schema_version": "1"}')
    put("all/c/list.json", b"[1]")
    put("all/c/like.json", b'{"schema_version":1,"product":"x"}')
    put("all/c/text.json", b"\xff")
    put("all/logs.zip", b"PK\x03\x04")
    put("all/c/evidence.zip", b"PK\x03\x04")
    put("elsewhere/onefold-state-other.json", encode(a_state(Line("other"))))
    Path("all/link.json").symlink_to(Path("elsewhere/onefold-state-other.json").absolute())
    Path("all/folder").symlink_to(Path("elsewhere").absolute())
    found = records(["all"], Screen())
    assert [record.report is not None for record in found] == [False, False, True]
    told = capsys.readouterr().err
    assert "passed over: all/logs.zip is no state" in told
    assert "evidence.zip" not in told
    board = board_of_records(found, "")
    assert [line.product for line in board.lines] == ["shop", "web"]
    assert board.lines[0].totals is not None
    assert board.generator.startswith("Onefold 0.")


def test_an_old_state_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """A state of an older schema is shown, and what it does not remember is said."""
    put("old.json", old(a_state()))
    (line,) = board_of_records(records(["old.json"], Screen()), "").lines
    assert line.diagnostics[0].code == "state-without-clocks"


def test_what_is_named_must_be_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is named and is something else is refused, and so is a folder with nothing of ours."""
    put("empty/notes.txt", b"")
    put("other.json", b"{}")
    with pytest.raises(UsageError, match=r"other\.json is neither a state nor a findings\.json"):
        records(["other.json"], Screen())
    with pytest.raises(UsageError, match="There is no state"):
        records(["empty"], Screen())
    assert "empty holds no state and no findings.json" in capsys.readouterr().err
    with pytest.raises(UsageError, match="cannot be read"):
        records(["nowhere.json"], Screen())


def test_findings_of_another_version_are_named() -> None:
    """A findings.json that this version does not read stops the command, and the error names the file."""
    document = json.loads(b"".join(render_findings(outcome(finding()))))
    del document["findings"][0]["assignees"]
    put("out/findings.json", json.dumps(document).encode())
    with pytest.raises(UsageError, match=r"out/findings\.json is no findings\.json that this version"):
        records(["out"], Screen())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", encode(a_state())[:-20]),
        ("findings.json", b"".join(render_findings(outcome(finding())))[:-20]),
        ("onefold-state-shop.json", b"{"),
        ("onefold-state-shop.zip", pack(encode(a_state()))[:-20]),
        ("any.zip", pack(encode(a_state()).replace(b'"schema_version":"0.', b'"schema_version":"9.'))),
    ],
)
def test_what_is_cut_off_is_never_passed_over(name: str, data: bytes) -> None:
    """A document of ours that broke off on its way stops the command, in a folder and in a zip file alike."""
    put("s/whole.json", encode(a_state()))
    put(f"s/{name}", data)
    with pytest.raises(StateError):
        records(["s"], Screen())


def test_a_damaged_state_is_never_passed_over() -> None:
    """A state that cannot be read, or that a newer Onefold wrote, stops the command instead of falling out of it."""
    put("s/a.json", encode(a_state()).replace(b'"findings":[{', b'"findings":[5,{'))
    with pytest.raises(StateError, match="no state that Onefold can read"):
        records(["s"], Screen())
    put("s/a.json", encode(a_state()).replace(b'"schema_version":"0.', b'"schema_version":"9.'))
    with pytest.raises(NewerState):
        records(["s"], Screen())
