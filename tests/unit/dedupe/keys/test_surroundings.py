"""Tests of :mod:`aggregator.dedupe.keys.surroundings`."""

from __future__ import annotations

from aggregator.dedupe.keys.identity import SURROUNDINGS
from aggregator.dedupe.keys.lines import Lines
from aggregator.dedupe.keys.page import digest_of
from aggregator.dedupe.keys.surroundings import NOTHING, Surroundings, surroundings_of
from tests.unit.dedupe.flaws import flaw

SOURCE = "def f():\n    a = 1\n    run(x,\n        y)\n    b = 2\n"


def test_what_lines_write_is_read_back() -> None:
    """The key holds the scope, the flagged lines and their neighbours, part by part."""
    spelled = Lines({"app.py": SOURCE}, str, ()).surroundings(flaw(line=3, end=4))
    assert surroundings_of((f"{SURROUNDINGS}{spelled}",)) == Surroundings(
        digest_of("def f")[:6],
        digest_of("run(x,"),
        digest_of("y)"),
        (digest_of("a = 1")[:4], digest_of("def f():")[:4], ""),
        (digest_of("b = 2")[:4], "", ""),
    )


def test_other_keys_tell_nothing() -> None:
    """Without the key, or with one of another recipe, nothing is known."""
    assert surroundings_of(("v1:place:00",)) is NOTHING
    assert surroundings_of((f"{SURROUNDINGS}too.few",)) is NOTHING
    assert surroundings_of(()) is NOTHING
