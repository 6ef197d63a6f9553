"""The block of a summary that says which upgrades close what."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.model.outcome import Outcome
from aggregator.model.upgrade import Upgrade
from aggregator.writers.escape import clip, markdown, markdown_code
from aggregator.writers.summary_cells import fold, many, table

_ROWS = 20
_CELL = 80


def upgrades_block(outcome: Outcome, rest: str) -> Iterator[str]:
    """How many upgrades close how many findings, and the first twenty of them; nothing where there are none."""
    upgrades = outcome.upgrades
    if not upgrades:
        return
    closed = sum(len(upgrade.closes) for upgrade in upgrades)
    verb = "closes" if len(upgrades) == 1 else "close"
    rows = [_row(upgrade) for upgrade in upgrades[:_ROWS]]
    hidden = len(upgrades) - len(rows)
    more = f"\n\n{many(hidden, 'more stands', 'more stand')} {rest}." if hidden else ""
    yield fold(
        f"{many(len(upgrades), 'upgrade')} {verb} {many(closed, 'finding')}",
        table(("Package", "Installed", "Upgrade to", "Where", "Closes"), rows) + more,
    )


def _row(upgrade: Upgrade) -> tuple[str, str, str, str, str]:
    worst = upgrade.severity.value.lower()
    closed = len(upgrade.closes)
    return (
        markdown(clip(upgrade.name, _CELL)),
        markdown_code(clip(", ".join(upgrade.installed), _CELL)) or "-",
        markdown_code(clip(upgrade.to, _CELL)),
        markdown_code(clip(upgrade.path or upgrade.image, _CELL)) or "-",
        f"1 {worst}" if closed == 1 else f"{closed}, the worst {worst}",
    )
