"""One repository on GitHub: what the sinks ask of it, as typed calls.

Comments, issues, labels and pull requests go through PyGithub. Lists are read with its requester and not with its
lists: an element of those asks GitHub once more, unseen, for each field that a row does not have, such as the
``pull_request`` of every issue that is none. Its way to add labels sends what GitHub no longer describes, and its way
to remove one loses the slash in ours. Code scanning, where it can neither upload nor dismiss, goes past it: a run that
only uploads does not load it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.observed import SeenAlert
from aggregator.sinks.github.answers import Comment, Issue, PullRequest, SarifStatus, Thread
from aggregator.sinks.github.rows import (
    AlertRow,
    CommentRow,
    IssueRow,
    PullRow,
    ReceiptRow,
    StatusRow,
    Viewer,
    converted,
)
from aggregator.transport.github import PAGE, RepositoryApi, has_next, needing
from aggregator.transport.pygithub import Courier
from aggregator.transport.session import Session

if TYPE_CHECKING:
    from github.Issue import Issue as GitHubIssue
    from github.Requester import Requester

MOST_PAGES = 50
"""Pages of a list that has to be whole; a pull request holds 2 500 comments."""
MOST_ALERTS = 50
"""Pages of alerts."""

_ALERTS = "security-events"
_ISSUES, _PULLS = Thread.ISSUE.needs, Thread.PULL_REQUEST.needs
_Row = TypeVar("_Row")


class GitHubClient:
    """What stands in one repository, and changes to it.

    Every method raises ``ServiceError``; one for want of a permission names it. A POST is sent once: after
    ``Fault.UNREACHABLE`` only a list tells whether it was carried out. Writes keep a pause, on the session's clock.

    Args:
        session: all that this run says to services.
        api_url: GITHUB_API_URL.
        repository: ``owner/name``.
        token: the job's.
        pause: seconds between two writes.
    """

    def __init__(self, session: Session, api_url: str, repository: str, token: str, *, pause: float = 1.0) -> None:
        self._api = RepositoryApi(session, api_url, repository, token, pause)
        self._courier = Courier(session, api_url, token, pause)
        self._base = f"/repos/{quote(repository)}"
        self._is_app = token.startswith("ghs_")
        self._login = ""

    # --- who

    def login(self) -> str:
        """Who comments and issues of this token are by, as REST writes it: an app's name ends in ``[bot]``."""
        if not self._login:
            try:
                name = self._viewer()
            except ServiceError as error:
                if not self._is_app or error.fault not in {Fault.PERMISSION, Fault.MISSING, Fault.REFUSED}:
                    raise
                name = "github-actions"
            self._login = f"{name.removesuffix('[bot]')}[bot]" if self._is_app else name
        return self._login

    def _viewer(self) -> str:
        with self._courier.errand("find out whose token this is", "contents: read", repeatable=True) as requester:
            _, told = requester.graphql_query("query { viewer { login } }", {})
            return converted(told["data"]["viewer"], Viewer).login

    def permission_of(self, login: str) -> str:
        """``admin``, ``write``, ``read`` or ``none``; ``none`` for a login that nobody has."""
        from github.Repository import Repository  # noqa: PLC0415 - PyGithub costs 300 ms

        try:
            with self._courier.errand("find out who may decide", "contents: read") as requester:
                repository = Repository(requester, {}, {"url": self._base}, completed=False)
                level: object = repository.get_collaborator_permission(login)
                return converted(level, str)
        except ServiceError as error:
            if error.fault is Fault.MISSING:
                return "none"
            raise

    # --- comments

    def comments_of(self, number: int) -> tuple[Comment, ...]:
        """All comments on a pull request, oldest first."""
        return self._comments(number, Thread.PULL_REQUEST)

    def issue_comments(self, number: int) -> tuple[Comment, ...]:
        """All comments on an issue, oldest first."""
        return self._comments(number, Thread.ISSUE)

    def create_comment(self, number: int, body: str, thread: Thread = Thread.PULL_REQUEST) -> Comment:
        """Say something on a pull request or below an issue."""
        with self._courier.errand(f"comment on the {thread}", thread.needs) as requester:
            made = self._issue(requester, number).create_comment(body)
            return converted(made.raw_data, CommentRow).told()

    def edit_comment(self, id: int, body: str, thread: Thread = Thread.PULL_REQUEST) -> str:  # noqa: A002
        """Write a comment anew. Gives the text that stands there now. ``Fault.MISSING``: somebody deleted it."""
        from github.IssueComment import IssueComment  # noqa: PLC0415 - PyGithub costs 300 ms

        with self._courier.errand(f"update the comment on the {thread}", thread.needs) as requester:
            url = f"{self._base}/issues/comments/{id}"
            comment = IssueComment(requester, {}, {"url": url}, completed=False)
            comment.edit(body)
            return comment.body or ""

    def minimise(self, node_id: str, thread: Thread = Thread.ISSUE) -> None:
        """Fold a comment up as outdated."""
        from github.IssueComment import IssueComment  # noqa: PLC0415 - PyGithub costs 300 ms

        purpose = "fold up an earlier comment"
        with self._courier.errand(purpose, thread.needs, repeatable=True) as requester:
            IssueComment(requester, {}, {"node_id": node_id}, completed=True).minimize("OUTDATED")

    def _comments(self, number: int, thread: Thread) -> tuple[Comment, ...]:
        path = f"issues/{number}/comments"
        rows = self._rows(path, {}, f"list the comments on the {thread}", thread.needs, CommentRow)
        return tuple(row.told() for row in rows)

    # --- issues

    def issues(self, label: str, state: str = "all") -> tuple[Issue, ...]:
        """All issues that have the label, the newest first; no pull requests.

        Args:
            label: its name.
            state: ``open``, ``closed`` or ``all``.
        """
        query = {"labels": label, "state": state}
        rows = self._rows("issues", query, "list the issues", _ISSUES, IssueRow)
        return tuple(row.told() for row in rows if row.pull_request is None)

    def issue(self, number: int) -> Issue:
        """One issue, with who closed it."""
        with self._courier.errand("look up an issue", _ISSUES) as requester:
            _, told = requester.requestJsonAndCheck("GET", f"{self._base}/issues/{number}")
            return converted(told, IssueRow).told()

    def create_issue(self, title: str, body: str, labels: Sequence[str] = (), assignees: Sequence[str] = ()) -> Issue:
        """Open an issue. GitHub makes the labels that are not there yet."""
        from github.Repository import Repository  # noqa: PLC0415 - PyGithub costs 300 ms

        with self._courier.errand("open an issue", _ISSUES) as requester:
            repository = Repository(requester, {}, {"url": self._base}, completed=False)
            made = repository.create_issue(title, body, labels=list(labels), assignees=list(assignees))
            return converted(made.raw_data, IssueRow).told()

    def edit_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
        state_reason: str | None = None,
    ) -> str:
        """Change what is given and nothing else, labels least of all. Gives the text that stands there now.

        Args:
            number: of the issue.
            title: its new one.
            body: its new text.
            state: ``open`` or ``closed``.
            state_reason: ``completed``, ``not_planned`` or ``reopened``.
        """
        given = {"title": title, "body": body, "state": state, "state_reason": state_reason}
        fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        with self._courier.errand("update an issue", _ISSUES) as requester:
            issue = self._issue(requester, number)
            issue.edit(**fields)
            return issue.body or ""

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels to those that are there."""
        with self._courier.errand("label an issue", _ISSUES, repeatable=True) as requester:
            path = f"{self._base}/issues/{number}/labels"
            requester.requestJsonAndCheck("POST", path, input={"labels": list(labels)})

    def remove_label(self, number: int, label: str) -> None:
        """Take one label off, if it is there."""
        try:
            with self._courier.errand("take a label off an issue", _ISSUES) as requester:
                path = f"{self._base}/issues/{number}/labels/{quote(label, safe='')}"
                requester.requestJsonAndCheck("DELETE", path)
        except ServiceError as error:
            if error.fault is not Fault.MISSING:
                raise

    def _issue(self, requester: Requester, number: int) -> GitHubIssue:
        from github.Issue import Issue as GitHubIssue  # noqa: PLC0415 - PyGithub costs 300 ms

        return GitHubIssue(requester, {}, {"url": f"{self._base}/issues/{number}"}, completed=False)

    # --- pull requests

    def pulls_of_head(self, owner: str, branch: str) -> tuple[PullRequest, ...]:
        """The open pull requests from this branch of this owner's repository: a branch may have several, to targets."""
        query = {"head": f"{owner}:{branch}", "state": "open"}
        rows = self._rows("pulls", query, "find the pull request", _PULLS, PullRow)
        return tuple(row.told() for row in rows)

    def pull(self, number: int) -> PullRequest:
        """One pull request."""
        with self._courier.errand("look up the pull request", _PULLS) as requester:
            _, told = requester.requestJsonAndCheck("GET", f"{self._base}/pulls/{number}")
            return converted(told, PullRow).told()

    def _rows(self, path: str, query: Mapping[str, str], purpose: str, permission: str, kind: type[_Row]) -> list[_Row]:
        """All rows of a list: what is not on it must not be made, so half a list is none."""
        rows: list[_Row] = []
        with self._courier.errand(purpose, permission) as requester:
            for page in range(1, MOST_PAGES + 1):
                given = {**query, "per_page": PAGE, "page": page}
                headers, told = requester.requestJsonAndCheck("GET", f"{self._base}/{path}", given)
                rows += converted(told, list[kind])  # type: ignore[valid-type]
                if not has_next(headers):
                    return rows
            reason = f"Could not {purpose}: there are more than {MOST_PAGES * PAGE}."
            raise ServiceError(Fault.RATE, reason, "Close or delete what is no longer needed.")

    # --- code scanning

    def upload_sarif(self, fields: Mapping[str, object]) -> str:
        """Send one log to code scanning; gives the upload's id. Taken is not accepted: ask for its status.

        Args:
            fields: ``commit_sha``, ``ref``, ``sarif`` (gzip, base64), and those that GitHub describes beside them.
        """
        with needing(f"{_ALERTS}: write"):
            purpose = "upload to the Security tab"
            return self._api.write("POST", "code-scanning/sarifs", purpose, fields, ReceiptRow).id

    def sarif_status(self, id: str) -> SarifStatus:  # noqa: A002
        """How far an upload is. One that GitHub does not know yet is pending."""
        try:
            with needing(f"{_ALERTS}: read"):
                path = f"code-scanning/sarifs/{quote(id, safe='')}"
                return self._api.read(path, "ask what became of the upload", StatusRow).told()
        except ServiceError as error:
            if error.fault is Fault.MISSING:
                return SarifStatus("pending")
            raise

    def alerts(
        self, *, state: str, tool: str = "", ref: str = "", most: int = MOST_ALERTS
    ) -> tuple[tuple[SeenAlert, ...], bool]:
        """Alerts in one state, and whether there are more than ``most`` pages hold.

        ``Fault.MISSING``: code scanning is switched off, or nothing was uploaded yet.

        Args:
            state: ``open``, ``dismissed`` or ``fixed``.
            tool: the driver's name; empty for all.
            ref: where they were seen; GitHub takes the default branch otherwise.
            most: pages that are read.
        """
        query = {"tool_name": tool, "ref": ref, "state": state}
        path = "code-scanning/alerts?" + urlencode({name: value for name, value in query.items() if value})
        with needing(f"{_ALERTS}: read"):
            rows, is_cut = self._api.pages(path, "list the alerts of the Security tab", AlertRow, most)
        return tuple(row.told() for row in rows), is_cut

    def dismiss_alert(self, number: int, reason: str, comment: str) -> None:
        """Dismiss an alert; with GitHub's reasons, and at most 280 characters."""
        self._edit_alert(number, {"state": "dismissed", "dismissed_reason": reason, "dismissed_comment": comment})

    def reopen_alert(self, number: int) -> None:
        """Open an alert that was dismissed."""
        self._edit_alert(number, {"state": "open"})

    def _edit_alert(self, number: int, fields: Mapping[str, object]) -> None:
        with needing(f"{_ALERTS}: write"):
            path = f"code-scanning/alerts/{number}"
            self._api.write("PATCH", path, "change an alert of the Security tab", fields, AlertRow)
