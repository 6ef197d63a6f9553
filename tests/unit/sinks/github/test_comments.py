from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import AppendSummary
from aggregator.planning.github_actions import UpsertComment
from aggregator.sinks.github.answers import Comment, PullRequest
from aggregator.sinks.github.comments import CommentSink, Discussion, Head, pull_request_of
from aggregator.writers.comment import marker
from tests.builders import NOW

US = "github-actions[bot]"
BODY = f"{marker('k')}\n\n## 1 new\n"
NEXT = f"{marker('k')}\n\n## 2 new\n"


def nothing() -> None:
    """Nothing goes wrong."""


def broken(fault: Fault) -> Callable[[], None]:
    """Give a hook that fails in this way."""

    def fail() -> None:
        raise ServiceError(fault, "Could not.", "")

    return fail


class FakeThread:
    """One pull request and its comments, with a hook for what goes wrong before and after each write."""

    def __init__(self, *comments: tuple[int, str, str], pulls: tuple[PullRequest, ...] = ()) -> None:
        self.comments = [comment(*each) for each in comments]
        self.pulls = pulls
        self.calls: list[str] = []
        self.before_create: Callable[[], None] = nothing
        self.after_create: Callable[[], None] = nothing
        self.before_edit: Callable[[], None] = nothing
        self.keeps_old_text = False

    def login(self) -> str:
        """Give the token's owner."""
        return US

    def comments_of(self, number: int) -> tuple[Comment, ...]:
        """List all."""
        self.calls.append(f"list {number}")
        return tuple(self.comments)

    def create_comment(self, number: int, body: str) -> Comment:
        """Add one."""
        self.calls.append(f"create {number}")
        self.before_create()
        made = comment(100 + len(self.comments), US, body)
        self.comments.append(made)
        self.after_create()
        return made

    def edit_comment(self, id: int, body: str) -> str:  # noqa: A002
        """Change one, or not."""
        self.calls.append(f"edit {id}")
        self.before_edit()
        for place, each in enumerate(self.comments):
            if each.id == id:
                self.comments[place] = replace(each, body=each.body if self.keeps_old_text else body)
                return self.comments[place].body.replace("\n", "\r\n")
        raise ServiceError(Fault.MISSING, "Could not edit.", "")

    def pulls_of_head(self, owner: str, branch: str) -> tuple[PullRequest, ...]:
        """List the pull requests, whatever was asked for."""
        self.calls.append(f"pulls {owner}:{branch}")
        return self.pulls

    def bodies(self) -> list[tuple[int, str]]:
        """Give what stands there now."""
        return [(each.id, each.body) for each in self.comments]


def comment(number: int, author: str, body: str) -> Comment:
    when = NOW + timedelta(seconds=number)
    return Comment(
        id=number, node_id=f"C_{number}", thread=7, author=author, body=body, created_at=when, updated_at=when
    )


def apply(thread: Discussion, body: str = NEXT, comment_id: int | None = None) -> None:
    CommentSink(thread, "k").apply(UpsertComment(7, body, comment_id))


def test_found_by_marker_and_author() -> None:
    """Ours carries the marker on its first line and is by us; of several the lowest id counts."""
    thread = FakeThread(
        (1, "mallory", BODY),
        (2, US, f"{marker('other')}\nx"),
        (3, US, f"> {BODY}"),
        (5, "GitHub-Actions[bot]", BODY.replace("\n", "\r\n")),
        (4, US, BODY),
    )
    seen = CommentSink(thread, "k").observe(7)
    assert seen is not None
    assert (seen.id, seen.body, seen.node_id, seen.created_at) == (4, BODY, "C_4", NOW + timedelta(seconds=4))


def test_none_of_ours() -> None:
    """A marker that somebody pasted makes no comment of ours."""
    assert CommentSink(FakeThread((1, "mallory", BODY)), "k").observe(7) is None


def test_first_comment() -> None:
    """The list is read again before anything is written for the first time."""
    thread = FakeThread()
    apply(thread)
    assert thread.calls == ["list 7", "create 7"]
    assert thread.bodies() == [(100, NEXT)]


def test_edited_in_place() -> None:
    """A comment that is known is edited with one call."""
    thread = FakeThread((4, US, BODY))
    apply(thread, comment_id=4)
    assert thread.calls == ["edit 4"]
    assert thread.bodies() == [(4, NEXT)]


def test_another_run_was_first() -> None:
    """One that another run wrote in the meantime is edited, and left alone when it says the same."""
    thread = FakeThread((4, US, BODY))
    apply(thread)
    assert thread.bodies() == [(4, NEXT)]
    thread.calls.clear()
    apply(thread)
    assert thread.calls == ["list 7"]


def test_deleted_in_the_meantime() -> None:
    """One that somebody deleted is written again, after a look for another one."""
    thread = FakeThread((9, US, BODY))
    apply(thread, comment_id=4)
    assert thread.calls == ["edit 4", "list 7", "edit 9"]
    empty = FakeThread()
    apply(empty, comment_id=4)
    assert empty.calls == ["edit 4", "list 7", "create 7"]
    assert empty.bodies() == [(100, NEXT)]


def test_deleted_between_list_and_edit() -> None:
    """One that is deleted while it is edited is written again."""
    thread = FakeThread((4, US, BODY))
    thread.before_edit = thread.comments.clear
    apply(thread)
    assert thread.bodies() == [(100, NEXT)]


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.GARBLED])
def test_lost_answer(fault: Fault) -> None:
    """After a POST without an answer the list tells that it was carried out; it is never sent twice."""
    thread = FakeThread()
    thread.after_create = broken(fault)
    apply(thread)
    assert thread.calls == ["list 7", "create 7", "list 7"]
    assert thread.bodies() == [(100, NEXT)]


def test_lost_request() -> None:
    """A POST that was not carried out is a failure; the next run writes it."""
    thread = FakeThread()
    thread.before_create = broken(Fault.UNREACHABLE)
    with pytest.raises(ServiceError):
        apply(thread)
    assert thread.calls == ["list 7", "create 7", "list 7"]
    thread.before_create = nothing
    apply(thread)
    assert thread.bodies() == [(100, NEXT)]


@pytest.mark.parametrize("fault", [Fault.PERMISSION, Fault.RATE, Fault.REFUSED])
def test_refused_is_said_at_once(fault: Fault) -> None:
    """A write that GitHub turned down is neither repeated nor looked for."""
    thread = FakeThread()
    thread.before_create = broken(fault)
    with pytest.raises(ServiceError) as caught:
        apply(thread)
    assert caught.value.fault is fault
    assert thread.calls == ["list 7", "create 7"]
    known = FakeThread((4, US, BODY))
    known.before_edit = broken(fault)
    with pytest.raises(ServiceError):
        apply(known, comment_id=4)
    assert known.calls == ["edit 4"]


def test_old_text_kept() -> None:
    """An edit that GitHub confirms without taking it is a failure."""
    thread = FakeThread((4, US, BODY))
    thread.keeps_old_text = True
    with pytest.raises(ServiceError, match="kept the old text"):
        apply(thread, comment_id=4)


def test_only_comments() -> None:
    """Nothing else is this sink's work."""
    sink = CommentSink(FakeThread(), "k")
    assert sink.accepts(UpsertComment(7, BODY))
    assert not sink.accepts(AppendSummary("summary"))
    sink.apply(AppendSummary("summary"))


HEAD = Head("mallory/shop", "main", "a" * 40)
PULL = PullRequest(
    number=7, is_open=True, head_sha="a" * 40, head_branch="main", head_repository="Mallory/shop", base_branch="main"
)


def test_pull_request_by_its_head() -> None:
    """A pull request is the one whose head is the very commit that was scanned, in the repository that it lies in."""
    thread = FakeThread(pulls=(replace(PULL, number=6, head_sha="b" * 40), PULL))
    assert pull_request_of(thread, HEAD) == PULL
    assert thread.calls == ["pulls mallory:main"]


@pytest.mark.parametrize(
    "pulls",
    [
        (),
        (replace(PULL, head_sha="b" * 40),),
        (replace(PULL, is_open=False),),
        (replace(PULL, head_repository="mallory/other"),),
        (replace(PULL, head_repository=""),),
        (PULL, replace(PULL, number=8)),
    ],
    ids=["none", "moved on", "closed", "another repository", "deleted", "two"],
)
def test_no_proof(pulls: tuple[PullRequest, ...]) -> None:
    """Anything less than one open pull request of this commit proves nothing."""
    assert pull_request_of(FakeThread(pulls=pulls), HEAD) is None


@pytest.mark.parametrize("head", [replace(HEAD, repository=""), replace(HEAD, branch=""), replace(HEAD, sha="")])
def test_nothing_to_look_for(head: Head) -> None:
    """Without a repository, a branch and a commit nobody is asked."""
    thread = FakeThread(pulls=(PULL,))
    assert pull_request_of(thread, head) is None
    assert thread.calls == []
