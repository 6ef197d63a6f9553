"""What trackers say about a finding, as plain text in no dialect: its age, why it is a problem, how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from aggregator.model.finding import Finding
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Rule
from aggregator.writers.escape import clip, is_link, plain
from aggregator.writers.places import short_place
from aggregator.writers.status_words import verified_words
from aggregator.writers.summary_cells import day, days_since, many

_LINKS = 5
_PROSE = 2000
_ANNOUNCED = ("/issues/", "/pull/", "/commit/", "/commits/", "/discussions/")


class Advice(Struct, frozen=True):
    """Why it is a problem, how to mend it and where to read on, as far as the reports say: one line each, cut.

    Attributes:
        links: addresses that :func:`aggregator.writers.escape.is_link` takes.
    """

    why: str
    fix: str
    links: tuple[str, ...]


def age(finding: Finding, now: datetime) -> str:
    """``open since 2026-11-01. The SLA is 7 days, ...``, to follow the severity and a colon."""
    start = finding.clock_start or now
    opened, days = f"open since {day(start)}", many(days_since(start, now), "day")
    if finding.due_at is None:
        return f"{opened}; when this was written, it had been open for {days}."
    tense = "was" if finding.due_at <= now else "is"
    return (
        f"{opened}. The SLA is {many((finding.due_at - start).days, 'day')}, so it {tense} due on "
        f"{day(finding.due_at)}; when this was written, it had been open for {days}."
    )


def days_late(finding: Finding, now: datetime) -> str:
    """``5 days past its SLA``."""
    days = 0 if finding.due_at is None else days_since(finding.due_at, now)
    return f"{many(days, 'day')} past its SLA" if days > 0 else "past its SLA"


def facts(findings: Sequence[Finding]) -> Iterator[str]:
    """What is worth an edit when it changes, in an order that does not follow the lines.

    Neither ages nor lines nor commits are: they change every day.
    """
    for finding in sorted(findings, key=lambda each: each.id):
        yield from (finding.id, finding.severity, finding.title, finding.rule_id, steady_place(finding))
        yield "" if finding.due_at is None else day(finding.due_at)
        yield from filter(None, (verified_words(finding),))
        yield from sorted({finding.tool, *(sighting.tool for sighting in finding.sightings)})
        yield from () if finding.component is None else finding.component.fixed_versions


def steady_place(finding: Finding) -> str:
    """Where it is, without the line: lines move."""
    if finding.location is not None and finding.location.path:
        return finding.location.path
    return short_place(finding)


def advice(finding: Finding, scans: Sequence[Scan]) -> Advice:
    """What the finding's own reports say about it."""
    message = next((source.message for source in finding.sources if source.message), "")
    rule = _rule_of(finding, scans)
    # What a web scanner says of one page is where it was.
    why = rule.description or message if finding.kind is Kind.DAST else message or rule.description
    fix = "" if rule.help == why else rule.help
    links = [link for link in dict.fromkeys((rule.help_uri, *rule.references)) if _leaves_no_trace(link)]
    return Advice(clip(plain(why), _PROSE), clip(plain(fix), _PROSE), tuple(links[:_LINKS]))


def _leaves_no_trace(link: str) -> bool:
    """Whether it may be shown: a link to somebody's issue or commit would be announced there."""
    return is_link(link) and not any(part in link for part in _ANNOUNCED)


def _rule_of(finding: Finding, scans: Sequence[Scan]) -> Rule:
    of_tool = (scan for scan in scans if scan.tool == finding.tool)
    return next((rule for scan in of_tool for rule in scan.rules if rule.id == finding.rule_id), Rule(""))
