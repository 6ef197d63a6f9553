"""What became of files between the remembered commit and this one: facts of history, never a judgement."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from operator import attrgetter

from msgspec import Struct

_FIRST = attrgetter("old")


class Run(Struct, frozen=True, gc=False):
    """Lines that stand together and did not change: ``old`` .. ``old + length - 1`` are now ``new`` and on.

    They are equal but for white space at their ends: a line that was only indented is among them.

    Attributes:
        old: the first of them in the remembered file, 1-based.
        new: the first of them in the file of now, 1-based.
        length: how many; at least 1.
    """

    old: int
    new: int
    length: int


class Passage(Struct, frozen=True, gc=False):
    """What became of one file between the remembered commit and this one.

    Attributes:
        path: its path now, another one where it was renamed; empty when the file is gone and no other file goes on
            with it.
        runs: its unchanged lines, ascending on both sides and never overlapping. A line in no run was changed or
            removed, or nobody knows.
    """

    path: str
    runs: tuple[Run, ...]

    def line_now(self, line: int) -> int | None:
        """Where a line of the remembered file stands now, both 1-based; ``None`` when it is in no run."""
        following = bisect_right(self.runs, line, key=_FIRST)
        if not following:
            return None
        run = self.runs[following - 1]
        return run.new + line - run.old if line < run.old + run.length else None


History = Mapping[str, Passage]
"""By the path in the remembered commit. A path that is not in it: nobody knows what became of the file.

It is about lines as the last run saw them. A sighting that is older than its state (its ``last_seen`` is before the
state's ``at``) names a line of an earlier commit; the shell tells nothing of a file with such an open finding.
"""

NOT_KNOWN: History = {}
"""Nothing is known of any file."""
