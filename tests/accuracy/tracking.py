"""How well findings are followed from run to run: real scanners, edited trees and consecutive releases.

python -m tests.accuracy.tracking [--only WORD] [--tool NAME] [--show MODE] [--quick] [--baselines] [--full]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

from aggregator.model.result import Result
from tests.accuracy import scanners
from tests.accuracy.tracking_baselines import BASELINES
from tests.accuracy.tracking_cloud import SAMPLES, cloud_complaints
from tests.accuracy.tracking_score import MODES, NOTHING, Case, Runs, Score, texts_of
from tests.accuracy.tracking_steps import steps
from tests.accuracy.tracking_table import Cell, Scores, complaints, summed, table
from tests.accuracy.tracking_truth import Step

_MOSTLY = 0.9


def main() -> int:
    """Scan what has not been scanned, follow it, print the table; 1 where a threshold is missed."""
    options = _options()
    scanners.install()
    scores, with_text = _judged(options)
    if options.full:
        print(*table(scores), "", sep="\n")
    print(*table(summed(scores)), "", sep="\n")
    missed = [*complaints(scores, with_text), *_cloud()]
    print(*missed, sep="\n")
    return 1 if missed else 0


def _judged(options: argparse.Namespace) -> tuple[Scores, frozenset[str]]:
    """The scores, and the tools whose reports carry snippets."""
    scores: Scores = {}
    texts: dict[str, list[bool]] = {}
    judges: dict[str, Callable[[Step], Score | None]] = {mode: Runs(mode).score for mode in MODES}
    if options.baselines:
        judges.update(BASELINES)
    for step in steps(lambda source, tool: options.only in source and options.tool in tool, quick=options.quick):
        rows = [row for scan in step.before.scans for row in scan.results]
        texts.setdefault(step.tool, []).extend(bool(row.snippet) for row in rows)
        for mode, score_of in judges.items():
            if (score := score_of(step)) is not None:
                cell = Cell(step.source, step.tool, mode)
                scores[cell] = scores.get(cell, NOTHING) + score
                if mode in options.show:
                    _show(step, mode, score)
    return scores, frozenset(tool for tool, seen in texts.items() if sum(seen) > _MOSTLY * len(seen))


def _cloud() -> list[str]:
    if not SAMPLES.is_file():
        print(f"left out: {SAMPLES.name}, which is not here")
        return []
    said = cloud_complaints()
    print(f"two runs of Prowler on a cloud account: {'as labelled' if not said else 'not as labelled'}")
    return said


def _show(step: Step, mode: str, score: Score) -> None:
    for case in score.cases:
        print(f"{case.verdict}: {step.source}, {step.name}, {step.tool}, {mode}: {case.old.rule_id}")
        print(*_lines_about(step, case), sep="\n")


def _lines_about(step: Step, case: Case) -> Iterable[str]:
    yield f"    was   {_place(case.old)}  {texts_of(case.old, step.old_files)[:100]}"
    if case.new is not None:
        yield f"    is    {_place(case.new)}  {texts_of(case.new, step.new_files)[:100]}"
    if case.taker is not None:
        text = texts_of(case.taker, step.new_files)[:100]
        yield f"    taken {_place(case.taker)}  {text}  by {case.carried or 'nothing'}"


def _place(row: Result) -> str:
    return f"{row.location.path}:{row.location.start_line}" if row.location else ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", default="", help="only sources that hold this word")
    parser.add_argument("--tool", default="", help="only this tool")
    parser.add_argument("--show", action="append", default=[], help="list what was not followed in this mode")
    parser.add_argument("--quick", action="store_true", help="one seed, two packages")
    parser.add_argument("--baselines", action="store_true", help="simpler rules on the same steps")
    parser.add_argument("--full", action="store_true", help="a row for every edit and package")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
