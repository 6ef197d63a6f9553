"""Tests of :mod:`aggregator.planning.alert_words`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.diagnostic import Level
from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.state import State
from aggregator.model.statement import NOTHING_SAID, Statement, Statements
from aggregator.planning.alert_words import AlertWords, doubtful_drivers, statements_of_alerts
from aggregator.planning.observed import SeenAlert
from tests.builders import BEFORE, LINE, NOW, RUN, finding
from tests.unit.planning.test_alert_matching import alert, at, state_of
from tests.writers import uploaded

US = "github-actions[bot]"
HEARD = frozenset({"alerts"})


def state(*findings: Finding) -> State:
    return State(line=LINE, run=RUN, at=NOW, findings=state_of(*(findings or (finding(id="F-1"),))))


def dismissed(number: int = 12, **fields: Any) -> SeenAlert:
    given: dict[str, Any] = {
        "state": "dismissed",
        "message": "SQL. Onefold F-1",
        "dismissed_by": "ann",
        "dismissed_at": BEFORE,
        "dismissed_reason": "won't fix",
        "dismissed_comment": "The input is ours.",
    }
    return alert(number, **given | fields)


def test_dismissal_is_a_statement() -> None:
    """A dismissal says who decided what, when, why and where."""
    decision = Decision(Disposition.RISK_ACCEPTED, "The input is ours.", "ann", "alerts", BEFORE)
    heard = Statements(HEARD, (Statement("F-1", decision, "alert 12"),))
    assert statements_of_alerts((dismissed(),), state(), US) == AlertWords(heard)


@pytest.mark.parametrize(
    ("reason", "meaning"),
    [
        ("false positive", Disposition.FALSE_POSITIVE),
        ("won't fix", Disposition.RISK_ACCEPTED),
        ("used in tests", Disposition.OUT_OF_SCOPE),
        ("mitigated", Disposition.MITIGATED),
        ("something new", Disposition.RISK_ACCEPTED),
        ("", Disposition.RISK_ACCEPTED),
    ],
)
def test_reasons(reason: str, meaning: Disposition) -> None:
    """GitHub's reasons have our words; what it may say one day is an accepted risk."""
    (said,) = statements_of_alerts((dismissed(dismissed_reason=reason, dismissed_comment=""),), state()).statements.said
    assert said.decision.disposition is meaning
    assert said.decision.reason == f"Dismissed as {reason or 'accepted'}."


@pytest.mark.parametrize(
    ("comment", "ends"),
    [
        ("Accepted until 2027-01-31, see the minutes.", datetime(2027, 2, 1, tzinfo=UTC)),
        ("Accepted until 2027-02-30.", None),
        ("Accepted until 2025-01-31.", None),
        ("Accepted until 3000-01-01.", None),
        ("Accepted.", None),
    ],
)
def test_last_day(comment: str, ends: datetime | None) -> None:
    """A day in the comment ends the decision; one that was over when it was written is none."""
    (said,) = statements_of_alerts((dismissed(dismissed_comment=comment),), state()).statements.said
    assert said.decision.expires_at == ends
    (said,) = statements_of_alerts((dismissed(dismissed_comment=comment, dismissed_at=None),), state()).statements.said
    assert said.decision.decided_at is None


def test_foreign_text() -> None:
    """A comment is foreign text: one visible line, and not longer than GitHub allows."""
    (said,) = statements_of_alerts(
        (dismissed(dismissed_comment="a\n\u202eb" + "c" * 400, dismissed_by=""),), state()
    ).statements.said
    assert said.decision.reason.startswith("a bccc")
    assert len(said.decision.reason) == 280
    assert said.decision.author == ""


@pytest.mark.parametrize(
    ("login", "by", "ours"),
    [
        (US, US, True),
        (US, "onefold-app[bot]", True),
        (US, "ann", False),
        ("", "ann", True),
        ("ann", "ann", True),
    ],
)
def test_our_own_dismissals_say_nothing(login: str, by: str, ours: bool) -> None:
    """What we dismissed is no word of people's: our mark tells, with who signed it."""
    seen = dismissed(dismissed_by=by, dismissed_comment="Onefold F-1: accepted")
    assert (statements_of_alerts((seen,), state(), login).statements.said == ()) is ours


def test_own_login_without_mark() -> None:
    """A token may be a person's: what its owner dismisses by hand is a word of a person."""
    assert statements_of_alerts((dismissed(dismissed_by=US),), state(), US).statements.said


def test_reopened_says_nothing() -> None:
    """An alert that is open says nothing, so that what it said before is undone."""
    assert statements_of_alerts((alert(message="x Onefold F-1"),), state()) == AlertWords(Statements(HEARD))


def decided(**fields: Any) -> Finding:
    decision = Decision(Disposition.RISK_ACCEPTED, "The input is ours.", "ann", "alerts", NOW)
    (shown,) = uploaded(finding(id="F-1"))
    return replace(shown, **{"decision": decision} | fields)


def heard(of: Finding, *alerts: SeenAlert) -> bool:
    return bool(statements_of_alerts(alerts, state(of)).statements.said)


def test_vanished_is_not_undone() -> None:
    """A dismissal holds on when its alert is not seen any more, overruled or not: it goes with a renamed file."""
    assert statements_of_alerts((), state(decided())).statements.said == (
        Statement("F-1", decided().decision, "an alert that is not there any more"),
    )
    assert not heard(decided(closed_at=NOW))
    assert not heard(decided(decision=Decision(Disposition.RISK_ACCEPTED, origin="issues")))
    over = Decision(Disposition.RISK_ACCEPTED, origin="issues", overruled=(decided().decision,))
    assert heard(decided(decision=over))
    assert not heard(decided(decision=over), alert(1, message="x Onefold F-1"))


def test_reopened_is_undone() -> None:
    """A dismissal is undone when its alert is seen open; a younger alert of the finding is another one."""
    seen = alert(1, message="x Onefold F-1")
    assert not heard(decided(), seen)
    assert not heard(decided(), replace(seen, created_at=BEFORE))
    assert heard(decided(), replace(seen, created_at=NOW + timedelta(days=1)))
    undated = replace(decided().decision, decided_at=None)
    assert not heard(decided(decision=undated), replace(seen, created_at=NOW))


def test_whose_open_alerts_matter() -> None:
    """Open alerts are asked for only where a dismissal is not there any more."""
    assert doubtful_drivers((), state(decided())) == ("Semgrep (Onefold)",)
    assert doubtful_drivers((dismissed(),), state(decided())) == ()
    assert doubtful_drivers((), state()) == doubtful_drivers((), None) == ()


def test_not_looked_at() -> None:
    """Where nobody could look, nobody was listened to, and earlier words hold on."""
    assert statements_of_alerts(None, state()) == AlertWords(NOTHING_SAID)


def test_ambiguous_is_said() -> None:
    """An alert that fits several findings decides nothing, aloud."""
    seen = dismissed(message="", start_line=99)
    words = statements_of_alerts((seen,), state(at(12, "F-1"), at(40, "F-2")))
    assert words.statements == Statements(HEARD)
    (said,) = words.diagnostics
    assert (said.code, said.level) == ("alert-ambiguous", Level.WARNING)
    assert "alert 12." in said.reason


def test_forgotten_are_counted() -> None:
    """Dismissed alerts of findings that nobody remembers are named, the first few of them."""
    seen = tuple(dismissed(number, message="", path="gone.py") for number in range(7, 0, -1))
    (said,) = statements_of_alerts(seen, None).diagnostics
    assert (said.code, said.level) == ("alert-unmatched", Level.NOTE)
    assert said.reason.endswith("alert 1, alert 2, alert 3, alert 4, alert 5 and 2 more.")


def test_order_does_not_matter() -> None:
    """The statements come in the order of the alerts' numbers, and open alerts help to tell them apart."""
    alerts = (dismissed(3, message="", start_line=40), alert(1, message="x Onefold F-1"))
    of = state(at(12, "F-1"), at(40, "F-2"))
    words = statements_of_alerts(alerts, of)
    assert words == statements_of_alerts(alerts[::-1], of)
    assert [(said.finding, said.where) for said in words.statements.said] == [("F-2", "alert 3")]
