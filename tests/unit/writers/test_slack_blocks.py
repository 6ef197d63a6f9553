import json
from typing import Any

from hypothesis import given
from msgspec.structs import replace

from aggregator.writers.digest import Digest, Section
from aggregator.writers.slack_blocks import LONGEST_HEADER, LONGEST_MESSAGE, MOST_BLOCKS, render_slack
from aggregator.writers.ticket_blocks import Span
from tests.unit.writers.digests import DIGESTS, EXAMPLE, LINK


def rendered(digest: Digest) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(render_slack(digest))
    return message


def test_a_message_in_blocks() -> None:
    """A digest is a header, the standing, one block for each section, and the run's page."""
    message = rendered(EXAMPLE)
    assert message["text"] == "shop: 1 new critical finding from today's run"
    assert [block["type"] for block in message["blocks"]] == [
        "header",
        "rich_text",
        "rich_text",
        "rich_text",
        "rich_text",
    ]
    assert message["blocks"][0]["text"] == {"type": "plain_text", "text": EXAMPLE.headline, "emoji": False}
    title, rows = message["blocks"][2]["elements"]
    assert title["elements"] == [{"type": "text", "text": "1 new finding", "style": {"bold": True}}]
    assert rows["elements"][0]["elements"] == [
        {"type": "text", "text": "Critical", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "link", "url": LINK, "text": "SQL <injection>"},
        {"type": "text", "text": "app.py:12", "style": {"code": True}},
    ]
    assert rows["elements"][1]["elements"] == [{"type": "text", "text": "and 2 more"}]
    assert len(message["blocks"][3]["elements"]) == 1
    assert message["blocks"][4]["elements"][0]["elements"][1]["url"] == EXAMPLE.link
    assert message["unfurl_links"] is message["unfurl_media"] is False


def test_a_run_without_a_page() -> None:
    """Outside a job the foot is plain and links nothing."""
    last = rendered(replace(EXAMPLE, link=""))["blocks"][-1]
    assert last == {"type": "context", "elements": [{"type": "plain_text", "text": EXAMPLE.foot, "emoji": False}]}


def test_the_notification_starts_nothing() -> None:
    """The one text that Slack looks through holds no mention, no link and no style."""
    hostile = replace(EXAMPLE, headline="<!channel> <@U012> @here *shop* & co: 1 new")
    text = rendered(hostile)["text"].replace("\u200b", "")
    assert text == "&lt;!channel&gt; &lt;@U012&gt; @here *shop* &amp; co: 1 new"
    assert "@here" not in rendered(hostile)["text"]


@given(DIGESTS)
def test_limits_hold_for_any_text(digest: Digest) -> None:
    """Whatever the texts are, a message keeps to Slack's limits, is ASCII and has no markup but its own."""
    body = render_slack(digest)
    message = json.loads(body)
    assert len(body) <= LONGEST_MESSAGE
    assert body.isascii()
    assert len(message["blocks"]) <= MOST_BLOCKS
    assert len(message["blocks"][0]["text"]["text"]) <= LONGEST_HEADER
    assert "<" not in message["text"]
    assert '"mrkdwn"' not in body.decode().replace('\\"', "")


def test_many_sections_are_cut() -> None:
    """More sections than there are blocks for are left out."""
    many = replace(EXAMPLE, sections=tuple(Section(f"S{n}", ()) for n in range(99)))
    assert len(rendered(many)["blocks"]) == MOST_BLOCKS


def test_rows_that_have_no_room_are_counted() -> None:
    """Where a message would be too long the last rows go, and the message says how many."""
    row = (Span("x" * 300),)
    long = replace(EXAMPLE, sections=(Section("A", (row,) * 3), Section("B", (row,) * 37, 1)))
    last = rendered(long)["blocks"][3]["elements"][1]["elements"]
    assert last[-1]["elements"][0]["text"] == f"and {37 - (len(last) - 1) + 1} more"


def test_an_empty_piece_is_left_out() -> None:
    """Slack refuses a piece of text without text, so there is none."""
    row = (Span(""), Span("x"))
    block = rendered(replace(EXAMPLE, sections=(Section("A", (row,)),)))["blocks"][2]
    assert block["elements"][1]["elements"][0]["elements"] == [{"type": "text", "text": "x"}]
