"""Tests of :mod:`aggregator.writers.deliveries`."""

from __future__ import annotations

from aggregator.writers.deliveries import render_deliveries


def text(*told: tuple[str, str]) -> str:
    return b"".join(render_deliveries(told)).decode()


def test_each_deed_has_a_line() -> None:
    """What was done and what was not, in the order it was tried; text of reports stays text."""
    shown = text(("open an issue: <b>", ""), ("close issue #7", "Could not: **no**."))
    assert "### On GitHub" in shown
    assert "- Done: open an issue: &lt;b&gt;" in shown
    assert "- **Not done:** Could not: \\*\\*no\\*\\*." in shown


def test_nothing_done_is_nothing_said() -> None:
    """Without deeds there is no heading either."""
    assert text() == ""


def test_a_long_list_is_cut() -> None:
    """Fifty lines are enough; the rest is counted."""
    shown = text(*((f"deed {number}", "") for number in range(60)))
    assert "- and 10 more" in shown
    assert "deed 50" not in shown
