"""Tests of ``aliases``: names of one vulnerability, joined over reports, and kept apart where they are not one."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.dedupe.correlation.aliases import Aliases

NAMES = st.lists(
    st.sampled_from(["CVE-1", "CVE-2", "GHSA-a", "GHSA-b", "PYSEC-1", "GO-1", "DSA-1", "DEBIAN-CVE-1", "OSV-1"]),
    min_size=1,
    max_size=4,
    unique=True,
).map(tuple)


@pytest.mark.parametrize("order", list(permutations([("PYSEC-1", "CVE-1"), ("CVE-1", "GHSA-a"), ("GHSA-a",)])))
def test_names_are_joined_over_reports(order: list[tuple[str, ...]]) -> None:
    """One tool says PYSEC and CVE, another GHSA and CVE, a third GHSA alone: whatever their order, they mean one."""
    aliases = Aliases(order)
    assert {aliases.names_of(group) for group in order} == {("CVE-1",)}


def test_without_a_cve_the_best_known_name_stands_for_all() -> None:
    """GHSA before the ecosystem's own."""
    assert Aliases([("PYSEC-1", "GHSA-a"), ("PYSEC-1",)]).names_of(("PYSEC-1",)) == ("GHSA-a",)


def test_two_cves_are_two_vulnerabilities() -> None:
    """A slip of a database that joins them joins nothing: each result goes by what it brings."""
    slip = ("GO-1", "GHSA-a", "GHSA-b")
    aliases = Aliases([("CVE-1", "GHSA-a"), ("CVE-2", "GHSA-b"), slip])
    assert aliases.names_of(("CVE-1", "GHSA-a")) == ("CVE-1", "GHSA-a")
    assert aliases.names_of(slip) == slip


def test_a_result_about_two_cves_joins_nothing() -> None:
    """Such a group is a bulletin, whatever it calls itself."""
    aliases = Aliases([("GO-1", "CVE-1", "CVE-2"), ("CVE-1", "GHSA-a")])
    assert aliases.names_of(("CVE-1", "GHSA-a")) == ("CVE-1",)
    assert aliases.names_of(("GO-1", "CVE-1", "CVE-2")) == ("GO-1", "CVE-1", "CVE-2")


def test_a_bulletin_is_no_alias() -> None:
    """DSA-1 repairs both, and is another name of neither; where it is all there is, it is the name."""
    aliases = Aliases([("CVE-1", "DSA-1"), ("CVE-2", "DSA-1"), ("DSA-1",)])
    assert aliases.names_of(("CVE-1", "DSA-1")) == ("CVE-1",)
    assert aliases.names_of(("CVE-2", "DSA-1")) == ("CVE-2",)
    assert aliases.names_of(("DSA-1",)) == ("DSA-1",)


def test_a_cve_in_a_distribution_is_that_cve() -> None:
    """OSV writes the distribution before it."""
    assert Aliases([("DEBIAN-CVE-2023-1",)]).names_of(("DEBIAN-CVE-2023-1",)) == ("CVE-2023-1",)


def test_a_group_past_all_reason_joins_nothing() -> None:
    """Sixteen names are more than any vulnerability has."""
    chain = [*((f"OSV-{at}", f"OSV-{at + 1}") for at in range(15)), ("OSV-15",)]
    assert Aliases(chain).names_of(("OSV-15",)) == ("OSV-0",)
    assert Aliases([*chain, ("OSV-15", "OSV-16")]).names_of(("OSV-15",)) == ("OSV-15",)


@given(st.lists(NAMES, max_size=8), st.randoms(use_true_random=False))
def test_no_order_changes_a_name(groups: list[tuple[str, ...]], random: object) -> None:
    """Reports may come in any order, and twice."""
    mixed = [*groups, *groups]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, two = Aliases(groups), Aliases(mixed)
    assert [one.names_of(group) for group in groups] == [two.names_of(group) for group in groups]


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_a_name_is_one_that_somebody_said(groups: list[tuple[str, ...]]) -> None:
    """Nothing is made up, and no two CVEs ever go by one name."""
    aliases = Aliases([*groups, ("CVE-1",), ("CVE-2",)])
    said = {name.removeprefix("DEBIAN-") for group in groups for name in group}
    names = [aliases.names_of(group) for group in groups]
    assert {name for each in names for name in each} <= said
    single = {"CVE-1": ("CVE-1",), "CVE-2": ("CVE-2",)}
    assert all(aliases.names_of((cve,)) == name for cve, name in single.items())
