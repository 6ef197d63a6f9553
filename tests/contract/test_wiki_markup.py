"""Our wiki markup before Atlassian's own reader of it (npm ``@atlaskit/editor-wikimarkup-transformer``, Apache-2.0).

It is the one that turns what Data Center holds into what Cloud holds. It leaves entities as they are; there a reader
sees ``&#124;`` for a bar, where Data Center shows the bar.
"""

from __future__ import annotations

import itertools
import json
import random
import subprocess
from html import unescape
from typing import Any

import pytest

from aggregator.writers import escape
from aggregator.writers.ticket_blocks import Paragraph, Span, Text
from aggregator.writers.ticket_wiki import wiki_markup
from tests.contract.node import NODE
from tests.unit.writers.test_ticket_dialects import ATTACKS, everywhere

# fmt: off
PIECES = [
    "{", "}", "[", "]", "|", "||", "\\", "\\\\", "*", "_", "-", "--", "----", "+", "^", "~", "!", "?", "??",
    "#", "(", ")", "/", ":", ";", "D", "x", "i", "a", "b", "1", "@", "&", "<b>", "{code}", "{noformat}",
    "{quote}", "{color:red}", "{*}", "{{", "}}", "h1.", "bq.", "http://e.example", "mailto:a@b.example",
    "ftp://x", "//s", "www.e.example", "ABC-12", "[~u]", "[#a]", "[^f]", ":)", "(!)", "'", '"', "%", "$", "=",
]
# fmt: on


def read(markups: list[str]) -> list[dict[str, Any]]:
    """What the reader sees in each."""
    program = subprocess.run(
        [str(NODE), "tests/node/wiki_reader.mjs"],
        input=json.dumps(markups).encode(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    seen: list[dict[str, Any]] = json.loads(program.stdout)
    return seen


def shown(seen: dict[str, Any]) -> str:
    return unescape(seen["text"]).replace("\u200b", "")


def test_an_attack_is_text() -> None:
    """At every place of a ticket what a report wrote has no more kinds of nodes and links than a plain word."""
    texts = ["plain", *ATTACKS]
    plain, *seen = read([wiki_markup(Text(everywhere(text), "onefold:ticket v1 F-1 0")) for text in texts])
    assert plain["marks"] == ["code", "link https://x.example", "strong"]
    for attack, one in zip(ATTACKS, seen, strict=True):
        assert set(one["nodes"]) <= set(plain["nodes"]), attack
        assert set(one["marks"]) <= set(plain["marks"]), attack


def test_a_link_is_one() -> None:
    """Addresses with signs that format elsewhere lead where they say, with words of their own and without."""
    address = "https://x.example/a_b-c*d~e+f?g=h%20i#j"
    lines = [(Span("See "), Span(address, link=address)), (Span("See "), Span("it *now*", link=address))]
    seen = read([wiki_markup(Text((Paragraph(line),), "x")) for line in lines])
    assert [each["marks"] for each in seen] == [[f"link {address}"]] * 2


@pytest.mark.parametrize("seed", range(3))
def test_any_mixture_is_text(seed: int) -> None:
    """Lines of pieces that mean something to the reader are read as those very characters, after a word and without."""
    chance = random.Random(seed)  # noqa: S311 - for examples
    lines = ["".join(chance.choices([*PIECES, " "], k=chance.randint(1, 12))).strip() for _ in range(300)]
    lines = [line for line in lines if line]
    starts = itertools.cycle(("", "Word", "Word "))
    given = [f"{start}{line}" for start, line in zip(starts, lines, strict=False)]
    markups = [wiki_markup(Text((Paragraph((Span(each),)),), "x")).partition("\n\n{noformat}")[0] for each in given]
    for line, seen in zip(given, read(markups), strict=True):
        assert seen["nodes"] == ["paragraph", "text"], line
        assert seen["marks"] == [], line
        assert shown(seen) == escape.plain(line).replace("\u200b", ""), line
