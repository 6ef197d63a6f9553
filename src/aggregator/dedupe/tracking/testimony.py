"""What git's history says against a pair: the old line went elsewhere, or the new one came from elsewhere."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from aggregator.dedupe.tracking.row import Row
from aggregator.model.passage import History, Passage

_NEW = attrgetter("new")


class Testimony:
    """What history says against a pair."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._origins = {passage.path: passage for passage in history.values() if passage.path}

    def forbids(self, old: Row, new: Row) -> bool:
        """Whether the remembered line stands elsewhere now, or the line of now stood elsewhere then.

        Of what names a file alone nothing is known.
        """
        if not old.line or not new.line:
            return False
        passage = self._history.get(old.path)
        if passage is not None and (now := passage.line_now(old.line)) is not None:
            return (passage.path, now) != (new.path, new.line)
        origin = self._origins.get(new.path)
        return origin is not None and _is_unchanged(origin, new.line)


def _is_unchanged(passage: Passage, line: int) -> bool:
    """Whether a line of now stood in the remembered file as well."""
    following = bisect_right(passage.runs, line, key=_NEW)
    if not following:
        return False
    run = passage.runs[following - 1]
    return line < run.new + run.length
