"""Tests of :mod:`aggregator.upgrades`: the fewest upgrades that close what upgrades can close."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.location import Component
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.normalize.versions import rank_versions
from aggregator.upgrades import plan_upgrades
from tests.builders import NOW, finding, result


def need(id_: str, *fixes: str, severity: Severity = Severity.HIGH, **fields: Any) -> Finding:
    """A finding about ``x`` 1.0.0 in a lock file, mended by these versions, except as given."""
    given: dict[str, Any] = {"purl": "pkg:npm/x", "name": "x", "version": "1.0.0", "path": "package-lock.json"}
    component = Component(**given | {"fixed_versions": fixes} | fields)
    return finding(result(kind=Kind.SCA, location=None, component=component, severity=severity), id=id_)


def planned(*findings: Finding) -> list[tuple[str, tuple[str, ...]]]:
    """Each upgrade's version and what it closes."""
    return [(upgrade.to, upgrade.closes) for upgrade in plan_upgrades(findings)]


def test_one_upgrade_closes_all_of_a_package() -> None:
    """The lowest version that mends every finding of a package in a place, with all it closes and the worst of it."""
    (upgrade,) = plan_upgrades((need("F-1", "1.0.10"), need("F-2", "1.0.9", severity=Severity.CRITICAL)))
    assert (upgrade.to, upgrade.closes, upgrade.severity) == ("1.0.10", ("F-1", "F-2"), Severity.CRITICAL)
    assert (upgrade.name, upgrade.installed, upgrade.path, upgrade.image) == ("x", ("1.0.0",), "package-lock.json", "")


@pytest.mark.parametrize(
    ("fixes", "to"),
    [
        ([("1.0.5", "2.0.1")], "1.0.5"),
        ([("2.0.1", "1.0.5")], "1.0.5"),
        ([("1.0.5", "2.0.1"), ("1.0.7",)], "1.0.7"),
        ([("1.0.5", "2.0.1"), ("1.1.0",)], "2.0.1"),
        ([("1.0.5", "2.0.1"), ("2.0.0",)], "2.0.1"),
        ([("1.0.5", "2.0.1"), ("3.0.0",)], "3.0.0"),
        ([("1.0.5", "2.0.1"), ("1.0.6", "1.1.2", "2.0.0")], "1.0.6"),
        ([("0.9.1", "1.0.1")], "1.0.1"),
    ],
)
def test_a_fix_on_another_line_is_no_fix(fixes: list[tuple[str, ...]], to: str) -> None:
    """Where several lines were mended, a version counts on its own line, or when it is later than all fixes."""
    assert [to_ for to_, _ in planned(*(need(f"F-{n}", *each) for n, each in enumerate(fixes)))] == [to]


@pytest.mark.parametrize(
    ("installed", "fixes", "to"),
    [
        (("7.3.5", "6.3.0", "5.7.1"), ("7.5.2", "6.3.1", "5.7.2"), "7.5.2"),
        (("10.0.0", "9.0.0"), ("10.0.1", "9.0.1"), "10.0.1"),
        (("9.0.0", "10.0.0"), ("9.0.1",), None),
    ],
)
def test_every_version_that_is_there_is_mended(
    installed: tuple[str, ...], fixes: tuple[str, ...], to: str | None
) -> None:
    """A lock file may hold several versions of a package: mended is what leaves none behind, or nothing is promised."""
    found = plan_upgrades((need("F-1", *fixes, version=installed[0], other_versions=installed[1:]),))
    assert [(each.to, each.installed) for each in found] == ([(to, installed[::-1])] if to else [])


def test_each_place_is_upgraded_by_itself() -> None:
    """Another manifest and another image are other upgrades; within an image the path does not matter."""
    assert planned(
        need("F-1", "1.1.0"),
        need("F-2", "1.1.0", path="b/package-lock.json"),
        need("F-3", "1.1.0", path="a", image="shop"),
        need("F-4", "1.2.0", path="b", image="shop"),
    ) == [("1.2.0", ("F-3", "F-4")), ("1.1.0", ("F-2",)), ("1.1.0", ("F-1",))]


def test_what_no_upgrade_closes_is_left_out() -> None:
    """No fix, a fix older than what is there, closed, silenced, and no package: none of it is promised."""
    silenced = Decision(Disposition.RISK_ACCEPTED)
    assert (
        plan_upgrades(
            (
                need("F-1"),
                need("F-2", "0.9.0"),
                Finding(**{**_fields(need("F-3", "1.1.0")), "closed_at": NOW}),
                Finding(**{**_fields(need("F-4", "1.1.0")), "decision": silenced}),
                finding(),
            )
        )
        == ()
    )


def _fields(item: Finding) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


def test_another_tool_may_know_the_fix() -> None:
    """Where the first source names no fix, the next one that does is believed."""
    bare, other = Component("pkg:npm/x", "x", "1.0.0"), Component("pkg:npm/x", "x", "1.0.0", ("1.0.1",))
    sources = [result(kind=Kind.SCA, component=component) for component in (bare, None, bare, other)]
    assert planned(finding(*sources)) == [("1.0.1", ("F-1111111111",))]


def test_without_an_order_equal_fixes_share_an_upgrade() -> None:
    """Where nobody can say which version is the later, findings that name the same fix share one."""
    generic: dict[str, Any] = {"purl": "pkg:generic/x", "path": ""}
    assert planned(need("F-1", "b", **generic), need("F-2", "a", **generic), need("F-3", "b", **generic)) == [
        ("b", ("F-1", "F-3")),
        ("a", ("F-2",)),
    ]
    assert planned(need("F-1", "1.1.0"), need("F-2", "soon")) == [("1.1.0", ("F-1",)), ("soon", ("F-2",))]


def test_the_worst_comes_first_then_what_closes_most() -> None:
    """Upgrades stand in the order in which they are worth doing."""
    upgrades = plan_upgrades(
        (
            need("F-1", "2.0.0", purl="pkg:npm/a"),
            need("F-2", "2.0.0", purl="pkg:npm/b"),
            need("F-3", "2.0.0", purl="pkg:npm/b"),
            need("F-4", "2.0.0", purl="pkg:npm/c", severity=Severity.CRITICAL),
        )
    )
    assert [upgrade.purl for upgrade in upgrades] == ["pkg:npm/c", "pkg:npm/b", "pkg:npm/a"]


VERSIONS = st.builds(lambda *parts: ".".join(map(str, parts)), st.integers(0, 3), st.integers(0, 3), st.integers(0, 12))
NEEDS = st.lists(
    st.tuples(st.lists(VERSIONS, max_size=3, unique=True), VERSIONS, st.sampled_from(["a", "b"])), max_size=8
)


@given(NEEDS, st.randoms(use_true_random=False))
def test_an_upgrade_carries_the_fix_of_all_it_closes(needs: Any, random: Any) -> None:
    """Each version is named, later than what is there, and a fix of all it closes or above one; order is nothing."""
    findings = [need(f"F-{n}", *fixes, version=here, path=path) for n, (fixes, here, path) in enumerate(needs)]
    upgrades = plan_upgrades(findings)
    by_id = {item.id: item.component for item in findings}
    closed = [id_ for upgrade in upgrades for id_ in upgrade.closes]
    assert len(closed) == len(set(closed))
    for upgrade in upgrades:
        components = [component for id_ in upgrade.closes if (component := by_id[id_]) is not None]
        assert upgrade.to in {fix for component in components for fix in component.fixed_versions}
        for component in components:
            ranks = rank_versions("pkg:npm/x", (upgrade.to, component.version, *component.fixed_versions))
            assert ranks[upgrade.to] > ranks[component.version]
            assert ranks[upgrade.to] >= min(ranks[fix] for fix in component.fixed_versions)
    random.shuffle(findings)
    assert plan_upgrades(findings) == upgrades


@given(NEEDS)
def test_no_place_needs_two_upgrades_of_a_package(needs: Any) -> None:
    """Where versions can be compared there is one upgrade for each package and place, at most."""
    findings = [need(f"F-{n}", *fixes, version=here, path=path) for n, (fixes, here, path) in enumerate(needs)]
    places = [(upgrade.purl, upgrade.path) for upgrade in plan_upgrades(findings)]
    assert len(places) == len(set(places))
