"""Tests of what :mod:`aggregator.disposition` makes of decisions heard elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from aggregator.disposition import Disposed, dispose
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.result import Suppression
from aggregator.model.statement import Statement, Statements
from aggregator.policy import ExceptionRule
from aggregator.policy.limits import ExceptionLimits
from tests.builders import BEFORE, NOW, finding, result

GITHUB = frozenset({"github"})
ACCEPTED = Decision(Disposition.RISK_ACCEPTED, "Known.", "kim", "github", BEFORE)
FALSE = Decision(Disposition.FALSE_POSITIVE, "Seen it.", "lee", "github")


def said(decision: Decision = ACCEPTED, about: str = "F-1111111111", where: str = "issue #7") -> Statements:
    """One statement on GitHub, which was listened to."""
    return Statements(GITHUB, (Statement(about, decision, where),))


def rule(**fields: Any) -> ExceptionRule:
    """An exception for the usual finding."""
    given = {"status": "risk_accepted", "reason": "We know.", "owner": "kim", "expires": date(2027, 6, 30)}
    return ExceptionRule(**given | {"rule": "python.*"} | fields)


def decided(item: Finding, statements: Statements, *rules: ExceptionRule) -> Disposed:
    """This run's decisions."""
    return dispose((item,), rules, NOW, "4711", statements)


def decision(item: Finding, statements: Statements, *rules: ExceptionRule) -> Decision:
    """This run's decision about the one finding."""
    return decided(item, statements, *rules).findings[0].decision


def test_what_people_state_is_their_decision() -> None:
    """A statement gives its disposition with author, reason and time; without a time it is of this run."""
    assert decision(finding(), said()) == ACCEPTED
    assert decision(finding(), said(FALSE)) == replace(FALSE, decided_at=NOW)


def test_a_statement_finds_a_finding_by_an_earlier_id() -> None:
    """A finding that absorbed the one people spoke about is meant; another one is not."""
    assert decision(finding(aliases=("F-2", "F-3")), said(about="F-3")) == ACCEPTED
    other = finding()
    assert decided(other, said(about="F-9")).findings == (other,)


def test_saying_it_again_changes_nothing() -> None:
    """The same statement in the next run keeps the decision and the history."""
    once = decided(finding(), said(FALSE)).findings
    (again,) = dispose(once, (), NOW + timedelta(days=1), "4712", said(FALSE)).findings
    assert again is once[0]


def test_a_statement_is_undone_when_it_is_gone() -> None:
    """What a place that was listened to says no more is undone; what could not be listened to holds on."""
    once = decided(finding(), said()).findings[0]
    assert decision(once, Statements()) == ACCEPTED
    assert decision(once, Statements(GITHUB)) == Decision(reason="The decision was taken back.", decided_at=NOW)


def test_a_statement_ends_when_it_said() -> None:
    """From its end on the finding is open again."""
    ending = replace(ACCEPTED, expires_at=NOW)
    once = finding(decision=ending)
    assert decision(once, said(ending)) == Decision(reason="The decision has expired.", decided_at=NOW)


def test_the_stricter_of_two_places_wins_and_it_is_said() -> None:
    """Where the exceptions file and GitHub disagree, the stricter word holds and one message counts the findings."""
    twins = (finding(), finding(id="F-2", aliases=("F-1111111111",)))
    for statements, rules, expected in (
        (said(), (rule(status="false_positive"),), "github"),
        (said(FALSE), (rule(),), "exceptions"),
    ):
        disposed = dispose(twins, rules, NOW, "", statements)
        assert {each.decision.origin for each in disposed.findings} == {expected}
        (message,) = [each for each in disposed.diagnostics if each.code == "decisions-differ"]
        assert (message.level, message.subject) == (Level.WARNING, "exception of kim")
        assert message.reason.startswith("About 2 findings issue #7 says ")
        assert message.reason.endswith("the stricter holds: risk accepted.")
    (one,) = [each for each in decided(finding(), said(FALSE), rule()).diagnostics if each.code == "decisions-differ"]
    assert one.reason.startswith("About 1 finding ")


def test_only_words_that_hold_disagree() -> None:
    """An expired word and two equal words are no disagreement."""
    for statements, exception in (
        (said(), rule()),
        (said(replace(FALSE, expires_at=NOW)), rule()),
        (said(), rule(status="false_positive", expires=date(2026, 1, 1))),
    ):
        assert "decisions-differ" not in {each.code for each in decided(finding(), statements, exception).diagnostics}


def test_a_verified_finding_stays_open_against_a_mark() -> None:
    """People's *verified* is stricter than what the tool marks."""
    marked = finding(result(suppression=Suppression("suppressed", "nosemgrep")))
    verified = Decision(Disposition.VERIFIED, author="kim", origin="github", decided_at=BEFORE)
    mark = Decision(Disposition.SUPPRESSED, "nosemgrep", "Semgrep", "tool")
    assert decision(marked, said(verified)) == replace(verified, overruled=(mark,))


def test_closed_findings_keep_their_word() -> None:
    """A finding closed in this run is not decided any more."""
    closed = finding(closed_at=NOW, closed_reason="Proof.")
    assert decided(closed, said(), rule(status="false_positive")).findings == (closed,)


def test_an_end_that_was_said_elsewhere_is_announced() -> None:
    """What people decided until a day is named as early as the policy says, once for each place and end."""
    until = replace(FALSE, expires_at=NOW + timedelta(days=7))
    items = (finding(decision=until), finding(id="F-2", decision=until), finding(id="F-3"))
    for days, expected in ((7, ["decision-expires-soon"]), (6, [])):
        limits = ExceptionLimits(warn_days=days)
        said_ = dispose(items, (), NOW, limits=limits).diagnostics
        assert [each.code for each in said_] == expected
    both = dispose(items, (), NOW).diagnostics[0]
    assert both.reason.startswith(
        "What was decided about 2 findings, F-1111111111 among them, ends on 2026-11-29 12:00"
    )
    (one,) = dispose(items[:1], (), NOW).diagnostics
    assert (one.subject, one.level) == (until.origin, Level.WARNING)
    assert one.reason.startswith("What was decided about F-1111111111 ends on ")
    assert dispose((replace(items[0], closed_at=NOW),), (), NOW).diagnostics == ()
