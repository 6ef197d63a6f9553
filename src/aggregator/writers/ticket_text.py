"""What tickets say of findings: where, why, what to do, by when. In blocks; a dialect makes markup of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aggregator.model.finding import Finding, Standing
from aggregator.model.outcome import Outcome
from aggregator.model.report import Scan
from aggregator.writers.escape import clip, plain
from aggregator.writers.finding_words import advice, age, facts
from aggregator.writers.issue_marks import fingerprint
from aggregator.writers.places import short_place, source_link, where
from aggregator.writers.status_words import verified_words
from aggregator.writers.summary_cells import day
from aggregator.writers.ticket_blocks import (
    Block,
    Bullets,
    Heading,
    Line,
    Panel,
    Paragraph,
    Span,
    Table,
    Text,
    lines_of,
    words,
)
from aggregator.writers.ticket_marks import poor, ticket_mark

LONGEST_SUMMARY = 254
"""Characters of a ticket's summary: Jira takes fewer than 255."""

_ROWS = 60
"""Rows of a table; what else a shared ticket is about is named beside the mark."""
_TOOLS = 8
_OWNERS = 4
_LONGEST_PLACE = 200


def summary_line(text: str) -> str:
    """A ticket's summary: one line, cut to what Jira takes."""
    return clip(plain(text), LONGEST_SUMMARY) or "Untitled"


def single(
    about: str, finding: Finding, outcome: Outcome, answer: Sequence[Block], before: Sequence[Block] = ()
) -> Text:
    """The description of a ticket about one finding.

    Args:
        about: what its mark names: the finding's id, and a generation where there was a ticket before.
        finding: it.
        outcome: the run's.
        answer: what people can do about it, in our own words; stands last.
        before: what is said in front of it, once.
    """
    prose = _prose(finding, outcome.scans)
    blocks = (_head(finding, outcome), Table(tuple(_rows(finding, outcome))), *prose, *before, *answer)
    known = _known((*facts([finding]), *finding.owners), answer, finding)
    return Text(blocks, ticket_mark(about, known), (finding.id,))


def shared(
    about: str,
    head: str,
    findings: Sequence[Finding],
    outcome: Outcome,
    answer: Sequence[Block],
    before: Sequence[Block] = (),
) -> Text:
    """The description of a ticket about several findings, the worst first.

    Args:
        about: what its mark names: a rule's key, an upgrade, the rolling one.
        head: what they have in common, in one sentence; may hold text of a report.
        findings: they; at least one.
        outcome: the run's.
        answer: as for one.
        before: as for one.
    """
    rule = {(each.tool, each.rule_id) for each in findings}
    prose = tuple(_prose(findings[0], outcome.scans)) if len(rule) == 1 else ()
    blocks = (Paragraph(words(head)), _listed(findings, outcome), *prose, *before, *answer)
    members = tuple(each.id for each in findings)
    return Text(blocks, ticket_mark(about, _known((head, *facts(findings)), answer, findings[0])), members)


def _known(told: Iterable[str], answer: Iterable[Block], first: Finding) -> str:
    """Of facts, and of what people can answer: that has to stay true when the policy changes."""
    known = fingerprint((*told, *(span.text for block in answer for line in lines_of(block) for span in line)))
    return known if first.sources else poor(known)


def _head(finding: Finding, outcome: Outcome) -> Panel:
    severity = Span(finding.severity.value.upper(), strong=True)
    line = (severity, Span(f": {age(finding, outcome.now)}"))
    return Panel(line, "warning") if finding.standing is Standing.BREACHED else Panel(line)


def _rows(finding: Finding, outcome: Outcome) -> Iterator[tuple[Line, Line]]:
    yield words("Where"), (_place(finding, outcome, _LONGEST_PLACE),)
    yield words("Rule"), (Span(clip(plain(finding.rule_id), _LONGEST_PLACE), code=True),)
    yield words("Reported by"), words(_tools(finding))
    known = [clip(plain(name), 40) for name in finding.vulnerability_ids[:5]]
    known += [f"CWE-{number}" for number in finding.weaknesses[:5]]
    if known:
        yield words("Known as"), words(", ".join(known))
    component = finding.component
    if component is not None and component.fixed_versions:
        yield words("Fixed in"), (Span(clip(plain(", ".join(component.fixed_versions)), 200), code=True),)
    if finding.risk is not None:
        why = "; ".join(term.why for term in finding.risk.terms if term.points and term.points > 0)
        yield words("Risk"), words(clip(plain(f"{finding.risk.score} of 100: {why}"), 600))
    if finding.due_at is not None:
        yield words("Due"), words(day(finding.due_at))
    if verified := verified_words(finding):
        yield words("Status"), words(verified)
    if finding.owners:
        yield words("Owner"), words(_owners(finding))
    home = outcome.context.home(finding)
    place = ", ".join(clip(plain(name), 60) for name in (home.product_type, home.product, home.environment) if name)
    yield words("Product"), words(place)
    if finding.belonging.engagement:
        yield words("Engagement"), words(clip(plain(finding.belonging.engagement), 60))
    yield words("Finding"), (Span(finding.id, code=True),)


def _prose(finding: Finding, scans: Sequence[Scan]) -> Iterator[Block]:
    said = advice(finding, scans)
    for title, text in (("Why", said.why), ("Fix", said.fix)):
        if text:
            yield Heading(title)
            yield Paragraph(words(text))
    if said.links:
        yield Heading("Read on")
        yield Bullets(tuple((Span(link, link=link),) for link in said.links))


def _listed(findings: Sequence[Finding], outcome: Outcome) -> Table:
    rows = tuple(
        (
            words(each.severity.value.capitalize()),
            (Span(f"{clip(plain(each.title), 80)} "), Span(each.id, code=True)),
            (_place(each, outcome, 80),),
            words("" if each.due_at is None else day(each.due_at)),
        )
        for each in findings[:_ROWS]
    )
    return Table(rows, ("Severity", "Finding", "Where", "Due"), len(findings))


def _place(finding: Finding, outcome: Outcome, most: int) -> Span:
    """Where it is, linked to the commit that was scanned when that is known; the end of a long place says more."""
    text = plain(where(finding) if most == _LONGEST_PLACE else short_place(finding)) or "-"
    shown = text if len(text) <= most else f"…{text[1 - most :]}"
    link = source_link(finding, outcome.context.source_url)
    return Span(shown, link=link) if link else Span(shown, code=True)


def _tools(finding: Finding) -> str:
    tools = list(dict.fromkeys((finding.tool, *(each.tool for each in finding.sources or finding.sightings))))
    shown = ", ".join(clip(plain(tool), 40) for tool in tools[:_TOOLS])
    return shown if len(tools) <= _TOOLS else f"{shown} and {len(tools) - _TOOLS} more"


def _owners(finding: Finding) -> str:
    shown = ", ".join(clip(plain(name), 60).removeprefix("@") for name in finding.owners[:_OWNERS])
    more = len(finding.owners) - _OWNERS
    return f"{shown} and {more} more" if more > 0 else shown
