import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.github.connection import check_connection
from aggregator.transport.exchange import Reply, Request
from aggregator.transport.session import Session
from tests.fakes.github.clock import FakeClock

TOKEN = "cAnArY-token"


class OneReply:
    """Answers everything with one reply, and remembers what was asked."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.calls: list[Request] = []

    def send(self, request: Request) -> Reply:
        """The reply."""
        self.calls.append(request)
        return self.reply


def asked(status: int, body: bytes = b"{}") -> tuple[OneReply, str]:
    wire = OneReply(Reply(status, {"content-type": "application/json"}, body))
    session = Session(wire, FakeClock())
    return wire, check_connection(session, "https://api.github.example/", "octo/shop", TOKEN)


@pytest.mark.parametrize(("private", "said"), [(b"true", "private"), (b"false", "public")])
def test_a_token_reads_its_repository(private: bytes, said: str) -> None:
    """One call that changes nothing says what the token opens."""
    wire, sentence = asked(200, b'{"full_name": "octo/shop", "private": ' + private + b"}")
    assert sentence == f"The token reads {said} repository octo/shop."
    (request,) = wire.calls
    assert (request.method, request.url) == ("GET", "https://api.github.example/repos/octo/shop")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [(401, b"", Fault.PERMISSION), (404, b"", Fault.MISSING), (200, b"[]", Fault.GARBLED)],
)
def test_a_token_that_does_not_is_told(status: int, body: bytes, fault: Fault) -> None:
    """A token that opens nothing, and an answer that makes no sense, are errors without the token."""
    with pytest.raises(ServiceError) as error:
        asked(status, body)
    assert error.value.fault is fault
    assert "cAnArY" not in str(error.value)
