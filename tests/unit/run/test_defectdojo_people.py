"""The table of docs/defectdojo.md: what becomes of what people change in DefectDojo."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aggregator.model.finding import Disposition
from aggregator.model.severity import Severity
from tests.fakes.defectdojo.life import Life
from tests.fakes.defectdojo.reimport import OneTest
from tests.fakes.defectdojo.report import Row

PAGE = Path(__file__).parents[3] / "docs" / "defectdojo.md"
SEMGREP = ("Semgrep", "src")
FIRST = {SEMGREP: frozenset({1, 2})}


def row(life: Life) -> Row:
    """The finding about the first problem."""
    return next(each for each in reversed(life.dojo.rows) if each.file_path == "src/file1.py")


def the_test(life: Life) -> OneTest:
    """The test it stood in first."""
    return next(iter(life.dojo.tests.values()))


def change(**fields: Any) -> Callable[[Life], None]:
    """Somebody edits the finding."""
    return lambda life: row(life).fields.update(fields)


def rate(life: Life) -> None:
    """Somebody edits the severity, and then the tool rates it anew."""
    change(severity="Info")(life)
    life.severity[1] = Severity.CRITICAL


def rename_test(life: Life) -> None:
    """Somebody renames the test."""
    the_test(life).title = "Ours"


def delete_test(life: Life) -> None:
    """Somebody deletes the test."""
    next(iter(life.dojo.products.values())).engagements[0].tests.clear()


def rename_product(life: Life) -> None:
    """Somebody renames the product."""
    product = life.dojo.products.pop("shop")
    product.name = "Shop"
    life.dojo.products["Shop"] = product


def retype(life: Life) -> None:
    """Somebody puts the product under another product type."""
    life.dojo.products["shop"].product_type = "Retail"


def accept_here(life: Life) -> None:
    """Somebody accepts it here, and the next run says so there."""
    life.decided[1] = Disposition.RISK_ACCEPTED
    life.run(FIRST)
    assert row(life).risk_accepted


def open_again(life: Life) -> None:
    """Somebody opens there what is accepted here."""
    accept_here(life)
    change(active=True, risk_accepted=False)(life)


def close_accepted(life: Life) -> None:
    """Somebody closes there what is accepted here."""
    accept_here(life)
    change(is_mitigated=True, mitigated="x", risk_accepted=False)(life)


def is_open(life: Life) -> bool:
    """Whether the finding is open in a test of the name that we give it."""
    tests = {place: test for place, test in life.dojo.tests.items() if place[0] == "shop" and place[2] == "Semgrep src"}
    return any(each.is_open and each.file_path == "src/file1.py" for test in tests.values() for each in test.rows)


PLAYED: dict[str, tuple[Callable[[Life], None], Callable[[Life], bool]]] = {
    "closed": (change(active=False, is_mitigated=True, mitigated="x"), is_open),
    "accepted": (change(active=False, risk_accepted=True), is_open),
    "false-positive": (change(active=False, false_p=True), is_open),
    "opened": (open_again, lambda life: bool(row(life).risk_accepted)),
    "closed-accepted": (close_accepted, lambda life: not row(life).is_mitigated),
    "rated": (rate, lambda life: bool(row(life).severity == "Critical")),
    "retitled": (change(title="Ours"), lambda life: bool(row(life).title != "Ours")),
    "deleted": (lambda life: the_test(life).rows.remove(row(life)), is_open),
    "deleted-test": (delete_test, is_open),
    "renamed-test": (rename_test, is_open),
    "retyped": (retype, lambda life: life.dojo.products["shop"].product_type != "Retail"),
    "renamed-product": (rename_product, is_open),
    "tagged": (lambda life: the_test(life).tags.append("ours"), lambda life: the_test(life).tags == ["onefold"]),
    "noted": (lambda life: row(life).notes.append("Ours."), lambda life: "Ours." not in row(life).notes),
}
"""What people do, and how one sees that it came back to what it was."""


def table() -> dict[str, str]:
    """The cases of the page, and what it says becomes of them."""
    part = PAGE.read_text().partition("## What people change there")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([a-z-]+) \| .* \| (stays|comes back) \|$", part, re.MULTILINE)
    return dict(rows)


def test_every_row_is_played() -> None:
    """The page has no row that nobody tries, and none is tried that it does not have."""
    assert table().keys() == PLAYED.keys()


@pytest.mark.parametrize("algorithm", ["hash_code", "unique_id_from_tool"])
@pytest.mark.parametrize("case", PLAYED)
def test_the_page_says_what_happens(case: str, algorithm: Any) -> None:
    """What people change stays, or is what it was after the next pushes, as the page says."""
    life = Life()
    life.dojo.algorithm = algorithm
    for _ in range(3):
        life.run(FIRST)
    deed, came_back = PLAYED[case]
    deed(life)
    life.run(FIRST)
    for _ in range(3):
        life.run(FIRST, days=8)
        assert ("comes back" if came_back(life) else "stays") == table()[case]
