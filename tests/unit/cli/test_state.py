"""Tests of ``onefold state``: what is remembered, shown, held against its rules, merged and brought up to date."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.cli.arguments import parse
from aggregator.cli.commands import answer
from aggregator.cli.screen import Screen
from aggregator.cli.state_files import content_of
from aggregator.model.errors import StateError, UsageError
from aggregator.model.state import Line, RunRecord, RunRef, State
from aggregator.run.exits import Exit
from aggregator.state import decode, encode
from aggregator.stores.packed import pack
from tests.builders import LINE, NOW, finding, tracked


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_state(run: str = "1", **fields: Any) -> State:
    given: dict[str, Any] = {"line": LINE, "run": RunRef(run), "at": NOW, "findings": (tracked(finding()),)}
    return State(**given | {"runs": (RunRecord(run=RunRef(run), at=NOW, open={"HIGH": 1}),)} | fields)


def put(name: str, state: State) -> Path:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(encode(state))
    return path


def onefold(*argv: str) -> Exit:
    command = parse(["state", *argv])
    return answer(command, Screen())  # type: ignore[arg-type]  # it is a question


def old(state: State) -> bytes:
    fields = json.loads(encode(state))
    del fields["commit"], fields["frontier"]
    return json.dumps({**fields, "schema_version": "0.1"}).encode()


def test_a_state_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """A state is shown as a file, as a folder of several, and as the zip file of its artifact."""
    put("s/a.json", a_state())
    Path("s/b.zip").write_bytes(pack(encode(a_state("2"))))
    Path("s/notes.txt").write_text("not a state")
    assert onefold("show", "s") is Exit.OK
    told = capsys.readouterr().out
    assert "of run 1 at" in told
    assert "\n\nshop, branch main\n" in told
    assert "of run 2 at" in told
    assert onefold("show", "s/b.zip") is Exit.OK


def test_one_finding_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """A finding is found by its id or an id it absorbed, and what a report wrote is harmless."""
    each = replace(tracked(finding(aliases=("F-2",), title="::error::x\x1b[31m")), closed_reason="")
    put("a.json", a_state(findings=(each,)))
    for name in ("F-1111111111", "F-2"):
        assert onefold("show", "a.json", name) is Exit.OK
        told = capsys.readouterr().out
        assert told.startswith("F-1111111111  HIGH")
        assert "\x1b" not in told
    with pytest.raises(UsageError, match="No state here knows"):
        onefold("show", "a.json", "F-3")


def test_what_is_no_state_is_refused() -> None:
    """A path that is not there, an empty folder and a damaged zip file are told apart."""
    with pytest.raises(UsageError, match="cannot be read"):
        onefold("show", "nowhere.json")
    Path("empty").mkdir()
    with pytest.raises(UsageError, match="holds no state"):
        onefold("show", "empty")
    Path("bad.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(StateError, match=r"bad\.zip is no state that Onefold can read"):
        content_of(Path("bad.zip"))


def test_states_are_verified(capsys: pytest.CaptureFixture[str]) -> None:
    """Sound states are exit code 0; one that is not is exit code 1, and all its mistakes are told."""
    put("good.json", a_state())
    Path("old.json").write_bytes(old(a_state()))
    assert onefold("verify", "good.json", "old.json") is Exit.OK
    told = capsys.readouterr().out
    assert "good.json is sound: 1 findings, schema 0.4\n" in told
    assert "schema 0.1; `onefold state migrate`" in told
    twins = tuple(tracked(finding(id="F-1", last_seen=NOW + timedelta(days=1))) for _ in range(30))
    put("bad.json", a_state(findings=twins))
    Path("none.zip").write_bytes(b"PK\x03\x04")
    assert onefold("verify", "good.json", "bad.json", "none.zip") is Exit.GATE
    said = capsys.readouterr()
    assert "bad.json is not sound\n" in said.out
    assert "none.zip is not sound\n" in said.out
    assert "The id F-1 stands 30 times." in said.err
    assert "and 11 more" in said.err


def test_states_are_merged(capsys: pytest.CaptureFixture[str]) -> None:
    """Several states become one; writing it over one of them loses nothing."""
    put("a.json", a_state())
    put("b.json", a_state("2", findings=(tracked(finding(id="F-2", sightings=())),)))
    assert onefold("merge", "a.json", "b.json", "--out", "c/d.json") is Exit.OK
    assert capsys.readouterr().out == "c/d.json: 2 findings of 2 states\n"
    assert onefold("merge", "a.json", "b.json", "--out", "a.json") is Exit.OK
    assert Path("a.json").read_bytes() == Path("c/d.json").read_bytes()


def test_merging_overwrites_nothing_else() -> None:
    """Another state, a newer one, a file that is no state, a folder: none of them is written over."""
    put("a.json", a_state())
    put("other.json", a_state("2"))
    newer = encode(a_state()).replace(b'"schema_version":"0.4"', b'"schema_version":"9.0"')
    Path("newer.json").write_bytes(newer)
    Path("text.json").write_text("{")
    Path("folder").mkdir()
    for name in ("other.json", "newer.json", "text.json", "folder"):
        before = b"" if name == "folder" else Path(name).read_bytes()
        with pytest.raises(StateError):
            onefold("merge", "a.json", "--out", name)
        assert name == "folder" or Path(name).read_bytes() == before
    with pytest.raises(StateError, match="cannot be written"):
        onefold("merge", "a.json", "--out", "a.json/b.json")
    put("line.json", a_state(line=Line("another")))
    with pytest.raises(StateError, match="cannot be merged"):
        onefold("merge", "a.json", "line.json", "--out", "new.json")
    assert not Path("new.json").exists()


def test_an_old_state_is_migrated(capsys: pytest.CaptureFixture[str]) -> None:
    """A state of an older schema becomes one of the present, in place or beside; a present one stays as it is."""
    state = a_state()
    Path("a.json").write_bytes(old(state))
    assert onefold("migrate", "a.json", "--out", "b.json") is Exit.OK
    assert onefold("migrate", "a.json") is Exit.OK
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes() == encode(state)
    assert onefold("migrate", "a.json") is Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        "b.json: schema 0.1 -> 0.4, 1 findings",
        "a.json: schema 0.1 -> 0.4, 1 findings",
        "a.json is of schema 0.4 already",
    ]


def test_the_one_state_of_a_folder_is_migrated(capsys: pytest.CaptureFixture[str]) -> None:
    """In its file; of several one must be named, and then none is touched."""
    state = a_state()
    put("s/a.json", state).write_bytes(old(state))
    assert onefold("migrate", "s") is Exit.OK
    assert capsys.readouterr().out == "s/a.json: schema 0.1 -> 0.4, 1 findings\n"
    assert Path("s/a.json").read_bytes() == encode(state)
    Path("s/a.json").write_bytes(old(state))
    put("s/b.json", state)
    with pytest.raises(UsageError, match="s holds 2 states") as refused:
        onefold("migrate", "s")
    assert refused.value.next_step == "Name the file of one: a.json, b.json."
    assert Path("s/a.json").read_bytes() == old(state)


def test_a_state_goes_into_a_file() -> None:
    """A folder is no place for it, and is told from a state that would be lost."""
    put("s/a.json", a_state())
    with pytest.raises(StateError, match="s is a folder"):
        onefold("migrate", "s", "--out", "s")


def test_an_artifact_is_migrated_into_a_file() -> None:
    """A zip file stays as it was downloaded; its state is written where it is asked for."""
    Path("a.zip").write_bytes(pack(encode(a_state())))
    with pytest.raises(UsageError, match=r"a\.zip is a zip file"):
        onefold("migrate", "a.zip")
    assert onefold("migrate", "a.zip", "--out", "a.json") is Exit.OK
    assert decode(Path("a.json").read_bytes(), "a") == a_state()
