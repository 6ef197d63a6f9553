"""Writes documents and the state to this machine's disk, each file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from aggregator.model.state import State
from aggregator.planning.actions import Action, SaveState, WriteFile

WORLD_READABLE = 0o644
"""Whatever the umask: the job's later steps run as somebody else."""


class Saver(Protocol):
    """The half of a state store that this sink needs."""

    def save(self, state: State) -> object:
        """Keep the state of its line; raises ``OSError`` or ``OnefoldError``."""
        ...


class LocalSink:
    """Carries out ``WriteFile`` and ``SaveState``.

    Attributes:
        documents: renders each document by name; called when the file is written, so that no document is ever whole
            in memory.
        store: where the state goes.
        base: the folder that relative paths start from.
    """

    def __init__(
        self,
        documents: Mapping[str, Callable[[], Iterable[bytes]]],
        state: State,
        store: Saver | None = None,
        base: Path = Path(),
    ) -> None:
        self._documents = documents
        self._state = state
        self._store = store
        self._base = base

    def accepts(self, action: Action) -> bool:
        """Files always; the state when there is a store for it."""
        return isinstance(action, WriteFile) or (isinstance(action, SaveState) and self._store is not None)

    def apply(self, action: Action) -> None:
        """Carry it out; raises ``OSError`` when the disk will not have it."""
        if isinstance(action, WriteFile):
            write_whole(self._base / action.path, self._documents[action.document]())
        elif self._store is not None:
            self._store.save(self._state)


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Put the bytes in place in one step: a reader sees the old file or the new one, never half of either."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with beside.open("xb") as file:
            file.writelines(chunks)
        beside.chmod(WORLD_READABLE)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
