"""Tests of :mod:`aggregator.policy.next_entry`: where the next exception of a file goes."""

from __future__ import annotations

import pytest

from aggregator.policy.next_entry import FIRST, NextEntry, next_entry


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", FIRST),
        ("# nothing accepted\n", FIRST),
        ("exceptions:\n  - id: F-1\n", NextEntry(2, has_key=True)),
        ("exceptions:\n- id: F-1\n- id: F-2\n", NextEntry(0, has_key=True)),
        ("# top\r\nexceptions:\r\n    - id: F-1\r\n", NextEntry(4, has_key=True)),
        ("---\nexceptions:\n   -\n       id: F-1\n", NextEntry(3, has_key=True)),
        ("exceptions:\n", NextEntry(2, has_key=True)),
        ("exceptions: # none\n  # - id: F-1\n", NextEntry(2, has_key=True)),
        ("# top\nexceptions: []\n", NextEntry(obstacle=2)),
        ("exceptions: null\n", NextEntry(obstacle=1)),
        ("exceptions:\n  []\n", NextEntry(has_key=True, obstacle=2)),
        ("exceptions: [{id: F-1}]\n", NextEntry(obstacle=1)),
        ("{exceptions: [{id: F-1}]}\n", NextEntry(obstacle=1)),
        ("{}\n", NextEntry(obstacle=1)),
    ],
)
def test_an_entry_goes_where_the_others_are(text: str, expected: NextEntry) -> None:
    """It is indented as they are, the key is written once, and brackets are named: nothing can stand below them."""
    assert next_entry(text, "e.yml") == expected
