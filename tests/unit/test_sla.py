"""Tests of :mod:`aggregator.sla`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Standing
from aggregator.model.hierarchy import OWN, Belonging
from aggregator.model.intelligence import NOTHING_KNOWN, Exploited, Intelligence
from aggregator.model.location import Location
from aggregator.model.risk import Risk
from aggregator.model.severity import Severity
from aggregator.model.state import Line
from aggregator.policy import Policy, read_policy
from aggregator.sla import Clock, assess
from tests.builders import BEFORE, LINE, NOW, finding

DEFAULTS = Policy()
DAY = timedelta(days=1)
KEV_DAY = date(2026, 10, 20)
KEV = Intelligence(kev={"CVE-2026-1": Exploited(KEV_DAY), "CVE-2026-2": Exploited(date(2020, 1, 1))}, kev_at=KEV_DAY)


def clock(now: datetime = NOW, policy: Policy = DEFAULTS) -> Clock:
    return Clock(policy, now)


def due_at(item: Finding, policy: Policy = DEFAULTS, known: Intelligence = NOTHING_KNOWN, line: Line = LINE) -> object:
    return Clock(policy, NOW, line, known).of(item)[0]


@pytest.mark.parametrize(
    ("severity", "days"),
    [(Severity.CRITICAL, 7), (Severity.HIGH, 30), (Severity.MEDIUM, 90), (Severity.LOW, 180)],
)
def test_days_by_severity(severity: Severity, days: int) -> None:
    """A finding is due so many days after its clock started, by severity alone."""
    assert due_at(finding(severity=severity)) == BEFORE + days * DAY


@pytest.mark.parametrize(
    ("age", "standing"),
    [
        (timedelta(), Standing.WITHIN),
        (24 * DAY - timedelta(seconds=1), Standing.WITHIN),
        (24 * DAY, Standing.APPROACHING),
        (30 * DAY - timedelta(seconds=1), Standing.APPROACHING),
        (30 * DAY, Standing.BREACHED),
        (3000 * DAY, Standing.BREACHED),
    ],
)
def test_standing_by_age(age: timedelta, standing: Standing) -> None:
    """Within, then approaching for the last fifth of the time, then breached from the moment it is due."""
    (found,) = assess((finding(clock_start=NOW - age),), clock())
    assert (found.standing, found.due_at) == (standing, NOW - age + 30 * DAY)


def test_two_days_are_always_a_warning() -> None:
    """A short SLA is announced two days ahead, although a fifth of it is less."""
    (found,) = assess((finding(severity=Severity.CRITICAL, clock_start=NOW - 5 * DAY),), clock())
    assert found.standing is Standing.APPROACHING


def test_a_severity_without_sla_never_breaches() -> None:
    """Where no days are given there is no due date, however old the finding is."""
    old = finding(severity=Severity.INFO, clock_start=NOW - 3000 * DAY)
    (found,) = assess((old,), clock())
    assert (found.due_at, found.standing, due_at(old)) == (None, Standing.NONE, None)


def test_a_silenced_finding_is_paused() -> None:
    """Accepting a risk stops the reminders; the day it was due stays."""
    silenced = finding(clock_start=NOW - 40 * DAY, decision=Decision(Disposition.RISK_ACCEPTED))
    (found,) = assess((silenced,), clock())
    assert (found.standing, found.due_at) == (Standing.PAUSED, NOW - 10 * DAY)


def test_a_closed_finding_has_no_standing() -> None:
    """A closed finding keeps the day it was due and stands nowhere."""
    (found,) = assess((finding(closed_at=NOW, baseline=Baseline.ABSENT),), clock())
    assert (found.standing, found.due_at) == (Standing.NONE, BEFORE + 30 * DAY)


def test_a_finding_without_a_clock_is_left_alone() -> None:
    """Before the lifecycle has dated it, a finding is not due."""
    bare = finding(clock_start=None)
    assert (assess((bare,), clock()), due_at(bare)) == ((bare,), None)


def test_severity_moves_the_day_from_the_same_start() -> None:
    """A rise shortens the time from the original start; a fall gives it back."""
    rated = {severity: due_at(finding(severity=severity)) for severity in Severity}
    assert rated[Severity.CRITICAL] == BEFORE + 7 * DAY
    assert rated[Severity.LOW] == BEFORE + 180 * DAY


def test_the_risk_is_asked_with_the_due_date() -> None:
    """Whoever rates a finding is told when it is due, and the answer stays with the finding."""
    asked: list[object] = []

    def rate(item: Finding, due: datetime | None) -> Risk:
        asked.append((item.id, due))
        return Risk(7)

    (found,) = assess((finding(),), clock(), rate)
    assert asked == [(found.id, found.due_at)]
    assert found.risk == Risk(7)


def test_a_profile_gives_the_days_nobody_names() -> None:
    """FedRAMP gives critical findings 30 days; a severity that is named keeps what is said of it."""
    policy = read_policy("sla: { profile: fedramp, medium: 60, low: null }", "onefold.yml")
    days = {severity: policy.sla.days(severity) for severity in Severity}
    assert days == {
        Severity.CRITICAL: 30,
        Severity.HIGH: 30,
        Severity.MEDIUM: 60,
        Severity.LOW: None,
        Severity.INFO: None,
    }


def test_the_first_rule_that_fits_gives_the_days() -> None:
    """Rules are asked in their order, before the severity; one with null takes the SLA away."""
    policy = read_policy(
        """
        sla:
          rules:
            - { path: legacy/, days: null }
            - { environment: prod*, severity: high, days: 3 }
            - { kind: sast, days: 5 }
            - { product: other, days: 1 }
        """,
        "onefold.yml",
    )
    production = Line("shop", "production", "main")
    high, low = finding(), finding(severity=Severity.LOW)
    assert due_at(high, policy, line=production) == BEFORE + 3 * DAY
    assert due_at(high, policy) == BEFORE + 5 * DAY
    assert due_at(low, policy, line=production) == BEFORE + 5 * DAY
    legacy = finding(location=Location("legacy/app.py", 1))
    assert due_at(legacy, policy, line=production) is None


def test_kev_caps_the_due_date() -> None:
    """A finding in CISA's catalogue is due after the catalogue's day, where that is sooner than our own."""
    listed = finding(vulnerability_ids=("GHSA-x", "CVE-2026-1"))
    due, standing = Clock(DEFAULTS, NOW, LINE, KEV).of(listed)
    assert due == datetime(2026, 10, 21, tzinfo=UTC)
    assert standing is Standing.BREACHED
    assert due_at(finding(vulnerability_ids=("CVE-2026-9",)), known=KEV) == BEFORE + 30 * DAY


def test_kev_never_gives_more_time() -> None:
    """A catalogue's day after ours changes nothing."""
    critical = finding(severity=Severity.CRITICAL, vulnerability_ids=("CVE-2026-1",))
    assert due_at(critical, known=KEV) == BEFORE + 7 * DAY


def test_kev_cannot_make_a_finding_late_before_it_was_known() -> None:
    """Where the catalogue's day is long gone, the finding is due at once, not years ago."""
    assert due_at(finding(vulnerability_ids=("CVE-2026-2", "CVE-2026-1")), known=KEV) == BEFORE


def test_kev_gives_no_sla_where_there_is_none() -> None:
    """A severity without SLA has no due date, listed or not; and a policy may keep the catalogue out of the clock."""
    listed = finding(severity=Severity.INFO, vulnerability_ids=("CVE-2026-1",))
    assert due_at(listed, known=KEV) is None
    policy = read_policy("sla: { kev: false }", "onefold.yml")
    assert due_at(finding(vulnerability_ids=("CVE-2026-1",)), policy, KEV) == BEFORE + 30 * DAY


@given(
    severity=st.sampled_from(Severity),
    start=st.integers(0, 400),
    hours=st.lists(st.integers(0, 24 * 400), min_size=2, max_size=6),
    listed=st.booleans(),
)
def test_time_alone_moves_no_due_date(severity: Severity, start: int, hours: list[int], listed: bool) -> None:
    """While nothing changes but the hour, the due date stays, and the standing only gets worse."""
    worse = [Standing.WITHIN, Standing.APPROACHING, Standing.BREACHED]
    item = finding(
        severity=severity,
        clock_start=NOW - start * DAY,
        vulnerability_ids=("CVE-2026-1",) if listed else (),
    )
    moments = [NOW + timedelta(hours=hour) for hour in sorted(hours)]
    answers = [Clock(DEFAULTS, moment, LINE, KEV).of(item) for moment in moments]
    assert len({due for due, _ in answers}) == 1
    if answers[0][0] is None:
        assert {standing for _, standing in answers} == {Standing.NONE}
    else:
        places = [worse.index(standing) for _, standing in answers]
        assert places == sorted(places)


@given(start=st.integers(0, 400), severity=st.sampled_from(Severity), word=st.sampled_from(Disposition))
def test_pausing_hides_nothing(start: int, severity: Severity, word: Disposition) -> None:
    """Silencing a finding changes neither the day it is due nor its age, and undoing it finds the old day."""
    item = finding(severity=severity, clock_start=NOW - start * DAY)
    due, _ = clock().of(item)
    quiet = finding(severity=severity, clock_start=NOW - start * DAY, decision=Decision(word))
    assert clock().of(quiet)[0] == due
    if word.silences and due is not None:
        assert clock().of(quiet)[1] is Standing.PAUSED


def test_each_product_has_days_of_its_own() -> None:
    """A rule for a product or an environment is about the finding's own, and the run's where it says no other."""
    policy = read_policy(
        "sla:\n  rules:\n    - {product: till, days: 3}\n    - {product: shop, environment: test, days: 60}\n"
        "    - {product: shop, days: 9}\n",
        "onefold.yml",
    )
    homes = (Belonging(product="till"), Belonging(environment="test"), OWN, Belonging(product="other"))
    mine = Clock(policy, NOW, LINE)
    due = [mine.of(finding(belonging=home))[0] for home in (*homes, *homes)]
    assert due == [BEFORE + days * DAY for days in (3, 60, 9, 30)] * 2
