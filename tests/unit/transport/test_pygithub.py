"""Tests of :mod:`aggregator.transport.pygithub`."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester

from aggregator.model.errors import Fault, ServiceError
from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request
from aggregator.transport.pygithub import Courier
from aggregator.transport.session import Session
from tests.fakes.github.clock import FakeClock

API = "https://ghe.example:8443/api/v3"
CANARY = "canary"
JSON = {"content-type": "application/json; charset=utf-8"}


class Script:
    """Answers with one outcome after the other, and keeps what was asked."""

    def __init__(self, *outcomes: Reply | Break) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[Request] = []

    def send(self, request: Request) -> Reply:
        """The next outcome."""
        self.asked.append(request)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Break):
            raise BrokenExchange(outcome)
        return outcome


def courier(script: Script, clock: FakeClock | None = None, *, api: str = API, token: str = CANARY) -> Courier:
    return Courier(Session(script, clock or FakeClock()), api, token, pause=1.0)


def reply(value: object, status: int = 200) -> Reply:
    return Reply(status, JSON, json.dumps(value).encode())


def test_calls_travel_over_our_session() -> None:
    """A call of PyGithub's goes to the API's own address, with its credentials and our version and purpose."""
    script = Script(reply({"number": 1}))
    with courier(script).errand("look up an issue", "issues: write") as requester:
        headers, told = requester.requestJsonAndCheck("GET", "/repos/o/r/issues/1", {"page": 2})
    assert told["number"] == 1
    assert headers["content-type"] == JSON["content-type"]
    (asked,) = script.asked
    assert (asked.method, asked.url, asked.purpose) == ("GET", f"{API}/repos/o/r/issues/1?page=2", "look up an issue")
    assert asked.headers["Authorization"] == "token canary"
    assert asked.headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert asked.body == b""


def test_graphql_is_found() -> None:
    """GraphQL of a server of one's own stands beside its REST API, not below it."""
    script = Script(reply({"data": {}}))
    with courier(script).errand("x", "issues: write") as requester:
        requester.graphql_query("query { viewer { login } }", {})
    assert script.asked[0].url == "https://ghe.example:8443/api/graphql"


def test_others_keep_their_connections() -> None:
    """Once a requester is made, PyGithub makes connections of its own for anybody else in the process."""
    script = Script(reply({}))
    with courier(script).errand("x", "issues: write") as requester:
        requester.requestJsonAndCheck("GET", "/rate_limit")
        requester.close()
    classes = {name: value for name, value in vars(Requester).items() if name.endswith("ConnectionClass")}
    assert set(classes.values()) == {HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass}


def test_one_requester_serves_all_errands() -> None:
    """PyGithub is set up once; each errand brings its own purpose."""
    script = Script(reply({}), reply({}))
    ours = courier(script)
    for purpose in ("one", "two"):
        with ours.errand(purpose, "issues: write") as requester:
            requester.requestJsonAndCheck("GET", "/rate_limit")
    assert [each.purpose for each in script.asked] == ["one", "two"]


@pytest.mark.parametrize(
    ("method", "repeatable", "calls"),
    [("GET", False, 2), ("PATCH", False, 2), ("DELETE", False, 2), ("POST", False, 1), ("POST", True, 2)],
)
def test_what_may_be_sent_twice(method: str, *, repeatable: bool, calls: int) -> None:
    """What changes nothing or nothing more is sent again when its answer is lost; a POST is not, unless it may be."""
    script = Script(Break.RESET, reply({}))
    with (
        suppress(ServiceError),
        courier(script).errand("x", "issues: write", repeatable=repeatable) as requester,
    ):
        requester.requestJsonAndCheck(method, "/repos/o/r")
    assert len(script.asked) == calls


def test_writes_keep_a_pause_and_reads_do_not() -> None:
    """Between two writes goes a second, less what has gone by already; nothing else waits, PyGithub least of all."""
    clock = FakeClock()
    script = Script(*[reply({})] * 5)
    with courier(script, clock).errand("x", "issues: write") as requester:
        for method in ("GET", "POST", "GET"):
            requester.requestJsonAndCheck(method, "/repos/o/r")
        assert clock.slept == []
        clock.time += 0.25
        requester.requestJsonAndCheck("PATCH", "/repos/o/r")
        clock.time += 5
        requester.requestJsonAndCheck("POST", "/repos/o/r")
    assert clock.slept == [0.75]


@pytest.mark.parametrize(
    ("errors", "fault"),
    [
        ([{"type": "FORBIDDEN", "message": "canary"}], Fault.PERMISSION),
        ([{"type": "INSUFFICIENT_SCOPES"}], Fault.PERMISSION),
        ([{"type": "NOT_FOUND", "message": "canary"}], Fault.MISSING),
        ([{"type": "RATE_LIMITED"}], Fault.RATE),
        ([{"type": "UNPROCESSABLE"}, {"type": "FORBIDDEN"}], Fault.REFUSED),
        ([{}], Fault.REFUSED),
        (["canary", "canary"], Fault.REFUSED),
        ({"canary": 1, "b": 2}, Fault.REFUSED),
    ],
)
def test_a_refusal_of_graphql_is_a_fault(errors: object, fault: Fault) -> None:
    """GraphQL refuses with a 200: what kind of refusal it is decides, and its words are told to nobody."""
    script = Script(reply({"data": None, "errors": errors}))
    with (
        pytest.raises(ServiceError) as caught,
        courier(script).errand("fold up a comment", "issues: write") as requester,
    ):
        requester.graphql_query("query { viewer { login } }", {})
    assert caught.value.fault is fault
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        reply(None),
        reply([]),
        reply({"errors": "canary"}),
        Reply(200, {}, b"{canary"),
        Reply(200, {}, b"\xff"),
        Reply(202, JSON, b"{}"),
    ],
)
def test_nonsense_is_garbled(answer: Reply) -> None:
    """An answer that PyGithub cannot make sense of, in whatever way it says so, is told as such and as no more."""
    script = Script(answer)
    with (
        pytest.raises(ServiceError) as caught,
        courier(script).errand("look up an issue", "issues: write") as requester,
    ):
        requester.requestJsonAndCheck("GET", "/repos/o/r")[1]["data"]["viewer"].items()
    assert caught.value.fault is Fault.GARBLED
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_failed_test_is_no_answer() -> None:
    """What a fake asserts about a request comes through: a swallowed failure would prove nothing."""
    with pytest.raises(AssertionError), courier(Script()).errand("x", "issues: write"):
        raise AssertionError


@pytest.mark.parametrize(("api", "token"), [(API, ""), ("", "canary"), ("ftp://x", "canary")])
def test_nothing_is_asked_without_token_or_address(api: str, token: str) -> None:
    """Without a token or an address there is nobody to ask, and the error names what is needed."""
    ours = courier(Script(), api=api, token=token)
    with pytest.raises(ServiceError) as caught, ours.errand("x", "issues: write"):
        raise AssertionError
    assert caught.value.fault is Fault.PERMISSION
    assert "`issues: write`" in caught.value.next_step
