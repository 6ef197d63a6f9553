"""Our issues on GitHub: what stands there, and changes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from msgspec.structs import replace

from aggregator.model.errors import Fault, ServiceError
from aggregator.model.state import State
from aggregator.planning.actions import Action
from aggregator.planning.commands import is_command, sense
from aggregator.planning.github_actions import CloseIssue, EditIssue, OpenIssue, RemindIssue
from aggregator.planning.issue_reading import Reading
from aggregator.planning.observed import Remark, SeenComment, SeenIssue
from aggregator.sinks.github.answers import Comment, Issue, Thread
from aggregator.sinks.github.client import GitHubClient
from aggregator.transport.retry import UNCLEAR
from aggregator.writers.issue_marks import comment_kind, heard_in, home_in, key_in

_DECIDING = frozenset({"admin", "maintain", "write"})
_GHOSTS = ("", "ghost")
"""What GitHub calls those who have left it."""
_MOST_LOST = 50
"""How many issues that the state names are looked up, where the list by label lacks them."""
_T = TypeVar("_T")


class GitHubIssues:
    """Observes and changes the issues that carry our mark and that we opened, with this token or an earlier one.

    The author tells, for anybody can copy a mark; and where another token is used since, the state, which remembers
    the addresses of those that it opened.

    Args:
        client: the repository.
        label: the one that finds our issues again: the first of the policy's. Those that people took it from are
            found by the addresses that the state names.
        home: whose issues these are, where several lines share the repository; empty for all.
        login: tells who we are, where another client of the same token knows it.
    """

    def __init__(
        self, client: GitHubClient, label: str, home: str = "", login: Callable[[], str] | None = None
    ) -> None:
        self._client = client
        self._login = login or client.login
        self._label = label
        self._home = home
        self._permissions: dict[str, bool] = {}
        self._opened: dict[str, str] | None = None

    def observe(self, state: State | None) -> tuple[SeenIssue, ...]:
        """All of them, by number; comments only where somebody may have said something. Raises ``ServiceError``."""
        reading = Reading(state)
        return tuple(self._seen(issue, reading) for issue in sorted(self._ours(reading), key=lambda each: each.number))

    def _ours(self, reading: Reading) -> list[Issue]:
        listed = _reached(lambda: self._client.issues(self._label))
        there = [*listed, *self._lost(reading.lacking({issue.number for issue in listed}))]
        marked = [issue for issue in there if key_in(issue.body) and self._is_at_home(issue.body)]
        # Who we are is a call: it is made where there is something that could be ours.
        return [issue for issue in marked if issue.author == self._login() or reading.names(issue.url)]

    def _lost(self, named: Mapping[int, str]) -> list[Issue]:
        """Those of the named issues that stand there; of so many that not all can be looked up it raises."""
        asked = islice(named.items(), _MOST_LOST)
        found = [issue for number, url in asked for issue in self._looked_up(number) if issue.url == url]
        if found and len(named) > _MOST_LOST:
            reason = f"Could not list the issues: more than {_MOST_LOST} do not have the label {self._label} any more."
            step = "Give it back to them, or put the label that they have first in github.issues.labels."
            raise ServiceError(Fault.RATE, reason, step)
        return found

    def _looked_up(self, number: int) -> Iterator[Issue]:
        """The issue; none where it was deleted or moved away: GitHub says that in several ways."""
        try:
            yield self._client.issue(number)
        except ServiceError as error:
            if error.fault not in {Fault.MISSING, Fault.REFUSED}:
                raise

    def _is_at_home(self, body: str) -> bool:
        return not self._home or home_in(body) in ("", self._home)

    def _seen(self, issue: Issue, reading: Reading) -> SeenIssue:
        """The issue, with what people and we said below it, where somebody may have said something."""
        bare = self._bare(issue, issue.closed_by)
        if not reading.wants(bare):
            return bare
        comments = self._client.issue_comments(issue.number) if issue.comments else ()
        if not issue.is_open and not issue.closed_by:  # GitHub's list does not tell
            bare = self._bare(issue, self._client.issue(issue.number).closed_by)
        ours = [each for each in comments if each.author in self._us(issue) and comment_kind(each.body)]
        heard = heard_in(each.body for each in ours if self._is_believed(each.author))
        return replace(
            bare,
            reminders=tuple(self._reminder(each) for each in ours),
            remarks=tuple(self._remark(each, issue.url, heard, reading) for each in comments if is_command(each.body)),
            is_known=True,
        )

    def _bare(self, issue: Issue, closer: str) -> SeenIssue:
        """The issue, as a list shows it."""
        return SeenIssue(
            number=issue.number,
            key=key_in(issue.body),
            title=issue.title,
            body=issue.body,
            url=issue.url,
            is_open=issue.is_open,
            state_reason=issue.state_reason,
            labels=issue.labels,
            closed_at=issue.closed_at,
            closed_by="" if issue.is_open else closer,
            closed_by_us=not issue.is_open and closer in self._us(issue),
            created_at=issue.created_at,
            updated_at=issue.updated_at,
            is_known=False,
            assignees=issue.assignees,
            is_locked=issue.is_locked,
        )

    def _us(self, issue: Issue) -> tuple[str, str]:
        """The names of our accounts there: of this run's token, and of the one that opened it."""
        return self._login(), issue.author

    def _is_believed(self, login: str) -> bool:
        """Whether what an account of ours says to have heard is true: a person whose token we had may have left."""
        return login == self._login() or login.endswith("[bot]") or self._may_decide(login)

    def _reminder(self, comment: Comment) -> SeenComment:
        """A comment of ours; only what this run's token wrote can be folded up with it."""
        node = comment.node_id if comment.author == self._login() else ""
        return SeenComment(comment.id, comment.body, node, comment.created_at)

    def _remark(self, comment: Comment, url: str, heard: Mapping[int, str], reading: Reading) -> Remark:
        """What was heard counts on, whoever may write today; what is new, or was edited into something else, is asked.

        On a locked issue nothing is answered: there the state alone tells what was heard.
        """
        said_at = comment.created_at
        decider = reading.decider(url, said_at)
        author = decider or comment.author if comment.author in _GHOSTS else comment.author
        is_heard = heard.get(comment.id) == sense(comment.body, said_at)
        is_heard = is_heard or (comment.updated_at == said_at and bool(decider) and author == decider)
        return Remark(author, comment.body, said_at, is_heard or self._may_decide(author), comment.id)

    def _may_decide(self, login: str) -> bool:
        """Asked once for each person. An answer that fails must not look like a no: it would undo a decision."""
        if login not in self._permissions:
            self._permissions[login] = bool(login) and self._client.permission_of(login) in _DECIDING
        return self._permissions[login]

    def accepts(self, action: Action) -> bool:
        """Whether it is about an issue."""
        return isinstance(action, OpenIssue | EditIssue | RemindIssue | CloseIssue)

    def apply(self, action: Action) -> str:
        """Carry it out. Gives the address of an issue that was opened, else nothing. Raises ``ServiceError``."""
        match action:
            case OpenIssue():
                return _reached(lambda: self._open(action))
            case EditIssue():
                self._edit(action)
            case RemindIssue():
                self._remind(action)
            case CloseIssue():
                self._close(action)
            case _:
                pass
        return ""

    def _open(self, action: OpenIssue) -> str:
        """The list is read again first: another run, or an answer that was lost, may have opened it."""
        if self._opened is None:
            self._opened = self._listed()
        if action.issue not in self._opened:
            self._opened[action.issue] = self._create(action)
        return self._opened[action.issue]

    def _listed(self) -> dict[str, str]:
        return {key_in(issue.body): issue.url for issue in self._ours(Reading(None))}

    def _create(self, action: OpenIssue) -> str:
        try:
            made = self._client.create_issue(action.title, action.body, action.labels, action.assignees)
        except ServiceError as error:
            if error.fault is Fault.REFUSED and action.assignees:
                # GitHub refuses the whole issue for one name that cannot be assigned.
                return self._create(replace(action, assignees=()))
            found = self._listed().get(action.issue) if error.fault in UNCLEAR else None
            if found is None:
                raise
            return found
        if self._label not in made.labels:
            # GitHub drops labels in silence where the token may not set them: it would never be found again.
            self._client.add_labels(made.number, action.labels)
        return made.url

    def _edit(self, action: EditIssue) -> None:
        state, reason = ("open", "reopened") if action.reopen else (None, None)
        stands = self._client.edit_issue(
            action.number, title=action.title, body=action.body, state=state, state_reason=reason
        )
        if _lines(stands) != _lines(action.body):
            reason = f"Could not update issue #{action.number}: GitHub kept its old text."
            raise ServiceError(Fault.REFUSED, reason, "If it happens again, report it as a fault of Onefold.")

    def _remind(self, action: RemindIssue) -> None:
        for label in action.remove_labels:
            self._client.remove_label(action.number, label)
        self._say(action.number, action.body)
        for node in action.minimise:
            try:
                self._client.minimise(node)
            except ServiceError as error:
                if error.fault is not Fault.MISSING:  # people may delete what we said
                    raise

    def _close(self, action: CloseIssue) -> None:
        """A locked issue takes no last word from an app; where the permission is missing the closing says so."""
        try:
            if action.body:
                self._say(action.number, action.body)
        except ServiceError as error:
            if error.fault is not Fault.PERMISSION:
                raise
        self._client.edit_issue(action.number, state="closed", state_reason=action.reason)

    def _say(self, number: int, body: str) -> None:
        try:
            self._client.create_comment(number, body, Thread.ISSUE)
        except ServiceError as error:
            if error.fault not in UNCLEAR or not self._stands(number, body):
                raise

    def _stands(self, number: int, body: str) -> bool:
        login = self._login()
        return any(
            comment.author == login and _lines(comment.body) == _lines(body)
            for comment in self._client.issue_comments(number)
        )


def _lines(text: str) -> list[str]:
    """A text without what GitHub changes about it: line ends, and blanks around."""
    return text.replace("\r\n", "\n").strip().split("\n")


def _reached(ask: Callable[[], _T]) -> _T:
    """What is asked for. GitHub answers *not there* where issues are switched off, and where the token may not look."""
    try:
        return ask()
    except ServiceError as error:
        if error.fault is not Fault.MISSING:
            raise
        reason = "The repository has no issues, or the token may not see them (`issues: write`)."
        step = "Switch issues on in its settings, give the job that permission, or set github.issues.mode to off."
        raise ServiceError(Fault.MISSING, reason, step) from None
