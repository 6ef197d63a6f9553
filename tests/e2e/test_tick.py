"""The tick: a run without reports moves clocks, expiries, reminders and what is forgotten, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.model.finding import Disposition, Finding
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import ReadFailure, Report
from aggregator.model.state import Line, RunRef, State
from aggregator.pipeline import evaluate
from aggregator.policy import read_exceptions, read_policy
from aggregator.readers.registry import read_report
from aggregator.state import decode, encode
from aggregator.writers.findings_json import render_findings
from aggregator.writers.merged_sarif import render_merged
from tests.e2e.repository import Repository

EXAMPLES = Path(__file__).parents[2] / "examples" / "reports" / "second"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
POLICY = read_policy("verify: { tools: 2 }\nexceptions: { warn-days: 3 }\n", "p.yml")
ACCEPTED = """exceptions:
  - { status: risk_accepted, reason: Internal., owner: kim, expires: 2026-06-20, rule: "*subprocess*" }
  - { status: false_positive, reason: Test data., owner: kim, expires: 2027-06-20, tool: Gitleaks, rule: "*" }
"""

OF_THE_RUN = {"sources", "sightings", "carried", "merges", "runners_up", "observation_reason", "baseline", "changes"}
OF_THE_RUN |= {"reopened_at"}
"""What a finding tells of the run alone: a tick has seen nothing."""
CLOCKS = {"standing", "risk"}
EXPIRIES = {"decision", "history"}
REMEMBERED = {"standing", "risk_score", "decision", "history"}
STATE = {"run", "at", "parents", "runs"}
PUBLISHED = {"commit", "observation_reason", "sources", "sightings", "locations"}
PUBLISHED |= {"merges", "runners_up", "carried", "risk"}
"""Of the run: the related places of a source are in its report alone."""


@pytest.fixture(scope="module")
def reports() -> tuple[Report | ReadFailure, ...]:
    """What eight scanners really said."""
    files = sorted(path for path in EXAMPLES.rglob("*") if path.is_file())
    return tuple(read_report(path.read_bytes(), path.name, place=".", seal_key=b"k" * 32) for path in files)


def run(reports: Iterable[Report | ReadFailure], days: int, state: State | None, **given: Any) -> Outcome:
    """One run so many days after the first, of a commit of its own."""
    context = Context(line=Line("shop", "", "main"), run=RunRef(str(days)), commit=f"{days:040x}")
    return evaluate(
        tuple(reports),
        now=NOW + timedelta(days=days),
        context=context,
        state=None if state is None else decode(encode(state), "state.json"),
        policy=POLICY,
        **{"exceptions": read_exceptions(ACCEPTED, "e.yml")} | given,
    )


@pytest.fixture(scope="module")
def before(reports: tuple[Report | ReadFailure, ...]) -> Outcome:
    """The second run of a repository with findings of every sort, some of them mended in it."""
    first = run(reports, 0, None)
    gone = next(each for each in first.findings if len(each.sources) == 1 and each.tool == "Bandit")
    fewer = tuple(_without(report, gone) for report in reports)
    return run(fewer, 1, first.state)


def _without(report: Report | ReadFailure, gone: Finding) -> Report | ReadFailure:
    if isinstance(report, ReadFailure):
        return report
    keys = {(source.report, source.pointer) for source in gone.sources}
    scans = []
    for scan in report.scans:
        kept = tuple(each for each in scan.results if (each.report, each.pointer) not in keys)
        scans.append(type(scan)(**{name: getattr(scan, name) for name in scan.__struct_fields__} | {"results": kept}))
    fields = {name: getattr(report, name) for name in report.__struct_fields__}
    return Report(**fields | {"scans": tuple(scans)})


def differing(one: Any, two: Any) -> set[str]:
    """The fields in which two values differ."""
    return {name for name in one.__struct_fields__ if getattr(one, name) != getattr(two, name)}


def fields_changed(before: Outcome, after: Outcome) -> set[str]:
    """The fields in which any finding differs that was not closed in the first of two runs."""
    old = {each.id: each for each in before.findings if each.closed_at is None}
    new = {each.id: each for each in after.findings}
    assert set(old) == set(new)
    return {name for id_, each in old.items() for name in differing(each, new[id_])}


def test_a_day_later_only_risk_has_aged(before: Outcome) -> None:
    """Where nothing is due and nothing ends, a tick leaves every finding and the memory as they were, but for age."""
    tick = run((), 2, before.state)
    assert fields_changed(before, tick) <= OF_THE_RUN | {"risk"}
    assert tick.totals.new == tick.totals.absent == tick.totals.reopened == 0
    assert {each.baseline.value for each in tick.findings if each.baseline} == {"unchanged"}
    terms = {name for one, two in _pairs(before, tick) for name in _terms_changed(one, two)}
    assert terms <= {"age", "overdue"}
    assert differing(before.state, tick.state) <= STATE | {"findings"}
    assert (tick.state.commit, tick.state.scanned_at) == (before.state.commit, before.state.at)
    assert {name for one, two in _memories(before, tick) for name in differing(one, two)} <= {"risk_score"}


def _pairs(before: Outcome, after: Outcome) -> list[tuple[Finding, Finding]]:
    new = {each.id: each for each in after.findings}
    return [(each, new[each.id]) for each in before.findings if each.id in new]


def _memories(before: Outcome, after: Outcome) -> list[tuple[Any, Any]]:
    assert [each.id for each in before.state.findings] == [each.id for each in after.state.findings]
    return list(zip(before.state.findings, after.state.findings, strict=True))


def _terms_changed(one: Finding, two: Finding) -> set[str]:
    if one.risk is None or two.risk is None:
        return {"risk"} if one.risk is not two.risk else set()
    before, after = ({term.name: term.points for term in risk.terms} for risk in (one.risk, two.risk))
    return {name for name in before | after if before.get(name) != after.get(name)}


@pytest.mark.parametrize("days", [20, 45, 80])
def test_clocks_and_expiries_move(before: Outcome, days: int) -> None:
    """Later on what is due is late and what expired is open; nothing else is different, and nothing is new or gone."""
    tick = run((), days, before.state)
    assert fields_changed(before, tick) <= OF_THE_RUN | CLOCKS | EXPIRIES
    assert {name for one, two in _memories(before, tick) for name in differing(one, two)} <= REMEMBERED
    for one, two in _pairs(before, tick):
        assert two.history[: len(one.history)] == one.history
        assert {step.to for step in two.history[len(one.history) :]} <= set(Disposition)
    assert tick.totals.breached > 0


def test_retention_forgets(before: Outcome) -> None:
    """After the days of the policy what was closed is forgotten; nothing open is, nor a scope while nobody looks."""
    closed = {each.id for each in before.state.findings if each.closed_at is not None}
    tick = run((), 92, before.state)
    assert closed
    assert {each.id for each in before.state.findings} - {each.id for each in tick.state.findings} == closed
    assert before.state.scopes
    assert tick.state.scopes == before.state.scopes


@pytest.mark.parametrize("ticks", [(2,), (2, 3, 4, 5)])
def test_a_run_after_ticks_says_what_it_would_have_said(
    reports: tuple[Report | ReadFailure, ...], before: Outcome, ticks: tuple[int, ...]
) -> None:
    """Ticks between two runs leave no trace in the second: its findings, its verdict and its memory are the same."""
    state = before.state
    for days in ticks:
        state = run((), days, state).state
    after, plain = run(reports, 6, state), run(reports, 6, before.state)
    assert after.findings == plain.findings
    assert (after.verdict, after.totals, after.diagnostics) == (plain.verdict, plain.totals, plain.diagnostics)
    assert differing(after.state, plain.state) == {"parents", "runs"}
    assert b"".join(render_merged(after)) == b"".join(render_merged(plain))


def test_what_is_published_moves_with_the_clock_alone(before: Outcome) -> None:
    """In findings.json each finding of a tick differs in nothing but what no report said, and its risk."""
    old, new = (
        {each["id"]: each for each in json.loads(b"".join(render_findings(outcome)))["findings"]}
        for outcome in (before, run((), 2, before.state))
    )
    changed = {key for id_, each in new.items() for key in each if each[key] != old[id_][key]}
    assert changed <= PUBLISHED


def test_a_tick_tells_nobody_anything_new(tmp_path: Path) -> None:
    """On GitHub alerts, issues and comments stand as they did, and no report is uploaded."""
    repository = Repository(tmp_path)
    repository.push(1, "eval", "shell")
    repository.hub.clock.pass_days(31)
    repository.push(2, "eval", "shell")
    uploads = len(repository.hub.scanning.uploads)
    stood = standing(repository)
    ended = repository.work(repository.start(2, event="schedule"), b"{}", reports=())
    assert standing(repository) == stood
    assert len(repository.hub.scanning.uploads) == uploads
    assert ended.outputs["new"] == ended.outputs["fixed"] == "0"


def test_a_tick_reminds(tmp_path: Path) -> None:
    """What is late, or still late, is said by a tick where it is time to say it, once."""
    repository = Repository(tmp_path)
    repository.push(1, "eval")
    repository.hub.clock.pass_days(31)
    for days, expected in ((0, 0), (1, 0), (8, 1), (1, 1)):
        repository.hub.clock.pass_days(days)
        repository.work(repository.start(1, event="schedule"), b"{}", reports=())
        (number,) = repository.hub.forum.threads
        assert len(repository.hub.forum.below(number)) == expected
    assert repository.push(2, "eval").outputs["breached"] == "1"


def test_what_a_tick_opened_is_written_out_by_the_next_scan(tmp_path: Path) -> None:
    """An issue that a tick opened says why once a scan has said it, and goes on saying it in the ticks after that."""
    repository = Repository(tmp_path)
    repository.push(1, "eval")
    repository.hub.clock.pass_days(31)
    repository.work(repository.start(1, event="schedule"), b"{}", reports=())
    (issue,) = repository.hub.forum.threads.values()
    assert "**Why**" not in issue.body
    repository.push(2, "eval")
    written = issue.body
    assert "**Why**: About eval." in written
    repository.hub.clock.pass_days(1)
    repository.work(repository.start(2, event="schedule"), b"{}", reports=())
    repository.push(3, "eval")
    assert issue.body == written


def standing(repository: Repository) -> str:
    """Everything that people see on GitHub."""
    forum, scanning = repository.hub.forum, repository.hub.scanning
    posts = [post.body for number in forum.threads for post in forum.below(number)]
    issues = [(each.title, each.body, each.is_open, each.labels) for each in forum.threads.values()]
    alerts = [(each.identity, each.state("refs/heads/main"), each.dismissed) for each in scanning.alerts.values()]
    return repr((posts, issues, alerts))
