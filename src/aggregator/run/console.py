"""How the shell talks to the person or the log in front of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Console(Protocol):
    """Two streams and, for a person who is watching, progress."""

    colour: bool

    def say(self, line: str) -> None:
        """Print one line to standard output."""
        ...

    def warn(self, line: str) -> None:
        """Print one line to standard error."""
        ...

    def watch(self, items: Sequence[Item], what: str) -> Iterator[Item]:
        """Hand the items on, showing progress when a person is watching and it takes long."""
        ...
