"""Hostile reports change nothing outside their place in ``report.md`` either."""

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings

from aggregator.writers.board_outcome import board_of
from aggregator.writers.report_md import render_report
from tests.laws.test_comment_structure import AFTER_RENDERING, ATTACKS, NASTY, SERVER, links, shown, structure, told


def report(word: str) -> str:
    return b"".join(render_report(board_of(told(word)))).decode()


@pytest.mark.parametrize("attack", ATTACKS, ids=[ascii(attack[:24]) for attack in ATTACKS])
def test_attacks_stay_in_their_place(attack: str) -> None:
    """No known attack changes what the report is built of, makes a link of its own, or calls anybody."""
    holds_in_place(attack)


@settings(max_examples=60, deadline=None)
@given(NASTY)
@example("|")
@example("`|")
@example("a\\|")
@example("\u200b")
def test_any_text_stays_in_its_place(text: str) -> None:
    """Whatever a report says, ours is built as with harmless words."""
    holds_in_place(text)


def holds_in_place(text: str) -> None:
    """Check a text against a harmless one; rows stand in the order of their places, which may differ."""
    page, calm = report(f"{text} word"), report("word")
    assert Counter(structure(page)) == Counter(structure(calm))
    assert all(link.startswith(f"{SERVER}/") for link in links(page))
    for words in shown(page):
        for pattern in AFTER_RENDERING:
            assert not re.search(pattern, words), pattern
