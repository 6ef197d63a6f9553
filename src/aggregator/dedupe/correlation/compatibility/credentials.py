"""Secrets in files: the same value on one line, or the same kind of secret in the same place."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, MEDIUM, Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.places import place_inputs
from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.meaning import Meaning
from aggregator.knowledge.secret_kinds import is_uneven, kinds_differ
from aggregator.model.location import Location
from aggregator.model.result import Result


def compare_credentials(
    a: Result, b: Result, ours: Location, theirs: Location, knowledge: Knowledge
) -> Agreement | Refusal:
    """Compare two results that both say there is a secret in one file.

    Values decide where both are known. Without them the kinds must fit, and where no columns tell which of several
    secrets on a line is meant, the pair is believed only when nothing else fits as well.
    """
    one, two = knowledge.secret_kind(a), knowledge.secret_kind(b)
    is_same_value = bool(a.secret) and a.secret == b.secret
    if a.secret and b.secret and not is_same_value and not (is_uneven(one) or is_uneven(two)):
        return Refusal("different secret values")
    if not _lines_meet(ours, theirs):
        return Refusal("the flagged regions do not meet")
    if is_same_value:
        return Agreement(CERTAIN, "same-secret-same-place", place_inputs(a, b))
    overlap = _columns_overlap(ours, theirs)
    if overlap is False:
        return Refusal("the flagged columns do not meet")
    if kinds_differ(one, two):
        return Refusal(f"different kinds of secret: {min(one.name, two.name)} and {max(one.name, two.name)}")
    return _by_place(a, b, one, two, has_columns=overlap is True)


def _by_place(a: Result, b: Result, one: Meaning, two: Meaning, *, has_columns: bool) -> Agreement:
    is_same_kind = bool(one.name) and one.name.partition("/")[0] == two.name.partition("/")[0]
    known = one.name or two.name or "unknown"
    tier = CERTAIN if is_same_kind else HIGH if has_columns else MEDIUM
    key = "same-place-same-kind" if is_same_kind else "same-place-fitting-kind"
    inputs = (*place_inputs(a, b), f"kind of secret {known}")
    return Agreement(tier, key, inputs, rank=not has_columns, must_be_best=not has_columns)


def _lines_meet(a: Location, b: Location) -> bool:
    if a.path != b.path:
        return False
    if a.start_line is None or b.start_line is None:
        return a.start_line is b.start_line
    return a.start_line <= _last_line(b) and b.start_line <= _last_line(a)


def _columns_overlap(a: Location, b: Location) -> bool | None:
    """Whether the columns meet on the one line that both lie on; ``None`` where that cannot be told."""
    if a.start_line is None or not a.start_line == b.start_line == _last_line(a) == _last_line(b):
        return None
    if a.start_column is None or b.start_column is None:
        return None
    a_end, b_end = _last_column(a), _last_column(b)
    # One more on either side: tools differ over quotes, and over where counting begins.
    return (b_end is None or a.start_column <= b_end) and (a_end is None or b.start_column <= a_end)


def _last_line(where: Location) -> int:
    """The last line; an end before the first column of a line, as Semgrep writes it, is the end of the line before."""
    first = where.start_line or 1
    last = where.end_line or first
    return last - 1 if where.end_column == 1 and last > first else last


def _last_column(where: Location) -> int | None:
    """The column after the last; ``None`` for the end of the line, also where the end lies before the start."""
    end = where.end_column
    return None if end is None or end <= (where.start_column or 0) else end
