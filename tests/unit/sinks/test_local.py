from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.model.state import State
from aggregator.planning.actions import SaveState, SetOutput, WriteFile
from aggregator.sinks.local import FileSink, StateSink, write_whole
from tests.builders import LINE, outcome


class FakeStore:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.saved: list[State] = []

    def save(self, state: State) -> str:
        """Remember it."""
        self.saved.append(state)
        return "kept"


def test_document_is_rendered_when_written(tmp_path: Path) -> None:
    """A document is rendered at the moment it is written, into folders made for it."""
    sink = FileSink({"summary": lambda: [b"one ", b"two"]}, tmp_path)
    assert sink.apply(WriteFile("deep/down/summary.md", "summary")) == "deep/down/summary.md"
    assert (tmp_path / "deep/down/summary.md").read_bytes() == b"one two"


def test_written_files_can_be_read_by_everybody(tmp_path: Path) -> None:
    """A later step of the job, running as somebody else, can read what was written."""
    write_whole(tmp_path / "x", [b""])
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


def test_state_goes_to_the_store() -> None:
    """Saving hands the state to the store and says where it is."""
    store, state = FakeStore(), outcome().state
    sink = StateSink(state, store)
    assert sink.accepts(SaveState(LINE, "s"))
    assert not sink.accepts(SetOutput("new", "1"))
    assert sink.apply(SaveState(LINE, "s")) == "kept"
    assert store.saved == [state]


def test_each_sink_keeps_to_its_own() -> None:
    """Files are no states, and what is neither is harmless."""
    sink = FileSink({})
    assert sink.accepts(WriteFile("a", "a"))
    assert not sink.accepts(SaveState(LINE, "s"))
    assert sink.apply(SaveState(LINE, "s")) is None


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
