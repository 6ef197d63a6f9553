"""How the shell talks to the person or the log in front of it."""

from __future__ import annotations

from typing import Protocol


class Console(Protocol):
    """Two streams and, for a person who is watching, what is going on."""

    colour: bool
    width: int

    def say(self, line: str) -> None:
        """Print one line to standard output."""
        ...

    def warn(self, line: str) -> None:
        """Print one line to standard error."""
        ...

    def status(self, text: str) -> None:
        """Show what is going on, in place of what was shown before; only to a person."""
        ...
