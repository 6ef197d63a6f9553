"""Tests of :mod:`aggregator.dedupe.described`: what a finding is called outlives the reports that called it so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation.overrides import Overrides, Split
from aggregator.dedupe.fold import fold
from aggregator.model.finding import Finding
from aggregator.model.location import Component
from aggregator.model.result import Kind, Result
from aggregator.model.state import Tracked
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report, vulnerability

WEAK = flaw("B105", "conf.py", 3, tool="Bandit", scope="bandit.json", cwes=(259,))
LEAK = flaw("stripe-access-token", "conf.py", 3, tool="Gitleaks", scope="gitleaks.json", kind=Kind.SECRET)
ASKED = flaw("CKV_GCP_37", "disk.tf", 3, tool="Checkov", scope="checkov.json", kind=Kind.IAC)
ASKED_TOO = flaw("gcp-compute-disk-encryption", "disk.tf", 3)


def one(*results: Result, previous: Sequence[Tracked] = ()) -> Finding:
    """The one finding that each of these results, by a tool of its own, is a source of."""
    (found,) = folded(*map(report, results), previous=previous, now=LATER).findings
    return found


def kept(*results: Result) -> tuple[Tracked, ...]:
    """What is remembered of the one finding of these results."""
    return remember([one(*results)])


@pytest.mark.parametrize("title", ["Hardcoded password string", "B105"])
def test_what_any_source_calls_a_secret_is_one(title: str) -> None:
    """Whichever of them speaks for the finding: what is a credential in one report must be revoked."""
    found = one(replace(WEAK, title=title), LEAK)
    assert (found.kind, len(found.sources)) == (Kind.SECRET, 2)


def test_what_no_source_calls_a_secret_is_what_the_first_one_says() -> None:
    """A misconfiguration that a tool for code sees as well."""
    assert one(ASKED, ASKED_TOO).kind is Kind.IAC


def test_a_secret_stays_one_without_the_tool_that_called_it_so() -> None:
    """The tool may not be there, or have looked and fallen silent: it is in the history all the same."""
    then = kept(WEAK, LEAK)
    assert one(WEAK, previous=then).kind is Kind.SECRET
    (memory,) = then
    silent = replace(memory, sightings=tuple(replace(each, misses=1) for each in memory.sightings))
    assert one(WEAK, previous=[silent]).kind is Kind.SECRET


def test_a_secret_stays_one_when_its_tool_is_forgotten() -> None:
    """Exchanged months ago, or the finding had been closed: nobody revoked it by that."""
    (memory,) = kept(WEAK, LEAK)
    forgotten = replace(memory, sightings=tuple(each for each in memory.sightings if each.tool == WEAK.tool))
    assert one(WEAK, previous=[forgotten]).kind is Kind.SECRET
    assert one(WEAK, previous=[replace(forgotten, closed_at=LATER)]).kind is Kind.SECRET


def test_a_secret_stays_one_where_its_only_tool_calls_it_otherwise() -> None:
    """Semgrep does where nobody asked it to try the secret."""
    assert one(replace(LEAK, kind=Kind.SAST, weaknesses=(798,)), previous=kept(LEAK)).kind is Kind.SECRET


def test_a_secret_that_another_tool_carries_on_stays_one() -> None:
    """The one that found it is gone, the one that finds it now has another word for it."""
    then = kept(LEAK)
    assert (one(WEAK, previous=then).id, one(WEAK, previous=then).kind) == (then[0].id, Kind.SECRET)


def apart(memory: Tracked, tool: str, *results: Result) -> set[tuple[str, Kind, tuple[str, ...]]]:
    """What each tool's finding is called when people split the tool off the remembered one."""
    overrides = Overrides(splits=(Split(memory.id, tool),))
    found = fold(
        map(report, results), [memory], product="shop", sources={}, redact=str, now=LATER, overrides=overrides
    ).findings
    return {(each.tool, each.kind, each.vulnerability_ids) for each in found}


def test_what_a_secret_was_split_off_is_what_its_own_tool_says() -> None:
    """The secret is another finding now."""
    (memory,) = kept(WEAK, LEAK)
    assert apart(memory, "Bandit", WEAK, LEAK) == {("Bandit", Kind.SAST, ()), ("Gitleaks", Kind.SECRET, ())}


def test_the_source_that_gives_the_name_gives_the_kind() -> None:
    """While it is not there as well: a misconfiguration is not code because only the tool for code ran."""
    then = kept(ASKED, ASKED_TOO)
    found = one(ASKED_TOO, previous=then)
    assert (found.kind, found.tool) == (Kind.IAC, "Checkov")
    assert one(ASKED, previous=then).kind is Kind.IAC


def test_a_package_is_told_by_all_its_tools_together() -> None:
    """The one that speaks for it may name no manifest and no fix."""
    first = vulnerability(tool="pip-audit", manifest="")
    other = vulnerability(tool="Trivy")
    lock = Component("pkg:pypi/jinja2", "jinja2", "2.0", ("2.1",), "requirements.txt")
    first, other = replace(first, title="A flaw in Jinja"), replace(other, component=lock)
    found = one(other, first)
    assert (found.tool, len(found.sources)) == ("pip-audit", 2)
    assert found.component == replace(lock, name="pkg:pypi/jinja2")


CVE, GHSA, PYSEC = "CVE-2018-18074", "GHSA-x84v-xcm2-53pg", "PYSEC-2018-28"
AUDITED = vulnerability(PYSEC, others=(CVE, GHSA), tool="pip-audit", manifest="")
SCANNED = vulnerability(CVE, tool="Trivy")


def test_a_flaw_keeps_every_name() -> None:
    """Its tool may be away, forgotten for good, or name less than it did; or the finding had been closed."""
    (memory,) = kept(AUDITED, SCANNED)
    forgotten = replace(memory, sightings=tuple(each for each in memory.sightings if each.tool == "Trivy"))
    less = replace(AUDITED, vulnerability_ids=(PYSEC,))
    assert (
        one(SCANNED, previous=[memory]).vulnerability_ids
        == one(SCANNED, previous=[forgotten]).vulnerability_ids
        == one(SCANNED, previous=[replace(memory, closed_at=LATER)]).vulnerability_ids
        == one(less, previous=[memory]).vulnerability_ids
        == (CVE, GHSA, PYSEC)
    )


def test_the_names_stand_in_one_order() -> None:
    """Whichever tool came first: the best known first, and of the others those that came first."""
    osv = replace(SCANNED, tool="OSV-Scanner", scope="osv.json", vulnerability_ids=("GO-1", GHSA))
    audited = replace(AUDITED, vulnerability_ids=(PYSEC, GHSA))
    first = one(audited, osv)
    assert first.vulnerability_ids == (GHSA, *(names := first.vulnerability_ids[1:]))
    assert set(names) == {"GO-1", PYSEC}
    then = remember([first])
    assert one(osv, previous=then).vulnerability_ids == first.vulnerability_ids
    assert one(replace(osv, vulnerability_ids=(CVE, GHSA)), previous=then).vulnerability_ids == (CVE, GHSA, *names)


def test_the_names_of_two_that_became_one_are_its() -> None:
    """Each may have been decided about by one that no tool says any more."""
    one_known, other = kept(replace(AUDITED, vulnerability_ids=(PYSEC,)))[0], kept(SCANNED)[0]
    known = [replace(one_known, vulnerability_ids=(PYSEC, "OSV-1")), replace(other, vulnerability_ids=(CVE, GHSA))]
    assert set(one(AUDITED, SCANNED, previous=known).vulnerability_ids) == {CVE, GHSA, PYSEC, "OSV-1"}


def test_a_name_of_what_was_split_off_goes_with_it() -> None:
    """Else what people decide about the one would hold for the other for ever."""
    (memory,) = kept(replace(AUDITED, vulnerability_ids=(PYSEC, CVE)), SCANNED)
    alone = replace(AUDITED, vulnerability_ids=(PYSEC,))
    assert apart(memory, "Trivy", alone, SCANNED) == {("pip-audit", Kind.SCA, (PYSEC,)), ("Trivy", Kind.SCA, (CVE,))}


def test_a_package_in_several_versions() -> None:
    """Rows of one scan that differ by the version alone: all versions are told, and the fixes of each."""
    rows = [
        replace(row, component=replace(row.component, path="yarn.lock", fixed_versions=fixes))
        for version, fixes in (("5.0.0", ("5.0.1",)), ("3.0.0", ("3.0.1",)), ("5.0.0", ("5.0.1",)))
        if (row := vulnerability(manifest="yarn.lock", version=version)).component is not None
    ]
    (found,) = folded(report(*rows)).findings
    assert found.component is not None
    assert found.component.versions == ("3.0.0", "5.0.0")
    assert found.component.fixed_versions == ("3.0.1", "5.0.1")
    (known,) = remember([found])
    (again,) = folded(report(rows[0]), previous=[known], now=LATER).findings
    assert again.component is not None
    assert again.component.versions == ("5.0.0",)


def test_a_version_as_another_tool_spells_it_is_no_other_one() -> None:
    """What is installed is told by the rows of one scan: tools write versions in ways of their own."""
    theirs = replace(vulnerability(version="v2.0"), tool="Grype", scope="grype.json")
    component = one(vulnerability(version="2.0"), theirs).component
    assert component is not None
    assert len(component.versions) == 1
