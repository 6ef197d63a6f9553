"""How many findings a report tells apart from every other: what could be followed without ever being wrong.

Two lines that one rule flags in one file, in the same columns and with the same text, look the same in a report.
Whether they changed places, or one went and another came, nobody can tell who reads no more than reports. What has no
such twin is certain here, and so is a file that did not change.

python -m tests.accuracy.twins
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping

from aggregator.dedupe.tracking.row import shape_of
from aggregator.model.result import Result
from tests.accuracy import scanners
from tests.accuracy.tracking_steps import steps
from tests.accuracy.tracking_table import kind_of
from tests.accuracy.tracking_truth import Step

_ROW = "{:<14} {:<9} {:>10} {:>10} {:>10}"


def main() -> None:
    """Print the table."""
    scanners.install()
    persisting: Counter[tuple[str, str]] = Counter()
    certain: Counter[tuple[str, str]] = Counter()
    for step in steps(lambda _source, _tool: True):
        cell = kind_of(step.source), step.tool
        persisting[cell] += len(step.truth.persisting)
        certain[cell] += _certain(step)
    print(_ROW.format("source", "tool", "persisting", "certain", "%"))
    for cell, count in sorted(persisting.items()):
        print(_ROW.format(*cell, count, certain[cell], f"{100 * certain[cell] / count:.1f}"))


def _certain(step: Step) -> int:
    """The persisting findings that have no twin on either side, or whose file is as it was."""
    truth = step.truth
    then, now = _counts(truth.old), _counts(truth.new)
    return sum(
        (then[_looks(truth.old[old])] == 1 == now[_looks(truth.new[new])]) or _stayed(truth.old[old], step)
        for old, new in truth.persisting.items()
    )


def _counts(rows: Mapping[str, Result]) -> Counter[Hashable]:
    return Counter(_looks(row) for row in rows.values())


def _looks(row: Result) -> Hashable:
    """What a report tells of a finding, but for its line."""
    where = row.location
    place = (where.path, where.start_column, shape_of(where)) if where else None
    return row.rule_id, place, row.snippet


def _stayed(row: Result, step: Step) -> bool:
    path = row.location.path if row.location else ""
    return path in step.old_files and step.old_files[path] == step.new_files.get(path)


if __name__ == "__main__":
    main()
