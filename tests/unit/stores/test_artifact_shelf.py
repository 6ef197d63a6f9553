"""Tests of :mod:`aggregator.stores.artifact_shelf` and what it asks of :mod:`aggregator.transport.github`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.stores.acceptance import Artifact, WorkflowRun, refusal_of_run
from aggregator.stores.artifact_shelf import ArtifactShelf, newest
from aggregator.transport.exchange import Break, Reply, Request
from tests.fakes.github.memory import Memory

NAME = "onefold-state-shop"


def shelf_of(count: int) -> Memory:
    """A repository with so many artifacts of one name, and as many of another."""
    memory = Memory()
    run = memory.hub.start_run()
    for number in range(count):
        memory.hub.publish(NAME, b"%d" % number, run)
        memory.hub.publish("other", b"", run)
    return memory


def only(memory: Memory) -> Artifact:
    (artifact,) = memory.shelf().listed(NAME).artifacts
    return artifact


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (1000, 10)])
def test_all_pages_are_read(count: int, pages: int) -> None:
    """Every artifact of the name is listed, in whatever order GitHub gives them."""
    listing = shelf_of(count).shelf().listed(NAME)
    assert (len(listing.artifacts), listing.pages, listing.cut) == (count, pages, False)


@pytest.mark.parametrize(("count", "most"), [(1001, 10), (250, 2), (101, 1)])
def test_too_many_are_seen_on_the_first_page(count: int, most: int) -> None:
    """Where there are more than may be read, one page is enough to know it."""
    memory = shelf_of(count)
    listing = memory.shelf().listed(NAME, most)
    assert listing.cut
    assert len(memory.wire.calls) == 1


def test_a_list_that_grows_meanwhile_is_cut() -> None:
    """A list that has become too long while it is read is cut, whatever its first page said."""
    memory = shelf_of(199)
    run = memory.hub.start_run()

    def grow(number: int, _: Request) -> None:
        if number == 1:
            for _new in range(2):
                memory.hub.publish(NAME, b"", run)

    memory.wire.faults = grow
    assert memory.shelf().listed(NAME, 2).cut


def test_a_list_that_shrinks_meanwhile_ends() -> None:
    """An empty page is the last one, whatever the total says."""
    memory = shelf_of(1)
    body = b'{"total_count": 900, "artifacts": []}'
    memory.wire.faults = lambda *_: Reply(200, {"content-type": "application/json"}, body)
    listing = memory.shelf().listed(NAME)
    assert (listing.artifacts, listing.cut) == ((), False)


def test_other_names_are_left_out() -> None:
    """A clone that does not know the filter by name makes no difference."""
    memory = shelf_of(1)
    body = msgspec.json.encode(
        {
            "total_count": 2,
            "artifacts": [{"id": 1, "name": "x", "expired": False}, {"id": 2, "name": NAME, "expired": False}],
        }
    )
    memory.wire.faults = lambda *_: Reply(200, {"content-type": "application/json"}, body)
    (artifact,) = memory.shelf().listed(NAME).artifacts
    assert artifact.id == 2
    assert newest(artifact) < newest(only(shelf_of(1)))


def test_artifacts_of_a_run() -> None:
    """One run's artifacts of the wanted names are listed; a run that is gone has none."""
    memory = shelf_of(1)
    run = memory.hub.start_run()
    memory.hub.publish(f"{NAME}-2", b"", run)
    memory.hub.publish("other", b"", run)
    assert [each.name for each in memory.shelf().of_run(run.id, [NAME, f"{NAME}-2"]).artifacts] == [f"{NAME}-2"]
    assert memory.shelf().of_run(1, [NAME]).artifacts == ()


def test_runs_of_a_workflow() -> None:
    """Runs are found by file, branch and event, the latest first; a file that never ran has none."""
    memory = Memory()
    wanted = [memory.hub.start_run(head_branch="a b&c") for _ in range(3)]
    memory.hub.start_run()
    memory.hub.start_run(event="schedule", head_branch="a b&c")
    shelf = memory.shelf()
    assert [run.id for run in shelf.runs(".github/workflows/scan.yml", "a b&c", "push", 2)] == [
        wanted[2].id,
        wanted[1].id,
    ]
    assert shelf.runs(".github/workflows/none.yml", "main", "push", 2) == ()


def test_runs_until_a_moment() -> None:
    """The latest runs that were started no later than a moment are found, that of the moment itself among them."""
    memory = Memory()
    runs = []
    for _ in range(3):
        runs.append(memory.hub.start_run())
        memory.hub.clock.pass_days(1)
    found = memory.shelf().runs(".github/workflows/scan.yml", "main", "push", 9, memory.now + timedelta(days=1))
    assert [run.id for run in found] == [runs[1].id, runs[0].id]


def test_runs_at_a_commit() -> None:
    """Runs are found by the commit they were started at; a file that never ran has none."""
    memory = Memory()
    wanted = memory.hub.start_run(head_sha="a" * 40)
    memory.hub.start_run(head_sha="b" * 40)
    assert [run.id for run in memory.shelf().runs_at(".github/workflows/scan.yml", "a" * 40, 9)] == [wanted.id]
    assert memory.shelf().runs_at(".github/workflows/none.yml", "a" * 40, 9) == ()


@pytest.mark.parametrize("ask", ["listed", "run", "content"])
def test_the_permission_is_named(ask: str) -> None:
    """Whatever is asked, a token that may not read artifacts and runs is told what it lacks."""
    memory = shelf_of(1)
    artifact = only(memory)
    memory.token = memory.hub.api_token("contents:read")
    shelf = memory.shelf()
    asked: dict[str, Callable[[], object]] = {
        "listed": lambda: shelf.listed(NAME),
        "run": lambda: shelf.run(1),
        "content": lambda: shelf.content(artifact),
    }
    with pytest.raises(ServiceError, match=r"Give the job `actions: read`\."):
        asked[ask]()


def test_an_order_is_told() -> None:
    """A list that has the newest first is told from one in which the newest may be missing."""
    memory = shelf_of(30)
    assert not memory.shelf().listed(NAME).is_in_order
    memory.hub.is_in_order = True
    assert memory.shelf().listed(NAME).is_in_order


ASKED: dict[str, Callable[[ArtifactShelf], object]] = {
    "listed": lambda shelf: shelf.listed(NAME),
    "of_run": lambda shelf: shelf.of_run(1, [NAME]),
    "run": lambda shelf: shelf.run(1),
    "runs": lambda shelf: shelf.runs("scan.yml", "main", "push", 2),
    "runs_at": lambda shelf: shelf.runs_at("scan.yml", "a" * 40, 2),
}


@pytest.mark.parametrize("ask", ASKED)
def test_a_failure_is_not_an_empty_list(ask: str) -> None:
    """Only what is not there counts as none; a service that fails is an error."""
    memory = Memory()
    memory.wire.faults = lambda *_: Break.TIMEOUT
    with pytest.raises(ServiceError) as error:
        ASKED[ask](memory.shelf())
    assert error.value.fault is Fault.UNREACHABLE


def test_the_content_is_fetched_without_the_token() -> None:
    """The storage gets no token; the wire and the storage both refuse one."""
    memory = shelf_of(1)
    assert memory.shelf().content(only(memory)) == b"0"
    assert memory.wire.calls[-1].url.startswith(memory.hub.storage)
    assert "Authorization" not in memory.wire.calls[-1].headers


def test_a_link_that_has_run_out_is_asked_for_again() -> None:
    """A link holds for a short time: the second try has a new one, a third there is not."""
    memory = shelf_of(1)
    artifact = only(memory)
    old = Reply(403, {"content-type": "application/xml"}, b"<Error><Code>AuthenticationFailed</Code></Error>")
    refused: list[str] = []

    def run_out(_: int, request: Request) -> Reply | None:
        if not request.url.startswith(memory.hub.storage) or len(refused) >= most:
            return None
        refused.append(request.url)
        return old

    memory.wire.faults = run_out
    most = 1
    assert memory.shelf().content(artifact) == b"0"
    most = 3
    with pytest.raises(ServiceError) as error:
        memory.shelf().content(artifact)
    assert error.value.fault is Fault.PERMISSION
    assert "sig=" not in str(error.value)


@pytest.mark.parametrize("case", ["expired", "deleted"])
def test_content_that_is_gone(case: str) -> None:
    """What has expired or was deleted is missing, and asked for once."""
    memory = shelf_of(1)
    artifact = only(memory)
    if case == "expired":
        memory.hub.artifacts[artifact.id].expired = True
    else:
        del memory.hub.artifacts[artifact.id]
    before = len(memory.wire.calls)
    with pytest.raises(ServiceError) as error:
        memory.shelf().content(artifact)
    assert error.value.fault is Fault.MISSING
    assert len(memory.wire.calls) - before == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(302, {}),
        Reply(302, {"location": "/relative"}),
        Reply(302, {"location": "file:///etc/passwd"}),
        Reply(302, {"location": "http://elsewhere.example/"}),
        Reply(200, {}, b"content"),
    ],
)
def test_a_redirect_to_nowhere(reply: Reply) -> None:
    """Only a whole address is followed, and never one of a weaker scheme than the API's own."""
    memory = shelf_of(1)
    artifact = only(memory)
    memory.wire.faults = lambda *_: reply
    with pytest.raises(ServiceError) as error:
        memory.shelf().content(artifact)
    assert error.value.fault is Fault.GARBLED


def test_a_server_may_speak_plain_http() -> None:
    """Where the API itself is plain HTTP, as on a private network, its storage may be, too."""
    memory = shelf_of(1)
    memory.hub.api, memory.hub.storage = "http://api.fake.example", "http://blobs.fake.example"
    assert memory.shelf().content(only(memory)) == b"0"


def test_a_deleted_head_repository_is_foreign() -> None:
    """GitHub gives no repository for a run whose fork was deleted: it is a fork all the same."""
    run = b'{"id":1,"event":"push","path":".github/workflows/scan.yml","repository":{"id":1001},"head_branch":"main"}'
    decoded = msgspec.json.decode(run, type=WorkflowRun)
    assert refusal_of_run(decoded, Memory().terms) == "its run belongs to a fork"
