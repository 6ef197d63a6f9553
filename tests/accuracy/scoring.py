"""Pairwise scores: of all pairs of rows of different tools, which were rightly put into one finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from tests.accuracy.truth import Truth


class Score(NamedTuple):
    """Counts of pairs, and the shares they make."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of the pairs we joined, the share that is one problem; 1 when we joined none."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that are one problem, the share that we joined; 1 when there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


class Verdict(NamedTuple):
    """One pair of rows of different tools, and what became of it."""

    one: str
    two: str
    outcome: str


def verdicts(homes: Mapping[str, str], truth: Truth) -> Iterator[Verdict]:
    """Every pair that we joined or should have joined; ``homes`` gives the finding of each row that was read."""
    for one, two in sorted(
        _together(homes) | _together({row: str(truth.cluster[row]) for row in _clustered(homes, truth)})
    ):
        if truth.tool(one) == truth.tool(two) or frozenset((one, two)) in truth.ambiguous:
            continue
        joined, is_one = homes[one] == homes[two], truth.is_one(one, two)
        yield Verdict(one, two, "right" if joined and is_one else "wrong" if joined else "missed")


def score(pairs: Iterator[Verdict] | list[Verdict]) -> Score:
    """Count verdicts."""
    counts = Counter(each.outcome for each in pairs)
    return Score(counts["right"], counts["wrong"], counts["missed"])


def by_tools(pairs: list[Verdict], truth: Truth) -> dict[str, Score]:
    """The scores of each pair of tools."""
    groups: dict[str, list[Verdict]] = {}
    for each in pairs:
        name = " + ".join(sorted((truth.tool(each.one), truth.tool(each.two))))
        groups.setdefault(name, []).append(each)
    return {name: score(rows) for name, rows in sorted(groups.items())}


def _clustered(homes: Mapping[str, str], truth: Truth) -> list[str]:
    return [row for row in homes if row in truth.cluster]


def _together(homes: Mapping[str, str]) -> set[tuple[str, str]]:
    groups: dict[str, list[str]] = {}
    for row, home in homes.items():
        groups.setdefault(home, []).append(row)
    return {pair for rows in groups.values() for pair in combinations(sorted(rows), 2)}
