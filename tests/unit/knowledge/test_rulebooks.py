"""Tests of :mod:`aggregator.knowledge.rulebooks` and its data."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from aggregator.knowledge import rulebooks
from aggregator.knowledge.cwes import ancestors
from aggregator.knowledge.rulebooks import book_of

DATA = files("aggregator.knowledge") / "data"
BOOKS = sorted(each.name for each in (DATA / "rules").iterdir() if each.name.endswith(".json"))
CLASSES = json.loads((DATA / "weaknesses.json").read_text(encoding="utf-8"))["classes"]


def test_no_book_for_a_stranger() -> None:
    """A tool without a book has none, and reading costs nothing."""
    assert book_of("Unheard of") is None


def test_exact_names_come_first() -> None:
    """An exact name outranks a pattern, a long pattern a short one, the whole name its last part."""
    book = rulebooks.RuleBook(
        rulebooks._Book("1", "X", (), {"a": ("rule-one", "rule-*"), "b": ("rule-t*", "x.rule-one"), "c": ("*",)})
    )
    assert book.classes_of("y.rule_one") == ("a",)
    assert book.classes_of("x.Rule-One") == ("b",)
    assert book.classes_of("rule-two") == ("b",)
    assert book.classes_of("rule-six") == ("a",)
    assert book.classes_of("other") == ("c",)
    assert not book.is_builder("rule-one")


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("a*", "abc", "bac"),
        ("*c", "abc", "abcd"),
        ("*b*", "abc", "axc"),
        ("a*b*c", "a-b-c", "acb"),
        ("a*bc*c", "abc-c", "abc"),
        ("ab*bc", "ab-bc", "abc"),
        ("*", "", None),
    ],
)
def test_stars_stand_for_any_text(pattern: str, fitting: str, other: str | None) -> None:
    """A star stands for any text, and no letter is counted twice."""
    book = rulebooks.RuleBook(rulebooks._Book("1", "X", (), {"a": (pattern,)}, builders=(pattern, "exact")))
    assert book.classes_of(fitting) == ("a",)
    assert book.is_builder(fitting)
    assert book.is_builder("exact")
    assert other is None or book.classes_of(other) == ()


@pytest.mark.parametrize("name", BOOKS)
def test_books_name_known_classes_and_their_sources(name: str) -> None:
    """Every class of a book stands in the table, and the book says where its rules come from."""
    document = json.loads((DATA / "rules" / name).read_text(encoding="utf-8"))
    assert set(document["rules"]) <= set(CLASSES)
    assert document["sources"]
    assert document["version"]
    assert book_of(document["tool"]) is not None


def test_ruff_is_bandit() -> None:
    """Ruff's S rules are Bandit's, number by number."""
    bandit, ruff = (
        json.loads((DATA / "rules" / f"{name}.json").read_text(encoding="utf-8"))["rules"]
        for name in ("bandit", "ruff")
    )
    assert ruff == {name: [f"S{rule[1:]}" for rule in rules] for name, rules in bandit.items()}


def test_ancestors() -> None:
    """Generation after generation, each number once; nothing above a pillar or an unknown number."""
    assert next(iter(ancestors(89))) == (943,)
    assert 707 in list(ancestors(89))[-1]
    assert list(ancestors(707)) == list(ancestors(99999)) == []
    above = [cwe for generation in ancestors(22) for cwe in generation]
    assert len(above) == len(set(above))
