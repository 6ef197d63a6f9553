"""Writes documents to this machine's disk, each file whole or not at all, and the state to its store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from aggregator.disk import write_whole
from aggregator.model.state import State
from aggregator.planning.actions import Action, SaveState, WriteFile


class Saver(Protocol):
    """The half of a state store that a sink needs."""

    def save(self, state: State) -> str:
        """Keep the state of its line and say where; raises ``OSError`` or ``OnefoldError``."""
        ...


class FileSink:
    """Carries out ``WriteFile``.

    Attributes:
        documents: renders each document by name; called when the file is written, so that no document is ever whole
            in memory.
        base: the folder that relative paths start from.
    """

    def __init__(self, documents: Mapping[str, Callable[[], Iterable[bytes]]], base: Path = Path()) -> None:
        self._documents = documents
        self._base = base

    def accepts(self, action: Action) -> bool:
        """Files."""
        return isinstance(action, WriteFile)

    def apply(self, action: Action) -> str | None:
        """Write the document; raises ``OSError`` when the disk will not have it."""
        if not isinstance(action, WriteFile):
            return None
        write_whole(self._base / action.path, self._documents[action.document]())
        return action.path


class StateSink:
    """Carries out ``SaveState`` with one state and one store."""

    def __init__(self, state: State, store: Saver) -> None:
        self._state = state
        self._store = store

    def accepts(self, action: Action) -> bool:
        """The state."""
        return isinstance(action, SaveState)

    def apply(self, _action: Action) -> str | None:
        """Save the state; raises ``OSError`` or ``OnefoldError``."""
        return self._store.save(self._state)
