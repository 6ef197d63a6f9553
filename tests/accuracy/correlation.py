"""How well problems are recognised across tools: ``python -m tests.accuracy.correlation [SET ...] [--show] [--tools]``.

Pairwise over pairs of rows of different tools, against labels. Exits with 1 when a set falls short.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from aggregator import evaluate, read_report
from aggregator.model.report import Report
from tests.accuracy.labelled import LabelledSet, development_sets, missing_sets, own_sets
from tests.accuracy.scoring import Score, Verdict, by_tools, score, verdicts
from tests.accuracy.truth import Truth, locate, read_truth

_NUMBERS = re.compile(r"[0-9]+")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Measured(NamedTuple):
    """One set, measured.

    Attributes:
        read: rows of the truth that one of our results is.
    """

    labelled: LabelledSet
    truth: Truth
    read: int
    pairs: list[Verdict]

    @property
    def score(self) -> Score:
        """All pairs of different tools."""
        return score(self.pairs)

    @property
    def is_enough(self) -> bool:
        """Whether the set shows what it must."""
        return self.score.precision >= self.labelled.precision and self.score.recall >= self.labelled.recall


def measure(labelled: LabelledSet) -> Measured:
    """Read the set's reports as a user would, fold them, and compare with the labels."""
    truth = read_truth(labelled.truth)
    reports = [read_report((labelled.folder / name).read_bytes(), name, place=name) for name in labelled.reports]
    unread = [report for report in reports if not isinstance(report, Report)]
    if unread:
        print(f"  {labelled.name}: not read: {', '.join(f'{each.name} ({each.reason})' for each in unread)}")
    findings = evaluate(reports, now=NOW).findings
    results = [(source, finding.id) for finding in findings for source in finding.sources]
    # Rows that nothing but their order tells apart are labelled in the order of their report.
    results.sort(key=lambda pair: (pair[0].report, _NUMBERS.sub(lambda found: found[0].zfill(9), pair[0].pointer)))
    rows = locate((result for result, _ in results), truth)
    homes = {row: results[number][1] for row, number in rows.items()}
    # A row that no result is counts as a finding of its own: what is not read is not recognised either.
    homes |= {row: f"unread {row}" for row in truth.rows if row not in homes}
    return Measured(labelled, truth, len(rows), list(verdicts(homes, truth)))


def line(name: str, value: Score) -> str:
    """One row of the table."""
    return (
        f"  {name:<34} {value.precision:6.3f} {value.recall:6.3f} {value.f1:6.3f}"
        f" {value.right:6} {value.wrong:6} {value.missed:6}"
    )


def details(measured: Measured) -> Iterator[str]:
    """Which pairs of rules were wrongly joined or missed, the most frequent first."""
    rows = measured.truth.rows
    for outcome in ("wrong", "missed"):
        found = [each for each in measured.pairs if each.outcome == outcome]
        kinds: Counter[str] = Counter()
        example: dict[str, str] = {}
        for each in found:
            one, two = sorted((rows[each.one], rows[each.two]), key=lambda row: str(row["tool"]))
            name = f"{one['tool']} {one['rule']} | {two['tool']} {two['rule']}"
            kinds[name] += 1
            example.setdefault(name, f"{one['file']}:{one['line']} and {two['file']}:{two['line']}")
        for name, count in kinds.most_common(40):
            yield f"    {outcome} {count:4}  {name}  ({example[name]})"


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a set falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", help="names of sets; all where none is given")
    parser.add_argument("--show", action="store_true", help="list wrong and missed pairs of rules")
    parser.add_argument("--tools", action="store_true", help="a row for each pair of tools")
    chosen = parser.parse_args(arguments)
    every = [*development_sets(), *own_sets()]
    short = []
    print(f"  {'set':<34} {'P':>6} {'R':>6} {'F1':>6} {'right':>6} {'wrong':>6} {'missed':>6}")
    for labelled in every:
        if chosen.sets and labelled.name not in chosen.sets:
            continue
        measured = measure(labelled)
        print(line(f"{labelled.name} ({measured.read} of {len(measured.truth.rows)} rows)", measured.score))
        for name, value in by_tools(measured.pairs, measured.truth).items() if chosen.tools else ():
            print(line(f"  {name}", value))
        for text in details(measured) if chosen.show else ():
            print(text)
        if not measured.is_enough:
            short.append(f"{labelled.name} (must show {labelled.precision:.2f} / {labelled.recall:.2f})")
    for name in missing_sets():
        print(f"  {name}: left out, its reports are not on this machine")
    for name in short:
        print(f"  falls short: {name}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
