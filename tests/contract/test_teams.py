"""Our cards read by Microsoft's own library."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from aggregator.writers.digest import Digest
from aggregator.writers.teams_card import render_teams
from tests.contract.node import NODE
from tests.unit.writers.digests import DIGESTS, EXAMPLE

_PROGRAM = Path("tests/node/adaptive_card.mjs").resolve()


def card(digest: Digest) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(render_teams(digest))["attachments"][0]["content"]
    return content


def read(*cards: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what the library makes of cards."""
    done = subprocess.run(
        [NODE, _PROGRAM], input=json.dumps(cards).encode(), capture_output=True, check=True, timeout=60
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


@given(DIGESTS)
@settings(max_examples=15, deadline=None)
def test_cards_are_understood_whole(digest: Digest) -> None:
    """Whatever is told, the library has nothing against a card, shows every text as it is and drops nothing."""
    sent = card(digest)
    (answer,) = read(sent)
    assert answer["said"] == []
    assert answer["shown"] == ["".join(run["text"] for run in block["inlines"]) for block in sent["body"]]
    assert answer["understood"] == sent


def test_the_library_tells_wrong_from_right() -> None:
    """The library says what is wrong: a word that is none, an element that there is not."""
    odd_word, odd_element = card(EXAMPLE), card(EXAMPLE)
    odd_word["body"][0]["inlines"][0]["weight"] = "Boldest"
    odd_element["body"][0]["type"] = "RichText"
    assert [len(answer["said"]) for answer in read(card(EXAMPLE), odd_word, odd_element)] == [0, 1, 1]
