"""What stands first in the summary and in the comment: the verdict, what is open, and what was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from aggregator.gate import UNSET
from aggregator.lifecycle.expected import MISSING_REPORT
from aggregator.model.coverage import Completeness
from aggregator.model.outcome import Outcome, Ruling, Totals
from aggregator.model.severity import WORST_FIRST
from aggregator.pipeline.intake import UNREADABLE
from aggregator.writers.escape import clip, markdown, plain
from aggregator.writers.summary_cells import many
from aggregator.writers.summary_groups import Groups

MAX_BYTES = 64_500
"""GitHub refuses a comment of more than 65 536 characters, and some of its limits count bytes. A text of so many bytes,
with the comment's hidden lines before it, stays below 65 000 of both."""

_LEFT_OUT = "_Some details are left out here for length; `findings.json` has all of them._"
_UNCOVERED = "scope-not-covered"
_NAMES = 4


class Gaps(Struct, frozen=True):
    """What a run did not see, by name: scans by their tool, reports and scopes as the run's messages call them.

    A report that is no scan of a known tool is ``unusable``.
    """

    failed: tuple[str, ...]
    partial: tuple[str, ...]
    unusable: tuple[str, ...]
    missing: tuple[str, ...]
    uncovered: tuple[str, ...]

    @property
    def is_blind(self) -> bool:
        """Whether a scanner failed, or a report that people name or expect is missing or cannot be used.

        Partial scans are the normal case, and a scope may be left to another workflow on purpose.
        """
        return bool(self.failed or self.unusable or self.missing)


def gaps(outcome: Outcome) -> Gaps:
    """What the run did not see."""
    subjects = {
        code: tuple(item.subject for item in outcome.diagnostics if item.code == code)
        for code in (UNREADABLE, MISSING_REPORT, _UNCOVERED)
    }
    known = {scan.report for scan in outcome.scans}  # by its tool's name, where that is known
    unusable = tuple(name for name in subjects[UNREADABLE] if name not in known)
    tools = {state: tuple(scan.tool for scan in outcome.scans if scan.completeness is state) for state in Completeness}
    failed, partial = tools[Completeness.FAILED], tools[Completeness.PARTIAL]
    return Gaps(failed, partial, unusable, subjects[MISSING_REPORT], subjects[_UNCOVERED])


def counts(outcome: Outcome) -> str:
    """``2 new, 1 fixed, 14 unchanged, 1 decision ended``."""
    totals = outcome.totals
    found = (
        (totals.new, "new", True),
        (totals.absent, "fixed", True),
        (totals.reopened, "reopened", False),
        (totals.updated, "updated", False),
        (totals.unchanged, "unchanged", True),
    )
    said = [many(count, word, word) for count, word, always in found if count or always]
    ended = [many(outcome.ended, "decision ended", "decisions ended")] if outcome.ended else []
    return ", ".join((*said, *ended))


def verdict_words(outcome: Outcome) -> str:
    """``Gate: blocked by 1 high``; empty where nobody asked for a verdict."""
    if outcome.verdict == UNSET:
        return ""
    ruling = outcome.verdict.ruling
    if ruling is not Ruling.FAIL:
        return "Gate: passed" if ruling is Ruling.PASS else "Gate: no verdict yet"
    failing = frozenset(outcome.verdict.failing)
    by_severity = Counter(finding.severity for finding in outcome.findings if finding.id in failing)
    stoppers = ", ".join(
        f"{by_severity[severity]} {severity.value.lower()}" for severity in WORST_FIRST if by_severity[severity]
    )
    word = "advisory, would be blocked" if outcome.verdict.is_advisory else "blocked"
    return f"Gate: {word} by {stoppers}" if stoppers else f"Gate: {word}"


def headline(outcome: Outcome, said: str) -> str:
    """The first line people read: what changed, and what the gate says to it."""
    return f"## {'. '.join(filter(None, (said, verdict_words(outcome))))}"


def reason_words(outcome: Outcome) -> str:
    """The gate's own sentence."""
    return markdown(clip(plain(outcome.verdict.reason), 300))


def open_line(groups: Groups, outcome: Outcome) -> str:
    """How much is open, by severity, and how much of it is late."""
    if not groups.open:
        return "Nothing is open."
    by_severity = ((severity, outcome.totals.by_severity.get(severity.value, 0)) for severity in WORST_FIRST)
    parts = [f"{count:,} {severity.value.lower()}".replace(",", " ") for severity, count in by_severity if count]
    clock = [(len(groups.breached), "past the due date"), (len(groups.approaching), "due soon")]
    late = [f"**{many(count, word, word)}**" for count, word in clock if count]
    open_ = f"{many(len(groups.open), 'open finding')}: {', '.join(parts)}."
    return f"{open_} {' and '.join(late)}." if late else open_


def warning(unseen: Gaps) -> Iterator[str]:
    """A run that did not see everything says so before anybody reads the numbers as good news."""
    parts = (
        _named(unseen.failed, "scan failed", "scans failed"),
        _named(unseen.partial, "scan is partial", "scans are partial"),
        _named(unseen.unusable, "report could not be used", "reports could not be used"),
        _named(unseen.missing, "expected report is missing", "expected reports are missing"),
        _named(unseen.uncovered, "scope has no usable scan", "scopes have no usable scan"),
    )
    if any(parts):
        said = ", ".join(filter(None, parts))
        yield f"> [!WARNING]\n> **Not everything was looked at:** {said}. What was not looked at is not called fixed."


def _named(names: tuple[str, ...], one: str, several: str) -> str:
    """How many, and which: ``2 scans failed (Trivy, ZAP)``."""
    if not names:
        return ""
    distinct = list(dict.fromkeys(names))
    more = [f"{len(distinct) - _NAMES} more"] if len(distinct) > _NAMES else []
    shown = ", ".join([*(markdown(clip(plain(name), 60)) or "unknown" for name in distinct[:_NAMES]), *more])
    return f"{many(len(names), one, several)} ({shown})"


def arithmetic(totals: Totals) -> str:
    """How the entries of the reports became findings."""
    return (
        f"{totals.reported} reported = {totals.unique} unique + {totals.merged} merged"
        f" + {totals.suppressed} suppressed + {totals.refused} refused"
    )


def fitted(head: list[str], details: Iterable[str], foot: list[str]) -> str:
    """The parts as paragraphs, without the details that would make the text too long."""
    parts = [*head]
    room = MAX_BYTES - sum(_size(part) for part in (*head, *foot, _LEFT_OUT))
    complete = True
    for block in details:
        if _size(block) <= room:
            parts.append(block)
            room -= _size(block)
        else:
            complete = False
    parts += foot if complete else [_LEFT_OUT, *foot]
    return "\n\n".join(parts) + "\n"


def _size(part: str) -> int:
    return len(part.encode()) + 2
