"""What every store promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from aggregator.model.errors import NewerState, StateError
from aggregator.model.state import SCHEMA_VERSION, Line, RunRef, State
from aggregator.state import encode
from aggregator.stores import DirectoryStore, Store, state_name
from aggregator.stores.packed import pack, unpack
from tests.builders import LINE, NOW, finding, tracked
from tests.fakes.github.memory import Memory, ids

STATE = State(line=LINE, run=RunRef("1"), at=NOW, findings=(replace(tracked(finding()), sightings=()),))


class Kept(NamedTuple):
    """A place where states are kept.

    Attributes:
        store: as the next run has it.
        damage: puts these bytes where a run reads the line's state.
        contents: all that is kept, of all lines.
    """

    store: Callable[[], Store]
    damage: Callable[[bytes], object]
    contents: Callable[[], Iterable[bytes]]


def in_a_directory(path: Path) -> Kept:
    return Kept(
        lambda: DirectoryStore(path),
        (path / f"{state_name(LINE)}.json").write_bytes,
        lambda: [file.read_bytes() for file in sorted(path.iterdir())],
    )


def in_artifacts(_: Path) -> Kept:
    memory = Memory()

    def store() -> Store:
        memory.hub.clock.pass_days(0.001)
        return memory.store(memory.hub.start_run())

    def contents() -> list[bytes]:
        blobs = [memory.hub.blob_store.content(each.blob) for each in memory.hub.artifacts.values()]
        return [unpack(blob[0]) for blob in blobs if blob is not None]

    return Kept(store, lambda data: memory.publish(memory.hub.start_run(), content=pack(data)), contents)


PLACES: dict[str, Callable[[Path], Kept]] = {"directory": in_a_directory, "artifacts": in_artifacts}


@pytest.fixture(params=PLACES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """A fresh place of each kind."""
    return PLACES[request.param](tmp_path)


def bare(state: State | None) -> State | None:
    """The state without what the store says about itself."""
    return None if state is None else replace(state, frontier=())


def test_an_empty_store_has_no_state(kept: Kept) -> None:
    """Without a state the store says that this run is the baseline."""
    loaded = kept.store().load(LINE)
    assert loaded.state is None
    assert [said.code for said in loaded.diagnostics] == ["no-state"]


def test_what_is_saved_is_loaded(kept: Kept) -> None:
    """A saved state comes back whole; the state of a run that loaded it takes its place."""
    kept.store().save(STATE)
    second = kept.store()
    loaded = second.load(LINE)
    assert bare(loaded.state) == STATE
    assert loaded.diagnostics == ()
    assert loaded.state is not None
    later = replace(loaded.state, run=RunRef("2"), parents=(RunRef("1"),), findings=())
    second.save(later)
    assert bare(kept.store().load(LINE).state) == bare(later)


def test_a_state_says_where_it_is(kept: Kept) -> None:
    """The place is told beforehand, and the same for the same line; saving tells where it has come to lie."""
    store = kept.store()
    assert state_name(LINE) in store.place(LINE)
    assert kept.store().place(LINE) == store.place(LINE) != store.place(Line("other"))
    assert store.save(STATE)


@pytest.mark.parametrize("line", [Line("other", "", "main"), Line("shop", "production", "main"), Line("shop", "", "x")])
def test_lines_are_apart(kept: Kept, line: Line) -> None:
    """Another product, environment or branch has a memory of its own."""
    kept.store().save(STATE)
    assert kept.store().load(line).state is None
    kept.store().save(replace(STATE, line=line, findings=()))
    assert bare(kept.store().load(LINE).state) == STATE


def test_runs_that_raced_lose_nothing(kept: Kept) -> None:
    """Two runs that loaded the same state and both saved theirs are one memory for the next one."""
    kept.store().save(STATE)
    racers = [kept.store() for _ in range(2)]
    read = [racer.load(LINE).state for racer in racers]
    for number, (racer, state) in enumerate(zip(racers, read, strict=True)):
        assert state is not None
        own = replace(STATE.findings[0], id=f"F-{number}", rule_id=f"rule-{number}")
        racer.save(replace(state, run=RunRef(f"race-{number}"), parents=(state.run,), findings=(own, *state.findings)))
    assert set(ids(kept.store().load(LINE).state)) == {"F-0", "F-1", STATE.findings[0].id}


@pytest.mark.parametrize("data", [b"{", b"", encode(STATE)[:-40], encode(STATE).replace(b'"at"', b'"when"')])
def test_what_cannot_be_read_is_never_overwritten(kept: Kept, data: bytes) -> None:
    """A damaged state is an error, or passed over aloud; it stays as it is whatever a run does."""
    kept.damage(data)
    with suppress(StateError):
        loaded = kept.store().load(LINE)
        assert loaded.state is None
        assert "state-refused" in [said.code for said in loaded.diagnostics]
    with suppress(StateError):
        kept.store().save(STATE)
    assert data in kept.contents()


def test_what_is_newer_is_an_error(kept: Kept) -> None:
    """A state of a newer Onefold is an error in every store: an older one must not be taken instead."""
    newer = encode(STATE).replace(f'"{SCHEMA_VERSION}"'.encode(), b'"9.0"')
    kept.damage(newer)
    with pytest.raises(NewerState, match="newer Onefold"):
        kept.store().load(LINE)
    assert list(kept.contents()) == [newer]
