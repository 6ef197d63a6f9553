"""A console for tests."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class FakeConsole:
    """Remembers what is said and what is warned of; watches in silence."""

    colour = False

    def __init__(self) -> None:
        self.said: list[str] = []
        self.warned: list[str] = []

    def say(self, line: str) -> None:
        """Remember it."""
        self.said.append(line)

    def warn(self, line: str) -> None:
        """Remember it."""
        self.warned.append(line)

    def watch(self, items: Sequence[Item], what: str) -> Iterator[Item]:
        """Hand on."""
        yield from items
