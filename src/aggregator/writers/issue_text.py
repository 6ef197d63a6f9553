"""The texts of our issues: what is late, where, why, and how to decide. What a report wrote is cut and escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from aggregator.model.finding import Finding
from aggregator.model.hierarchy import OWN
from aggregator.model.outcome import Outcome
from aggregator.model.report import Scan
from aggregator.model.state import Line
from aggregator.writers.escape import clip, markdown, markdown_code, plain
from aggregator.writers.finding_words import advice, age, facts, steady_place
from aggregator.writers.issue_marks import (
    END,
    content_mark,
    home_mark,
    is_whole,
    issue_mark,
    members_mark,
    notes_in,
    since_mark,
)
from aggregator.writers.status_words import verified_words
from aggregator.writers.summary_cells import (
    day,
    due_cell,
    many,
    owned_by,
    owner_words,
    place_cell,
    severity_cell,
    table,
    title_cell,
)
from aggregator.writers.summary_cells import tools_words as tools_of

LONGEST_TITLE = 256
LONGEST_BODY = 65_000
"""Characters and bytes alike; GitHub counts one or the other, and may keep an old text in silence."""

_ROWS_ROOM = 50_000
_WHY, _FIX, _READ_ON = _PROSE = ("**Why**: ", "**Fix**: ", "**Read on**: ")


class Text(Struct, frozen=True):
    """An issue's title and text; the first line of the text is its mark."""

    title: str
    body: str


def finding_issue(key: str, finding: Finding, outcome: Outcome, commands: Sequence[str], earlier: str = "") -> Text:
    """The issue about one late finding.

    Of its ``earlier`` text it keeps what no report of this run could say, and what people wrote below it.
    """
    place, owners = clip(plain(steady_place(finding)), 90), finding.owners
    title = _title(f"{finding.severity}: {clip(plain(finding.title), 120) or 'Untitled'}", place, "is past its SLA")
    rows = [
        ("Where", place_cell(finding, outcome.context)),
        ("Rule", f"{markdown_code(clip(plain(finding.rule_id), 200))} ({tools_of(finding)})"),
        *_more_rows(finding),
        *_home_rows(finding, outcome),
        *(("Status", markdown(verified)) for verified in (verified_words(finding),) if verified),
        *(("Owner", owner_words(owners, mentions=outcome.mentions)) for _ in owners[:1]),
        ("Finding", markdown_code(finding.id)),
    ]
    prose, known = _prose([finding], outcome.scans, earlier), (*facts([finding]), *owners)
    blocks = [_age(finding, outcome.now), table(("", ""), rows), *prose, _decide(commands)]
    content = content_mark((*known, *_deaf(commands)), title, is_brief=_is_brief([finding], earlier))
    return Text(title, _body(_marks(key, content, outcome.context.line, _since([finding])), blocks, earlier))


def rule_issue(
    key: str,
    findings: Sequence[Finding],
    outcome: Outcome,
    commands: Sequence[str],
    forgotten: Sequence[str] = (),
    earlier: str = "",
) -> Text:
    """The issue about all late findings of one rule; ``forgotten`` are ids of others that it goes on naming.

    Of its ``earlier`` text it keeps what no report of this run could say, and what people wrote below it.
    """
    worst = findings[0]
    name = clip(plain(worst.title), 120) or clip(plain(worst.rule_id), 120)
    title = _title(f"{worst.severity}: {name}", clip(plain(worst.tool), 40), "has findings past their SLA")
    rule = markdown_code(clip(plain(worst.rule_id), 200))
    head = f"{many(len(findings), 'finding')} of rule {rule} ({markdown(clip(worst.tool, 40))}) past the SLA."
    prose = _prose(findings, outcome.scans, earlier)
    blocks = [head, _listed(findings, outcome), *prose, _decide(commands)]
    members = (*(each.id for each in findings), *forgotten)
    marks = f"{members_mark(members)}\n{_since(findings)}"
    content = content_mark((*facts(findings), *_deaf(commands)), title, is_brief=_is_brief(findings, earlier))
    return Text(title, _body(_marks(key, content, outcome.context.line, marks), blocks, earlier))


def rolling_issue(
    key: str, findings: Sequence[Finding], outcome: Outcome, commands: Sequence[str], earlier: str = ""
) -> Text:
    """The one issue that lists what has no issue of its own."""
    title = "More findings past their SLA"
    stand = many(len(findings), "finding past the SLA has", "findings past the SLA have")
    blocks = [f"{stand} no issue of {'its' if len(findings) == 1 else 'their'} own yet."]
    blocks += [_listed(findings, outcome), _decide(commands, named=True)]
    content = content_mark((*facts(findings), *_deaf(commands)), title)
    return Text(title, _body(_marks(key, content, outcome.context.line, _since(findings)), blocks, earlier))


def _since(findings: Sequence[Finding]) -> str:
    return since_mark((each.id, each.first_seen) for each in findings if each.first_seen is not None)


def _title(head: str, place: str, tail: str) -> str:
    """A title is plain text, but mentions in it are shown as written and reach nobody."""
    where = f" in {place}" if place else ""
    return clip(f"{head}{where} {tail}", LONGEST_TITLE)


def _marks(key: str, content: str, line: Line, more: str) -> str:
    return f"{issue_mark(key)}\n{content}\n{home_mark(line)}\n{more}".rstrip()


def _body(head: str, blocks: Iterable[str], earlier: str) -> str:
    """The marks first, people's notes last; whatever of ours does not fit any more is left out whole, but the end."""
    *blocks, last = blocks
    end = f"{last}\n\n{END}"
    room = LONGEST_BODY - len(head.encode()) - len(end.encode()) - 8
    notes = notes_in(earlier).encode(errors="replace")[:room].decode(errors="ignore")
    room -= len(notes.encode())
    kept = [head]
    for block in blocks:
        size = len(block.encode(errors="replace")) + 2
        if size <= room:
            kept.append(block)
            room -= size
    return "\n\n".join((*kept, end, notes)).rstrip().encode(errors="replace").decode()


def _more_rows(finding: Finding) -> Iterable[tuple[str, str]]:
    known = [markdown(clip(name, 40)) for name in finding.vulnerability_ids[:5]]
    known += [f"CWE-{number}" for number in finding.weaknesses[:5]]
    if known:
        yield "Known as", ", ".join(known)
    component = finding.component
    if component is not None and component.fixed_versions:
        yield "Fixed in", markdown_code(clip(plain(", ".join(component.fixed_versions)), 200))


def _home_rows(finding: Finding, outcome: Outcome) -> Iterable[tuple[str, str]]:
    """The product of a finding that is not in the run's own."""
    if finding.belonging != OWN:
        home = outcome.context.home(finding)
        yield "Product", ", ".join(markdown(clip(plain(name), 60)) for name in (home.product, home.environment) if name)
    if finding.belonging.engagement:
        yield "Engagement", markdown(clip(plain(finding.belonging.engagement), 60))


def _age(finding: Finding, now: datetime) -> str:
    return f"{severity_cell(finding)}: {age(finding, now)}"


def _prose(findings: Sequence[Finding], scans: Sequence[Scan], earlier: str) -> tuple[str, ...]:
    """Why it is a problem, how to mend it and where to read on: by this run's reports, else as it stands there."""
    told = _told(findings)
    if told is None and is_whole(earlier):
        blocks = earlier.replace("\r\n", "\n").partition(f"\n{END}")[0].split("\n\n")
        return tuple(block for block in blocks if block.startswith(_PROSE))
    said = advice(told or findings[0], scans)
    parts = (
        (_WHY, markdown(said.why)),
        (_FIX, markdown(said.fix)),
        (_READ_ON, ", ".join(f"<{link}>" for link in said.links)),
    )
    return tuple(f"{name}{words}" for name, words in parts if words)


def _is_brief(findings: Sequence[Finding], earlier: str) -> bool:
    """Whether a run that sees the findings would say more."""
    return _told(findings) is None and not is_whole(earlier)


def _told(findings: Sequence[Finding]) -> Finding | None:
    """The first that the tool it is named after reports in this run: what another one says of it is less."""
    return next((each for each in findings if any(source.tool == each.tool for source in each.sources)), None)


def _listed(findings: Sequence[Finding], outcome: Outcome) -> str:
    """A row for each finding, as far as there is room, and how many more there are."""
    rows: list[tuple[str, ...]] = []
    room = _ROWS_ROOM
    for finding in findings:
        title = title_cell(finding, *owned_by(finding, outcome))
        row = severity_cell(finding), title, place_cell(finding, outcome.context), _due(finding, outcome)
        room -= sum(len(cell.encode(errors="replace")) + 3 for cell in row)
        if room < 0:
            break
        rows.append(row)
    rest = len(findings) - len(rows)
    more = f"\n\n{many(rest, 'more stands', 'more stand')} in `findings.csv`." if rest else ""
    return table(("Severity", "Finding", "Where", "Due"), rows) + more


def _due(finding: Finding, outcome: Outcome) -> str:
    return due_cell(finding, outcome.now) if finding.due_at is None else day(finding.due_at)


def _deaf(commands: Sequence[str]) -> tuple[str, ...]:
    """What is worth an edit when the policy changes its mind about who may decide here."""
    return () if commands else ("nobody decides here",)


def _decide(commands: Sequence[str], *, named: bool = False) -> str:
    """How people answer; ``commands`` are every form there is, none where nobody listens."""
    if not commands:
        return "It closes by itself once that is fixed, or decided in the file of exceptions."
    how = "about one finding, with its id after the first word:" if named else "with one of these comments:"
    lines = "\n".join(commands)
    closing = "" if named else " Closing it as *not planned* accepts the risk until it is opened again."
    return (
        f"**Decide**: whoever may write to this repository decides {how}\n\n```text\n{lines}\n```\n\n"
        f"It closes by itself once that is fixed or decided.{closing}"
    )
