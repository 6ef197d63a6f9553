"""Tests of :mod:`aggregator.stores.directory` that are about files."""

from __future__ import annotations

import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model.errors import StateError
from aggregator.model.state import SCHEMA_VERSION, Line, RunRef, State
from aggregator.state import encode
from aggregator.stores import DirectoryStore
from tests.builders import LINE, NOW, finding, tracked

STATE = State(line=LINE, run=RunRef("1"), at=NOW)
SCHEMA = f'"{SCHEMA_VERSION}"'.encode()


def test_the_directory_is_made(tmp_path: Path) -> None:
    """A folder that is not there is made, and holds one readable file and nothing else."""
    store = DirectoryStore(tmp_path / "a" / "b")
    store.save(STATE)
    assert list((tmp_path / "a" / "b").iterdir()) == [store.file(LINE)]
    assert stat.S_IMODE(store.file(LINE).stat().st_mode) == 0o644
    assert store.file(LINE).read_bytes() == encode(STATE)


def test_a_file_under_another_name_is_not_believed(tmp_path: Path) -> None:
    """A state that belongs to another line is refused, whatever the file is called."""
    store = DirectoryStore(tmp_path)
    store.file(LINE).write_bytes(encode(replace(STATE, line=Line("other"))))
    with pytest.raises(StateError, match="belongs to another product"):
        store.load(LINE)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """A path that cannot be a folder is the user's mistake, said with the reason, for reading and for writing."""
    blocked = tmp_path / "state"
    blocked.write_text("")
    with pytest.raises(StateError, match="cannot be read: Not a directory"):
        DirectoryStore(blocked).load(LINE)
    with pytest.raises(StateError, match="cannot be read: Not a directory"):
        DirectoryStore(blocked).save(STATE)


def test_a_state_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    """What lies in the state's place and is no file is refused, not replaced."""
    store = DirectoryStore(tmp_path)
    store.file(LINE).mkdir()
    with pytest.raises(StateError, match="cannot be read"):
        store.load(LINE)
    with pytest.raises(StateError, match="cannot be read"):
        store.save(STATE)
    assert list(tmp_path.iterdir()) == [store.file(LINE)]


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow, and that includes the log that pytest may be writing: hold it for the one call only."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    """When the state cannot be written whole, the old one stays, nothing else is left, and the message says why."""
    store = DirectoryStore(tmp_path)
    store.save(STATE)
    with full_disk(), pytest.raises(StateError, match="cannot be written: File too large"):
        store.save(replace(STATE, run=RunRef("2")))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [encode(STATE)]


def test_a_run_that_raced_loses_nothing(tmp_path: Path) -> None:
    """What another run saved between load and save is merged, not overwritten."""
    ours, theirs = DirectoryStore(tmp_path), DirectoryStore(tmp_path)
    ours.load(LINE)
    theirs.save(replace(STATE, run=RunRef("2"), findings=(tracked(finding(id="F-2")),)))
    mine = replace(tracked(finding(id="F-1")), sightings=())
    ours.save(replace(STATE, run=RunRef("3"), findings=(mine,)))
    merged = theirs.load(LINE).state
    assert merged is not None
    assert [each.id for each in merged.findings] == ["F-1", "F-2"]
    assert merged.parents == (RunRef("2"), RunRef("3"))


@pytest.mark.parametrize("data", [b"{", encode(STATE)[:-40], encode(STATE).replace(SCHEMA, b'"9.0"')])
def test_what_cannot_be_read_is_an_error(tmp_path: Path, data: bytes) -> None:
    """There is one file and no older one to turn to: a damaged or newer one is an error for load and for save."""
    store = DirectoryStore(tmp_path)
    store.file(LINE).write_bytes(data)
    with pytest.raises(StateError) as on_load:
        store.load(LINE)
    with pytest.raises(StateError) as on_save:
        store.save(STATE)
    assert on_load.value.reason == on_save.value.reason
    assert store.file(LINE).read_bytes() == data


def test_a_renamed_branch_stands_in_the_same_folder(tmp_path: Path) -> None:
    """What was saved under the former name is found by that name."""
    store = DirectoryStore(tmp_path)
    store.save(STATE)
    assert store.before("main").load(LINE).state == STATE
