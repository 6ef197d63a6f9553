"""Tests of :mod:`aggregator.disposition.suggestion`: the exception to write for one finding."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aggregator.disposition.selection import selects
from aggregator.disposition.suggestion import suggest
from aggregator.model.finding import Finding
from aggregator.model.location import Component
from aggregator.model.result import Kind
from tests.builders import NOW, finding, result


def package(id_: str, **fields: Any) -> Finding:
    """A vulnerable package in a lock file, except as given."""
    component = {"purl": "pkg:npm/x", "name": "x", "version": "1.0", "path": "package-lock.json"} | fields
    source = result(
        kind=Kind.SCA, location=None, vulnerability_ids=("CVE-2026-1", "GHSA-1"), component=Component(**component)
    )
    return finding(source, id=id_)


def selectors(item: Finding, *others: Finding) -> dict[str, str]:
    """What the suggested exception selects by."""
    rule = suggest(item, (*others, item), ("kim",), NOW)
    assert [each.id for each in (*others, item) if selects(rule, each)] == [item.id]
    named = {name: getattr(rule, name) for name in ("id", "tool", "rule", "path", "purl", "vulnerability", "resource")}
    return {name: value for name, value in named.items() if value is not None}


HERE = package("F-1")


@pytest.mark.parametrize(
    ("item", "others", "expected"),
    [
        (finding(), (HERE,), {"id": "F-1111111111"}),
        (HERE, (), {"vulnerability": "CVE-2026-1", "purl": "pkg:npm/x"}),
        (
            HERE,
            (package("F-2", path="b/package-lock.json"),),
            {"vulnerability": "CVE-2026-1", "purl": "pkg:npm/x", "path": "package-lock.json"},
        ),
        (HERE, (package("F-2"),), {"id": "F-1"}),
        (package("F-1", path=""), (package("F-2"),), {"id": "F-1"}),
        (package("F-1", image="shop", path="a"), (package("F-2", image="bar", path="b"),), {"id": "F-1"}),
        (package("F-1", purl="pkg:npm/*"), (), {"id": "F-1"}),
        (package("F-1", purl="pkg:npm/\u202ex"), (), {"id": "F-1"}),
        (package("F-1", purl="pkg:npm/a@b"), (), {"id": "F-1"}),
        (package("F-1", path="!a"), (package("F-2", path="b"),), {"id": "F-1"}),
    ],
)
def test_it_names_what_lasts_and_means_nothing_else(
    item: Finding, others: tuple[Finding, ...], expected: dict[str, str]
) -> None:
    """A package is named by vulnerability and package, with its manifest where needed; anything else by its id."""
    assert selectors(item, *others) == expected


def test_it_ends_within_the_limit() -> None:
    """It holds for 90 days, or for as long as the policy allows for the severity."""
    usual = suggest(finding(), (finding(),), (), NOW)
    assert (usual.expires, usual.decided, usual.owner) == (date(2027, 2, 20), date(2026, 11, 22), "your-team")
    for days, expected in ((30, date(2026, 12, 22)), (900, date(2027, 2, 20))):
        assert suggest(finding(), (finding(),), ("kim",), NOW, days).expires == expected


def test_its_owner_can_be_written() -> None:
    """The first owner whose name the file takes; where there is none, somebody has to be written."""
    assert (
        suggest(finding(), (), ("k\u00efm", "", " ", "k" * 501, "a\tb", "@org/team", "kim"), NOW).owner == "@org/team"
    )
    assert suggest(finding(), (), ("k\u00efm",), NOW).owner == "your-team"
