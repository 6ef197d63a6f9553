"""The digest of a run for a chat: what is new to its readers, in words and in no dialect.

Texts of reports stand in it as they are, on one line and cut: each dialect sees to it that they start nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.finding import Finding, Standing
from aggregator.model.news import News, RuleCount, Story, Topic
from aggregator.model.outcome import Context, Outcome
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.writers.escape import clip, is_link, plain
from aggregator.writers.places import short_place, source_link
from aggregator.writers.status_words import last_moment
from aggregator.writers.summary_cells import day, distance, late_words, many
from aggregator.writers.ticket_blocks import Line, Span

_TITLE, _PLACE, _NAME, _REASON = 140, 90, 60, 160
_TICKETS, _OWNERS, _NAMES = 3, 3, 8

_TOLD = {
    Topic.NEW: ("new finding", "new findings"),
    Topic.REOPENED: ("finding is back", "findings are back"),
    Topic.LAPSED: ("finding is open again: a decision ended", "findings are open again: decisions ended"),
    Topic.RAISED: ("finding is graver than before", "findings are graver than before"),
    Topic.BREACHED: ("finding is past its due date", "findings are past their due date"),
    Topic.APPROACHING: ("finding is due soon", "findings are due soon"),
    Topic.FIXED: ("finding fixed", "findings fixed"),
    Topic.ACCEPTED: ("finding set aside", "findings set aside"),
    Topic.EXPIRING: ("decision ends soon", "decisions end soon"),
}
_TROUBLES = ("scan failed or is missing", "scans failed or are missing")
_REPEAT = "Part of this may have been told before: an earlier message got no answer."


class Section(Struct, frozen=True):
    """Some lines below a title, and how many more there would be."""

    title: str
    rows: tuple[Line, ...]
    hidden: int = 0


class Digest(Struct, frozen=True, kw_only=True):
    """One message.

    Attributes:
        headline: the first thing people see, and all that a notification shows.
        standing: how things stand after this run.
        foot: which run says so, about what.
        link: the page of the run; empty when there is none.
    """

    headline: str
    standing: str
    sections: tuple[Section, ...]
    foot: str
    link: str = ""

    def shorter(self) -> Digest | None:
        """The digest with one row less, the last one; ``None`` when there is no row left."""
        for place in reversed(range(len(self.sections))):
            section = self.sections[place]
            if section.rows:
                cut = replace(section, rows=section.rows[:-1], hidden=section.hidden + 1)
                return replace(self, sections=(*self.sections[:place], cut, *self.sections[place + 1 :]))
        return None


def fitted(digest: Digest, render: Callable[[Digest], bytes], limit: int) -> bytes:
    """The digest in a dialect, with as many of its rows as make no more than so many bytes."""
    text = render(digest)
    while len(text) > limit:
        shorter = digest.shorter()
        if shorter is None:
            break
        digest = shorter
        text = render(digest)
    return text


def ascii_json(message: Struct) -> bytes:
    """A message as JSON of visible characters alone, so that a dry run can show it as it is."""
    return json.dumps(msgspec.to_builtins(message), separators=(",", ":")).encode("ascii")


def write_digest(news: News, outcome: Outcome, most: int, run_url: str = "") -> Digest:
    """The digest of some news; ``most`` findings have a row of their own, the others are counted."""
    context = outcome.context
    product = clip(plain(context.line.product), _NAME)
    return Digest(
        headline=f"{product}: {_lead(news)}",
        standing=_standing(news),
        sections=tuple(_sections(news, outcome, most)),
        foot=_foot(news, context),
        link=run_url if is_link(run_url) else "",
    )


# --- the head and the foot


def _lead(news: News) -> str:
    """``3 new critical findings from today's run``."""
    if news.since is None:
        return f"first look, {many(sum(news.open.values()), 'open finding')}"
    if new := news.of(Topic.NEW):
        counts = Counter(finding.severity for finding in new)
        parts = [f"{counts[each]} new {each.value.lower()}" for each in WORST_FIRST if counts[each]]
        return f"{_listed(parts)} finding{'' if len(new) == 1 else 's'} from today's run"
    if news.stories:
        return _title(news.stories[0])
    return many(len(news.troubles), *_TROUBLES)


def _title(story: Story) -> str:
    return many(len(story.findings), *_TOLD[story.topic])


def _listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _standing(news: News) -> str:
    if not news.open:
        return "Nothing of this is open."
    parts = [f"{news.open[each]} {each.value.lower()}" for each in WORST_FIRST if each in news.open]
    late = f"; {news.breached} past the due date" if news.breached else ""
    return f"Open now: {', '.join(parts)}{late}."


def _foot(news: News, context: Context) -> str:
    about = ", ".join(clip(plain(each), _NAME) for each in context.line.words)
    since = "" if news.since is None else f"News since {news.since:%Y-%m-%d %H:%M} UTC. "
    repeat = f" {_REPEAT}" if news.is_repeat else ""
    return f"{since}Run {clip(plain(context.run.id), _NAME)} of {about}.{repeat}"


# --- the sections


def _sections(news: News, outcome: Outcome, most: int) -> Iterator[Section]:
    if news.troubles:
        names = list(dict.fromkeys(clip(plain(each.name), _NAME) for each in news.troubles))
        rest = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        said = Span(f"{', '.join(names[:_NAMES])}{rest}. What was not looked at is not called fixed.")
        yield Section(many(len(news.troubles), *_TROUBLES), ((said,),))
    for story in news.stories:
        rows = tuple(tuple(_row(finding, story.topic, outcome)) for finding in story.findings[:most])
        most -= len(rows)
        yield Section(_title(story), rows, len(story.findings) - len(rows))
    if news.rules:
        hidden = sum(news.open.values()) - sum(rule.count for rule in news.rules)
        yield Section("The rules with the worst findings", tuple(tuple(_of_rule(rule)) for rule in news.rules), hidden)


def _of_rule(rule: RuleCount) -> Iterator[Span]:
    yield from _severity(rule.severity)
    yield Span(clip(plain(rule.title), _TITLE) or "Untitled")
    yield Span(f" ({clip(plain(rule.tool), _NAME)}), {many(rule.count, 'finding')}")


def _row(finding: Finding, topic: Topic, outcome: Outcome) -> Iterator[Span]:
    """One finding: how bad, what, where, and what there is to know or to do about it."""
    yield from _severity(finding.severity)
    yield Span(clip(plain(finding.title), _TITLE) or "Untitled", link=source_link(finding, outcome.context.source_url))
    if place := clip(plain(short_place(finding)), _PLACE):
        yield Span(" in ")
        yield Span(place, code=True)
    words = " · ".join((*_words(finding, topic, outcome.now), *_whose(finding)))
    if words:
        yield Span(f" · {words}")
    yield from _tickets(finding, outcome)


def _severity(severity: Severity) -> Iterator[Span]:
    yield Span(severity.value.capitalize(), strong=severity.rank >= Severity.HIGH.rank)
    yield Span(": ")


def _words(finding: Finding, topic: Topic, now: datetime) -> Iterator[str]:
    decision = finding.decision
    if topic is Topic.FIXED:
        return
    if topic in {Topic.ACCEPTED, Topic.EXPIRING}:
        author = f" by {clip(plain(decision.author), _NAME)}" if decision.author else ""
        yield f"{decision.disposition.value.replace('_', ' ')}{author}"
        if decision.expires_at is not None:
            end = last_moment(decision.expires_at)
            yield f"ends {day(end)}, {distance(end, now)}"
        if decision.reason:
            yield clip(plain(decision.reason), _REASON)
    elif finding.standing is Standing.BREACHED:
        yield late_words(finding.clock_start, finding.due_at, now).rstrip(".")
    elif finding.due_at is not None:
        yield f"due {distance(finding.due_at, now)}"


def _whose(finding: Finding) -> Iterator[str]:
    """Whose it is, where that is not clear from the message itself."""
    if finding.belonging.product:
        yield f"product: {clip(plain(finding.belonging.product), _NAME)}"
    if finding.owners:
        names = [clip(plain(name.removeprefix("@")), _NAME) for name in finding.owners[:_OWNERS]]
        yield f"owner: {', '.join(names)}"


def _tickets(finding: Finding, outcome: Outcome) -> Iterator[Span]:
    for url in [url for url in finding.tickets if is_link(url)][:_TICKETS]:
        ticket = outcome.tickets.get(url)
        yield Span(" · ")
        yield Span(_ticket_name(url), link=url)
        if ticket is not None and ticket.assignees:
            yield Span(f" ({clip(plain(ticket.assignees[0]), _NAME)})")


def _ticket_name(url: str) -> str:
    """``SEC-12`` of a Jira, ``#12`` of an issue."""
    name = url.rstrip("/").rpartition("/")[2]
    return f"#{name}" if name.isdecimal() else clip(name, _NAME)
