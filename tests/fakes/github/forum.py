"""What people and robots say on the fake GitHub: issues, pull requests and the comments below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fakes.github.clock import FakeClock

ROBOT = "github-actions[bot]"


@dataclass
class Pull:
    """What a pull request has beside what an issue has; ``head_repository`` is empty when the fork is gone."""

    head_repository: str
    head_branch: str
    head_sha: str
    base_branch: str


@dataclass
class Thread:
    """An issue, or a pull request."""

    number: int
    author: str
    title: str
    body: str
    created_at: float
    updated_at: float
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    is_open: bool = True
    state_reason: str | None = None
    closed_at: float | None = None
    closed_by: str | None = None
    locked: bool = False
    pull: Pull | None = None


@dataclass
class Post:
    """A comment. ``author`` is empty for someone who has left."""

    id: int
    thread: int
    author: str
    body: str
    created_at: float
    updated_at: float
    minimised: str = ""

    @property
    def node_id(self) -> str:
        """Its name for GraphQL."""
        return f"IC_{self.id}"


class Forum:
    """The threads of one repository; its methods are what happens there, by whomever.

    Attributes:
        issues_enabled: whether the repository has issues; pull requests can be commented on in any case.
        collaborators: ``admin``, ``write``, ``read`` by login; everybody else has none.
    """

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.threads: dict[int, Thread] = {}
        self.posts: dict[int, Post] = {}
        self.issues_enabled = True
        self.collaborators: dict[str, str] = {}

    def open_issue(
        self,
        title: str,
        body: str = "",
        *,
        author: str = ROBOT,
        labels: Sequence[str] = (),
        assignees: Sequence[str] = (),
    ) -> Thread:
        """Open an issue."""
        return self._open(Thread(0, author, title, body, 0, 0, list(dict.fromkeys(labels)), list(assignees)))

    def open_pull(
        self,
        head_sha: str = "0" * 40,
        *,
        head_repository: str = "octo/shop",
        head_branch: str = "feature",
        base_branch: str = "main",
        author: str = "alice",
    ) -> Thread:
        """Open a pull request."""
        pull = Pull(head_repository, head_branch, head_sha, base_branch)
        return self._open(Thread(0, author, "Change", "", 0, 0, pull=pull))

    def comment(self, thread: int, body: str, *, author: str = ROBOT) -> Post:
        """Say something below a thread."""
        now = self._clock.now()
        post = Post(70_000 + len(self.posts), thread, author, body, now, now)
        self.posts[post.id] = post
        self.threads[thread].updated_at = now
        return post

    def below(self, thread: int) -> list[Post]:
        """The comments on a thread, oldest first."""
        return [post for post in self.posts.values() if post.thread == thread]

    def close(self, number: int, *, by: str, reason: str = "completed") -> None:
        """Close a thread."""
        thread, now = self.threads[number], self._clock.now()
        thread.is_open, thread.state_reason = False, reason
        thread.closed_at, thread.closed_by, thread.updated_at = now, by, now

    def reopen(self, number: int) -> None:
        """Open a thread again."""
        thread = self.threads[number]
        thread.is_open, thread.state_reason, thread.closed_at, thread.closed_by = True, "reopened", None, None
        thread.updated_at = self._clock.now()

    def _open(self, thread: Thread) -> Thread:
        thread.number = len(self.threads) + 1
        thread.created_at = thread.updated_at = self._clock.now()
        self.threads[thread.number] = thread
        return thread
