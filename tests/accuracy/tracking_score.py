"""Holds Onefold's answer to two reports in a row against the truth of the step."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.report import Report
from aggregator.model.result import Result
from aggregator.pipeline import LOCAL, evaluate, paths_named
from aggregator.run.sources import read_sources
from tests.accuracy.scanners import Files
from tests.accuracy.tracking_history import checked_out
from tests.accuracy.tracking_truth import Step, Truth

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


class Runs:
    """Runs of Onefold in one mode. A step that begins where another one ended goes on with its state, as users do."""

    def __init__(self, mode: str) -> None:
        self._run = _MODES[mode]
        self._last: dict[tuple[str, str], tuple[bytes, Outcome]] = {}

    def score(self, step: Step) -> Score:
        """What became of the findings of the earlier report in the later one."""
        report, first = self._last.get((step.source, step.tool), (b"", None))
        if first is None or report != step.old:
            first = self._run(step, None)
        second = self._run(step, first)
        self._last[step.source, step.tool] = (step.new, second)
        return _judge(step, first, second)


def _with_history(step: Step, first: Outcome | None) -> Outcome:
    """The second run has a whole repository, with the commit of the first one in it."""
    from aggregator.run.history import read_history  # noqa: PLC0415 - an older version has none

    checkout = step.checkout() if step.checkout else checked_out(step.old_files, step.new_files)
    if first is None:
        return _evaluate(step.before, _Seen(step.old_files, commit=checkout.old), None)
    report = step.after
    sources = read_sources(checkout.root, paths_named([report], first.state))
    past = read_history(checkout.root, first.state, checkout.new, sources)
    return evaluate(
        [report],
        now=first.now + _WEEK,
        context=replace(LOCAL, commit=checkout.new),
        state=first.state,
        sources=sources.texts,
        gone=sources.gone,
        absent=sources.absent,
        history=past.history,
    )


def _with_checkout(step: Step, first: Outcome | None) -> Outcome:
    """Both runs see the files that their reports name, and no history."""
    if first is None:
        return _evaluate(step.before, _Seen(step.old_files), None)
    return _evaluate(step.after, _Seen(step.new_files), first)


def _without_checkout(step: Step, first: Outcome | None) -> Outcome:
    """Both runs see nothing but the reports."""
    return _evaluate(step.before if first is None else step.after, _Seen(), first)


_MODES = {"history": _with_history, "checkout": _with_checkout, "no checkout": _without_checkout}
MODES = tuple(mode for mode in _MODES if mode != "history" or "history" in inspect.signature(evaluate).parameters)


class _Seen(NamedTuple):
    """What a run sees besides its report."""

    files: Files | None = None
    commit: str = ""


def _evaluate(report: Report, seen: _Seen, before: Outcome | None) -> Outcome:
    """One run, told what the command line would tell it."""
    state = before.state if before else None
    named = () if seen.files is None else paths_named([report], state)
    files = seen.files or {}
    return evaluate(
        [report],
        now=before.now + _WEEK if before else _FIRST,
        context=replace(LOCAL, commit=seen.commit),
        state=state,
        sources={path: files[path].decode("utf-8", "replace") for path in named if path in files},
        gone=frozenset(path for path in named if path not in files),
    )


def _judge(step: Step, first: Outcome, second: Outcome) -> Score:
    """Compare ids. An id that left its finding for another one is wrong; one that nobody carries is lost."""
    truth = step.truth
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
