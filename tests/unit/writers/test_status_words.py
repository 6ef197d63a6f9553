from datetime import UTC, datetime, timedelta

from aggregator.model.finding import Decision, Disposition
from aggregator.model.news import Topic
from aggregator.writers.board_outcome import board_of
from aggregator.writers.finding_words import age
from aggregator.writers.report_md import render_report
from aggregator.writers.status_words import last_moment, status_lines
from aggregator.writers.summary import render_summary
from aggregator.writers.summary_cells import distance, late_words
from aggregator.writers.ticket_notes import decision as ticket_words
from aggregator.writers.ticket_notes import late
from tests.builders import NOW, finding, outcome
from tests.unit.writers.test_defectdojo_findings import rendered
from tests.unit.writers.test_digest import row


def test_the_end_of_a_decision_is_the_day_that_people_wrote() -> None:
    """``expires: 2026-11-30`` holds to the end of that day, and no text calls the day after it the end."""
    decision = Decision(Disposition.RISK_ACCEPTED, "Internal.", "kim", expires_at=datetime(2026, 12, 1, tzinfo=UTC))
    held = finding(decision=decision)
    told = outcome(held, warn_days=20)
    texts = [
        *status_lines(decision.disposition, decision, is_closed=False),
        b"".join(render_report(board_of(told))).decode(),
        b"".join(render_summary(told)).decode(),
        row(held, Topic.ACCEPTED),
        ticket_words(held),
        str(rendered(held)["severity_justification"]),
    ]
    for text in texts:
        assert "2026-11-30" in text
        assert "2026-12-01" not in text
    assert "in 8 days" in texts[1]
    assert last_moment(NOW).date() == NOW.date()


def test_ages_and_distances_add_up() -> None:
    """Whatever the hour of a run: open for so many days, allowed so many, late by the rest."""
    start = NOW - timedelta(days=12, hours=-3)
    due = start + timedelta(days=7)
    item = finding(clock_start=start, due_at=due)
    assert (now := NOW) > due
    assert late_words(start, due, now) == "Open for 12 days, the SLA is 7."
    assert distance(due, now) == "5 days ago"
    assert "has been open for 12 days. The SLA is 7." in late([item], now)
    assert age(item, now).endswith("it had been open for 12 days.")
