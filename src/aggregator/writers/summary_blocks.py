"""The parts of a summary below its head, each a whole block of Markdown or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Finding, Observation
from aggregator.model.outcome import Outcome
from aggregator.model.report import Scan
from aggregator.writers.escape import clip, markdown, markdown_code
from aggregator.writers.summary_cells import (
    day,
    distance,
    due_cell,
    fold,
    many,
    place_cell,
    severity_cell,
    table,
    title_cell,
    tools_words,
    why_words,
    words,
)
from aggregator.writers.summary_groups import Groups

TOP = 10
_ROWS = 20
_SCANS = 40
_EXCEPTION_DAYS = timedelta(days=90)
_HEADS = ("Severity", "Finding", "Where", "Due")


def finding_table(findings: Sequence[Finding], outcome: Outcome) -> str:
    """The first ten findings, one row each, and how many more there are."""
    failing = frozenset(outcome.verdict.failing)
    rows = [
        (
            severity_cell(finding),
            title_cell(finding, why_words(finding, failing), tools_words(finding)),
            place_cell(finding, outcome.context),
            due_cell(finding, outcome.now),
        )
        for finding in findings[:TOP]
    ]
    return table(_HEADS, rows) + _more(findings, TOP)


def _more(findings: Sequence[object], shown: int) -> str:
    rest = len(findings) - shown
    return f"\n\n{many(rest, 'more stands', 'more stand')} in `findings.json`." if rest > 0 else ""


def blocks(groups: Groups, outcome: Outcome) -> Iterator[str]:
    """The folded blocks, what people act on first."""
    yield from _listed(groups.breached, outcome, "past the due date", "Due", lambda item: due_cell(item, outcome.now))
    yield from _listed(groups.approaching, outcome, "due soon", "Due", lambda item: due_cell(item, outcome.now))
    yield from _listed(groups.reopened, outcome, "reopened", "Seen again", _came_back)
    yield from _listed(groups.fixed, outcome, "fixed", "Proof", lambda item: words(item.closed_reason) or "-")
    yield from _listed(groups.updated, outcome, "updated", "What changed", _changes)
    yield from _silenced(groups, outcome)
    yield from _unseen(groups)
    yield from _scans(outcome)
    yield from _messages(outcome)
    yield from _how_to_act(groups, outcome)


def _listed(
    findings: list[Finding], outcome: Outcome, title: str, head: str, cell: Callable[[Finding], str]
) -> Iterator[str]:
    if not findings:
        return
    rows = [
        (severity_cell(finding), title_cell(finding), place_cell(finding, outcome.context), cell(finding))
        for finding in findings[:_ROWS]
    ]
    body = table(("Severity", "Finding", "Where", head), rows) + _more(findings, _ROWS)
    yield fold(f"{many(len(findings), title, title)}", body)


def _came_back(finding: Finding) -> str:
    return "-" if finding.first_seen is None else f"first seen {day(finding.first_seen)}"


def _changes(finding: Finding) -> str:
    return "; ".join(words(change) for change in finding.changes[:3]) or "-"


def _silenced(groups: Groups, outcome: Outcome) -> Iterator[str]:
    if not groups.silenced:
        return
    counts = Counter(finding.decision.disposition.value.replace("_", " ") for finding in groups.silenced)
    lines = [f"- {count} {word}" for word, count in sorted(counts.items())]
    title = f"{len(groups.silenced)} suppressed"
    if groups.ending:
        first = min(finding.decision.expires_at for finding in groups.ending if finding.decision.expires_at is not None)
        title += f", {len(groups.ending)} of them until soon (the first ends {distance(first, outcome.now)})"
        lines += ["", "These decisions end soon; fix the finding or decide again:", "", _ending(groups)]
    yield fold(title, "\n".join(lines))


def _ending(groups: Groups) -> str:
    rows = []
    for finding in groups.ending[:_ROWS]:
        decision = finding.decision
        end = "-" if decision.expires_at is None else f"{day(decision.expires_at)}"
        rows.append((severity_cell(finding), title_cell(finding), end, words(decision.author), words(decision.reason)))
    return table(("Severity", "Finding", "Ends", "Owner", "Reason"), rows) + _more(groups.ending, _ROWS)


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


def _scans(outcome: Outcome) -> Iterator[str]:
    if not outcome.scans:
        return
    order = {Completeness.FAILED: 0, Completeness.PARTIAL: 1, Completeness.COMPLETE: 2}
    scans = sorted(outcome.scans, key=lambda scan: order[scan.completeness])
    rows = [
        (markdown(clip(scan.tool, 40)), words(scan.scope), markdown_code(clip(scan.report, 80)), _state_of(scan))
        for scan in scans[:_SCANS]
    ]
    yield fold(
        many(len(scans), "scan") + " read", table(("Tool", "Scope", "Report", "State"), rows) + _more(scans, _SCANS)
    )


def _state_of(scan: Scan) -> str:
    state = scan.completeness.value
    if scan.completeness is Completeness.COMPLETE:
        return f"{state}, {scan.refused} entries unreadable" if scan.refused else state
    return f"**{state}**: {words(f'{scan.reason} {scan.next_step}')}"


def _messages(outcome: Outcome) -> Iterator[str]:
    loud = [item for item in outcome.diagnostics if item.level is not Level.NOTE]
    if loud:
        lines = [f"- {words(item.sentence())}" for item in loud[:_ROWS]]
        yield fold(many(len(loud), "message") + " about this run", "\n".join(lines) + _more(loud, _ROWS))


def _how_to_act(groups: Groups, outcome: Outcome) -> Iterator[str]:
    """A stanza for the exceptions file about the first finding people see; no report can put text in it."""
    candidates = groups.new or groups.reopened or groups.breached or groups.open
    if not candidates:
        return
    yield fold(
        "How to accept a finding, or ask why it is here",
        "Fix it, and the next complete scan closes it. To accept it for a while, add this to "
        "`.github/onefold-exceptions.yml`:\n\n"
        "```yaml\n"
        "exceptions:\n"
        f"  - id: {_yaml_id(candidates[0].id)}\n"
        "    status: risk_accepted  # or false_positive, not_affected, mitigated, out_of_scope\n"
        "    reason: why this is acceptable\n"
        "    owner: your-team\n"
        f"    expires: {day(outcome.now + _EXCEPTION_DAYS)}\n"
        "```\n\n"
        f"`onefold explain {_yaml_id(candidates[0].id)}` says how the finding was recognised and why it is one.",
    )


def _yaml_id(finding_id: str) -> str:
    return "".join(mark for mark in finding_id if mark.isalnum() or mark in "-_")[:80]
