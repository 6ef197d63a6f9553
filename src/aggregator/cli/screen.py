"""Standard output and standard error as the rest of the program sees them; the only place that prints."""

from __future__ import annotations

import os
import sys
from typing import TextIO

STATUS_WIDTH = 79
"""Columns of the status line: one less than the narrowest terminal, so that it never wraps."""


LOG_WIDTH = 140
NARROWEST = 60


class Screen:
    """Prints lines, and what is going on when a person is watching.

    A reader that went away (``onefold run ... | head``) stops the printing, never the run.

    Attributes:
        colour: whether what is said may be coloured.
        width: columns of a line; a log has no end of the line, so it gets a comfortable one.
        watched: whether somebody sees the status line; it never reaches a log.
    """

    def __init__(self, *, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = sys.stdout if out is None else out
        self._err = sys.stderr if err is None else err
        self.colour = self._out.isatty()
        self.width = _columns(self._out)
        self.watched = self._err.isatty()
        self._shown = 0

    def say(self, line: str) -> None:
        """Print one line to standard output."""
        self._clear()
        self._print(f"{line}\n", self._out)

    def warn(self, line: str) -> None:
        """Print one line to standard error."""
        self._clear()
        self._print(f"{line}\n", self._err)

    def status(self, text: str) -> None:
        """Show what is going on in one line that the next one replaces; plain, so that any terminal can."""
        if self.watched:
            line = text[:STATUS_WIDTH]
            self._print(f"\r{line:<{self._shown}}", self._err)
            self._shown = len(line)

    def _clear(self) -> None:
        if self._shown:
            self._print(f"\r{'':<{self._shown}}\r", self._err)
            self._shown = 0

    def _print(self, text: str, stream: TextIO) -> None:
        try:
            print(text, end="", file=stream, flush=True)
        except BrokenPipeError:
            # Nobody listens any more. Without this Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except UnicodeEncodeError:
            print(text.encode("ascii", "backslashreplace").decode(), end="", file=stream, flush=True)


def _columns(stream: TextIO) -> int:
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, NARROWEST)
    except (OSError, ValueError):  # no terminal: a log, a file, a closed stream
        return LOG_WIDTH
