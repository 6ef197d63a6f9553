"""Tests of :mod:`aggregator.transport.retry`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.errors import Fault
from aggregator.transport.exchange import Break, Reply
from aggregator.transport.retry import BLOB, REST, TWIRP, Rules, fault_of, is_limited, pause

NOW = 1_790_000_000.0
ALL = (TWIRP, REST, BLOB)
PERMISSION = Reply(403, {}, b'{"message":"Resource not accessible by integration"}')
SECONDARY = Reply(403, {}, b'{"message":"You have exceeded a secondary rate limit."}')
SPENT = Reply(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 40)})
QUOTA = b'{"code":"x","msg":"Failed: Insufficient usage to create artifact"}'


def wait(rules: Rules, outcome: Reply | Break, *, method: str = "GET", failures: int = 1) -> float | None:
    return pause(rules, method, failures, outcome, NOW, 0.5)


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        (Break.NOT_SENT, Fault.REFUSED),
        (Break.NO_CONNECTION, Fault.UNSENT),
        (Break.TIMEOUT, Fault.UNREACHABLE),
        (Break.RESET, Fault.UNREACHABLE),
        (Break.CUT_SHORT, Fault.GARBLED),
        (Break.TOO_LARGE, Fault.GARBLED),
        (Reply(301), Fault.REFUSED),
        (Reply(400), Fault.REFUSED),
        (Reply(401), Fault.PERMISSION),
        (PERMISSION, Fault.PERMISSION),
        (Reply(403), Fault.PERMISSION),
        (Reply(403, {}, b'{"message":"Code Security must be enabled for this repository."}'), Fault.MISSING),
        (Reply(403, {}, b'{"message":"Advanced Security is not enabled."}'), Fault.MISSING),
        (Reply(422, {}, b'{"message":"It must be enabled."}'), Fault.REFUSED),
        (SECONDARY, Fault.RATE),
        (SPENT, Fault.RATE),
        (Reply(403, {"retry-after": "5"}), Fault.RATE),
        (Reply(403, {}, QUOTA), Fault.QUOTA),
        (Reply(429, {}, QUOTA), Fault.QUOTA),
        (Reply(404), Fault.MISSING),
        (Reply(408), Fault.UNREACHABLE),
        (Reply(409), Fault.CONFLICT),
        (Reply(410), Fault.MISSING),
        (Reply(422), Fault.REFUSED),
        (Reply(429), Fault.RATE),
        (Reply(500), Fault.UNREACHABLE),
        (Reply(501), Fault.MISSING),
        (Reply(503), Fault.UNREACHABLE),
    ],
)
def test_each_failure_has_its_meaning(outcome: Reply | Break, fault: Fault) -> None:
    """What went wrong is told apart by status, by GitHub's headers and by the words that it is known for."""
    assert fault_of(outcome) is fault


def test_a_permission_is_not_a_limit() -> None:
    """A 403 about the token's permissions stays one even when the limit happens to be used up."""
    both = Reply(403, {"x-ratelimit-remaining": "0", "retry-after": "1"}, PERMISSION.body)
    assert not is_limited(both)
    assert wait(REST, both) is None


@pytest.mark.parametrize("rules", ALL)
@pytest.mark.parametrize("outcome", [PERMISSION, Reply(403), Reply(404), Reply(422), Reply(501), Reply(429, {}, QUOTA)])
def test_what_stays_so_is_not_asked_again(rules: Rules, outcome: Reply) -> None:
    """Permissions, quotas and things that are not there are not asked for twice."""
    assert wait(rules, outcome) is None


@pytest.mark.parametrize("rules", ALL)
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_shortages_are_asked_again(rules: Rules, status: int) -> None:
    """A service that is short of something is asked again, and not for ever."""
    assert wait(rules, Reply(status)) is not None
    assert wait(rules, Reply(status), failures=rules.attempts) is None


@pytest.mark.parametrize("rules", ALL)
@pytest.mark.parametrize("how", [Break.TIMEOUT, Break.RESET, Break.CUT_SHORT])
def test_broken_exchanges_are_tried_again(rules: Rules, how: Break) -> None:
    """An exchange that broke off is tried again; what cannot be sent or is too large would be so again."""
    assert wait(rules, Break.NOT_SENT) is None
    assert wait(rules, how) is not None
    assert wait(rules, Break.TOO_LARGE) is None


def test_no_artifact_server_is_told_at_once() -> None:
    """As the official client, nobody waits half a minute for an artifact service that is not there."""
    assert wait(TWIRP, Break.NO_CONNECTION) is None
    assert wait(REST, Break.NO_CONNECTION) is not None


def test_a_deed_is_not_done_twice() -> None:
    """REST calls that change something are not repeated when the first may have been carried out."""
    for outcome in (Reply(500), Reply(503), Break.TIMEOUT, Break.RESET):
        assert wait(REST, outcome, method="POST") is None
    for outcome in (SECONDARY, SPENT, Reply(429)):
        assert wait(REST, outcome, method="POST") is not None


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (Reply(429, {"retry-after": "17"}), 17.0),
        (Reply(403, {"retry-after": " 90 "}), 90.0),
        (Reply(503, {"retry-after": "0"}), 2.0),
        (Reply(429, {"retry-after": "Mon, 21 Sep 2026 14:14:10 GMT"}), 50.0),
        (Reply(429, {"retry-after": "Mon, 21 Sep 2020 14:14:10 GMT"}), 2.0),
        (Reply(429, {"retry-after": "soon"}), 60.0),
        (Reply(429, {"retry-after": "-5"}), 60.0),
        (Reply(429, {"retry-after": "9" * 5000}), 60.0),
        (Reply(429, {"retry-after": "Mon, 21 Sep 2026 14:14:10"}), 50.0),
        (Reply(429, {"retry-after": "Mon, 01 Jan 0001 00:00:00"}), 2.0),
        (Reply(429, {"retry-after": f"Mon, 01 Jan {'9' * 30} 00:00:00"}), 60.0),
        (SPENT, 41.0),
        (Reply(429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "never"}), 60.0),
        (Reply(429, {"x-ratelimit-remaining": "0"}), 60.0),
        (Reply(429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}), 2.0),
        (Reply(429, {"x-ratelimit-remaining": "7"}), 60.0),
        (SECONDARY, 60.0),
    ],
)
def test_limits_say_how_long(reply: Reply, seconds: float) -> None:
    """Waits follow ``retry-after``, else the limit's end, else are a minute; nonsense is no wait that was asked for."""
    assert wait(REST, reply) == seconds


def test_minutes_add_up() -> None:
    """A limit that says nothing is given a minute more each time."""
    assert [wait(REST, SECONDARY, failures=failures) for failures in (1, 2, 3, 4)] == [60.0, 120.0, 180.0, 240.0]
    assert wait(TWIRP, Reply(429)) == 3.0


@given(st.sampled_from(ALL), st.integers(1, 4), st.floats(0, 1))
def test_waits_grow_within_their_bounds(rules: Rules, failures: int, chance: float) -> None:
    """The first wait is fixed; each later one lies between a power of the growth and the next."""
    found = pause(rules, "GET", failures, Reply(503), NOW, chance)
    least = rules.first * rules.growth ** (failures - 1)
    assert found is not None
    assert least <= found <= (least * rules.growth + 1e-9 if failures > 1 else least)
