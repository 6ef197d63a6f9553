"""The one comment on a pull request: short, verdict first, and the same text again when nothing changed.

The first line is a hidden marker, by which the next run finds the comment. A second hidden line remembers what was ever
shown as new and which scans found it, so that a later run says *fixed* only once they have looked again, and only when
none of it is open: what the base branch has got meanwhile is no longer new, and not fixed either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from msgspec import Struct

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.state import Line, RunRef
from aggregator.writers.escape import clip, is_link, markdown, markdown_code
from aggregator.writers.summary_blocks import DOCUMENTS, blocks, changed_table
from aggregator.writers.summary_cells import many
from aggregator.writers.summary_groups import Groups, group
from aggregator.writers.summary_head import (
    arithmetic,
    counts,
    fitted,
    gaps,
    headline,
    open_line,
    reason_words,
    warning,
)
from aggregator.writers.summary_products import products_table

CLEARED = "**All that was new here is fixed.**"
SET_ASIDE = "**All that was new here is fixed or accepted.**"
NOT_NEW = "Nothing is new here any more: what was new is fixed, accepted, or known on the base branch as well."
_NOT_AGAIN = "Nothing new was found. What was new here before has not been looked at again in full."
_FIRST = (
    "There is no earlier run on {branch} to compare with, so nothing is called new here. Run Onefold there once; from "
    "then on this comment shows what the pull request changes."
)
_LEFT_BEHIND = (
    "There are earlier runs on {branch}, but of commits that this change does not contain, so nothing is called new "
    "here. Bring the branch up to date; from then on this comment shows what the pull request changes."
)
_UNREAD = (
    "The earlier state could not be read, so nothing is called new or fixed. Nothing is lost: run the job again, or do "
    "what its log says."
)
_FOREIGN = "The reports were made by a run of the fork's own code and workflow; read this comment as that run's word."
_WAITING = "<!-- onefold:new "
_MORE = "more"
_MOST_SCANS = 40
_MOST_FINDINGS = 100
_SCAN_DIGITS = 8
_FINDING_DIGITS = 10
_RUN = "<sub>Run "


class CommentFacts(Struct, frozen=True, kw_only=True):
    """What a comment says beyond the outcome, and whether it may be written.

    Attributes:
        key: tells our comments on one pull request apart, from :func:`comment_key`.
        number: the pull request's, proven: named by the event itself, or found by the head commit; else ``None``.
        doubt: why the number of a pull request is not known; empty when it is, or when the run is about none.
        reads_only: whose pull request made the token one that only reads: ``a fork`` or ``Dependabot``; empty when it
            may write.
        is_foreign: whether the reports come from a fork's run.
        head: full SHA of the pull request's head; not that of the merge that may have been scanned.
        run_url: the page of this run; empty when there is none.
        earlier: the comment's text as it stands there; empty when there is none.
    """

    key: str
    number: int | None = None
    doubt: str = ""
    reads_only: str = ""
    is_foreign: bool = False
    head: str = ""
    run_url: str = ""
    earlier: str = ""


class _Memory(Struct, frozen=True):
    """What was ever shown as new here, as the hidden line remembers it: by short digests, as many as there is room for.

    Attributes:
        waiting: the scans that found it and have not looked again since.
        shown: the findings.
        has_more: whether there were others, whose names nobody wrote down.
    """

    waiting: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    has_more: bool = False

    def line(self) -> str:
        """The hidden line; empty when there is nothing to remember."""
        words = (*sorted(self.waiting), *sorted(self.shown), *((_MORE,) if self.has_more else ()))
        return f"{_WAITING}{' '.join(words)} -->" if words else ""


def comment_key(line: Line) -> str:
    """Twelve hexadecimal digits, the same for all runs of one job. A pull request may change its branch: left out."""
    parts = f"{line.product}\x1f{line.environment}\x1f{line.key}"
    return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def marker(key: str) -> str:
    """The first line of our comment."""
    return f"<!-- onefold:comment v1 {key} -->"


def is_marked(body: str, key: str) -> bool:
    """Whether a comment's first line is our marker; whoever wrote it."""
    return body.partition("\n")[0].rstrip() == marker(key)


def render_comment(outcome: Outcome, facts: CommentFacts) -> str:
    """The whole text, at most 65 000 characters and bytes."""
    groups = group(outcome)
    memory = _remembered(groups, outcome, facts.earlier)
    hidden = [marker(facts.key), *filter(None, (memory.line(),))]
    rest = f"on [the run's page]({facts.run_url})" if is_link(facts.run_url) else ""
    head = [*_head(groups, outcome, memory), *products_table(outcome, rest or DOCUMENTS)]
    if not outcome.is_baseline:
        head += changed_table(groups, outcome, rest)
    text = fitted(head, blocks(groups, outcome, rest), _foot(outcome, facts))
    return "\n".join((*hidden, "", text))


def substance(body: str) -> str:
    """The text without what every run changes (the line that links it) and without what GitHub changes on its own."""
    lines = [line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(line for line in lines if not line.startswith(_RUN)).strip()


def _head(groups: Groups, outcome: Outcome, memory: _Memory) -> Iterator[str]:
    if outcome.is_baseline:
        yield headline(outcome, many(len(groups.open), "open finding"))
        yield _why_nothing_is_new(outcome)
    else:
        yield headline(outcome, counts(outcome))
        yield from _cleared(groups, memory)
    yield f"{reason_words(outcome)} {open_line(groups, outcome)}"
    yield from warning(gaps(outcome))


def _why_nothing_is_new(outcome: Outcome) -> str:
    if outcome.context.is_past_unread:
        return _UNREAD
    branch = markdown(clip(outcome.context.line.branch, 60)) or "the target branch"
    return (_LEFT_BEHIND if outcome.is_left_behind else _FIRST).format(branch=branch)


def _cleared(groups: Groups, memory: _Memory) -> Iterator[str]:
    """What became of what the comment showed before."""
    if groups.new or groups.reopened:
        return
    if memory.waiting:
        yield _NOT_AGAIN
    elif memory.has_more or not memory.shown.isdisjoint(_names(groups.open)):
        yield NOT_NEW
    elif memory.shown:
        yield CLEARED if memory.shown.isdisjoint(_names(groups.silenced)) else SET_ASIDE


def _remembered(groups: Groups, outcome: Outcome, earlier: str) -> _Memory:
    """What the earlier text remembers, and what is new now; a run that compares nothing adds and forgets nothing."""
    told = _told(earlier)
    if outcome.is_baseline:
        return told
    new = (*groups.new, *groups.reopened)
    whole = {_scan(scan.tool, scan.scope) for scan in outcome.scans if scan.completeness is Completeness.COMPLETE}
    now = {_scan(each.tool, each.scope) for finding in new for each in finding.sightings}
    shown = sorted(told.shown.union(_finding(finding.id) for finding in new))
    return _Memory(
        frozenset(sorted(now | (told.waiting - whole))[:_MOST_SCANS]),
        frozenset(shown[:_MOST_FINDINGS]),
        told.has_more or len(shown) > _MOST_FINDINGS,
    )


def _told(earlier: str) -> _Memory:
    """What the earlier text remembers. Texts from before findings were remembered name scans alone."""
    line = next((line for line in earlier.split("\n")[:2] if line.startswith(_WAITING)), "")
    words = line.removeprefix(_WAITING).partition("-->")[0].split()
    digests = [word for word in words if word.isalnum() and word.isascii()]
    waiting = frozenset(word for word in digests if len(word) == _SCAN_DIGITS)
    shown = frozenset(word for word in digests if len(word) == _FINDING_DIGITS)
    is_old = not shown and (bool(waiting) or CLEARED in earlier or SET_ASIDE in earlier)
    return _Memory(waiting, shown, is_old or _MORE in words)


def _names(findings: Iterable[Finding]) -> Iterator[str]:
    """By what the hidden line may know them."""
    return (_finding(name) for finding in findings for name in (finding.id, *finding.aliases))


def _finding(id_: str) -> str:
    return _digest(id_)[:_FINDING_DIGITS]


def _scan(tool: str, scope: str) -> str:
    return _digest(f"{tool}\x1f{scope}")[:_SCAN_DIGITS]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _foot(outcome: Outcome, facts: CommentFacts) -> list[str]:
    """Who says this, and about what; the line about the run is one that :func:`substance` knows."""
    line = "/".join(outcome.context.line.words)
    about = [f"Commit {markdown_code(facts.head[:12])}"] if facts.head else []
    about += [f"compared with {markdown(clip(line, 120))}", arithmetic(outcome.totals)]
    notes = [f"<sub>{_FOREIGN}</sub>"] if facts.is_foreign else []
    return [*notes, f"<sub>{' · '.join(about)}</sub>", f"{_RUN}{_run(outcome.context.run, facts.run_url)}</sub>"]


def _run(run: RunRef, url: str) -> str:
    """The run by its number, linked where that is possible."""
    number = run.id if run.id.isdecimal() else markdown(clip(run.id, 60))
    name = number + (f", attempt {run.attempt}" if run.attempt > 1 else "")
    return f"[{name}]({url})" if is_link(url) else name
