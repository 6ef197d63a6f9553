"""Tests of :mod:`aggregator.dedupe.tracking.crossings`: equal lines of one scope do not change places."""

from __future__ import annotations

from aggregator.dedupe.fold import Folded
from aggregator.dedupe.tracking.crossings import crossed
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report

HEAD = "def pack(values):\n"
CALL = "    put(values)\n"


def source(*around: str) -> str:
    """A function in which the same call stands between these lines."""
    return HEAD + CALL.join(f"    {line}\n" for line in around)


def calls(text: str) -> list[int]:
    """The lines of the call."""
    return [number for number, line in enumerate(text.splitlines(keepends=True), 1) if line == CALL]


def lines_of(answer: Folded) -> dict[str, int]:
    """The line of each finding."""
    return {each.id: each.location.start_line or 0 for each in answer.findings if each.location}


def test_equal_lines_whose_surroundings_changed_places_are_not_believed() -> None:
    """Neither keeps its id when all that tells them apart says that they crossed; what stays in order does."""
    before = source("first_above = 1", "first_below = 2", "second_below = 4")
    after = source("second_above = 3", "second_below = 4", "first_below = 2", "first_above = 1")
    old = folded(report(*(flaw(line=line) for line in calls(before))), sources={"app.py": before})
    new = folded(
        report(*(flaw(line=line) for line in calls(after))),
        previous=remember(old.findings),
        sources={"app.py": after},
        now=LATER,
    )
    then, now = lines_of(old), lines_of(new)
    carried = sorted((then[id_], now[id_]) for id_ in now if id_ in then)
    assert [line for _, line in carried] == sorted(line for _, line in carried)


def test_what_keeps_its_order_is_not_crossed() -> None:
    """One pair crosses nothing."""
    assert crossed([]) == []
