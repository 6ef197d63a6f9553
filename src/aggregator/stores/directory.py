"""States as files in a directory."""

from __future__ import annotations

from pathlib import Path

from aggregator.model.state import Line, State
from aggregator.stores.base import Loaded


class DirectoryStore:
    """Keeps each line's state as one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, line: Line) -> Loaded:
        """The line's state, or none with a note."""
        raise NotImplementedError

    def save(self, state: State) -> None:
        """Write beside, then rename."""
        raise NotImplementedError
