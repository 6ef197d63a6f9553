import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import SetOutput
from aggregator.planning.chat_actions import PostMessage, Service
from aggregator.sinks.chat import ChatSink
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.transport.session import Session
from tests.fakes.chat import SLACK, TEAMS, ChatWire
from tests.fakes.github.clock import FakeClock

ADDRESSES: dict[Service, str] = {"slack": SLACK, "teams": TEAMS}


def message(service: Service = "slack", **fields: str) -> PostMessage:
    given = {"route": "security", "webhook": "default", "headline": "1 new", "body": '{"text":"1 new"}'}
    return PostMessage(service=service, **given | fields)


def posted(outcome: Reply | Break | None, service: Service = "slack") -> tuple[ChatSink, ChatWire, ServiceError | None]:
    """Give what became of one message."""
    wire = ChatWire(lambda _number, _request: outcome)
    sink = ChatSink(Session(wire, FakeClock()), service, {"default": ADDRESSES[service]})
    try:
        sink.apply(message(service))
    except ServiceError as error:
        return sink, wire, error
    return sink, wire, None


@pytest.mark.parametrize("service", ["slack", "teams"])
def test_a_message_arrives_as_it_was_planned(service: Service) -> None:
    """The body goes to the route's address, as it is, once."""
    sink, wire, error = posted(None, service)
    (request,) = wire.calls
    assert error is None
    assert not sink.unsure
    assert (request.method, request.url, request.body) == ("POST", ADDRESSES[service], b'{"text":"1 new"}')
    assert request.headers["Content-Type"].startswith("application/json")


def test_each_service_takes_its_own() -> None:
    """A sink takes messages of its service and nothing else."""
    sink = ChatSink(Session(ChatWire(), FakeClock()), "slack", {"default": SLACK})
    assert sink.accepts(message("slack"))
    assert not sink.accepts(message("teams"))
    assert not sink.accepts(SetOutput("a", "b"))


def test_messages_keep_apart() -> None:
    """Two messages are a second apart, as Slack asks."""
    clock = FakeClock()
    sink = ChatSink(Session(ChatWire(), clock), "slack", {"default": SLACK})
    sink.apply(message())
    sink.apply(message(route="other"))
    assert clock.slept == [1.0]


SAYINGS = [
    ("slack", Reply(400, {}, b"invalid_blocks"), "Slack found the message wrong (HTTP status 400, invalid_blocks)."),
    ("slack", Reply(400, {}, b"cAnArY"), "Slack found the message wrong (HTTP status 400)."),
    ("slack", Reply(403, {}, b"action_prohibited"), "(HTTP status 403, action_prohibited). Ask an administrator"),
    ("slack", Reply(404, {}, b"no_service"), "it was revoked, or its channel is gone (HTTP status 404, no_service)."),
    ("slack", Reply(410, {}, b"channel_is_archived"), "Its channel is archived (HTTP status 410"),
    ("slack", Reply(200, {}, b"<html>cAnArY"), "What answered is no webhook of Slack (HTTP status 200)."),
    ("slack", Reply(302, {"location": "https://cAnArY"}), "What answered is no webhook of Slack (HTTP status 302)."),
    ("slack", Reply(503, {}, b""), "Slack failed, and may have shown the message (HTTP status 503). The next run"),
    ("teams", Reply(400, {}, b"cAnArY"), "Teams found the message wrong (HTTP status 400)."),
    ("teams", Reply(401), "Copy the webhook's whole address again"),
    ("teams", Reply(404), "its workflow was removed or switched off (HTTP status 404)."),
    ("teams", Reply(200, {}, b"Webhook message delivery failed with error"), "could not deliver it"),
    ("teams", Reply(502), "Teams failed, and may have shown the message (HTTP status 502)."),
    ("teams", Reply(301), "What answered is no webhook of Teams (HTTP status 301)."),
]


@pytest.mark.parametrize(("service", "reply", "said"), SAYINGS)
def test_a_refusal_says_what_to_do(service: Service, reply: Reply, said: str) -> None:
    """Each way to refuse has a sentence of its own; the answer and the address stand in none."""
    sink, wire, error = posted(reply, service)
    assert error is not None
    assert said in str(error)
    assert "canary" not in str(error).lower()
    assert len(wire.calls) == 1
    is_open = reply.status >= 500
    assert error.fault is (Fault.UNREACHABLE if is_open else Fault.REFUSED)
    assert bool(sink.unsure) is is_open


def test_the_older_connectors_of_teams_are_believed() -> None:
    """A connector that answers 200 and 1 has taken the message."""
    assert posted(Reply(200, {}, b"1"), "teams")[2] is None


@pytest.mark.parametrize("how", [Break.TIMEOUT, Break.RESET, Break.CUT_SHORT])
def test_a_message_without_an_answer_is_sent_once(how: Break) -> None:
    """A message that may have arrived is not sent again in this run, and is remembered as one that may have."""
    sink, wire, error = posted(how)
    assert error is not None
    assert len(wire.calls) == 1
    assert sink.unsure == {"message:slack:security"}


def test_a_message_that_cannot_have_arrived_is_sent_again() -> None:
    """Without a connection nothing arrived: it is tried three times, and is no message that may have arrived."""
    sink, wire, error = posted(Break.NO_CONNECTION)
    assert error is not None
    assert "The next run tells it again." in str(error)
    assert error.fault is Fault.UNSENT
    assert len(wire.calls) == 3
    assert not sink.unsure


def test_a_rate_limit_is_waited_for() -> None:
    """After the seconds that Slack asks for the message is sent again."""
    clock, busy = FakeClock(), Reply(429, {"retry-after": "7"})
    wire = ChatWire(lambda number, _request: busy if number == 0 else None)
    ChatSink(Session(wire, clock), "slack", {"default": SLACK}).apply(message())
    assert clock.slept[0] >= 7.0
    assert len(wire.posts[SLACK]) == 1


def test_a_long_rate_limit_is_left_to_the_next_run() -> None:
    """A wait that is too long fails the message and says that the next run tells it."""
    sink, _, error = posted(Reply(429, {"retry-after": "9000"}))
    assert error is not None
    assert error.fault is Fault.RATE
    assert error.next_step == "The next run tells it again."
    assert not sink.unsure


def test_requests_show_no_address() -> None:
    """Neither a request nor the plan's action shows the address when it is printed."""
    _, wire, _ = posted(None)
    request: Request = wire.calls[0]
    assert "cAnArY" not in repr(request) + repr(message())
