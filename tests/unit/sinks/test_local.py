from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.model.state import State
from aggregator.planning.actions import SaveState, SetOutput, WriteFile
from aggregator.sinks.local import LocalSink, write_whole
from tests.builders import LINE, outcome


class FakeStore:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.saved: list[State] = []

    def save(self, state: State) -> None:
        """Remember it."""
        self.saved.append(state)


def test_document_is_rendered_when_written(tmp_path: Path) -> None:
    """A document is rendered at the moment it is written, into folders made for it."""
    sink = LocalSink({"summary": lambda: [b"one ", b"two"]}, outcome().state, base=tmp_path)
    sink.apply(WriteFile("deep/down/summary.md", "summary"))
    assert (tmp_path / "deep/down/summary.md").read_bytes() == b"one two"


def test_written_files_can_be_read_by_everybody(tmp_path: Path) -> None:
    """A later step of the job, running as somebody else, can read what was written."""
    write_whole(tmp_path / "x", [b""])
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


def test_state_goes_to_the_store() -> None:
    """Saving hands the outcome's state to the store."""
    store, state = FakeStore(), outcome().state
    sink = LocalSink({}, state, store)
    assert sink.accepts(SaveState(LINE, "s"))
    sink.apply(SaveState(LINE, "s"))
    assert store.saved == [state]


def test_without_a_store_there_is_no_saving() -> None:
    """A sink without a store takes no state, and is harmless when given one."""
    sink = LocalSink({}, outcome().state)
    assert not sink.accepts(SaveState(LINE, "s"))
    assert not sink.accepts(SetOutput("new", "1"))
    sink.apply(SaveState(LINE, "s"))


def test_interrupted_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """When writing stops half-way the old file is whole and nothing else lies beside it."""
    path = tmp_path / "merged.sarif"
    path.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"new, but only ha"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, chunks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
