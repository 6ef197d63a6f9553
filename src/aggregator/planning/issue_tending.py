"""What one issue that stands there needs: an answer, another text, a reminder, to be closed or opened again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.state import Tracked
from aggregator.planning.claims import seen_since
from aggregator.planning.commands import USAGE, Command, sense, understand
from aggregator.planning.github_actions import CloseIssue, EditIssue, GitHubAction, RemindIssue
from aggregator.planning.issue_desk import Served
from aggregator.planning.issue_words import (
    LABELS,
    NOT_PLANNED,
    closed_against,
    closed_by_person,
    decisive,
    is_rolling,
    kept_open,
    unanswered,
    words_of,
)
from aggregator.planning.observed import SeenIssue
from aggregator.writers.issue_comments import (
    answer,
    came_back,
    decided,
    doubt,
    fixed,
    heard,
    left_open,
    misunderstood,
    no_longer_late,
    reminder,
)
from aggregator.writers.issue_marks import comment_kind, has_our_title, is_shared_key, moment_word, says_the_same
from aggregator.writers.issue_text import Text, finding_issue, rule_issue

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_FOLDED = 2
"""How many of our latest reminders are folded up when there is a new one: the last, and one in case that failed."""


def tend(served: Served, outcome: Outcome, remind_days: int, commands: Sequence[str]) -> Iterator[GitHubAction]:
    """What is to be done about an issue; nothing when all is as it should be. Without ``commands`` none is heard.

    Where people locked it nobody is reminded or answered, and what they closed is not opened: nothing could say why.
    """
    issue, late = served.item, served.due
    yield from answers(served, outcome)
    if not late:
        yield from _close(served, outcome.now)
    elif issue.is_open:
        text = text_of(issue.key, late, outcome, commands, served.forgotten, issue.body)
        if not says_the_same(issue.body, text.body):
            yield _edit(served, text)
        if _is_due(issue, outcome.now, remind_days):
            yield _remind(issue, reminder(late, outcome.now))
    else:
        word = _word_on_opening(served, outcome.now, decides=bool(commands))
        if word:
            yield replace(_edit(served, text_of(issue.key, late, outcome, commands, earlier=issue.body)), reopen=True)
            if not _is_reminded(issue, outcome.now):
                yield _remind(issue, word)


def text_of(
    key: str,
    late: tuple[Finding, ...],
    outcome: Outcome,
    commands: Sequence[str],
    forgotten: tuple[str, ...] = (),
    earlier: str = "",
) -> Text:
    """Title and text of the issue with this key about these findings, and about others that nobody remembers."""
    if is_shared_key(key):
        return rule_issue(key, late, outcome, commands, forgotten, earlier)
    return finding_issue(key, late[0], outcome, commands, earlier)


def edit(issue: SeenIssue, text: Text) -> EditIssue:
    """The new text; a title that people gave it stays."""
    title = text.title if has_our_title(issue.title, issue.body) else issue.title
    return EditIssue(number=issue.number, title=title, body=text.body, url=issue.url)


def _edit(served: Served, text: Text) -> EditIssue:
    """The new text, and whom it is the first to name: before, nobody could decide on them there."""
    return replace(edit(served.item, text), joined=served.newcomers)


def answers(served: Served, outcome: Outcome) -> Iterator[RemindIssue]:
    """One comment that answers every command nobody has answered yet; none where it could not be written."""
    issue, lines, is_understood = served.item, [], False
    remarks = () if issue.is_locked else unanswered(issue)
    subjects = {name: each for each in served.subjects for name in (each.id, *each.aliases)}
    first = next(iter(sorted(served.subjects, key=lambda each: each.closed_at is not None)), None)
    for remark in remarks:
        wish = understand(remark.body, remark.created_at)
        why = _mistake(wish, issue, set(subjects)) if isinstance(wish, Command) else wish.reason
        if why or not isinstance(wish, Command):
            lines.append(misunderstood(remark.author, why, USAGE))
            continue
        is_understood = True
        meant = subjects.get(wish.finding) if wish.finding else first
        if meant is None and wish.finding:
            meant = next((each for each in outcome.findings if wish.finding in (each.id, *each.aliases)), None)
        lines.append(heard(remark.author, meant))
    if lines:
        said = [(remark.id, sense(remark.body, remark.created_at)) for remark in remarks]
        body = answer(lines, moment_word(remarks[-1].created_at), said)
        is_last = is_understood and remarks[-1] == decisive(issue)[-1]
        labels = tuple(label for label in LABELS if label in issue.labels) if is_last else ()
        yield RemindIssue(issue.number, body, remove_labels=labels)


def _mistake(wish: Command, issue: SeenIssue, names: set[str]) -> str:
    if is_rolling(issue):
        return "" if wish.finding else "Say which finding is meant: its id comes after the first word."
    if wish.finding and wish.finding not in names:
        return "That finding is not in this issue."
    return ""


def _word_on_opening(served: Served, now: datetime, *, decides: bool) -> str:
    """What to say when a closed issue is opened again; empty when it is left as people left it."""
    issue, late = served.item, served.due
    if issue.state_reason == "duplicate" or (issue.is_locked and closed_by_person(issue)):
        return ""
    if issue.closed_by_us or not issue.is_known:
        return came_back(late, now)
    if closed_against(issue):
        return came_back(late, now) if _is_taken_back(served) else ""
    return _word_against(issue, late, now, decides=decides)


def _is_taken_back(served: Served) -> bool:
    """Whether commands that are later than the closing say of all that is there that it is open.

    Opened for one of many it would take back the decision about the others: that holds as long as it is closed.
    """
    words = words_of(served.item)
    for each in (*served.due, *(each for each in served.subjects if each.closed_at is None)):
        meant = [word for word in words if word.finding in ("", each.id, *each.aliases)]
        if meant[-1].decision.disposition.silences:
            return False
    return True


def _word_against(issue: SeenIssue, late: tuple[Finding, ...], now: datetime, *, decides: bool) -> str:
    """What to say when others closed what is still there, and decided nothing by it."""
    closed_at = issue.closed_at
    if closed_at is None:
        return ""
    is_back = any(each.reopened_at is not None and each.reopened_at > closed_at for each in late)
    is_seen = bool(seen_since(late, closed_at))
    if is_back or (is_seen and not closed_by_person(issue)):
        return came_back(late, now)
    is_doubted = any(comment_kind(each.body) == "doubt" for each in issue.reminders)
    return doubt(late, now, decides=decides) if is_seen and not is_doubted else ""


def _close(served: Served, now: datetime) -> Iterator[GitHubAction]:
    """Closed only when it is known what became of the findings; an issue about forgotten ones is left alone."""
    issue, subjects = served.item, served.subjects
    if not issue.is_open or not subjects or served.forgotten:
        return
    closing = _closing(issue, subjects, now)
    said_at = kept_open(issue)
    if said_at is not None and all(_turned_at(each) <= said_at for each in subjects):
        yield from _leave_open(issue, closing, now)
        return
    is_said = bool(issue.reminders) and comment_kind(issue.reminders[-1].body) == "closed"
    yield replace(closing, body="") if is_said and issue.state_reason != "reopened" else closing


def _closing(issue: SeenIssue, subjects: Sequence[Finding | Tracked], now: datetime) -> CloseIssue:
    """The last word, and what it is called."""
    silenced = [each for each in subjects if each.closed_at is None and each.decision.disposition.silences]
    closed = [each for each in subjects if each.closed_at is not None]
    if len(closed) == len(subjects):
        return CloseIssue(issue.number, fixed(closed, now), "completed")
    if silenced:
        return CloseIssue(issue.number, decided(silenced, now), "completed" if closed else NOT_PLANNED)
    waiting = [each for each in subjects if each.closed_at is None]
    return CloseIssue(issue.number, no_longer_late(waiting, now), NOT_PLANNED)


def _leave_open(issue: SeenIssue, closing: CloseIssue, now: datetime) -> Iterator[RemindIssue]:
    """Whoever opens an issue again that we closed is told once what we know, and not fought."""
    kinds = [comment_kind(each.body) for each in issue.reminders]
    is_told = "left" in kinds and kinds[::-1].index("left") < kinds[::-1].index("closed")
    if issue.is_known and not issue.is_locked and not is_told:
        yield RemindIssue(issue.number, left_open(closing.body, now))


def _turned_at(finding: Finding | Tracked) -> datetime:
    """When it became what it is: fixed, decided, or open again."""
    dates = (finding.closed_at, finding.reopened_at, finding.decision.decided_at)
    return max((at for at in dates if at is not None), default=_BEGINNING)


def _is_due(issue: SeenIssue, now: datetime, days: int) -> bool:
    """Whether so many days went by since we last asked for attention; unread comments count as of the last change."""
    if issue.is_locked:
        return False
    asked = [issue.created_at]
    if issue.is_known:
        asked += [each.created_at for each in issue.reminders if comment_kind(each.body) in ("reminder", "doubt")]
    else:
        asked.append(issue.updated_at)
    last = max((each for each in asked if each is not None), default=None)
    return last is not None and (now.date() - last.date()).days >= days


def _is_reminded(issue: SeenIssue, now: datetime) -> bool:
    """Whether we asked for attention today, or cannot: once a day is enough, whatever happens."""
    asked = [each for each in issue.reminders if comment_kind(each.body) in ("reminder", "doubt")]
    return issue.is_locked or any(
        each.created_at is not None and each.created_at.date() == now.date() for each in asked
    )


def _remind(issue: SeenIssue, body: str) -> RemindIssue:
    earlier = [each for each in issue.reminders if comment_kind(each.body) in ("reminder", "doubt") and each.node_id]
    return RemindIssue(issue.number, body, tuple(each.node_id for each in earlier[-_FOLDED:]))
