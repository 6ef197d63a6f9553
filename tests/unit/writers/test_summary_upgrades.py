"""Tests of :mod:`aggregator.writers.summary_upgrades`: which upgrades close what."""

from __future__ import annotations

from aggregator.model.severity import Severity
from aggregator.model.upgrade import Upgrade
from aggregator.writers.summary_upgrades import upgrades_block
from tests.builders import outcome

LODASH = Upgrade(
    "pkg:npm/lodash", "lodash", "package-lock.json", "", ("4.17.15",), "4.17.21", ("F-1", "F-2"), Severity.HIGH
)
BASE = Upgrade("pkg:apk/alpine/zlib", "zl*b", "", "shop", (), "1.2.12-r0", ("F-3",), Severity.CRITICAL)


def test_upgrades_are_told_with_what_they_close() -> None:
    """The title counts; each row says what, from, to, where and how much; foreign text is escaped."""
    (block,) = upgrades_block(outcome(upgrades=(BASE, LODASH)), "elsewhere")
    assert "<summary>2 upgrades close 3 findings</summary>" in block
    assert "| zl\\*b | - | `1.2.12-r0` | `shop` | 1 critical |" in block
    assert "| lodash | `4.17.15` | `4.17.21` | `package-lock.json` | 2, the worst high |" in block


def test_many_upgrades_are_cut_and_counted() -> None:
    """Twenty rows are shown; the rest is counted and stands elsewhere."""
    (block,) = upgrades_block(outcome(upgrades=(BASE,) * 25), "elsewhere")
    assert block.count("zl") == 20
    assert "5 more stand elsewhere." in block
    (block,) = upgrades_block(outcome(upgrades=(BASE,)), "elsewhere")
    assert "1 upgrade closes 1 finding<" in block


def test_without_upgrades_there_is_no_block() -> None:
    """A run without packages says nothing about them."""
    assert list(upgrades_block(outcome(), "elsewhere")) == []
