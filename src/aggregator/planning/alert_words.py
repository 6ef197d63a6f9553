"""What people said by dismissing a code scanning alert."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Decision, Disposition
from aggregator.model.moment import LATEST
from aggregator.model.overruled import words_by
from aggregator.model.state import State
from aggregator.model.statement import NOTHING_SAID, Statement, Statements
from aggregator.planning.alert_matching import Matched, match_alerts
from aggregator.planning.observed import SeenAlert
from aggregator.writers.escape import clip, plain
from aggregator.writers.upload_run import SIGNATURE

ORIGIN = "alerts"
"""An origin of its own: issues may be read where alerts may not."""
MARK = f"{SIGNATURE} F-"
"""How the comment of each dismissal of ours begins."""
DISMISSED = "dismissed"

_MEANINGS = {
    "false positive": Disposition.FALSE_POSITIVE,
    "won't fix": Disposition.RISK_ACCEPTED,
    "used in tests": Disposition.OUT_OF_SCOPE,
    "mitigated": Disposition.MITIGATED,
}
_UNTIL = re.compile(r"\buntil ([0-9]{4}-[0-9]{2}-[0-9]{2})\b")
_BOT = "[bot]"
_LONGEST = 280
_VANISHED = "an alert that is not there any more"
_NAMED = 5


class AlertWords(Struct, frozen=True):
    """What the alerts say, and what about them could not be understood."""

    statements: Statements = NOTHING_SAID
    diagnostics: tuple[Diagnostic, ...] = ()


def is_ours(alert: SeenAlert, login: str) -> bool:
    """Whether we dismissed it: it says so, and nobody but us, or a bot that may have been us before, signed it.

    Args:
        alert: a dismissed one.
        login: who we are on GitHub; empty when nobody knows, and then the comment alone tells.
    """
    if not alert.dismissed_comment.startswith(MARK):
        return False
    return not login or alert.dismissed_by == login or alert.dismissed_by.endswith(_BOT)


def statements_of_alerts(alerts: tuple[SeenAlert, ...] | None, state: State | None, login: str = "") -> AlertWords:
    """One statement for each alert that somebody else dismissed, and for each that is merely not seen any more.

    A comment with ``until 2027-01-31`` in it gives the decision its last day. What was decided by a dismissal is undone
    when its alert is seen open, and by nothing else: an alert also vanishes with the file it was in.

    Args:
        alerts: of the default branch, dismissed ones included, and the open ones of :func:`doubtful_drivers`; ``None``
            when nobody could look.
        state: what is remembered; ``None`` at the first run.
        login: who we are on GitHub, if known.
    """
    if alerts is None:
        return AlertWords()
    theirs = {alert.number for alert in alerts if alert.state == DISMISSED and not is_ours(alert, login)}
    # All alerts are matched: one that names its finding keeps it from being guessed for another one.
    matched = match_alerts(sorted(alerts, key=_number), state.findings if state else ())
    said = [_statement(alert, finding) for alert, finding in matched.known if alert.number in theirs]
    said += _said_before(matched, state, {statement.finding for statement in said})
    unclear = [alert for alert in matched.ambiguous if alert.number in theirs]
    forgotten = [alert for alert in matched.unknown if alert.number in theirs]
    return AlertWords(Statements(frozenset({ORIGIN}), tuple(said)), tuple(_notes(unclear, forgotten)))


def doubtful_drivers(alerts: tuple[SeenAlert, ...], state: State | None, login: str = "") -> tuple[str, ...]:
    """The drivers whose open alerts have to be seen as well: a dismissal of theirs is not there any more.

    Args:
        alerts: the dismissed ones.
        state: what is remembered.
        login: who we are on GitHub, if known.
    """
    said = {
        statement.finding: statement.where for statement in statements_of_alerts(alerts, state, login).statements.said
    }
    known = state.findings if state else ()
    return tuple(sorted({item.upload.driver for item in known if item.upload and said.get(item.id) == _VANISHED}))


def _said_before(matched: Matched, state: State | None, afresh: set[str]) -> Iterator[Statement]:
    """What dismissals said of which no alert is seen, neither dismissed nor opened again."""
    opened = defaultdict(list)
    for alert, finding in matched.known:
        if alert.state == "open":
            opened[finding].append(alert)
    for item in state.findings if state else ():
        if item.closed_at is not None or item.id in afresh:
            continue
        for word in words_by(item.decision, ORIGIN):
            # An alert that is younger than the decision is not the one that was dismissed.
            if not any(_is_older(alert, word.decided_at) for alert in opened[item.id]):
                yield Statement(item.id, word, _VANISHED)


def _is_older(alert: SeenAlert, decided: datetime | None) -> bool:
    return alert.created_at is None or decided is None or alert.created_at <= decided


def _number(alert: SeenAlert) -> int:
    return alert.number


def _statement(alert: SeenAlert, finding: str) -> Statement:
    decision = Decision(
        _MEANINGS.get(alert.dismissed_reason, Disposition.RISK_ACCEPTED),
        clip(plain(alert.dismissed_comment), _LONGEST)
        or f"Dismissed as {plain(alert.dismissed_reason) or 'accepted'}.",
        author=plain(alert.dismissed_by),
        origin=ORIGIN,
        decided_at=alert.dismissed_at,
        expires_at=_end(alert),
    )
    return Statement(finding, decision, f"alert {alert.number}")


def _end(alert: SeenAlert) -> datetime | None:
    """The end of the day, UTC, that the comment names behind *until*; a dismissal has no other end."""
    found = _UNTIL.search(alert.dismissed_comment)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
    if day is None or day >= LATEST.date():
        return None
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    return end if alert.dismissed_at is None or alert.dismissed_at < end else None


def _notes(unclear: list[SeenAlert], forgotten: list[SeenAlert]) -> Iterable[Diagnostic]:
    if unclear:
        reason = f"Dismissed, but it may be about several findings, so nothing follows from it: {_numbers(unclear)}."
        step = "Decide in the exceptions file, by the finding's id."
        yield Diagnostic("alert-ambiguous", Level.WARNING, "code scanning", reason, step)
    if forgotten:
        reason = f"Dismissed, and about no finding that is remembered: {_numbers(forgotten)}."
        yield Diagnostic("alert-unmatched", Level.NOTE, "code scanning", reason)


def _numbers(alerts: list[SeenAlert]) -> str:
    """``alert 12, alert 15 and 3 more``."""
    names = ", ".join(f"alert {alert.number}" for alert in alerts[:_NAMED])
    more = len(alerts) - _NAMED
    return f"{names} and {more} more" if more > 0 else names
