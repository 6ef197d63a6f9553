"""What docs/messages.md shows is what the example reports make of a message."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.planning.chat_actions import SERVICES
from aggregator.policy.chat import EVERYTHING
from aggregator.run.exits import Exit
from aggregator.run.outside import Outside
from aggregator.run.run import run
from aggregator.settings import OnIncomplete, Settings, Surroundings
from aggregator.writers import slack_blocks, teams_card
from tests import canaries
from tests.builders import NOW
from tests.e2e.repository import semgrep
from tests.fakes.chat import SLACK, TEAMS, ChatWire
from tests.fakes.github.clock import FakeClock
from tests.unit.run.consoles import FakeConsole

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")


def shown() -> list[str]:
    """Give the messages that the page shows, in its order."""
    return re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> ChatWire:
    """The messages of the two example runs, a day apart."""
    folder, wire = tmp_path_factory.mktemp("messages"), ChatWire()
    for day, reports in enumerate(("first", "second")):
        settings = Settings.model_validate(
            {
                "reports": (str(ROOT / "examples" / "reports" / reports),),
                "state": str(folder / "state"),
                "out": folder / "out",
                "product": "octo/shop",
                "branch": "main",
                "now": NOW + timedelta(days=day),
                "on_incomplete": OnIncomplete.WARN,
                "slack_webhook": SLACK,
                "teams_webhook": TEAMS,
            }
        )
        outside = Outside(wire=lambda: wire, clock=FakeClock)
        assert run(settings, Surroundings(), FakeConsole(), outside=outside) is Exit.OK
    return wire


def as_text(message: dict[str, Any]) -> str:
    """A message of Slack as it looks, without colours and styles."""
    return "".join(f"{line}\n" for block in message["blocks"] for line in _lines(block))


def _lines(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] == "header":
        yield block["text"]["text"]
        yield "=" * len(block["text"]["text"])
    for element in block.get("elements", ()):
        if element["type"] == "rich_text_list":
            yield from (f"  \u2022 {_text(each)}" for each in element["elements"])
        else:
            yield element["text"] if element["type"] == "plain_text" else _text(element)
    yield ""


def _text(section: dict[str, Any]) -> str:
    return "".join(piece["text"] for piece in section["elements"])


@pytest.mark.parametrize("place", [0, 1])
def test_the_page_shows_real_messages(wire: ChatWire, place: int) -> None:
    """The first and the second message of the page are those of the two example runs, word for word."""
    assert shown()[place].rstrip("\n") == as_text(wire.posts[SLACK][place]).rstrip("\n")


def test_both_services_tell_the_same(wire: ChatWire) -> None:
    """Slack and Teams are told the same words in the same order."""
    for place in (0, 1):
        card = wire.posts[TEAMS][place]["attachments"][0]["content"]["body"]
        words = " ".join("".join(run["text"] for run in block["inlines"]) for block in card)
        text = re.sub(r"^=+$", "", as_text(wire.posts[SLACK][place]), flags=re.MULTILINE)
        assert words.replace("\u2022", "").split() == text.replace("\u2022", "").split()


def test_no_secret_of_the_examples_is_told(wire: ChatWire) -> None:
    """No message holds a value that the reports of the examples give away."""
    leaks = json.loads((ROOT / "examples" / "reports" / "first" / "gitleaks.json").read_bytes())
    said = json.dumps(list(wire.posts.values()))
    assert leaks
    assert [leak["RuleID"] for leak in leaks if leak["Secret"] in said] == []


def test_the_page_has_every_word() -> None:
    """The page explains every word that `tell` takes, and names both services and their limits."""
    assert set(EVERYTHING) <= set(re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE))
    assert all(name in PAGE for name in SERVICES.values())
    limits = (slack_blocks.MOST_BLOCKS, slack_blocks.LONGEST_HEADER, slack_blocks.LONGEST_MESSAGE)
    for limit in (*limits, teams_card.LONGEST_MESSAGE):
        assert f"{limit:,}".replace(",", " ") in PAGE


def _texts(value: Any) -> Iterator[str]:
    """Give every text in a message."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def test_no_planted_secret_is_told(tmp_path: Path) -> None:
    """Of reports with canaries in every field that may hold a secret no message shows a trace, first look or news."""
    reports, wire = tmp_path / "reports", ChatWire()
    reports.mkdir()
    (tmp_path / "onefold.yml").write_text("slack: {severity: info, most: 40}\nteams: {severity: info, most: 40}\n")
    for day, planted in enumerate(
        ({"clean.json": semgrep()}, canaries.planted(), {"gitleaks.json": canaries.gitleaks()})
    ):
        for name, data in planted.items():
            (reports / name).write_bytes(data)
        settings = Settings.model_validate(
            {
                "reports": (str(reports),),
                "config": tmp_path / "onefold.yml",
                "state": str(tmp_path / "state"),
                "out": tmp_path / "out",
                "now": NOW + timedelta(days=9 * day),
                "on_incomplete": OnIncomplete.WARN,
                "slack_webhook": SLACK,
                "teams_webhook": TEAMS,
            }
        )
        run(settings, Surroundings(), FakeConsole(), outside=Outside(wire=lambda: wire, clock=FakeClock))
    told = [text for posts in wire.posts.values() for post in posts for text in _texts(post)]
    assert any("new" in text for text in told)
    assert [text for text in told if canaries.traces_in(text)] == []
