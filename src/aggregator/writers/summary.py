"""``summary.md``: the pull request's comment and the job's summary. The verdict first, details folded below.

GitHub refuses a comment of more than 65 536 characters, and some of its limits count bytes; this text stays below
65 000 of both whatever comes in. A block that would not fit is left out whole, and the text says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregator.gate import UNSET
from aggregator.model.coverage import Completeness
from aggregator.model.outcome import Outcome, Ruling, Totals
from aggregator.model.severity import WORST_FIRST
from aggregator.writers.escape import clip, markdown, markdown_code, plain
from aggregator.writers.summary_blocks import TOP, blocks, finding_table
from aggregator.writers.summary_cells import many
from aggregator.writers.summary_groups import Groups, group

MAX_BYTES = 64_500
"""Leaves room for the marker that the comment carries on its first line."""

_LEFT_OUT = "_Some details are left out here for length; `findings.json` has all of them._"
_FIRST = (
    "Baseline set",
    "This is the first run on this line, so nothing is called new. From the next run on, only what changed is shown "
    "here.",
)
_UNREAD = (
    "Not compared",
    "The earlier state could not be read, so nothing is called new or fixed, nothing was remembered, and the clocks of "
    "these findings are not known. Nothing is lost: run it again.",
)
_NAMES = 4
_EXPECTED, _UNCOVERED = _MISSING = ("expected-report-missing", "scope-not-covered")
_GATE = {Ruling.PASS: "Passed", Ruling.FAIL: "Failed", Ruling.INCONCLUSIVE: "No verdict yet"}


def render_summary(outcome: Outcome) -> Iterator[bytes]:
    """The text as one chunk of UTF-8."""
    groups = group(outcome)
    head = [*_head(groups, outcome), *_table(groups, outcome)]
    yield _fitted(head, blocks(groups, outcome), _foot(outcome)).encode()


def _fitted(head: list[str], details: Iterable[str], foot: str) -> str:
    """The parts as paragraphs, without the details that would make the text too long."""
    parts = [*head]
    room = MAX_BYTES - sum(_size(part) for part in (*head, foot, _LEFT_OUT))
    complete = True
    for block in details:
        if _size(block) <= room:
            parts.append(block)
            room -= _size(block)
        else:
            complete = False
    parts += [foot] if complete else [_LEFT_OUT, foot]
    return "\n\n".join(parts) + "\n"


def _size(part: str) -> int:
    return len(part.encode()) + 2


def _head(groups: Groups, outcome: Outcome) -> Iterator[str]:
    verdict = outcome.verdict
    reason = markdown(clip(plain(verdict.reason), 300))
    if outcome.is_baseline:
        title, explained = _UNREAD if outcome.context.is_past_unread else _FIRST
        yield f"## {title}: {many(len(groups.open), 'open finding')}"
        yield explained
        yield reason if verdict == UNSET else f"**{_GATE[verdict.ruling]}.** {reason}"
    elif verdict == UNSET:
        yield f"## {_counts(outcome.totals).capitalize()}"
        yield reason
    else:
        yield f"## {_GATE[verdict.ruling]}: {_counts(outcome.totals)}"
        yield reason
    yield _open_line(groups, outcome)
    yield from _incomplete(outcome)


def _counts(totals: Totals) -> str:
    """``2 new, 1 fixed, 14 unchanged``."""
    counts = (
        (totals.new, "new", True),
        (totals.absent, "fixed", True),
        (totals.reopened, "reopened", False),
        (totals.updated, "updated", False),
        (totals.unchanged, "unchanged", True),
    )
    return ", ".join(many(count, word, word) for count, word, always in counts if count or always)


def _open_line(groups: Groups, outcome: Outcome) -> str:
    if not groups.open:
        return "Nothing is open."
    by_severity = ((severity, outcome.totals.by_severity.get(severity.value, 0)) for severity in WORST_FIRST)
    parts = [f"{count:,} {severity.value.lower()}".replace(",", " ") for severity, count in by_severity if count]
    clock = [(len(groups.breached), "past the due date"), (len(groups.approaching), "due soon")]
    late = [f"**{many(count, word, word)}**" for count, word in clock if count]
    open_ = f"{many(len(groups.open), 'open finding')}: {', '.join(parts)}."
    return f"{open_} {' and '.join(late)}." if late else open_


def _incomplete(outcome: Outcome) -> Iterator[str]:
    """A run that did not see everything says so before anybody reads the numbers as good news."""
    subjects = {code: [item.subject for item in outcome.diagnostics if item.code == code] for code in _MISSING}
    tools = {state: [scan.tool for scan in outcome.scans if scan.completeness is state] for state in Completeness}
    parts = (
        _named(tools[Completeness.FAILED], "scan failed", "scans failed"),
        _named(tools[Completeness.PARTIAL], "scan is partial", "scans are partial"),
        _named(subjects[_EXPECTED], "expected report is missing", "expected reports are missing"),
        _named(subjects[_UNCOVERED], "scope has no usable scan", "scopes have no usable scan"),
    )
    if any(parts):
        said = ", ".join(filter(None, parts))
        yield f"> [!WARNING]\n> **Not everything was looked at:** {said}. What was not looked at is not called fixed."


def _named(names: list[str], one: str, several: str) -> str:
    """How many, and which: ``2 scans failed (Trivy, ZAP)``."""
    if not names:
        return ""
    distinct = list(dict.fromkeys(names))
    more = [f"{len(distinct) - _NAMES} more"] if len(distinct) > _NAMES else []
    shown = ", ".join([*(markdown(clip(plain(name), 60)) or "unknown" for name in distinct[:_NAMES]), *more])
    return f"{many(len(names), one, several)} ({shown})"


def _table(groups: Groups, outcome: Outcome) -> Iterator[str]:
    """The new findings, reopened ones after them; on a first run the worst of all."""
    if outcome.is_baseline:
        if groups.open:
            yield f"### The worst {min(TOP, len(groups.open))}" if len(groups.open) > 1 else "### The finding"
            yield finding_table(groups.open, outcome)
    elif groups.new:
        yield f"### New ({len(groups.new)})"
        yield finding_table(groups.new, outcome)


def _foot(outcome: Outcome) -> str:
    context = outcome.context
    parts = [f"Run {markdown(clip(context.run.id, 60))}"]
    if context.run.attempt > 1:
        parts.append(f"attempt {context.run.attempt}")
    if context.commit:
        parts.append(f"commit {markdown_code(context.commit[:12])}")
    line = "/".join(part for part in (context.line.product, context.line.environment, context.line.branch) if part)
    parts.append(markdown(clip(line, 120)))
    totals = outcome.totals
    parts.append(
        f"{totals.reported} reported = {totals.unique} unique + {totals.merged} merged"
        f" + {totals.suppressed} suppressed + {totals.refused} refused"
    )
    return f"<sub>{' · '.join(parts)}</sub>"
