import json
from typing import Any

from hypothesis import given
from msgspec.structs import replace

from aggregator.writers.digest import Digest, Section
from aggregator.writers.teams_card import LONGEST_MESSAGE, render_teams
from aggregator.writers.ticket_blocks import Span
from tests.unit.writers.digests import DIGESTS, EXAMPLE, LINK


def card(digest: Digest) -> dict[str, Any]:
    (attachment,) = json.loads(render_teams(digest))["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    content: dict[str, Any] = attachment["content"]
    return content


def test_a_message_as_a_card() -> None:
    """A digest is one card: its headline, how things stand, a line for each row, the run's page as a button."""
    found = card(EXAMPLE)
    assert (found["type"], found["version"]) == ("AdaptiveCard", "1.4")
    texts = ["".join(run["text"] for run in block["inlines"]) for block in found["body"]]
    assert texts == [
        EXAMPLE.headline,
        EXAMPLE.standing,
        "1 new finding",
        "\u2022 Critical SQL <injection>app.py:12",
        "and 2 more",
        "3 findings fixed",
        EXAMPLE.foot,
    ]
    assert found["actions"] == [{"type": "Action.OpenUrl", "url": EXAMPLE.link, "title": "The run's page"}]
    _, critical, _, title, place = found["body"][3]["inlines"]
    assert critical == {"type": "TextRun", "text": "Critical", "weight": "Bolder"}
    assert title["selectAction"] == {"type": "Action.OpenUrl", "url": LINK}
    assert place == {"type": "TextRun", "text": "app.py:12", "fontType": "Monospace"}


def test_a_run_without_a_page() -> None:
    """Outside a job there is no button."""
    assert "actions" not in card(replace(EXAMPLE, link=""))


@given(DIGESTS)
def test_limits_hold_for_any_text(digest: Digest) -> None:
    """Whatever the texts are, a message stays below what Teams takes, is ASCII, and no text is read as Markdown."""
    body = render_teams(digest)
    assert body.isascii()
    assert len(body) <= LONGEST_MESSAGE
    assert {block["type"] for block in card(digest)["body"]} == {"RichTextBlock"}


def test_an_empty_piece_is_left_out() -> None:
    """A piece of text without text is no run."""
    row = (Span(""), Span("x"))
    block = card(replace(EXAMPLE, sections=(Section("A", (row,)),)))["body"][3]
    assert [run["text"] for run in block["inlines"]] == ["\u2022 ", "x"]
