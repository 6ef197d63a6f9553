"""What every store promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model.errors import StateError
from aggregator.model.state import Line, RunRef, State
from aggregator.state import encode
from aggregator.stores import DirectoryStore, Store
from tests.builders import LINE, NOW, finding, tracked

STATE = State(line=LINE, run=RunRef("1"), at=NOW, findings=(tracked(finding()),))

Damage = Callable[[bytes], object]
"""Puts bytes where the store keeps the line's state."""


@pytest.fixture(params=["directory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Store, Damage]:
    """A fresh store of each kind, and the means to damage what it keeps."""
    store = DirectoryStore(tmp_path)
    return store, store.file(LINE).write_bytes


def test_an_empty_store_has_no_state(kept: tuple[Store, Damage]) -> None:
    """Without a state the store says that this run is the baseline."""
    loaded = kept[0].load(LINE)
    assert loaded.state is None
    assert [said.code for said in loaded.diagnostics] == ["no-state"]


def test_what_is_saved_is_loaded(kept: tuple[Store, Damage]) -> None:
    """A saved state comes back whole, and saving again replaces it."""
    store, _ = kept
    store.save(STATE)
    assert store.load(LINE).state == STATE
    later = replace(STATE, run=RunRef("2"), parents=(RunRef("1"),), findings=())
    store.save(later)
    assert store.load(LINE).state == later


@pytest.mark.parametrize("line", [Line("other", "", "main"), Line("shop", "production", "main"), Line("shop", "", "x")])
def test_lines_are_apart(kept: tuple[Store, Damage], line: Line) -> None:
    """Another product, environment or branch has a memory of its own."""
    store, _ = kept
    store.save(STATE)
    assert store.load(line).state is None
    store.save(replace(STATE, line=line, findings=()))
    assert store.load(LINE).state == STATE


@pytest.mark.parametrize("data", [b"{", encode(STATE).replace(b'"0.1"', b'"9.0"'), encode(STATE)[:-40]])
def test_what_cannot_be_read_is_never_overwritten(kept: tuple[Store, Damage], data: bytes) -> None:
    """A damaged or newer state is an error on load and on save, and stays as it is."""
    store, damage = kept
    damage(data)
    with pytest.raises(StateError) as on_load:
        store.load(LINE)
    with pytest.raises(StateError) as on_save:
        store.save(STATE)
    assert on_load.value.reason == on_save.value.reason
