"""Issues about findings past their SLA: what to open, edit, remind, close and open again, decided as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.outcome import Outcome
from aggregator.planning.commands import USAGE
from aggregator.planning.desk import Pace, Wanted, paced
from aggregator.planning.github_actions import CloseIssue, EditIssue, GitHubAction, OpenIssue, RemindIssue
from aggregator.planning.issue_desk import Desk, Served, arrange
from aggregator.planning.issue_tending import answers, edit, tend, text_of
from aggregator.planning.issue_words import NOT_PLANNED, closed_by_person, kept_open
from aggregator.planning.observed import SeenIssue
from aggregator.planning.plan import Held, held_together
from aggregator.policy.policy import Issues
from aggregator.state.settle import Learned
from aggregator.writers.issue_comments import emptied, same_as
from aggregator.writers.issue_marks import ROLLING, comment_kind, says_the_same
from aggregator.writers.issue_text import Text, rolling_issue

_MOST_ASSIGNEES = 10
"""As many people as GitHub assigns to one issue."""
_CLOSE, _REOPEN, _REMINDER, _ANSWER = "close", "reopen", "reminder", "answer"


class IssueFacts(Struct, frozen=True, kw_only=True):
    """What the plan has to know about the run and its repository.

    Attributes:
        is_private: whether only members can read its issues; ``None`` when nobody could say.
        held: why this run must not touch any issue: it is about a change, or has no memory; empty when it may.
        assignees: logins by the id of a finding.
        listens: whether people decide in issues; what does not count is not answered.
    """

    is_private: bool | None = None
    held: str = ""
    assignees: Mapping[str, tuple[str, ...]] = {}
    listens: bool = True

    @property
    def commands(self) -> tuple[str, ...]:
        """What people can write; nothing where nobody listens."""
        return USAGE if self.listens else ()


class IssuePlan(Struct, frozen=True):
    """What is to be done about issues.

    Attributes:
        held: the first of what would be done if the policy allowed it, and how much more there is.
        notes: what one run may not do of it.
        tickets: which findings the issues that stand there are about, for the state.
        rolling: the address of the rolling issue; empty where there is none, ``None`` where nobody could say.
    """

    actions: tuple[GitHubAction, ...] = ()
    held: tuple[Held, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    tickets: tuple[Learned, ...] = ()
    rolling: str | None = None


def plan_issues(outcome: Outcome, issues: tuple[SeenIssue, ...] | None, facts: IssueFacts, rules: Issues) -> IssuePlan:
    """The whole of it. A first run opens nothing, and a run without a past or about a change touches nothing."""
    if facts.held or outcome.is_baseline or outcome.context.is_past_unread:
        return IssuePlan()
    seen = issues or ()
    if not facts.listens:
        seen = tuple(replace(issue, remarks=()) for issue in seen)
    desk = arrange(outcome, seen, rules)
    deeds = tuple(_actions(desk, outcome, facts, rules))
    actions, left = paced(deeds, _pacing(deeds, desk.rolling), rules.most, outcome.now.toordinal())
    why_not = _why_not(issues, facts, rules)
    if why_not:
        return IssuePlan(held=held_together(actions, why_not))
    rolling = "" if desk.rolling is None else desk.rolling.url
    return IssuePlan(actions, (), tuple(_left(left, rules)), tuple(_tickets(desk.served, actions)), rolling)


def _why_not(issues: tuple[SeenIssue, ...] | None, facts: IssueFacts, rules: Issues) -> str:
    if rules.mode == "off":
        return "the policy switches issues off"
    if rules.mode == "auto" and not facts.is_private:
        return "everybody could read it; set github.issues.mode to on if that is meant"
    return "" if issues is not None else "the issues that stand there could not be listed"


def _actions(desk: Desk, outcome: Outcome, facts: IssueFacts, rules: Issues) -> Iterator[GitHubAction]:
    for issue, same in desk.doubles:
        if not issue.is_known or kept_open(issue) is None:
            yield CloseIssue(issue.number, same_as(same.number, outcome.now), NOT_PLANNED)
    for served in desk.served:
        yield from tend(served, outcome, rules.remind_days, facts.commands)
    for wanted in desk.wanted:
        yield _open(wanted, text_of(wanted.key, wanted.due, outcome, facts.commands), facts, rules)
    yield from _roll(desk, outcome, facts, rules)


def _pacing(actions: Sequence[GitHubAction], rolling: SeenIssue | None) -> Callable[[GitHubAction], Pace | None]:
    """What sends mail is kept from being a flood; edits send none. An issue opens together with the word why.

    Who has just said something there sees at once what comes of it, and of rolling issues there is only one.
    """
    opened = {action.number for action in actions if isinstance(action, EditIssue) and action.reopen}
    answered = (
        action for action in actions if isinstance(action, RemindIssue) and comment_kind(action.body) == _ANSWER
    )
    prompt = {action.number for action in answered}
    if rolling is not None:
        prompt.add(rolling.number)

    def pace(action: GitHubAction) -> Pace | None:
        match action:
            case CloseIssue(number) if number not in prompt:
                return Pace(_CLOSE, str(number))
            case RemindIssue(number) | EditIssue(number=number) if number in opened - prompt:
                return Pace(_REOPEN, str(number))
            case RemindIssue(number, body) if comment_kind(body) == _REMINDER and number not in opened:
                return Pace(_REMINDER, str(number))
        return None

    return pace


def _left(left: Counter[str], rules: Issues) -> Iterator[Diagnostic]:
    """What waits for the next runs; of reminders nothing is said: they come again by themselves."""
    for sort, done, does in ((_CLOSE, "closed", "closes"), (_REOPEN, "opened again", "opens again")):
        if left[sort]:
            many = "1 more issue is" if left[sort] == 1 else f"{left[sort]} more issues are"
            reason = f"{many} to be {done}: one run {does} {rules.most} at most, and the next ones go on."
            step = "Wait for the next runs, or raise github.issues.most for one of them."
            yield Diagnostic("issues-left", Level.WARNING, "GitHub", reason, step)


def _open(wanted: Wanted, text: Text, facts: IssueFacts, rules: Issues) -> OpenIssue:
    people = dict.fromkeys(login for finding in wanted.due for login in facts.assignees.get(finding.id, ()))
    return OpenIssue(
        issue=wanted.key,
        title=text.title,
        body=text.body,
        labels=rules.labels,
        assignees=tuple(people)[:_MOST_ASSIGNEES],
        findings=tuple(finding.id for finding in wanted.due),
    )


def _roll(desk: Desk, outcome: Outcome, facts: IssueFacts, rules: Issues) -> Iterator[GitHubAction]:
    """The one issue for what has none of its own; nobody is reminded of it, and it may be closed for good."""
    issue = desk.rolling
    if issue is not None:
        yield from answers(Served(issue, ROLLING, (), ()), outcome)
    rest = tuple(finding for wanted in desk.rest for finding in wanted.due)
    if not rest:
        if issue is not None and issue.is_open:
            yield CloseIssue(issue.number, emptied(outcome.now))
        return
    text = rolling_issue(ROLLING, rest, outcome, facts.commands, "" if issue is None else issue.body)
    if issue is None:
        yield OpenIssue(issue=ROLLING, title=text.title, body=text.body, labels=rules.labels)
    elif _wants_text(issue, text):
        yield replace(edit(issue, text), reopen=not issue.is_open)


def _wants_text(issue: SeenIssue, text: Text) -> bool:
    """Whether the rolling issue has to be written anew; people may close it for good as not planned."""
    if closed_by_person(issue) and issue.state_reason != "completed":
        return False
    is_ours_to_open = not issue.is_open and not closed_by_person(issue)
    return is_ours_to_open or not says_the_same(issue.body, text.body)


def _tickets(served: Iterable[Served], actions: Iterable[GitHubAction]) -> Iterator[Learned]:
    """What the state does not know yet, as far as people can read it in the issues; what an edit tells comes later."""
    edited = {action.number for action in actions if isinstance(action, EditIssue)}
    for each in served:
        is_told = each.item.is_open and each.item.number not in edited
        untold = () if is_told else each.newcomers
        unknown = (finding.id for finding in each.due if each.item.url not in finding.tickets)
        new = tuple(id_ for id_ in unknown if id_ not in untold)
        if new:
            yield Learned(each.item.url, new)
