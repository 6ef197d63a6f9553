"""Holds Onefold's answer to two reports in a row against the truth of the step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.report import Report
from aggregator.model.result import Result
from aggregator.model.state import State
from aggregator.pipeline import LOCAL, evaluate, paths_named
from aggregator.run.sources import read_sources
from tests.accuracy.scanners import Files
from tests.accuracy.tracking_history import checked_out
from tests.accuracy.tracking_truth import Step, Truth, read, truth_of

_FIRST = datetime(2026, 11, 1, tzinfo=UTC)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Case:
    """One finding that was not followed as it should have been; ``verdict`` is ``wrong``, ``lost`` or ``stolen``."""

    verdict: str
    old: Result
    new: Result | None
    taker: Result | None = None
    carried: str = ""


@dataclass(frozen=True)
class Score:
    """What became of the persisting findings of a step.

    Attributes:
        persisting: how many there are; all of them are correct, wrong or lost.
        stolen: findings that certainly went away, and whose id stands on something else.
    """

    persisting: int
    correct: int
    wrong: int
    lost: int
    stolen: int
    cases: tuple[Case, ...] = ()

    def __add__(self, other: Score) -> Score:
        return Score(
            self.persisting + other.persisting,
            self.correct + other.correct,
            self.wrong + other.wrong,
            self.lost + other.lost,
            self.stolen + other.stolen,
            self.cases + other.cases,
        )


NOTHING = Score(0, 0, 0, 0, 0)


def with_history(step: Step) -> Score:
    """The second run has a whole repository, with the commit of the first one in it."""
    return _judge(step, *_in_repository(step))


def with_checkout(step: Step) -> Score:
    """Both runs see the files that their reports name, and no history."""
    old, new = read(step, step.old), read(step, step.new)
    first = _evaluate(old, step.old_files, None, 0)
    return _judge(step, first, _evaluate(new, step.new_files, first.state, 1))


def without_checkout(step: Step) -> Score:
    """Both runs see nothing but the reports."""
    old, new = read(step, step.old), read(step, step.new)
    first = _evaluate(old, None, None, 0)
    return _judge(step, first, _evaluate(new, None, first.state, 1))


MODES: dict[str, Callable[[Step], Score]] = {"checkout": with_checkout, "no checkout": without_checkout}
if "history" in inspect.signature(evaluate).parameters:
    MODES = {"history": with_history, **MODES}


def _evaluate(report: Report, files: Files | None, state: State | None, number: int) -> Outcome:
    """One run, told what the command line would tell it."""
    if files is None:
        return evaluate([report], now=_FIRST + number * _WEEK, state=state)
    named = paths_named([report], state)
    texts = {path: files[path].decode("utf-8", "replace") for path in named if path in files}
    gone = frozenset(path for path in named if path not in files)
    return evaluate([report], now=_FIRST + number * _WEEK, state=state, sources=texts, gone=gone)


def _in_repository(step: Step) -> tuple[Outcome, Outcome]:
    """Two runs, the later one in a checkout that holds both commits."""
    from aggregator.run.history import read_history  # noqa: PLC0415 - an older version has none

    checkout = checked_out(step.old_files, step.new_files)
    old, new = read(step, step.old), read(step, step.new)
    told = replace(LOCAL, commit=checkout.old)
    named = paths_named([old], None)
    texts = {path: step.old_files[path].decode("utf-8", "replace") for path in named if path in step.old_files}
    first = evaluate([old], now=_FIRST, context=told, sources=texts)
    sources = read_sources(checkout.root, paths_named([new], first.state))
    past = read_history(checkout.root, first.state, checkout.new, sources)
    second = evaluate(
        [new],
        now=_FIRST + _WEEK,
        context=replace(LOCAL, commit=checkout.new),
        state=first.state,
        sources=sources.texts,
        gone=sources.gone,
        history=past.history,
    )
    return first, second


def _judge(step: Step, first: Outcome, second: Outcome) -> Score:
    """Compare ids. An id that left its finding for another one is wrong; one that nobody carries is lost."""
    truth = truth_of(step, read(step, step.old), read(step, step.new))
    before = {pointer: finding.id for finding in first.findings for pointer in _pointers(finding)}
    after = {pointer: finding for finding in second.findings for pointer in _pointers(finding)}
    bearers = {id_: each for each in second.findings if each.sources for id_ in (each.id, *each.aliases)}
    rightful: dict[str, set[str]] = {}
    for old, new in truth.persisting.items():
        rightful.setdefault(before[old], set()).add(new)
    cases = []
    for old, new in truth.persisting.items():
        if before[old] in _ids(after[new]):
            continue
        bearer = bearers.get(before[old])
        usurped = any(
            id_ in rightful and rightful[id_].isdisjoint(_pointers(after[new]))
            for id_ in _ids(after[new])
            if id_ != before[old]
        ) or any(id_ in before.values() and id_ not in rightful for id_ in _ids(after[new]))
        strayed = bearer is not None and rightful[before[old]].isdisjoint(_pointers(bearer))
        cases.append(_case("wrong" if usurped or strayed else "lost", truth, old, new, bearer or after[new]))
    stolen = []
    for old in sorted(truth.gone):
        bearer = bearers.get(before[old])
        if bearer is not None and before[old] not in rightful:
            stolen.append(_case("stolen", truth, old, "", bearer))
    wrong = sum(case.verdict == "wrong" for case in cases)
    return Score(
        len(truth.persisting),
        len(truth.persisting) - len(cases),
        wrong,
        len(cases) - wrong,
        len(stolen),
        (*cases, *stolen),
    )


def _case(verdict: str, truth: Truth, old: str, new: str, bearer: Finding) -> Case:
    carried = ", ".join(f"{each.key} ({each.tier})" for each in bearer.carried)
    return Case(verdict, truth.old[old], truth.new.get(new), bearer.sources[0] if bearer.sources else None, carried)


def _ids(finding: Finding) -> tuple[str, ...]:
    return (finding.id, *finding.aliases)


def _pointers(finding: Finding) -> list[str]:
    return [source.pointer for source in finding.sources]


def texts_of(row: Result, files: Mapping[str, bytes]) -> str:
    """The flagged line, for people."""
    where = row.location
    if where is None or where.start_line is None or where.path not in files:
        return ""
    lines = files[where.path].decode("utf-8", "replace").split("\n")
    return lines[where.start_line - 1].strip() if where.start_line <= len(lines) else ""
