"""Our messages against Slack's own types, and posted to an independent Slack."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from aggregator.model.errors import ServiceError
from aggregator.planning.chat_actions import PostMessage
from aggregator.sinks.chat import ChatSink
from aggregator.transport.clock import RealClock
from aggregator.transport.session import Session
from aggregator.transport.wire import RequestsWire
from aggregator.writers.digest import Digest
from aggregator.writers.slack_blocks import LONGEST_HEADER, render_slack
from tests.contract.emulate import emulate
from tests.unit.writers.digests import DIGESTS, EXAMPLE

SCHEMA = Draft7Validator(json.loads(Path("tests/contract/slack/payload.schema.json").read_bytes()))
WEBHOOK = "/services/T000000001/B000000001/XXXXXXXXXXXX"


def wrong(**fields: Any) -> dict[str, Any]:
    """Give the example with another second block."""
    message: dict[str, Any] = json.loads(render_slack(EXAMPLE))
    message["blocks"][1] = copy.deepcopy(message["blocks"][1]) | fields
    return message


@given(DIGESTS)
def test_messages_are_what_slack_describes(digest: Digest) -> None:
    """Whatever is told, a message is of Slack's own types, with not a field too many."""
    SCHEMA.validate(json.loads(render_slack(digest)))


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "rich_texts"},
        {"colour": "red"},
        {"elements": "text"},
        {"elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]},
        {"elements": [{"type": "rich_text_section", "elements": [{"type": "link", "text": "no address"}]}]},
    ],
)
def test_the_description_tells_wrong_from_right(fields: dict[str, Any]) -> None:
    """What Slack would refuse the description refuses: an unknown block, a field too many, a missing text."""
    assert SCHEMA.is_valid(wrong())
    assert not SCHEMA.is_valid(wrong(**fields))


@given(DIGESTS)
def test_slacks_own_models_take_our_blocks(digest: Digest) -> None:
    """Slack's SDK, which knows limits that the types do not, has nothing against a block."""
    for block in Block.parse_all(json.loads(render_slack(digest))["blocks"]):
        block.validate_json()


def test_slacks_own_models_know_limits() -> None:
    """The SDK refuses a header of 151 characters, which is of the right type."""
    long = {"type": "header", "text": {"type": "plain_text", "text": "x" * (LONGEST_HEADER + 1)}}
    (block,) = Block.parse_all([long])
    with pytest.raises(SlackObjectFormationError):
        block.validate_json()


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulate(tmp_path_factory.mktemp("slack"), "slack") as address:
        yield address


def post(address: str, body: str) -> None:
    message = PostMessage(service="slack", route="default", webhook="default", headline="1 new", body=body)
    ChatSink(Session(RequestsWire(), RealClock()), "slack", {"default": f"{address}{WEBHOOK}"}).apply(message)


def history(address: str) -> list[dict[str, Any]]:
    """Give what stands in the channel, latest first."""
    bearer = {"Authorization": "Bearer xoxb-any"}
    channels = requests.post(f"{address}/api/conversations.list", headers=bearer, timeout=10).json()["channels"]
    (general,) = [channel["id"] for channel in channels if channel["name"] == "general"]
    asked = {"channel": general}
    said = requests.post(f"{address}/api/conversations.history", json=asked, headers=bearer, timeout=10).json()
    messages: list[dict[str, Any]] = said["messages"]
    return messages


def test_a_message_stands_in_the_channel(slack: str) -> None:
    """A message that is posted stands in the channel, block for block."""
    body = render_slack(EXAMPLE).decode()
    post(slack, body)
    assert history(slack)[0]["blocks"] == json.loads(body)["blocks"]
    assert history(slack)[0]["text"] == json.loads(body)["text"]


@pytest.mark.parametrize(("body", "word"), [("{", "invalid_payload"), ('{"text":"x","blocks":"y"}', "invalid_blocks")])
def test_a_message_that_slack_refuses(slack: str, body: str, word: str) -> None:
    """What the other side refuses is an error with its word, and stands nowhere."""
    before = len(history(slack))
    with pytest.raises(ServiceError, match=rf"Slack found the message wrong \(HTTP status 400, {word}\)"):
        post(slack, body)
    assert len(history(slack)) == before
