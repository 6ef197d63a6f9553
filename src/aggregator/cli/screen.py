"""Standard output and standard error as the rest of the program sees them; the only place that prints."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TextIO, TypeVar

Item = TypeVar("Item")

PATIENCE = 0.5
"""Seconds of silence before progress is shown."""


class Screen:
    """Prints lines, and progress when a person is watching.

    A reader that went away (``onefold run ... | head``) stops the printing, never the run.
    """

    def __init__(self, *, colour: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = sys.stdout if out is None else out
        self._err = sys.stderr if err is None else err
        self.colour = colour and self._out.isatty()
        self._watched = self._err.isatty()

    def say(self, line: str) -> None:
        """Print one line to standard output."""
        self._print(line, self._out)

    def warn(self, line: str) -> None:
        """Print one line to standard error."""
        self._print(line, self._err)

    def _print(self, line: str, stream: TextIO) -> None:
        try:
            print(line, file=stream, flush=True)
        except BrokenPipeError:
            # Nobody listens any more. Without this Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except UnicodeEncodeError:
            print(line.encode("ascii", "backslashreplace").decode(), file=stream, flush=True)

    def watch(self, items: Sequence[Item], what: str) -> Iterator[Item]:
        """Hand the items on; after half a second a person who is watching sees how far it is."""
        if not self._watched:
            yield from items
            return
        started = time.monotonic()
        done = 0
        for item in items:
            if time.monotonic() - started > PATIENCE:
                break
            yield item
            done += 1
        if done < len(items):
            yield from _shown(items[done:], what, done, len(items), self._err)


def _shown(items: Sequence[Item], what: str, done: int, total: int, stream: TextIO) -> Iterator[Item]:
    from rich.console import Console  # noqa: PLC0415 - costs 60 ms
    from rich.progress import Progress  # noqa: PLC0415 - as above

    with Progress(console=Console(file=stream), transient=True) as progress:
        task = progress.add_task(what, total=total, completed=done)
        for item in items:
            yield item
            progress.advance(task)
