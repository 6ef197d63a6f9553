"""Hostile reports and people change nothing outside their place in our issues and in what we say below them."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import example, given, settings

from aggregator.model.finding import Decision, Disposition, Finding, Standing
from aggregator.model.location import Component, Location
from aggregator.model.outcome import Context
from aggregator.model.report import Scan
from aggregator.model.result import Rule
from aggregator.model.state import Line, RunRef
from aggregator.planning.commands import USAGE
from aggregator.writers.issue_comments import (
    answer,
    came_back,
    decided,
    doubt,
    fixed,
    heard,
    left_open,
    misunderstood,
    reminder,
)
from aggregator.writers.issue_marks import key_in, rule_key
from aggregator.writers.issue_text import finding_issue, rolling_issue, rule_issue
from tests.builders import NOW, finding, outcome, result
from tests.laws.test_comment_structure import AFTER_RENDERING, ATTACKS, NASTY, SERVER, links, shown, structure


def late(word: str) -> Finding:
    """Give a late finding in which every text is this one."""
    package = Component("pkg:npm/x", word, word, (word,), word[:35])
    source = result(
        title=word, tool=word, rule_id=word, message=word, location=Location(f"src/{word[:35]}", 3), component=package
    )
    by = Decision(Disposition.RISK_ACCEPTED, word, word, "issues", None, NOW + timedelta(days=5))
    told = {"due_at": NOW - timedelta(days=3), "standing": Standing.BREACHED, "decision": by, "closed_reason": word}
    return finding(source, id="F-0a1b2c3d4e5f", vulnerability_ids=(word, word), **told)


def issue(word: str) -> str:
    """Write the issue about one finding."""
    item = late(word)
    scans = (Scan(tool=word, scope="s", report="r", rules=(Rule(word, help=f"{word} help", help_uri=word),)),)
    about = Context(line=Line("acme/shop"), run=RunRef("1"), source_url=f"{SERVER}/{{path}}")
    return finding_issue(item.id, item, outcome(item, scans=scans, context=about), USAGE).body


def shared(word: str) -> str:
    """Write the issue about one rule."""
    item = late(word)
    return rule_issue(rule_key(item.tool, item.rule_id), [item, item], outcome(item, scans=()), USAGE).body


def rolling(word: str) -> str:
    """Write the rolling issue."""
    return rolling_issue("rolling", [late(word)], outcome(late(word), scans=()), USAGE).body


def sayings(word: str) -> Sequence[str]:
    """Say all there is to say below an issue."""
    item = late(word)
    lines = [heard(word, item), heard(word, None), misunderstood(word, "No.", USAGE)]
    return (
        reminder([item], NOW),
        came_back([item], NOW),
        doubt([item], NOW, decides=True),
        fixed([item], NOW),
        decided([item], NOW),
        left_open(decided([item], NOW), NOW),
        answer(lines, "2026-11-22T12:00:00Z", [(7, "a" * 16)]),
    )


PAGES: dict[str, Callable[[str], Sequence[str]]] = {
    "issue": lambda word: (issue(word),),
    "shared": lambda word: (shared(word),),
    "rolling": lambda word: (rolling(word),),
    "sayings": sayings,
}


def bare(page: str) -> str:
    """The page without the keys and fingerprints in its marks: they tell of the words."""
    return re.sub(r"(?m)^<!-- onefold:(issue|content|findings) v1 .* -->", r"<!-- \\1 -->", page)


def holds_in_place(name: str, text: str) -> None:
    """Check a text against a harmless one, which stands behind it so that both have something to show."""
    for page, calm in zip(PAGES[name](f"{text} word"), PAGES[name]("word"), strict=True):
        assert structure(bare(page)) == structure(bare(calm))
        assert key_in(page) != "" or page.startswith("<!-- onefold:")
        assert all(link.startswith(f"{SERVER}/") for link in links(page))
        for words in shown(page):
            for pattern in AFTER_RENDERING:
                assert not re.search(pattern, words), pattern
        assert len(page.encode()) <= 65_000


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("attack", ATTACKS, ids=[ascii(attack[:24]) for attack in ATTACKS])
def test_attacks_stay_in_their_place(name: str, attack: str) -> None:
    """No known attack changes what an issue is built of, makes a link of its own, or calls anybody."""
    holds_in_place(name, attack)


@settings(max_examples=40, deadline=None)
@given(NASTY)
@example("|")
@example("`|")
@example("\u200b")
@pytest.mark.parametrize("name", PAGES)
def test_any_text_stays_in_its_place(name: str, text: str) -> None:
    """Whatever a report or a person says, the issue is built as with harmless words."""
    holds_in_place(name, text)
