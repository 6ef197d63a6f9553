"""Posts messages to Slack and Microsoft Teams, each to the address of its route.

A message that is answered with anything but success was not told. Where no answer came, or a failure of the service's
own, it may have been: it counts as not told, and the next run tells it again and says so. Better twice than never.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import Action
from aggregator.planning.chat_actions import SERVICES, PostMessage, Service
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.transport.retry import UNCLEAR, Rules
from aggregator.transport.session import Session

APART = 1.0
"""Seconds between two messages; Slack takes one a second."""
LARGEST_ANSWER = 64 * 1024

_RULES = Rules(
    attempts=3,
    statuses=frozenset(),
    breaks=frozenset({Break.NO_CONNECTION}),
    first=2.0,
    growth=2.0,
    limit=30.0,
)
"""Sent again only where nothing can have arrived: no connection came about, or a rate limit turned it away."""
_ANSWERS = frozenset(range(300, 600)) - {429}

_SLACK_WORDS = frozenset(
    {
        "action_prohibited",
        "channel_is_archived",
        "channel_not_found",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_payload",
        "invalid_token",
        "msg_blocks_too_long",
        "no_active_hooks",
        "no_service",
        "no_service_id",
        "no_team",
        "no_text",
        "posting_to_general_channel_denied",
        "rollup_error",
        "team_disabled",
        "too_many_attachments",
        "user_not_found",
    }
)
"""What Slack answers; anything else is not repeated."""
_GONE, _FORBIDDEN = frozenset({404, 405, 410}), frozenset({401, 403})
_OURS = "If it happens again, report it as a fault of Onefold."
_AGAIN = "The next run tells it again."


class ChatSink:
    """Posts the messages of one service.

    Args:
        session: all that this run says to the service.
        service: which one.
        addresses: of webhooks, by name; secrets, which reach nothing but the requests.
        latest: the message as it is to be posted now.

    Attributes:
        unsure: keys of messages that failed and may have arrived all the same.
    """

    def __init__(
        self,
        session: Session,
        service: Service,
        addresses: Mapping[str, str],
        latest: Callable[[PostMessage], PostMessage] = lambda message: message,
    ) -> None:
        self._session = session
        self._service = service
        self._addresses = addresses
        self._latest = latest
        self.unsure: set[str] = set()

    def accepts(self, action: Action) -> bool:
        """Messages of its own service."""
        return isinstance(action, PostMessage) and action.service == self._service

    def apply(self, action: Action) -> None:
        """Post it. Raises ``ServiceError``, in whose words neither the address nor the answer stands."""
        assert isinstance(action, PostMessage)  # noqa: S101 - what `accepts` says
        name = SERVICES[self._service]
        request = Request(
            method="POST",
            url=self._addresses[action.webhook],
            purpose=f"tell {name} (route {action.route})",
            headers={"Content-Type": "application/json; charset=utf-8"},
            body=self._latest(action).body.encode("ascii"),
            most=LARGEST_ANSWER,
        )
        try:
            reply = self._session.call(request, _RULES, accept=_ANSWERS, apart=APART)
            refused = self._refused(reply)
        except ServiceError as error:
            refused = _repeated(error)
        if refused is not None:
            if refused.fault in UNCLEAR:
                self.unsure.add(action.key)
            raise refused

    def _refused(self, reply: Reply) -> ServiceError | None:
        """What an answer says against the message; ``None`` when it was taken."""
        if self._service == "slack":
            return _of_slack(reply)
        return _of_teams(reply)


def _repeated(error: ServiceError) -> ServiceError:
    """The session's error, with what the next run does about it."""
    if error.fault is Fault.UNSENT:
        return ServiceError(
            error.fault, error.reason, f"{_AGAIN} Look at the address, and whether this machine may reach it."
        )
    if error.fault is Fault.RATE:
        return ServiceError(error.fault, error.reason, _AGAIN)
    return error


def _of_slack(reply: Reply) -> ServiceError | None:
    said = reply.body.strip().decode("ascii", "replace")
    if reply.status == 200 and said == "ok":  # noqa: PLR2004 - as HTTP numbers success
        return None
    word = f", {said}" if said in _SLACK_WORDS else ""
    detail = f"(HTTP status {reply.status}{word})"
    if said == "channel_is_archived":
        return _error(f"Its channel is archived {detail}.", "Give the route a webhook of another channel.")
    if reply.status in _GONE:
        return _error(
            f"Slack knows no such webhook: it was revoked, or its channel is gone {detail}.",
            "Make a new webhook and put its address in the input slack-webhook.",
        )
    if reply.status in _FORBIDDEN:
        return _error(
            f"Slack does not let this webhook write there {detail}.",
            "Ask an administrator of the workspace, or make a new webhook.",
        )
    return _of_any(reply, "Slack", detail)


def _of_teams(reply: Reply) -> ServiceError | None:
    detail = f"(HTTP status {reply.status})"
    if reply.status in {200, 201, 202}:
        # The older connectors say so of a delivery that failed.
        if b"delivery failed" in reply.body.lower():
            return _error(f"Teams took the message and could not deliver it {detail}.", _AGAIN)
        return None
    if reply.status in _GONE:
        return _error(
            f"Teams knows no such webhook: its workflow was removed or switched off {detail}.",
            "Make a new webhook and put its address in the input teams-webhook.",
        )
    if reply.status in _FORBIDDEN:
        return _error(
            f"Teams does not let this webhook write there {detail}.",
            "Copy the webhook's whole address again: its signature is a part of it.",
        )
    return _of_any(reply, "Teams", detail)


def _of_any(reply: Reply, name: str, detail: str) -> ServiceError:
    if reply.status >= 500:  # noqa: PLR2004 - the server's own faults
        return ServiceError(Fault.UNREACHABLE, f"{name} failed, and may have shown the message {detail}.", _AGAIN)
    if reply.status >= 400:  # noqa: PLR2004 - a refusal
        return _error(f"{name} found the message wrong {detail}.", _OURS)
    return _error(
        f"What answered is no webhook of {name} {detail}.", "Look at the address, and at what stands before it."
    )


def _error(reason: str, next_step: str) -> ServiceError:
    """A refusal that a person has to mend: it fails the delivery, for the next run would not do better."""
    return ServiceError(Fault.REFUSED, reason, next_step)
