"""Tests of :mod:`aggregator.stores.ancestry`."""

from __future__ import annotations

import json

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.stores.ancestry import GitHubAncestry, MergeBase
from aggregator.transport.exchange import Break, Reply
from tests.builders import NOW
from tests.fakes.github.memory import Memory, ids

TARGET = "release/1.2"


def sha(number: int) -> str:
    return f"{number:040x}"


HEAD = sha(0xFFFF)


def repository(length: int) -> Memory:
    """A target of so many commits, numbered from 1, and a change that branched off before the last two of them."""
    memory = Memory()
    memory.hub.commit(sha(1))
    for number in range(2, length + 1):
        memory.hub.commit(sha(number), sha(number - 1))
    memory.hub.commit(HEAD, sha(length - 2))
    memory.hub.branches[TARGET] = sha(length)
    return memory


def ancestry(memory: Memory, base_ref: str = TARGET, commit: str = HEAD) -> GitHubAncestry:
    return GitHubAncestry(memory.session(), memory.hub.api, memory.hub.name, memory.token, base_ref, commit)


def test_what_a_change_contains() -> None:
    """The merge base and what lies before it is known; the change itself and the target's later commits are not."""
    memory = repository(10)
    known = ancestry(memory)
    assert memory.wire.calls == []
    assert [number for number in range(1, 11) if known.knows(sha(number))] == list(range(1, 9))
    assert not known.knows(HEAD)
    assert known.diagnostics == ()
    assert len(memory.wire.calls) == 2


def test_the_merge_base_costs_one_call() -> None:
    """Where the newest state is of the merge base itself, nothing else is asked; a branch may have any name."""
    memory = repository(10)
    assert ancestry(memory).knows(sha(8))
    assert [call.url.rpartition("/repos/octo/shop/")[2] for call in memory.wire.calls] == [
        f"compare/release%2F1.2...{HEAD}?per_page=1"
    ]


def test_the_merge_base_has_a_date() -> None:
    """The merge base is told with the time it was made; asking for it first costs the one call as well."""
    memory = repository(10)
    known = ancestry(memory)
    assert known.merge_base == MergeBase(sha(8), NOW)
    assert known.merge_base is not None
    assert known.knows(sha(8))
    assert len(memory.wire.calls) == 1


@pytest.mark.parametrize(
    "date", [None, "", "yesterday", "2026-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"]
)
def test_a_date_without_sense_is_none(date: str | None) -> None:
    """What people wrote as the date of a commit keeps nobody from knowing the commit."""
    memory = repository(10)
    memory.hub.commit_dates.pop(sha(8))
    body = {"merge_base_commit": {"sha": sha(8), "commit": {"committer": {"date": date}}}}
    memory.wire.faults = lambda *_: Reply(200, {"content-type": "application/json"}, json.dumps(body).encode())
    assert ancestry(memory).merge_base == MergeBase(sha(8))


def test_the_search_is_bounded() -> None:
    """Of a long history the newest three hundred commits are known."""
    memory = repository(500)
    known = ancestry(memory)
    assert known.knows(sha(498))
    assert known.knows(sha(300))
    assert not known.knows(sha(198))
    assert not known.knows(HEAD)
    assert len(memory.wire.calls) == 4


@pytest.mark.parametrize("commit", ["", "main", "../../x", "A" * 40, HEAD + "/x", HEAD[:39]])
def test_what_is_no_commit_enters_no_address(commit: str) -> None:
    """A commit that is not a full SHA is never asked for; every commit counts as known then, with a warning."""
    memory = repository(5)
    known = ancestry(memory, commit=commit)
    assert known.knows(sha(5))
    assert [said.code for said in known.diagnostics] == ["ancestry-unknown"]
    assert memory.wire.calls == []


def test_a_target_nobody_names() -> None:
    """Without a target branch the newest state is taken, and the run says so."""
    known = ancestry(repository(5), base_ref="")
    assert known.knows(sha(5))
    assert known.diagnostics[0].reason.startswith("Nobody says which branch")
    assert known.merge_base is None
    assert ancestry(repository(5), base_ref="").merge_base is None


@pytest.mark.parametrize("case", ["permission", "missing", "unrelated"])
def test_where_github_does_not_tell(case: str) -> None:
    """A token without contents: read, an unknown commit and an unrelated history are warnings; the newest is taken."""
    memory = repository(5)
    if case == "permission":
        memory.token = memory.hub.api_token("actions:read")
    elif case == "missing":
        del memory.hub.commits[HEAD]
    else:
        memory.hub.commit(HEAD)
    for number in (4, 5):
        run = memory.hub.start_run(head_sha=sha(number))
        memory.publish(run, memory.state(run))
    known = ancestry(memory)
    assert known.knows(sha(5))
    assert known.knows(sha(4))
    assert len(memory.wire.calls) == 1
    (said,) = known.diagnostics
    assert "The newest state is taken" in said.reason
    memory.token = memory.hub.api_token("actions:read")
    loaded = memory.store(ancestry=known).load(memory.line)
    assert len(ids(loaded.state)) == 2
    assert loaded.diagnostics == (said,)


def test_a_service_that_fails_is_an_error() -> None:
    """A service that does not answer is no reason to guess; asked again, it may answer."""
    memory = repository(5)
    known = ancestry(memory)
    memory.wire.faults = lambda *_: Break.TIMEOUT
    for _ in range(2):
        with pytest.raises(ServiceError) as error:
            known.knows(sha(1))
        assert error.value.fault is Fault.UNREACHABLE
    memory.wire.faults = None
    assert known.knows(sha(1))


@pytest.mark.parametrize("body", [b"{}", b'{"merge_base_commit":{"sha":"../../../user"}}'])
def test_an_answer_without_sense_is_an_error(body: bytes) -> None:
    """A merge base that is none never enters an address."""
    memory = repository(5)
    memory.wire.faults = lambda *_: Reply(200, {"content-type": "application/json"}, body)
    with pytest.raises(ServiceError) as error:
        ancestry(memory).knows(sha(1))
    assert error.value.fault is Fault.GARBLED
    assert len(memory.wire.calls) == 1
