"""What we say below our issues: reminders, answers, the last word. The first line of each is its mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from aggregator.model.finding import Disposition, Finding
from aggregator.model.state import Tracked
from aggregator.writers.escape import clip, markdown, markdown_code, plain
from aggregator.writers.finding_words import days_late
from aggregator.writers.issue_marks import comment_mark, heard_mark
from aggregator.writers.status_words import last_moment
from aggregator.writers.summary_cells import day, many, words

_LISTED = 10


def reminder(findings: Sequence[Finding], now: datetime) -> str:
    """Still there."""
    return f"{comment_mark('reminder', day(now))}\n{_still(findings, now)}"


def came_back(findings: Sequence[Finding], now: datetime) -> str:
    """Why we opened the issue again: what was done is undone."""
    return f"{comment_mark('reminder', day(now))}\nOpened again. {_still(findings, now)}"


def doubt(findings: Sequence[Finding], now: datetime, *, decides: bool) -> str:
    """Why we opened an issue again that a person called completed; said once and never again."""
    accept = " To accept the risk, close it as *not planned*." if decides else ""
    return (
        f"{comment_mark('doubt', day(now))}\nOpened again, once: the last scan still reported it. "
        f"{_still(findings, now)} If it is closed as completed again, it stays closed.{accept}"
    )


def answer(lines: Sequence[str], until: str, commands: Iterable[tuple[int, str]]) -> str:
    """What became of each command up to a moment; ``lines`` are Markdown, ``commands`` as in :func:`heard_mark`."""
    return "\n".join((comment_mark("answer", until), heard_mark(commands), *(f"- {line}" for line in lines)))


def heard(author: str, finding: Finding | Tracked | None) -> str:
    """What holds now that a command was heard, in one line of Markdown."""
    name = markdown(clip(plain(author), 60))
    if finding is None:
        return f"{name}: heard; no finding that is known here is meant."
    if finding.closed_at is not None:
        return f"{name}: heard; the finding is closed already."
    decision = finding.decision
    if decision.disposition is Disposition.OPEN:
        return f"{name}: heard; it is open and asks for action."
    until = "" if decision.expires_at is None else f", to the end of {day(last_moment(decision.expires_at))}"
    by = f", as decided by {markdown(clip(plain(decision.author), 60))}" if decision.author else ""
    why = f": {words(decision.reason)}" if decision.reason else ""
    status = decision.disposition.value.replace("_", " ")
    return f"{name}: heard; it is **{status}**{until}{by} ({decision.origin}){why}"


def misunderstood(author: str, why: str, commands: Sequence[str]) -> str:
    """Why a command did nothing, in one line of Markdown; ``why`` and ``commands`` are our own words."""
    forms = ", ".join(f"`{command}`" for command in commands)
    return f"{markdown(clip(plain(author), 60))}: nothing changed. {why} The commands are {forms}."


def fixed(findings: Sequence[Finding | Tracked], now: datetime) -> str:
    """The proof."""
    lines = [f"- {_name(each)}: {words(each.closed_reason) or 'closed'}" for each in findings[:_LISTED]]
    return _last_word("Fixed.", lines, len(findings), now)


def decided(findings: Sequence[Finding | Tracked], now: datetime) -> str:
    """Who decided what."""
    lines = [f"- {_name(each)}: {_decision(each)}" for each in findings[:_LISTED]]
    return _last_word("Decided.", lines, len(findings), now)


def no_longer_late(findings: Sequence[Finding | Tracked], now: datetime) -> str:
    """What is still there, and has time: its severity, or the days that the policy gives it, are others now."""
    lines = [f"- {_name(each)}: still open, {_due(each)}" for each in findings[:_LISTED]]
    return _last_word("Not late any more.", lines, len(findings), now)


def _due(finding: Finding | Tracked) -> str:
    due = finding.due_at if isinstance(finding, Finding) else None
    return f"{finding.severity.value.lower()}, " + ("without an SLA" if due is None else f"due on {day(due)}")


def emptied(now: datetime) -> str:
    """The rolling issue has nothing to list."""
    return _last_word("Everything that stood here is fixed, decided, or has an issue of its own.", [], 0, now)


def same_as(number: int, now: datetime) -> str:
    """Two issues are about one finding."""
    return _last_word(f"It is the same as issue #{number}, which stays.", [], 0, now)


def left_open(last_word: str, now: datetime) -> str:
    """Why an issue is not closed again that people opened after the last word; said once and never again."""
    opened = "Left open, as you opened it again. As far as is known nothing is left to do."
    return f"{comment_mark('left', day(now))}\n{opened}\n\n{last_word.partition(chr(10))[2]}"


def _last_word(head: str, lines: list[str], count: int, now: datetime) -> str:
    more = [f"- and {many(count - _LISTED, 'more', 'more')}"] if count > _LISTED else []
    return "\n".join((comment_mark("closed", day(now)), head, "", *lines, *more)).rstrip()


def _name(finding: Finding | Tracked) -> str:
    return f"{markdown(clip(plain(finding.title), 100)) or 'Untitled'} ({markdown_code(finding.id)})"


def _decision(finding: Finding | Tracked) -> str:
    decision = finding.decision
    until = "" if decision.expires_at is None else f" to the end of {day(last_moment(decision.expires_at))}"
    by = f" by {markdown(clip(plain(decision.author), 60))}" if decision.author else ""
    why = f". {words(decision.reason)}" if decision.reason else ""
    return f"{decision.disposition.value.replace('_', ' ')}{until}{by}{why}"


def _still(findings: Sequence[Finding], now: datetime) -> str:
    worst = findings[0]
    if len(findings) == 1:
        return f"The finding is {days_late(worst, now)}."
    late = max(findings, key=lambda each: (now - (each.due_at or now), each.id))
    return f"{many(len(findings), 'finding')} past the SLA, the oldest {days_late(late, now)}."
