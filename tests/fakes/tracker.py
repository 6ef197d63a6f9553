"""An issue tracker in memory, as :class:`aggregator.sinks.github.client.GitHubClient` shows it, and its people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

from msgspec.structs import replace

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.github.answers import Comment, Issue, Thread
from aggregator.sinks.github.client import GitHubClient
from tests.builders import NOW

US = "github-actions[bot]"
GONE = ServiceError(Fault.MISSING, "Could not: it is not there.")
LOCKED = ServiceError(Fault.PERMISSION, "Could not: the token may not do this.")
LOST = ServiceError(Fault.UNREACHABLE, "Could not: the answer was lost.", "Run it again.")


class Tracker:
    """Issues, comments and labels; time passes by a second with each change.

    Attributes:
        us: whose token it is.
        calls: the names of the methods that were called, in order.
        fault: asked with the number and the name of each call; *before* fails it undone, *after* does it first.
        tells_closer: whether the list says who closed an issue.
        keeps_labels: whether an issue is opened with the labels it asks for.
    """

    def __init__(self) -> None:
        self.now = NOW
        self.us = US
        self.kept: dict[int, Issue] = {}
        self.said: list[Comment] = []
        self.folded: list[str] = []
        self.may = {"kim": "admin", "lee": "write", "eve": "read"}
        self.calls: list[str] = []
        self.fault: Callable[[int, str], str] = lambda *_: ""
        self.tells_closer = False
        self.keeps_labels = True
        self.ignores_bodies = False

    @property
    def client(self) -> GitHubClient:
        """The tracker as what the sink asks for."""
        return cast("GitHubClient", self)

    def _call(self, name: str) -> Callable[[], None]:
        """Raise what is to fail before the deed; give what fails after it."""
        what = self.fault(len(self.calls), name)
        self.calls.append(name)
        if what == "before":
            raise LOST

        def after() -> None:
            if what == "after":
                raise LOST

        return after

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    # --- what the client offers

    def login(self) -> str:
        """Who we are."""
        return self.us

    def permission_of(self, login: str) -> str:
        """What somebody may."""
        self._call("permission_of")
        return self.may.get(login, "none")

    def issues(self, label: str, state: str = "all") -> tuple[Issue, ...]:
        """List issues, the newest first."""
        assert state == "all"
        self._call("issues")
        found = [issue for _, issue in sorted(self.kept.items(), reverse=True) if label in issue.labels]
        return tuple(found if self.tells_closer else [replace(issue, closed_by="") for issue in found])

    def issue(self, number: int) -> Issue:
        """Show one."""
        self._call("issue")
        if number not in self.kept:
            raise GONE
        return self.kept[number]

    def issue_comments(self, number: int) -> tuple[Comment, ...]:
        """List the comments on one."""
        self._call("issue_comments")
        return tuple(comment for comment in self.said if comment.thread == number)

    def create_issue(self, title: str, body: str, labels: Sequence[str] = (), assignees: Sequence[str] = ()) -> Issue:
        """Open one."""
        after = self._call("create_issue")
        assert 0 < len(title) <= 256
        assert len(body.encode()) <= 65_536
        assert len(assignees) <= 10
        issue = self.add(title=title, body=body, labels=tuple(labels) if self.keeps_labels else ())
        after()
        return issue

    def edit_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
        state_reason: str | None = None,
    ) -> str:
        """Change one."""
        after = self._call("edit_issue")
        if title is not None:
            self.change(number, title=title)
        if body is not None and not self.ignores_bodies:
            self.change(number, body=body.replace("\n", "\r\n"))
        if state == "closed":
            self.close(number, self.us, state_reason or "completed")
        if state == "open":
            self.reopen(number)
        after()
        return self.kept[number].body

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels."""
        after = self._call("add_labels")
        self.label(number, *labels)
        after()

    def remove_label(self, number: int, label: str) -> None:
        """Take one off."""
        after = self._call("remove_label")
        self.change(number, labels=tuple(each for each in self.kept[number].labels if each != label))
        after()

    def create_comment(self, number: int, body: str, thread: Thread) -> Comment:
        """Say something."""
        assert thread is Thread.ISSUE
        after = self._call("create_comment")
        if self.kept[number].is_locked:
            raise LOCKED
        comment = self.say(number, self.us, body)
        after()
        return comment

    def minimise(self, node_id: str) -> None:
        """Fold a comment up."""
        after = self._call("minimise")
        self.folded.append(node_id)
        after()

    # --- what people do

    def add(self, **fields: object) -> Issue:
        """Open an issue, by us except as given."""
        number, now = len(self.kept) + 1, self._tick()
        given: dict[str, object] = {
            "number": number,
            "author": self.us,
            "title": "An issue",
            "body": "",
            "url": f"https://github.com/acme/shop/issues/{number}",
            "is_open": True,
            "state_reason": "",
            "labels": ("onefold",),
            "created_at": now,
            "updated_at": now,
            "closed_at": None,
            "closed_by": "",
            "comments": 0,
        }
        self.kept[number] = Issue(**given | fields)  # type: ignore[arg-type]
        return self.kept[number]

    def change(self, number: int, **fields: object) -> None:
        """Change an issue."""
        self.kept[number] = replace(self.kept[number], updated_at=self._tick(), **fields)

    def close(self, number: int, by: str, reason: str) -> None:
        """Close an issue."""
        self.change(number, is_open=False, state_reason=reason, closed_by=by, closed_at=self.now)

    def reopen(self, number: int) -> None:
        """Open an issue again."""
        self.change(number, is_open=True, state_reason="reopened", closed_by="", closed_at=None)

    def label(self, number: int, *labels: str) -> None:
        """Label an issue."""
        self.change(number, labels=tuple(dict.fromkeys((*self.kept[number].labels, *labels))))

    def say(self, number: int, author: str, body: str) -> Comment:
        """Comment on an issue."""
        self.change(number, comments=self.kept[number].comments + 1)
        comment = Comment(
            id=len(self.said) + 1,
            node_id=f"IC_{len(self.said) + 1}",
            thread=number,
            author=author,
            body=body,
            created_at=self.now,
            updated_at=self.now,
        )
        self.said.append(comment)
        return comment

    def edit(self, comment: Comment, body: str) -> None:
        """Write over a comment."""
        self.change(comment.thread)
        place = next(place for place, each in enumerate(self.said) if each.id == comment.id)
        self.said[place] = replace(self.said[place], body=body, updated_at=self.now)

    def leave(self, login: str) -> None:
        """Leave GitHub: what somebody said stays, without a name."""
        self.may.pop(login)
        self.said = [replace(each, author="ghost" if each.author == login else each.author) for each in self.said]

    def of_us(self, number: int) -> list[str]:
        """What we said on an issue: the kind of each comment, oldest first."""
        return [
            each.body.split()[1].removeprefix("onefold:")
            for each in self.said
            if each.thread == number and each.author in (US, self.us)
        ]
