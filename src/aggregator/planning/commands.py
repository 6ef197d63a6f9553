"""What people write below an issue to decide: one line, read strictly: a wrong guess would silence a finding."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from msgspec import Struct

from aggregator.model.finding import Disposition
from aggregator.writers.issue_marks import fingerprint

COMMAND = "/onefold"
USAGE = (
    "/onefold accept until YYYY-MM-DD because REASON",
    "/onefold false-positive because REASON",
    "/onefold verify",
    "/onefold reopen",
)
"""Every form there is. A finding's id may follow the verb."""

_LONGEST_REASON = 2000
_LAST_YEAR = 2999
_WORDS = re.compile(
    r"/onefold[ \t]+(?P<verb>[a-z-]+)"
    r"(?:[ \t]+(?P<finding>F-[0-9A-Za-z]{1,64}))?"
    r"(?:[ \t]+until[ \t]+(?P<until>\S+))?"
    r"(?:[ \t]+because[ \t:]+(?P<reason>\S.*))?",
    re.IGNORECASE,
)
_VERBS = {
    "accept": Disposition.RISK_ACCEPTED,
    "false-positive": Disposition.FALSE_POSITIVE,
    "verify": Disposition.VERIFIED,
    "reopen": Disposition.OPEN,
}


class Command(Struct, frozen=True):
    """One decision, understood.

    Attributes:
        disposition: ``open`` takes back what was decided on the issue.
        expires_at: the first moment at which it no longer holds.
        finding: the id of the one finding that is meant; empty for all that the issue is about.
    """

    disposition: Disposition
    reason: str = ""
    expires_at: datetime | None = None
    finding: str = ""


class Mistake(Struct, frozen=True):
    """Why a command was not understood, one sentence."""

    reason: str


Understood: TypeAlias = Command | Mistake


def is_command(body: str) -> bool:
    """Whether a comment begins with our command."""
    words = body.split(None, 1)
    return bool(words) and words[0].lower() == COMMAND


def understand(body: str, said_at: datetime) -> Understood:
    """What a comment that begins with our command wants; its first line counts, the rest is talk."""
    line = body.strip().splitlines()[0].strip()
    words = _WORDS.fullmatch(line)
    if words is None or words["verb"].lower() not in _VERBS:
        return Mistake("This is none of the commands.")
    disposition = _VERBS[words["verb"].lower()]
    reason = (words["reason"] or "").strip()
    wrong = _mistake(disposition, words["until"] or "", reason, said_at)
    if wrong:
        return Mistake(wrong)
    return Command(disposition, reason, _end(words["until"] or ""), (words["finding"] or "").replace("f-", "F-", 1))


def sense(body: str, said_at: datetime) -> str:
    """A fingerprint of what a command means: it is another one once an edit changes more than the reason."""
    wish = understand(body, said_at)
    if isinstance(wish, Mistake):
        return fingerprint((wish.reason,))
    return fingerprint((wish.disposition.value, str(wish.expires_at), wish.finding))


def _mistake(disposition: Disposition, until: str, reason: str, said_at: datetime) -> str:
    if disposition.silences and not reason:
        return "It needs a reason: because ..."
    if len(reason) > _LONGEST_REASON:
        return f"The reason has more than {_LONGEST_REASON} characters."
    if disposition is not Disposition.RISK_ACCEPTED:
        return "It takes no day: only a risk is accepted until then." if until else ""
    if not until:
        return "It needs a last day: until YYYY-MM-DD."
    end = _end(until)
    if end is None:
        return "Its last day is no day: write it as YYYY-MM-DD."
    return "" if end > said_at else "Its last day was over when it was written."


def _end(until: str) -> datetime | None:
    """The end of the last day, UTC; ``None`` when it is none that people mean."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", until):
        return None
    try:
        day = date.fromisoformat(until)
    except ValueError:
        return None
    return datetime.combine(day + timedelta(days=1), time(), UTC) if day.year <= _LAST_YEAR else None
