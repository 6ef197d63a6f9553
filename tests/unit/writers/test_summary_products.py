"""Tests of :mod:`aggregator.writers.summary_products`."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.finding import Baseline, Standing
from aggregator.model.hierarchy import Belonging
from aggregator.model.severity import Severity
from aggregator.writers.comment import CommentFacts, render_comment
from aggregator.writers.summary import render_summary
from aggregator.writers.summary_products import products_table
from tests.builders import NOW, finding, outcome
from tests.writers import text

TILL = Belonging(product="till")
FINDINGS = (
    finding(id="F-1", severity=Severity.LOW),
    finding(id="F-2", belonging=TILL, baseline=Baseline.NEW, severity=Severity.CRITICAL),
    finding(id="F-3", belonging=TILL, standing=Standing.BREACHED),
    finding(id="F-4", belonging=TILL, baseline=Baseline.ABSENT, closed_at=NOW),
    finding(id="F-5", belonging=Belonging(product="gone"), baseline=Baseline.ABSENT, closed_at=NOW),
)
TABLE = (
    "| Product | Open | Worst | New | Fixed | Past due |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
    "| till | 2 | 1 critical | 1 | 1 | 1 |\n"
    "| shop | 1 | 1 low | 0 | 0 | 0 |"
)


def test_several_products_are_told_apart() -> None:
    """A row for each product with something open, the fullest first, in the summary and in the comment alike."""
    (told,) = products_table(outcome(*FINDINGS), "elsewhere")
    assert told == TABLE
    assert TABLE in text(render_summary, outcome(*FINDINGS))
    assert TABLE in render_comment(outcome(*FINDINGS), CommentFacts(key="0" * 12))


def test_one_product_needs_no_table() -> None:
    """Where everything open is of one product, the rest of the text is about it."""
    assert list(products_table(outcome(FINDINGS[0]), "elsewhere")) == []
    assert list(products_table(outcome(*FINDINGS[1:]), "elsewhere")) == []
    assert list(products_table(outcome(), "elsewhere")) == []


def test_what_came_back_is_not_new() -> None:
    """The column adds up to the headline: a finding that is back is counted there as reopened."""
    back = finding(id="F-6", belonging=TILL, baseline=Baseline.NEW, reopened_at=NOW)
    (told,) = products_table(outcome(*FINDINGS, back), "elsewhere")
    assert "| till | 3 | 1 critical | 1 | 1 | 1 |" in told


def test_a_name_is_harmless_and_the_table_short() -> None:
    """A product's name is a word in a cell, whatever it holds, and twenty rows are enough."""
    hostile = finding(belonging=Belonging(product="a|b</table>\n@octo"))
    (told,) = products_table(outcome(FINDINGS[0], hostile), "elsewhere")
    assert "</table>" not in told
    assert "@octo" not in told
    many = [replace(FINDINGS[0], id=f"F-{n}", belonging=Belonging(product=f"p{n:02}")) for n in range(23)]
    (told,) = products_table(outcome(*many), "elsewhere")
    assert told.endswith("| p19 | 1 | 1 low | 0 | 0 | 0 |\n\n3 more products stand elsewhere.")
