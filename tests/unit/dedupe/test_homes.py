"""Tests of :mod:`aggregator.dedupe.homes`: results of different products are never one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.fold import Folded, fold
from aggregator.dedupe.homes import HomesByName, home_veto
from aggregator.model.location import Component, Location
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result
from aggregator.model.state import Tracked
from tests.builders import NOW, finding, result, scan, tracked

MINE = result(weaknesses=(89,))
OTHER = result(tool="Bandit", scope="b.json", report="b.json", rule_id="B608", weaknesses=(89,))


def by(name_of: Callable[[Result | Tracked], str]) -> HomesByName:
    return HomesByName(name_of, name_of)


def by_tool(thing: Result | Tracked) -> str:
    return f"{thing.tool}\x1f"


def by_folder(thing: Result | Tracked) -> str:
    path = thing.location.path if thing.location else thing.component.path if thing.component else ""
    return f"{path.partition('/')[0]}\x1f"


def report(*sources: Result) -> Report:
    name = sources[0].report
    return Report(name=name, place=name, format=name, scans=(scan(sources[0], results=sources),))


def folded(*reports: Report, homes: HomesByName | None, previous: tuple[Tracked, ...] = ()) -> Folded:
    return fold(reports, previous, product="shop", sources={}, redact=str, now=NOW, homes=homes)


def remembered(result_: Folded) -> tuple[Tracked, ...]:
    return tuple(tracked(each) for each in result_.findings)


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        ("shop\x1f", "till\x1f", "they are in different products"),
        ("shop\x1fa", "till\x1fb", "they are in different products"),
        ("shop\x1fa", "shop\x1fb", "they are in different environments"),
    ],
)
def test_the_veto_says_what_differs(one: str, two: str, why: str) -> None:
    """The product where that differs, else the environment; from either side."""
    pair = (Entry((MINE,), "x", one), Entry((OTHER,), "y", two))
    assert home_veto(*pair) == home_veto(*pair[::-1]) == why


def test_results_of_two_products_are_two_findings() -> None:
    """What would be one finding of two tools is two where the products differ, in any order, and both say why."""
    assert len(folded(report(MINE), report(OTHER), homes=None).findings) == 1
    answers = [folded(*order, homes=by(by_tool)).findings for order in permutations((report(MINE), report(OTHER)))]
    assert answers[0] == answers[1]
    assert [[other.veto for other in each.runners_up] for each in answers[0]] == [
        ["they are in different products"]
    ] * 2
    assert len(folded(report(MINE), report(OTHER), homes=by(lambda _: "shop\x1f")).findings) == 1


def test_what_was_one_finding_is_parted() -> None:
    """Products that people write later part what was merged before; the finding goes on with its primary source."""
    before = folded(report(MINE), report(OTHER), homes=None)
    after = folded(report(MINE), report(OTHER), homes=by(by_tool), previous=remembered(before))
    assert len(after.findings) == 2
    assert [each.tool for each in after.findings if each.id == before.findings[0].id] == [before.findings[0].tool]


def test_no_tool_carries_on_a_finding_of_another_product() -> None:
    """A remembered finding that nobody reports is taken over by another tool of its own product alone."""
    before = folded(report(MINE), homes=None)
    for homes, is_carried in ((None, True), (by(lambda _: "shop\x1f"), True), (by(by_tool), False)):
        (after,) = folded(report(OTHER), homes=homes, previous=remembered(before)).findings
        assert (after.id == before.findings[0].id) is is_carried


def test_a_package_is_of_the_product_of_its_manifest() -> None:
    """A tool that names no manifest speaks about the product in whose manifest the package must be."""
    lodash = Component("pkg:npm/lodash", "lodash", "4.17.20", path="shop/package-lock.json")
    told = replace(MINE, kind=Kind.SCA, location=None, component=lodash, vulnerability_ids=("CVE-2021-23337",))
    alone = replace(told, tool="Audit", scope="a.json", report="a.json", component=replace(lodash, path=""))
    assert len(folded(report(told), report(alone), homes=by(by_folder)).findings) == 1


def test_a_report_of_another_product_is_no_renamed_report() -> None:
    """One scope that vanished and one that came are one report's only where a product has results in both."""
    line = Location("shop/app.py", 3)
    mine = replace(MINE, location=line, snippet="query(name)", scope="1.json", report="1.json")
    before = folded(report(mine), homes=by(by_folder))
    for path, is_known in (("shop/other.py", True), ("till/app.py", False)):
        moved = replace(mine, location=replace(line, path=path), scope="2.json", report="2.json")
        (after,) = folded(report(moved), homes=by(by_folder), previous=remembered(before)).findings
        assert (after.id == before.findings[0].id) is is_known


def test_what_was_examined_once_is_no_renamed_report() -> None:
    """A scope of an examination is never taken for one of the pipeline, nor of another examination; ids differ too."""
    scopes = ("src", "Pen test » src", "Pen test 2 » src")
    for then, now in permutations(scopes, 2):
        before = finding(replace(MINE, scope=then))
        memory = tracked(
            replace(before, sightings=folded(report(replace(MINE, scope=then)), homes=None).findings[0].sightings)
        )
        (after,) = folded(report(replace(MINE, scope=now)), homes=None, previous=(memory,)).findings
        assert after.id != before.id
    assert len({folded(report(replace(MINE, scope=scope)), homes=None).findings[0].id for scope in scopes}) == 3
