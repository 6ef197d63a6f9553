"""Tests of :mod:`aggregator.pipeline`: the stages together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import StateError, UsageError
from aggregator.model.finding import Baseline, Decision, Disposition, Observation, Standing
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome, Ruling
from aggregator.model.report import ReadFailure, Report, Secrets
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import State
from aggregator.model.statement import Statement, Statements
from aggregator.model.ticket import Ticket
from aggregator.owners import read_owners
from aggregator.pipeline import LOCAL, evaluate, paths_named
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.policy import Gate, Upload
from aggregator.policy.verification import Verification
from tests.builders import NOW, note, result, scan

LATER = NOW + timedelta(days=3)


def report(*results: Result, **fields: object) -> Report:
    """A Semgrep report that covered its whole scope."""
    given = {"coverage": Coverage(), "results": results}
    whole = scan(result(), **given | fields)
    return Report(name="semgrep.json", place="semgrep.json", format="semgrep-json", scans=(whole,))


def again(first: Outcome, *reports: Report | ReadFailure) -> Outcome:
    """The run after ``first``."""
    return evaluate(reports, now=LATER, state=first.state)


def test_first_run_is_a_baseline() -> None:
    """Without a state nothing is new, and a gate on what is new is inconclusive."""
    outcome = evaluate([report(result())], now=NOW, policy=Policy(gate=Gate(fail_on=("new:high",))))
    (finding,) = outcome.findings
    assert (outcome.is_baseline, finding.baseline, finding.first_seen) == (True, None, NOW)
    assert outcome.verdict.ruling is Ruling.INCONCLUSIVE
    assert finding.standing is Standing.WITHIN


def test_a_run_about_a_change_is_judged_by_what_is_new() -> None:
    """A rule that does not say what it watches spares in a pull request what was there before."""
    first, policy = evaluate([report(result())], now=NOW), Policy(gate=Gate(fail_on=("high",)))
    change = replace(LOCAL, is_change=True)
    judged = evaluate([report(result())], now=LATER, state=first.state, policy=policy, context=change)
    assert judged.verdict.ruling is Ruling.PASS
    assert evaluate([report(result())], now=LATER, state=first.state, policy=policy).verdict.ruling is Ruling.FAIL


def test_a_gate_knows_the_tools_that_ever_reported() -> None:
    """A clean report is remembered, so a run without it does not doubt the tool's name; a slip is told in each run."""
    policy = Policy(gate=Gate(fail_on=("any tool=ourlinter", "any tool=our-lniter")))
    for first in (report(), report(tool="Our Linter")):
        outcome = evaluate([first], now=NOW, policy=policy)
        later = evaluate([], now=LATER, state=outcome.state, policy=policy)
        told = [[each for each in run.diagnostics if each.code == "gate-tool-unknown"] for run in (outcome, later)]
        assert told[0] == told[1]
        assert len(told[0]) == (1 if first.scans[0].tool == "Our Linter" else 2)


def test_tools_that_agree_verify_where_the_policy_says_so() -> None:
    """Two tools that report one problem verify it, through runs that bring one report alone."""
    policy = Policy(verify=Verification(tools=2))
    twin = result(tool="Bandit", rule_id="B608", report="bandit.json")
    both = evaluate([report(result()), report(twin)], now=NOW, policy=policy)
    (finding,) = both.findings
    assert (finding.decision.disposition, finding.decision.origin) == (Disposition.VERIFIED, "agreement")
    (later,) = evaluate([report(result())], now=LATER, state=both.state, policy=policy).findings
    assert later.decision == finding.decision
    assert [step.to for step in later.history] == [step.to for step in finding.history]


def test_second_run_tells_new_from_old_and_fixed() -> None:
    """What came is new, what stayed is unchanged, what a complete scan no longer reports is absent with its proof."""
    first = evaluate([report(result(), result(pointer="/1", rule_id="eval", location=Location("b.py", 3)))], now=NOW)
    newcomer = result(pointer="/2", rule_id="pickle", location=Location("c.py", 9))
    second = again(first, report(result(), newcomer))
    baselines = {finding.rule_id: finding.baseline for finding in second.findings}
    assert baselines == {
        "python.sql-injection": Baseline.UNCHANGED,
        "pickle": Baseline.NEW,
        "eval": Baseline.ABSENT,
    }
    assert [finding.closed_reason for finding in second.findings if finding.closed_at] != [""]
    assert (second.totals.new, second.totals.absent, second.totals.unchanged) == (1, 1, 1)


def test_same_reports_again_change_nothing() -> None:
    """The second run over the same reports has the same ids and calls nothing new or fixed."""
    reports = [report(result(), result(pointer="/1", location=Location("b.py", 3)))]
    first = evaluate(reports, now=NOW)
    second = evaluate(reports, now=LATER, state=first.state)
    assert [finding.id for finding in first.findings] == [finding.id for finding in second.findings]
    assert (second.totals.new, second.totals.absent, second.totals.unchanged) == (0, 0, 2)


def test_a_failed_report_closes_nothing_and_is_said() -> None:
    """An unreadable report of a known tool is a failed scan and an error, and its findings are not covered."""
    first = evaluate([report(result())], now=NOW)
    failure = ReadFailure(
        name="semgrep.json", place="semgrep.json", reason="it is cut off.", next_step="Run it again.", tool="Semgrep"
    )
    second = again(first, failure)
    (finding,) = second.findings
    assert (finding.closed_at, finding.observation) == (None, Observation.NOT_COVERED)
    assert second.scans[0].completeness is Completeness.FAILED
    assert [message.code for message in second.diagnostics if message.level is Level.ERROR] == ["report-unreadable"]


def test_no_gate_passes_before_anything_was_read() -> None:
    """A first run without a usable report has no verdict; a tick after a clean run passes."""
    policy = Policy.model_validate({"gate": {"fail-on": ["any:critical"]}})
    assert evaluate([], now=NOW, policy=policy).verdict.ruling is Ruling.INCONCLUSIVE
    clean = evaluate([report()], now=NOW, policy=policy)
    assert clean.verdict.ruling is Ruling.PASS
    assert evaluate([], now=LATER, state=clean.state, policy=policy).verdict.ruling is Ruling.PASS


def test_a_file_that_is_no_report_is_a_note() -> None:
    """A file swept up by a folder is noted and is no scan."""
    stray = ReadFailure(name="README", place="README", reason="no report.", next_step="", ignored=True)
    outcome = evaluate([stray], now=NOW)
    assert outcome.scans == ()
    assert outcome.diagnostics == (Diagnostic("file-ignored", Level.NOTE, "README", "no report."),)
    outcome = evaluate([replace(stray, unopened=True)], now=NOW)
    assert outcome.diagnostics == (Diagnostic("file-unopened", Level.NOTE, "README", "no report."),)


def test_secrets_of_one_report_are_masked_in_all() -> None:
    """What one report knows to be a secret is masked in the messages of every other."""
    gitleaks = Report(
        name="g", place="g", format="gitleaks-json", scans=(), secrets=Secrets(frozenset({"correct-horse-battery"}))
    )
    outcome = evaluate([report(result(message="found correct-horse-battery")), gitleaks], now=NOW)
    assert outcome.findings[0].sources[0].message == "found [redacted]"


def test_order_of_reports_is_irrelevant() -> None:
    """Reports in any order give equal outcomes."""
    other = replace(report(result(tool="Bandit", scope="b", report="b.sarif")), name="b.sarif", place="b.sarif")
    one, two = report(result()), replace(other, diagnostics=(note(subject="b.sarif"), note()))
    assert evaluate([one, two], now=NOW) == evaluate([two, one], now=NOW)


def test_worst_and_most_urgent_first() -> None:
    """Findings are ordered by severity, then by what is due first."""
    results = [
        result(
            pointer=f"/{number}", rule_id=f"rule-{number}", severity=severity, location=Location("a.py", 10 * number)
        )
        for number, severity in enumerate((Severity.LOW, Severity.CRITICAL, Severity.INFO))
    ]
    outcome = evaluate([report(*results)], now=NOW)
    assert [finding.severity for finding in outcome.findings] == [Severity.CRITICAL, Severity.LOW, Severity.INFO]


def test_scans_travel_without_results() -> None:
    """An outcome names its scans and keeps the results in the findings alone."""
    outcome = evaluate([report(result())], now=NOW)
    assert [each.results for each in outcome.scans] == [()]


def test_time_needs_a_zone() -> None:
    """A time without a zone is refused with the way out."""
    with pytest.raises(UsageError, match="no time zone"):
        evaluate([], now=datetime(2026, 1, 1))  # noqa: DTZ001 - what the test is about


def test_time_is_a_clock_s() -> None:
    """A time that no clock could say is refused."""
    with pytest.raises(UsageError, match="outside the years"):
        evaluate([], now=datetime.max.replace(tzinfo=UTC))


def test_time_does_not_run_backwards() -> None:
    """A clock that is a little behind takes the last run's time and says so; nothing is seen before it was found."""
    state = evaluate([report(result())], now=NOW).state
    outcome = evaluate([report(result())], now=NOW - timedelta(hours=23), state=state)
    assert outcome.now == outcome.state.at == NOW
    assert [finding.last_seen for finding in outcome.findings] == [NOW]
    assert "clock-behind" in {item.code for item in outcome.diagnostics}


def test_a_run_long_before_its_state_is_refused() -> None:
    """A run that is more than a day earlier than its state is somebody's mistake."""
    state = evaluate([report(result())], now=NOW).state
    with pytest.raises(StateError, match="of 2026-11-22 12:00 UTC, and this run of 2026-11-21 11:59 UTC is earlier"):
        evaluate([], now=NOW - timedelta(days=1, minutes=1), state=state)


def test_paths_named() -> None:
    """The files worth reading are those of the results and those that the state remembers, sorted."""
    state: State = evaluate([report(result(location=Location("z.py", 1)))], now=NOW).state
    failure = ReadFailure(name="x", place="x", reason="", next_step="")
    reports: list[Report | ReadFailure] = [report(result(), result(location=None)), failure]
    assert paths_named(reports) == ("app.py",)
    assert paths_named(reports, state) == ("app.py", "z.py")
    assert Extent.SCOPE is report().scans[0].coverage.extent


def test_retired_tools_are_passed_on() -> None:
    """The writers learn from the outcome which tools people retired."""
    policy = Policy(upload=Upload(retired=("Trivy",)))
    assert evaluate((), now=NOW, policy=policy).retired == ("Trivy",)


def test_decisions_from_elsewhere_are_heard() -> None:
    """What people stated about a finding is its decision, and the state remembers it."""
    first = evaluate([report(result())], now=NOW)
    accepted = Decision(Disposition.RISK_ACCEPTED, "Known.", "kim", "issues", NOW)
    said = Statements(frozenset({"issues"}), (Statement(first.findings[0].id, accepted, "issue #7"),))
    second = evaluate([report(result())], now=LATER, state=first.state, statements=said)
    assert second.findings[0].decision == second.state.findings[0].decision == accepted
    assert second.findings[0].standing is Standing.PAUSED


@pytest.mark.parametrize(
    ("said", "written", "is_closed"),
    [
        pytest.param("issues", (), False, id="taken back below the issue"),
        pytest.param("", (), True, id="nobody could be listened to"),
        pytest.param("issues", ("false_positive",), True, id="the exceptions say it too"),
        pytest.param("issues", ("false_positive", "verified"), False, id="a stricter word came"),
    ],
)
def test_a_secret_closes_on_a_word_that_holds(said: str, written: tuple[str, ...], *, is_closed: bool) -> None:
    """A deleted secret that was marked is gone while the mark holds; a mark that people take back closes nothing."""
    key = report(replace(result(), kind=Kind.SECRET))
    first = evaluate([key], now=NOW)
    marked = Statement(
        first.findings[0].id, Decision(Disposition.FALSE_POSITIVE, "A test's.", "kim", "issues", NOW), "#7"
    )
    second = evaluate([key], now=NOW, state=first.state, statements=Statements(frozenset({"issues"}), (marked,)))
    end = (LATER + timedelta(days=9)).date()
    rules = tuple(
        ExceptionRule(status=status, reason="Ours.", owner="kim", expires=end, rule="*") for status in written
    )
    heard = Statements(frozenset({said} - {""}))
    third = evaluate([report()], now=LATER, state=second.state, exceptions=rules, statements=heard)
    (finding,) = third.findings
    assert (finding.closed_at is not None) is is_closed
    assert finding.closed_reason.endswith("It is marked false_positive.") is is_closed


def test_a_secret_does_not_close_on_an_exception_that_is_over() -> None:
    """An entry that has expired or means another product now closes nothing in the run that finds the secret gone."""
    key = report(replace(result(), kind=Kind.SECRET))
    rule = ExceptionRule(
        status="mitigated", reason="Rotated.", owner="kim", expires=LATER.date(), rule="*", product="shop"
    )
    policy = Policy.model_validate({"products": [{"name": "shop", "paths": ["**"]}]})
    first = evaluate([key], now=NOW, policy=policy, exceptions=(rule,))
    for product, days, is_closed in (("shop", 0, True), ("till", 0, False), ("shop", 1, False)):
        told = rule.model_copy(update={"product": product})
        now = LATER + timedelta(days=days)
        later = evaluate([report()], now=now, state=first.state, policy=policy, exceptions=(told,))
        assert (later.findings[0].closed_at is not None) is is_closed


def test_tickets_are_remembered_until_they_are_read_again() -> None:
    """What was read of a finding's ticket stays known, also in a run that could not ask; of others nothing is kept."""
    first = evaluate([report(result())], now=NOW)
    (known,) = first.state.findings
    state = replace(first.state, findings=(replace(known, tickets=("u/1",)),))
    read, foreign = Ticket("u/1", assignees=("kim",), seen_at=NOW), Ticket("u/9")
    asked = evaluate([report(result())], now=NOW, state=state, tickets=(read, foreign))
    assert asked.tickets == {"u/1": read}
    mute = evaluate([report(result())], now=LATER, state=asked.state)
    assert (mute.tickets, mute.state.tickets) == ({"u/1": read}, (read,))
    closed = Ticket("u/1", is_open=False, seen_at=LATER)
    assert evaluate([report(result())], now=LATER, state=mute.state, tickets=(closed,)).tickets == {"u/1": closed}


def test_a_state_tells_how_its_findings_stand() -> None:
    """Who reads a state alone learns when findings are due, how urgent they are and whose they are."""
    first = evaluate([report(result())], now=NOW, owners=read_owners("* @kim"))
    (finding,), (known,) = first.findings, first.state.findings
    assert finding.due_at is not None
    assert (known.due_at, known.standing, known.owners) == (finding.due_at, Standing.WITHIN, ("@kim",))
    assert known.risk_score == finding.risk_score is not None


def test_what_people_say_of_a_secret_is_masked() -> None:
    """A reason that quotes a value which a report of the run gave away is kept without it, wherever it was given."""
    secret, end = "hUnter-2-hunter", NOW + timedelta(days=9)
    one, two = result(rule_id="eval"), result(rule_id="shell", location=Location("b.py", 2))
    read = report(one, two)
    known = Report(name="g.json", place="", format="gitleaks", scans=(), secrets=Secrets(frozenset({secret})))
    ids = {each.sources[0].rule_id: each.id for each in evaluate((read,), now=NOW).findings}
    reason = f"The value {secret} is a test's."
    written = ExceptionRule.model_validate(
        {"status": "risk_accepted", "reason": reason, "owner": "kim", "expires": end.date().isoformat(), "rule": "eval"}
    )
    decision = Decision(Disposition.RISK_ACCEPTED, reason, "kim", "issues", NOW, end)
    said = Statements(frozenset({"issues"}), (Statement(ids["shell"], decision, "issue #7"),))
    outcome = evaluate((read, known), now=NOW, exceptions=(written,), statements=said)
    told = [each.decision.reason for each in outcome.findings]
    assert told == ["The value [redacted] is a test's."] * 2
    assert secret not in repr(outcome)
    later = evaluate((read,), now=LATER, state=outcome.state, exceptions=(written,), statements=said)
    assert [each.decision.reason for each in later.findings] == told, "the scanner that knew the value is not there"
    assert [each.history for each in later.findings] == [each.history for each in outcome.findings]
    assert secret not in repr(later.findings)


def test_what_is_overruled_stays_masked() -> None:
    """A word that is only remembered beside the decision is masked by a run without the scanner as well."""
    secret = "hunter2-hunter2-hunter2"
    written = ExceptionRule.model_validate(
        {"status": "risk_accepted", "reason": "Known.", "owner": "kim", "expires": "2027-01-01", "rule": "python.*"}
    )
    read = report(result())
    leak = Report(name="g.json", place="", format="gitleaks", scans=(), secrets=Secrets(frozenset({secret})))
    before = evaluate((read,), now=NOW)
    about = Decision(Disposition.FALSE_POSITIVE, f"The value {secret} is a test's.", origin="issues")
    said = Statements(frozenset({"issues"}), (Statement(before.findings[0].id, about, "issue #1"),))
    for reports in ((read, leak), (read,)):
        before = evaluate(reports, now=LATER, state=before.state, exceptions=(written,), statements=said)
        (word,) = before.state.findings[0].decision.overruled
        assert word.reason == "The value [redacted] is a test's."


def test_a_reason_with_many_masks_is_compared_with_none() -> None:
    """To find what stood behind each of many masks would take long: such a reason is masked by the run alone."""
    rule = ExceptionRule.model_validate(
        {"status": "risk_accepted", "reason": "[redacted] " * 4, "owner": "kim", "expires": "2027-01-01", "path": "*"}
    )
    first = evaluate((report(result()),), now=NOW, exceptions=(rule,))
    other = rule.reworded("one two three four")
    (after,) = evaluate((report(result()),), now=LATER, state=first.state, exceptions=(other,)).findings
    assert after.decision.reason == "one two three four"
