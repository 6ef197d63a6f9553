"""Tests of :mod:`aggregator.dedupe.tracking.joined_scopes`: several parts of a report come as one in another format."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.fold import Folded, fold
from aggregator.dedupe.homes import HomesByName
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard
from aggregator.model.result import Kind, Result
from aggregator.model.state import Tracked
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report, vulnerability

PARTS = {"terraform": ("main.tf", 6), "kubernetes": ("pod.yaml", 5), "secrets": ("env.tf", 2)}


def asked(part: str, scope: str, *, resource: str = "") -> list[Result]:
    """What a part of a scan found, with resources or without."""
    path, count = PARTS[part]
    return [
        flaw(
            "CKV_1",
            path,
            10 * line,
            tool="Checkov",
            scope=scope,
            kind=Kind.IAC,
            resource=resource and f"{resource}.{line}",
        )
        for line in range(count)
    ]


def parts(resource: str = "aws") -> list[Result]:
    """The JSON: a scope for each part; of secrets it tells no resource either."""
    return [
        row
        for part in PARTS
        for row in asked(part, f"checkov.json ({part})", resource=resource if part != "secrets" else "")
    ]


def whole() -> list[Result]:
    """The SARIF: one scope, and no resource."""
    return [row for part in PARTS for row in asked(part, "checkov.sarif")]


def after(previous: tuple[Tracked, ...], rows: list[Result], heard: Heard = NOTHING_HEARD) -> Folded:
    """What another run makes of these rows."""
    return folded(report(*rows), previous=previous, now=LATER, heard=heard)


def known(answer: Folded, previous: tuple[Tracked, ...]) -> int:
    """How many findings were known before."""
    return len({each.id for each in answer.findings} & {each.id for each in previous})


def test_parts_that_come_as_one() -> None:
    """None of them is the greater part of the whole, and all are known again; and when the parts are back as well."""
    previous = remember(folded(report(*parts())).findings)
    together = after(previous, whole())
    assert (known(together, previous), len(together.findings)) == (13, 13)
    assert not {**together.renamed, **together.begun}
    again = after(remember(together.findings), parts())
    assert (known(again, previous), len(again.findings)) == (13, 13)


def test_one_of_them_may_be_the_greater_part() -> None:
    """The whole is another name of that one, and the others are known in it all the same."""
    most = asked("terraform", "checkov.json (terraform)", resource="aws")
    previous = remember(folded(report(*most, *asked("secrets", "checkov.json (secrets)"))).findings)
    together = after(previous, [*asked("terraform", "checkov.sarif"), *asked("secrets", "checkov.sarif")])
    assert (known(together, previous), len(together.findings)) == (8, 8)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_still_there_is_none(part: str) -> None:
    """Where a report of it came, clean or not, the same lines elsewhere are others."""
    previous = remember(folded(report(*parts())).findings)
    heard = Heard(now=frozenset({("Checkov", f"checkov.json ({part})")}))
    assert known(after(previous, whole(), heard), previous) <= 13 - PARTS[part][1]


def test_lines_that_are_told_alike_prove_nothing() -> None:
    """Two modules with places alone that turn up in one report may be others."""
    previous = remember(folded(report(*parts(resource=""))).findings)
    assert known(after(previous, whole()), previous) == 0


def test_half_of_a_part_is_asked_for() -> None:
    """A few lines of a scope that vanished, and packages, are no reason to think that it is told elsewhere."""
    other = [replace(row, rule_id="CKV_2") for row in asked("kubernetes", "checkov.json (kubernetes)", resource="aws")]
    package = replace(vulnerability(tool="Checkov"), scope="checkov.json (sca)")
    one = asked("terraform", "b (terraform)", resource="aws")[:1]
    previous = remember(folded(report(*other, *one, package)).findings)
    found = replace(vulnerability("CVE-2026-9", tool="Checkov"), scope="checkov.sarif")
    mixed = [*whole(), replace(other[0], resource=None, scope="checkov.sarif"), found]
    answer = after(previous, mixed)
    assert known(answer, previous) == 1


@pytest.mark.parametrize(("product", "count"), [("shop", 13), ("till", 0)])
def test_a_product_keeps_its_parts(product: str, count: int) -> None:
    """What another product has in the same lines is its own."""
    previous = remember(folded(report(*parts())).findings)
    homes = HomesByName(lambda _: f"{product}\x1f", lambda _: "shop\x1f")
    answer = fold((report(*whole()),), previous, product="shop", sources={}, redact=str, now=LATER, homes=homes)
    assert known(answer, previous) == count
