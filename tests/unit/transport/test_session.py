"""Tests of :mod:`aggregator.transport.session`."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.errors import Fault, ServiceError, UnknownToken
from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request
from aggregator.transport.retry import BLOB, REST, TWIRP, Rules
from aggregator.transport.session import Session
from tests.fakes.github.clock import FakeClock

CANARY = "canary-9f31"
REQUEST = Request(
    method="GET",
    url=f"https://api.example/{CANARY}?sig={CANARY}",
    purpose="list the earlier states",
    headers={"Authorization": f"Bearer {CANARY}"},
    body=CANARY.encode(),
)
JSON = {"content-type": "application/json; charset=utf-8"}


class Script:
    """Answers with one outcome after the other, the last one for ever."""

    def __init__(self, *outcomes: Reply | Break, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.outcomes = list(outcomes)
        self.meanwhile = meanwhile
        self.sent = 0

    def send(self, request: Request) -> Reply:
        """The next outcome."""
        self.sent += 1
        self.meanwhile()
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Break):
            raise BrokenExchange(outcome)
        return outcome


def test_a_success_is_given_at_once() -> None:
    """A 2xx comes back as it is, without a wait."""
    clock = FakeClock()
    reply = Reply(204, JSON)
    assert Session(Script(reply), clock).call(REQUEST, REST) is reply
    assert clock.slept == []


def test_other_statuses_can_be_wanted() -> None:
    """A status that the caller accepts is a reply; to anybody else it is an error."""
    moved = Reply(302, {"location": "https://blobs.example/"})
    assert Session(Script(moved), FakeClock()).call(REQUEST, REST, accept=frozenset({302})) is moved
    with pytest.raises(ServiceError):
        Session(Script(moved), FakeClock()).call(REQUEST, REST)


def test_it_asks_again() -> None:
    """Failures that may pass are waited out."""
    clock = FakeClock()
    script = Script(Reply(503), Break.TIMEOUT, Reply(200, JSON, b'{"ok":'), Reply(200, JSON, b"{}"))
    assert Session(script, clock).call(REQUEST, TWIRP).body == b"{}"
    assert clock.slept == [3.0, 5.625, 8.4375]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"artifacts": [', b"[" * 100_000, b"\xff"])
def test_json_that_is_none_is_not_whole(body: bytes) -> None:
    """A success that calls itself JSON and is not was cut short."""
    with pytest.raises(ServiceError) as caught:
        Session(Script(Reply(200, JSON, body)), FakeClock()).call(REQUEST, REST)
    assert caught.value.fault is Fault.GARBLED


def test_an_unknown_token_is_no_missing_permission() -> None:
    """A service that does not know the token says so with 401: to give the job a permission would not help."""
    with pytest.raises(UnknownToken, match=r"the service does not know the token \(HTTP status 401\)") as caught:
        Session(Script(Reply(401)), FakeClock()).call(REQUEST, REST)
    assert caught.value.fault is Fault.PERMISSION
    assert "permission" not in caught.value.next_step


def test_failures_need_not_be_json() -> None:
    """What an error page holds does not matter."""
    with pytest.raises(ServiceError) as caught:
        Session(Script(Reply(404, JSON, b"<html>")), FakeClock()).call(REQUEST, REST)
    assert caught.value.fault is Fault.MISSING


def test_a_wait_beyond_our_patience_is_not_begun() -> None:
    """When the limit ends later than we are willing to wait, the run does not wait at all."""
    clock = FakeClock()
    with pytest.raises(ServiceError) as caught:
        Session(Script(Reply(429, {"retry-after": "3600"})), clock).call(REQUEST, REST)
    assert caught.value.fault is Fault.RATE
    assert clock.slept == []


def test_patience_is_shared() -> None:
    """All calls of a run wait no longer than it has patience, the time of failed exchanges included."""
    clock = FakeClock()
    script = Script(Break.TIMEOUT, meanwhile=lambda: clock.pass_days(30 / 86_400))
    session = Session(script, clock, patience=100.0)
    for _ in range(5):
        with pytest.raises(ServiceError):
            session.call(REQUEST, REST)
    assert sum(clock.slept) + 30 * len(clock.slept) <= 100.0
    assert script.sent == 3 + 4


def test_calls_are_bounded() -> None:
    """Nothing makes a run send more requests than it may."""
    script = Script(Reply(200))
    session = Session(script, FakeClock(), calls=3)
    for _ in range(3):
        session.call(REQUEST, REST)
    with pytest.raises(ServiceError, match=r"Could not list the earlier states: this run has made as many calls"):
        session.call(REQUEST, REST)
    assert script.sent == 3


def test_a_clock_set_back_gives_no_patience() -> None:
    """A clock that is set back in the middle does not lengthen the wait."""
    clock = FakeClock()
    script = Script(Reply(503), meanwhile=lambda: clock.pass_days(-1))
    with pytest.raises(ServiceError):
        Session(script, clock, patience=10.0).call(REQUEST, REST)
    assert sum(clock.slept) <= 10.0


OUTCOMES = st.one_of(
    st.sampled_from(Break),
    st.builds(
        Reply,
        st.integers(100, 599),
        st.dictionaries(
            st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "location", "content-type"]),
            st.sampled_from(["0", "5", "1790000100", "application/json", CANARY]),
        ),
        st.sampled_from([b"", b"rate limit", b"{}", CANARY.encode()]),
    ),
)


@given(st.lists(OUTCOMES, min_size=1, max_size=8), st.sampled_from([TWIRP, REST, BLOB]), st.floats(0, 300))
def test_no_answer_makes_it_wait_longer_or_tell_more(
    outcomes: list[Reply | Break], rules: Rules, patience: float
) -> None:
    """Whatever comes back, waits keep to the budget and an error holds nothing but the purpose."""
    clock = FakeClock()
    script = Script(*outcomes)
    caught = None
    try:
        Session(script, clock, patience=patience).call(REQUEST, rules)
    except ServiceError as error:
        caught = error
    if caught is not None:
        assert CANARY not in "".join((str(caught), repr(caught), *traceback.format_exception(caught)))
        assert caught.reason.startswith("Could not list the earlier states: ")
        assert caught.next_step
        assert caught.__context__ is None
    assert sum(clock.slept) <= patience + 1e-6
    assert script.sent <= rules.attempts


def test_values_do_not_show_secrets() -> None:
    """Requests, replies and broken exchanges do not show what they hold."""
    shown = (
        repr(REQUEST) + repr(Reply(302, {"location": CANARY}, CANARY.encode())) + repr(BrokenExchange(Break.TIMEOUT))
    )
    assert CANARY not in shown
    assert shown == "Request(GET, to list the earlier states)Reply(302)BrokenExchange('timeout')"
