"""Single words and cells of the summary's Markdown; everything a report wrote is cut short and escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from aggregator.model.finding import Finding, Standing
from aggregator.model.outcome import Context, Outcome
from aggregator.model.risk import Risk
from aggregator.model.severity import Severity
from aggregator.writers.escape import clip, markdown, markdown_code, plain
from aggregator.writers.places import short_place, source_link
from aggregator.writers.published_ticket import assignees_of
from aggregator.writers.status_words import verified_words

_TITLE = 100
_PLACE = 70
_WORDS = 300
_TOOLS = 4
_MENTION = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9._-]{1,100})?")
_JOINED = "\u00a0"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fold(title: str, body: str) -> str:
    """A block that opens with a click; ``title`` is our own text, ``body`` is Markdown."""
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def many(count: int, noun: str, plural: str = "") -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}".replace(",", " ")


def percent(part: int, whole: int) -> str:
    """``93 %``; only all is 100 and only none is 0."""
    share = (200 * part + whole) // (2 * whole)
    return f"{share if part in {0, whole} else min(99, max(1, share))} %"


def severity_cell(finding: Finding) -> str:
    """The severity as a word; what is high or worse stands out."""
    word = finding.severity.value.capitalize()
    return f"**{word}**" if finding.severity.rank >= Severity.HIGH.rank else word


def title_cell(finding: Finding, *more: str) -> str:
    """What it is; below it, small, the id to ask or decide about it, and ``more`` (Markdown)."""
    title = markdown(clip(plain(finding.title), _TITLE)) or "Untitled"
    return f"{title}<br><sub>{' · '.join((markdown_code(finding.id), *more))}</sub>"


def place_cell(finding: Finding, context: Context) -> str:
    """Where it is, linked to the commit that was scanned when that is known."""
    label = markdown_code(_tail(plain(short_place(finding)))) or "-"
    url = source_link(finding, context.source_url)
    return f"[{label}]({url})" if url else label


def _tail(text: str) -> str:
    """The end of a long place says more than its start."""
    return text if len(text) <= _PLACE else "…" + text[1 - _PLACE :]


def tools_words(finding: Finding) -> str:
    """Every tool that reported it, the primary one first."""
    tools = list(dict.fromkeys((finding.tool, *(item.tool for item in finding.sources or finding.sightings))))
    shown = ", ".join(markdown(clip(tool, 40)) for tool in tools[:_TOOLS])
    return shown if len(tools) <= _TOOLS else f"{shown} and {len(tools) - _TOOLS} more"


def due_cell(finding: Finding, now: datetime) -> str:
    """The day, and how far away it is."""
    if finding.due_at is None:
        return "paused" if finding.standing is Standing.PAUSED else "-"
    # Spaces that do not break: a narrow column would put each word on a line of its own.
    return f"{distance(finding.due_at, now).replace(' ', _JOINED)}<br><sub>{day(finding.due_at)}</sub>"


def late_words(start: datetime | None, due: datetime | None, now: datetime) -> str:
    """``Open for 12 days, the SLA is 7.``; empty when no clock runs."""
    if start is None or due is None:
        return ""
    return f"Open for {many(days_since(start, now), 'day')}, the SLA is {(due - start).days}."


def day(moment: datetime) -> str:
    """``2026-11-22``."""
    return moment.date().isoformat()


def days_since(moment: datetime, now: datetime) -> int:
    """Whole days of the calendar, so that an age and a distance always add up."""
    return (now.date() - moment.date()).days


def distance(moment: datetime, now: datetime) -> str:
    """``in 3 days``, ``today``, ``2 days ago``: whole days of the calendar."""
    days = days_since(moment, now)
    if days == 0:
        return "today"
    return f"in {many(-days, 'day')}" if days < 0 else f"{many(days, 'day')} ago"


def owner_words(owners: Sequence[str], *, mentions: bool) -> str:
    """Whose it is; without ``@`` unless people want GitHub to notify them, so that a name alone wakes nobody."""
    shown = [
        name if mentions and _MENTION.fullmatch(name) else markdown(clip(name.removeprefix("@"), 60))
        for name in owners[:_TOOLS]
    ]
    more = f" and {len(owners) - _TOOLS} more" if len(owners) > _TOOLS else ""
    return f"{', '.join(shown)}{more}"


def owned_by(finding: Finding, outcome: Outcome) -> list[str]:
    """The words for a row, where somebody owns it."""
    owners = finding.owners
    return [f"owner: {owner_words(owners, mentions=outcome.mentions)}"] if owners else []


def people_of(finding: Finding, outcome: Outcome) -> list[str]:
    """The words for a row: who verified it, whose it is, and who works on its open tickets."""
    names = assignees_of(finding.tickets, outcome.tickets) if finding.tickets else ()
    assigned = [f"assigned to: {owner_words(names, mentions=False)}"] if names else []
    verified = markdown(verified_words(finding))
    return [*([verified] if verified else []), *owned_by(finding, outcome), *assigned]


def why_words(finding: Finding, failing: frozenset[str]) -> str:
    """Whether the gate stands on it, how urgent it is, and what sort of weakness it is."""
    first = ["**stops the gate**"] if finding.id in failing else []
    first += _risk_words(finding.risk)
    parts = [markdown(clip(id_, 40)) for id_ in finding.vulnerability_ids[:2]]
    parts += [f"CWE-{number}" for number in finding.weaknesses[:2]]
    component = finding.component
    if component is not None and component.fixed_versions:
        parts.append(markdown(clip(f"fixed in {', '.join(component.fixed_versions)}", 60)))
    if not parts:
        parts.append(markdown(clip(finding.rule_id, 60)))
    return ", ".join((*first, *parts))


def _risk_words(risk: Risk | None) -> Iterator[str]:
    if risk is not None:
        yield f"risk {risk.score}"
        if any(term.name == "kev" and term.points for term in risk.terms):
            yield "**being exploited**"


def words(text: str) -> str:
    """A sentence from elsewhere, cut and escaped."""
    return markdown(clip(plain(text), _WORDS))
