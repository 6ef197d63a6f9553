"""Tests of :mod:`aggregator.dedupe.keys.counted`."""

from __future__ import annotations

import pytest

from aggregator.dedupe.keys.counted import counted_native_ids
from tests.unit.dedupe.flaws import flaw

HASH = "ab" * 64


def counted(*native_ids: str) -> set[str]:
    """Which of these fingerprints of one scan differ by a counter alone."""
    results = [flaw(line=line, native_id=native_id) for line, native_id in enumerate(native_ids, 10)]
    return {name for _, _, name in counted_native_ids(results)}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (f"{HASH}_0", f"{HASH}_1"),
        (f"{HASH}_9", f"{HASH}_10"),
        (f"matchBasedId/v1:{HASH}_0", f"matchBasedId/v1:{HASH}_1"),
        ("primaryLocationLineHash:39fa2ee980eb94b0:1", "primaryLocationLineHash:39fa2ee980eb94b0:2"),
    ],
)
def test_equal_things_that_are_numbered(one: str, two: str) -> None:
    """What Semgrep and CodeQL number tells only how many there are; another one in the scan stays out of it."""
    assert counted(one, two, f"{'cd' * 64}_0", "primaryLocationLineHash:77:1", "") == {one, two}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (f"{HASH}_0", f"{'ac' * 64}_1"),
        (f"{HASH}0", f"{HASH}1"),
        (f"{HASH}:1", f"{HASH}:2"),
        ("rule_1", "rule_2"),
        ("app.py:key:1", "app.py:key:2"),
        ("primaryLocationLineHash:app.py:1", "primaryLocationLineHash:app.py:2"),
        (f"other/v1:{HASH}_0", f"other/v1:{HASH}_1"),
        ("primaryLocationLineHash:39fa2ee980eb94b1", "primaryLocationLineHash:39fa2ee980eb94b2"),
    ],
)
def test_digits_that_are_no_counter(one: str, two: str) -> None:
    """The digits of a hash, of a name, and of schemes that nobody knows to count are part of the name."""
    assert counted(one, two) == set()


def test_only_within_one_scan() -> None:
    """Two scans of a tool, and two tools, count for themselves; what repeats to the letter is no case of counting."""
    results = [
        flaw(native_id=f"{HASH}_0"),
        flaw(native_id=f"{HASH}_0", line=40),
        flaw(native_id=f"{HASH}_1", scope="other.json"),
        flaw(native_id=f"{HASH}_1", tool="Opengrep"),
    ]
    assert counted_native_ids(results) == frozenset()
