"""The parts of a summary below its head, each a whole block of Markdown or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from aggregator.disposition.suggestion import suggest
from aggregator.lifecycle.expected import MISSING_REPORT
from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Finding, Observation
from aggregator.model.outcome import Outcome
from aggregator.model.report import Scan
from aggregator.writers.escape import clip, markdown, markdown_code
from aggregator.writers.exceptions_text import stanza
from aggregator.writers.status_words import last_moment
from aggregator.writers.summary_cells import (
    day,
    distance,
    due_cell,
    fold,
    late_words,
    many,
    people_of,
    place_cell,
    severity_cell,
    table,
    title_cell,
    tools_words,
    why_words,
    words,
)
from aggregator.writers.summary_groups import Groups
from aggregator.writers.summary_upgrades import upgrades_block

DOCUMENTS, TABLE = "in `findings.json`", "in `findings.csv`"
"""Where the rest stands that has no row of its own, and where findings do; Markdown, our own text."""

_TOP = 10
_ROWS = 20
_SCANS = 40
_HEADS = ("Severity", "Finding", "Where", "Due")


def changed_table(groups: Groups, outcome: Outcome, rest: str) -> Iterator[str]:
    """What is new and what came back, ten rows of it: what stops the gate first, then the worst."""
    changed = [*groups.new, *groups.reopened]
    if not changed:
        return
    failing = frozenset(outcome.verdict.failing)
    changed.sort(key=lambda finding: (finding.id not in failing, -finding.severity.rank, -_score(finding)))
    counted = ((len(groups.new), "New"), (len(groups.reopened), "Back again"))
    yield f"### {', '.join(f'{title} ({count})' for count, title in counted if count)}"
    yield _finding_table(changed, outcome, rest)


def _score(finding: Finding) -> int:
    return 0 if finding.risk is None else finding.risk.score


def worst_table(groups: Groups, outcome: Outcome, rest: str) -> Iterator[str]:
    """The worst of all that is open."""
    if groups.open:
        yield f"### The worst {min(_TOP, len(groups.open))}" if len(groups.open) > 1 else "### The finding"
        yield _finding_table(groups.open, outcome, rest)


def _finding_table(findings: Sequence[Finding], outcome: Outcome, rest: str) -> str:
    """The first ten findings, one row each, and how many more there are."""
    failing = frozenset(outcome.verdict.failing)
    rows = [
        (
            severity_cell(finding),
            title_cell(finding, why_words(finding, failing), tools_words(finding), *_more_words(finding, outcome)),
            place_cell(finding, outcome.context),
            due_cell(finding, outcome.now),
        )
        for finding in findings[:_TOP]
    ]
    return table(_HEADS, rows) + _more(findings, _TOP, rest or TABLE)


def _more(findings: Sequence[object], shown: int, rest: str) -> str:
    hidden = len(findings) - shown
    return f"\n\n{many(hidden, 'more stands', 'more stand')} {rest}." if hidden > 0 else ""


def blocks(groups: Groups, outcome: Outcome, rest: str) -> Iterator[str]:
    """The folded blocks, what people act on first; ``rest`` says where what is cut stands, unless in the documents."""
    lists = (
        (_old_stoppers(groups, outcome), "on the gate's list and not new", "Due", _due(outcome)),
        (groups.fixed, "fixed", "Proof", lambda item: words(item.closed_reason) or "-"),
        (groups.breached, "past the due date", "Due", _late(outcome)),
        (groups.approaching, "due soon", "Due", _due(outcome)),
        (groups.updated, "updated", "What changed", _changes),
    )
    yield from _stops(outcome, rest)
    for findings, title, head, cell in lists:
        if findings:
            yield fold(many(len(findings), title, title), _listed(findings, outcome, (head, cell), rest))
    yield from upgrades_block(outcome, rest or DOCUMENTS)
    yield from _silenced(groups, outcome, rest)
    yield from _unseen(groups)
    yield from _scans(outcome, rest)
    yield from _messages(outcome, rest)
    yield from _how_to_act(groups, outcome)


def _stops(outcome: Outcome, rest: str) -> Iterator[str]:
    """Why the gate fails, and what would make it pass."""
    stops = outcome.verdict.reasons
    if stops:
        rows = [(many(len(each.findings), "finding"), words(each.why), words(each.remedy)) for each in stops[:_ROWS]]
        title = "Why the gate fails, and what would make it pass"
        yield fold(
            title,
            table(("Findings", "Why", "What would make them pass"), rows) + _more(stops, _ROWS, rest or DOCUMENTS),
        )


def _old_stoppers(groups: Groups, outcome: Outcome) -> list[Finding]:
    """What stops the gate without being new: it has no row above."""
    failing = frozenset(outcome.verdict.failing).difference(item.id for item in (*groups.new, *groups.reopened))
    return [finding for finding in groups.open if finding.id in failing]


def _due(outcome: Outcome) -> Callable[[Finding], str]:
    return lambda finding: due_cell(finding, outcome.now)


def _late(outcome: Outcome) -> Callable[[Finding], str]:
    def cell(finding: Finding) -> str:
        said = late_words(finding.clock_start, finding.due_at, outcome.now)
        return f"{due_cell(finding, outcome.now)}<br>{said}"

    return cell


def _listed(findings: list[Finding], outcome: Outcome, last: tuple[str, Callable[[Finding], str]], rest: str) -> str:
    """The first twenty findings, with one last column: its head, and what stands below."""
    head, cell = last
    rows = [
        (
            severity_cell(finding),
            title_cell(finding, *people_of(finding, outcome)),
            place_cell(finding, outcome.context),
            cell(finding),
        )
        for finding in findings[:_ROWS]
    ]
    return table(("Severity", "Finding", "Where", head), rows) + _more(findings, _ROWS, rest or TABLE)


def _more_words(finding: Finding, outcome: Outcome) -> list[str]:
    """Whose it is, and whether it was gone."""
    return [*people_of(finding, outcome), *_came_back(finding)]


def _came_back(finding: Finding) -> list[str]:
    """A finding that was closed and is back says since when it is known."""
    if not finding.is_back:
        return []
    return ["back again" if finding.first_seen is None else f"back again, first seen {day(finding.first_seen)}"]


def _changes(finding: Finding) -> str:
    return "; ".join(words(change) for change in finding.changes[:3]) or "-"


def _silenced(groups: Groups, outcome: Outcome, rest: str) -> Iterator[str]:
    if not groups.silenced:
        return
    counts = Counter(finding.decision.disposition.value.replace("_", " ") for finding in groups.silenced)
    lines = [f"- {count} {word}" for word, count in sorted(counts.items())]
    title = f"{len(groups.silenced)} set aside"
    if groups.ending:
        first = min(finding.decision.expires_at for finding in groups.ending if finding.decision.expires_at is not None)
        title += (
            f", {len(groups.ending)} of them not for long (the first ends {distance(last_moment(first), outcome.now)})"
        )
        lines += ["", "These decisions end soon; fix the finding or decide again:", "", _ending(groups, rest)]
    yield fold(title, "\n".join(lines))


def _ending(groups: Groups, rest: str) -> str:
    rows = []
    for finding in groups.ending[:_ROWS]:
        decision = finding.decision
        end = "-" if decision.expires_at is None else day(last_moment(decision.expires_at))
        rows.append((severity_cell(finding), title_cell(finding), end, words(decision.author), words(decision.reason)))
    return table(("Severity", "Finding", "Ends", "Owner", "Reason"), rows) + _more(groups.ending, _ROWS, rest or TABLE)


def _unseen(groups: Groups) -> Iterator[str]:
    """What stays open although nobody saw it, and why it was not closed."""
    if not groups.unseen:
        return
    lines = [
        f"- {count} {'kept open' if observation is Observation.HELD else 'not looked at'}: {words(reason) or '-'}"
        for (observation, reason), count in sorted(groups.unseen.items(), key=lambda entry: (-entry[1], entry[0]))
    ]
    more = [f"- and {len(lines) - _ROWS} more reasons"] if len(lines) > _ROWS else []
    body = "\n".join(["Not seen is not fixed: these stay open.", "", *lines[:_ROWS], *more])
    yield fold(f"{sum(groups.unseen.values())} not seen this time and still open", body)


def _scans(outcome: Outcome, rest: str) -> Iterator[str]:
    """What was read, the worst first, and before it what should have been there."""
    missing = [item for item in outcome.diagnostics if item.code == MISSING_REPORT]
    order = {Completeness.FAILED: 0, Completeness.PARTIAL: 1, Completeness.COMPLETE: 2}
    scans = sorted(outcome.scans, key=lambda scan: order[scan.completeness])
    rows = [(words(item.subject), "-", "-", f"**missing**: {words(item.reason)}") for item in missing]
    rows += [
        (markdown(clip(scan.tool, 40)), words(scan.scope), markdown_code(clip(scan.report, 80)), _state_of(scan))
        for scan in scans
    ]
    if rows:
        failed = sum(scan.completeness is Completeness.FAILED for scan in scans)
        counted = ((failed, "failed"), (len(missing), "missing"))
        read = many(len(scans) - failed, "scan")
        title = ", ".join((f"{read} read", *(f"{count} {word}" for count, word in counted if count)))
        yield fold(
            title, table(("Tool", "Scope", "Report", "State"), rows[:_SCANS]) + _more(rows, _SCANS, rest or DOCUMENTS)
        )


def _state_of(scan: Scan) -> str:
    state = scan.completeness.value
    if scan.completeness is Completeness.COMPLETE:
        return f"{state}, {scan.refused} entries unreadable" if scan.refused else state
    return f"**{state}**: {words(f'{scan.reason} {scan.next_step}')}"


def _messages(outcome: Outcome, rest: str) -> Iterator[str]:
    loud = [item for item in outcome.diagnostics if item.level is not Level.NOTE]
    if loud:
        lines = [f"- {words(item.sentence())}" for item in loud[:_ROWS]]
        yield fold(
            many(len(loud), "message") + " about this run", "\n".join(lines) + _more(loud, _ROWS, rest or DOCUMENTS)
        )


def _how_to_act(groups: Groups, outcome: Outcome) -> Iterator[str]:
    """The entry for the exceptions file that accepts the first finding people see."""
    candidates = groups.new or groups.reopened or groups.breached or groups.open
    if not candidates:
        return
    finding = candidates[0]
    longest = outcome.longest_days.get(finding.severity)
    rule = suggest(finding, outcome.findings, finding.owners, outcome.now, longest)
    entry = "\n".join(stanza(rule, finding, is_titled=False))
    yield fold(
        "How to accept a finding, or ask why it is here",
        "Fix it, and the next complete scan closes it. To accept it for a while, add this to "
        "`.github/onefold-exceptions.yml`, without its first line where that is there already:\n\n"
        f"```yaml\n{entry}\n```\n\n"
        f"`onefold explain {_yaml_id(finding.id)}` says how the finding was recognised and why it is one; "
        "`onefold exceptions suggest` with an id prints the entry as it fits your file.",
    )


def _yaml_id(finding_id: str) -> str:
    return "".join(mark for mark in finding_id if mark.isalnum() or mark in "-_")[:80]
