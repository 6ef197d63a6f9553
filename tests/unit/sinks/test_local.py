from pathlib import Path

from aggregator.model.state import State
from aggregator.planning.actions import SaveState, SetOutput, WriteFile
from aggregator.sinks.local import FileSink, StateSink
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
