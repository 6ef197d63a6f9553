"""Addresses and resources with the name of their deployment in them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition
from aggregator.model.location import Resource
from aggregator.model.result import Result
from tests.unit.dedupe.flaws import LATER, folded, misconfigured, reflected, remember, report

WEB = "arn:aws:ecs:eu-west-1:1:task-definition/web"
ULIDS = ("01HV3K5Z8J9QW2R4T6Y8P0A1BC", "01HV3K5Z8J9QW2R4T6Y8P0A1BD", "01HV3K5Z8J9QW2R4T6Y8P0A1BE")


def asset(name: str, rule: str = "40012", host: str = "shop.example") -> Result:
    """A flaw of a file of a site."""
    return replace(reflected(rule, f"/assets/{name}", host=host), scope="site")


def order(number: int, folder: str = "orders", host: str = "shop.example") -> Result:
    """A flaw of the page of an object."""
    return replace(reflected(path=f"/{folder}/{ULIDS[number]}", host=host), scope="site")


def pod(name: str) -> Result:
    """A failed check of a pod."""
    resource = Resource(f"shop/Pod/{name}", "kubernetes", "prod", "namespace: shop", "Pod", name)
    return replace(misconfigured(), pointer=f"/{name}", scope="kubernetes:prod", resource=resource)


def carried(
    then: Sequence[Result], now: Sequence[Result], judged: Sequence[Disposition] = (), rows: Sequence[Result] = ()
) -> list[int]:
    """For each result of now the number of the one of then that it is taken for, or -1.

    ``judged`` are what people said of those of then; of ``rows`` the report of now has a row that passed.
    """
    first = {each.sources[0].pointer: each for each in folded(report(*then)).findings}
    known = [first[each.pointer] for each in then]
    previous = [
        replace(each, decision=Decision(said)) if said else each
        for each, said in zip(remember(known), [*judged, *[None] * len(then)], strict=False)
    ]
    later = report(*now)
    (scan,) = later.scans
    evaluated = frozenset(f"{each.rule_id}\x1f{each.resource.uid}" for each in (*now, *rows) if each.resource)
    covered = replace(scan, coverage=replace(scan.coverage, evaluated=evaluated or None))
    found = folded(replace(later, scans=(covered,)), previous=previous, now=LATER).findings
    ids = {each.sources[0].pointer: each.id for each in found}
    numbers = {each.id: number for number, each in enumerate(known)}
    return [numbers.get(ids[each.pointer], -1) for each in now]


def test_an_asset_is_followed_from_build_to_build() -> None:
    """By what it is called; another asset is another finding, and so is another rule."""
    then = [asset("main.8f3c2a1b.js"), asset("vendor.8f3c2a1b.js"), asset("main.8f3c2a1b.js", "10096")]
    now = [asset("main.91be77d0.js"), asset("admin.91be77d0.js"), asset("vendor.91be77d0.js", "10027")]
    assert carried(then, now) == [0, -1, -1]
    (found,) = folded(report(now[0]), previous=remember(folded(report(then[0])).findings), now=LATER).findings
    assert [(each.tier, each.key) for each in found.carried] == [("medium", "renewed")]


def test_an_asset_that_is_still_there_is_itself() -> None:
    """What came beside it is new, until the old one is gone."""
    old, new = asset("main.8f3c2a1b.js"), asset("main.91be77d0.js")
    assert carried([old], [old, new]) == [0, -1]
    assert carried([old, new], [new, asset("main.0c5d1e2f.js")]) == [1, 0]


def test_two_assets_of_one_name_are_told_apart_by_nothing() -> None:
    """Nor are they taken for each other."""
    then = [asset("main.8f3c2a1b.js"), asset("main.8f3c2a1c.js")]
    assert carried(then, [asset("main.91be77d0.js")]) == [-1]
    assert carried(then[:1], [asset("main.91be77d0.js"), asset("main.91be77d1.js")]) == [-1, -1]


def test_one_object_is_as_good_as_another() -> None:
    """As many as there are; those of other pages are others."""
    assert carried([order(0), order(1)], [order(2), order(1)]) == [0, 1]
    assert carried([order(0)], [order(1), order(2)]) == [0, -1]
    assert carried([order(0), order(1)], [order(2)]) == [0]
    assert carried([order(0)], [order(1, "users")]) == [-1]


def test_objects_that_people_judged_differently_are_not_exchanged() -> None:
    """One against one they are, for then there is no doubt."""
    said = [Disposition.FALSE_POSITIVE, Disposition.OPEN]
    assert carried([order(0), order(1)], [order(2)], said) == [-1]
    assert carried([order(0)], [order(2)], said[:1]) == [0]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ([asset("main.8f3c2a1b.js", host="pr-1.example")], [asset("main.91be77d0.js", host="pr-2.example")], [0]),
        ([order(0, host="pr-1.example")], [order(1, host="pr-2.example"), order(2, host="pr-2.example")], [0, -1]),
        (
            [order(0, host="pr-1.example"), order(0, host="pr-2.example")],
            [order(1, host="pr-3.example"), order(1, host="pr-4.example")],
            [-1, -1],
        ),
        ([order(0, host="pr-1.example")], [order(1, host="pr-3.example"), order(2, host="pr-4.example")], [-1, -1]),
    ],
)
def test_on_another_host(then: list[Result], now: list[Result], expected: list[int]) -> None:
    """One that differs in numbers alone; of several nobody knows which is which."""
    assert carried(then, now) == expected


def test_a_revision_and_a_pod_are_followed() -> None:
    """Two live pods stay two, and one that is left is itself."""
    assert carried([misconfigured(uid=f"{WEB}:41")], [misconfigured(uid=f"{WEB}:42")]) == [0]
    assert carried([misconfigured(uid=f"{WEB}:41")], [misconfigured(uid=f"{WEB}-api:42")]) == [-1]
    then = [pod("web-7d4b9c8f6-q8zmn"), pod("web-7d4b9c8f6-xk2lp")]
    assert sorted(carried(then, [pod("web-5c6f7d9b8-bbbbb"), pod("web-5c6f7d9b8-ccccc")])) == [0, 1]
    assert carried(then, [pod("web-5c6f7d9b8-bbbbb"), then[1]]) == [0, 1]
    assert carried(then[:1], [pod("web-5c6f7d9b8-bbbbb"), pod("web-5c6f7d9b8-ccccc")]) == [0, -1]


def test_a_revision_of_which_there_is_a_row_is_still_there() -> None:
    """It passed: the one that failed is another."""
    old, new = misconfigured(uid=f"{WEB}:41"), misconfigured(uid=f"{WEB}:42")
    assert carried([old], [new], rows=[old]) == [-1]


def test_what_is_closed_is_not_followed() -> None:
    """It comes back under its own name alone."""
    closed = remember(folded(report(asset("main.8f3c2a1b.js"))).findings, closed=True)
    (found,) = folded(report(asset("main.91be77d0.js")), previous=closed, now=LATER).findings
    assert found.id != closed[0].id
