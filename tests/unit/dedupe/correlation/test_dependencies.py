"""Tests of packages: ``dependencies``, ``package_pairs``, ``projects`` and their comparison."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.packages import compare_packages
from aggregator.dedupe.correlation.dependencies import is_inferred, settled
from aggregator.dedupe.correlation.package_pairs import is_told_twice, package_pairs
from aggregator.dedupe.correlation.projects import archive_of, project_of
from aggregator.dedupe.entry import Entry
from aggregator.model.finding import Finding
from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import flaw, folded, report, vulnerability

WEB, API = "web/requirements.txt", "api/requirements.txt"


def known(name: str = "CVE-1", manifest: str = WEB, tool: str = "Trivy", **fields: str) -> Result:
    """A vulnerability whose tool names the manifest."""
    result = vulnerability(name, manifest=manifest, tool=tool, **fields)  # type: ignore[arg-type]
    return replace(result, location=Location(manifest))


def lost(name: str = "CVE-1", scan: str = "one", tool: str = "pip-audit", **fields: str) -> Result:
    """A vulnerability whose tool names no manifest."""
    return replace(vulnerability(name, manifest="", tool=tool, **fields), scope=scan)  # type: ignore[arg-type]


def paths(*results: Result) -> list[str]:
    """The manifest of each result, once settled."""
    entries = settled([Entry((result,), result.tool) for result in results])
    return [entry.results[0].component.path for entry in entries if entry.results[0].component is not None]


def findings(*results: Result) -> list[Finding]:
    """Each scan in a report of its own."""
    scans: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        scans.setdefault((result.tool, result.scope), []).append(result)
    reports = [report(*rows, format_=tool) for (tool, _), rows in scans.items()]
    return sorted(folded(*reports).findings, key=lambda finding: finding.id)


def groups(*results: Result) -> list[list[str]]:
    """The tools and manifests of each finding."""
    return sorted(
        sorted(f"{source.tool} {source.component.path}" for source in finding.sources if source.component)
        for finding in findings(*results)
    )


def compared(one: Result, two: Result) -> Agreement | Refusal:
    """Two settled results."""
    a, b = (entry.results[0] for entry in settled([Entry((one,), one.tool), Entry((two,), two.tool)]))
    assert a.component is not None
    assert b.component is not None
    return compare_packages(a, b, a.component, b.component)


def test_other_results_stay_as_they_are() -> None:
    """What is about no package is not even looked at."""
    entries = [Entry((flaw(),), "Semgrep")]
    assert settled(entries) is entries


def test_a_result_without_a_package_stays_as_it_is() -> None:
    """SARIF of dependency scanners does not always name one."""
    entries = [Entry((replace(lost(), component=None),), "X"), Entry((known(),), "Trivy")]
    assert settled(entries)[0] is entries[0]


def test_the_only_manifest_that_fits_is_meant() -> None:
    """Whatever version the scan found installed."""
    assert paths(lost(version="9"), known()) == [WEB, WEB]
    assert paths(lost("CVE-2"), known()) == ["", WEB]


def test_of_two_manifests_the_version_tells() -> None:
    """Where only one of them has what the scan found installed."""
    assert paths(lost(version="2"), known(version="1"), known(manifest=API, version="2"))[0] == API


def test_of_two_manifests_none_is_picked() -> None:
    """Both fit: the result stays alone, and bridges nothing."""
    assert paths(lost(), known(), known(manifest=API))[0] == ""
    assert groups(lost(), known(), known(manifest=API)) == [
        ["Trivy api/requirements.txt"],
        ["Trivy web/requirements.txt"],
        ["pip-audit "],
    ]


def test_a_manifest_that_only_one_tool_knows_is_two_all_the_same() -> None:
    """A tool that saw one of the two does not make it sure."""
    rows = (lost(), known(), known(manifest=API), known(tool="Grype"))
    for order in permutations(rows):
        assert groups(*order) == [
            ["Grype web/requirements.txt", "Trivy web/requirements.txt"],
            ["Trivy api/requirements.txt"],
            ["pip-audit "],
        ]


def test_the_whole_scan_tells_what_it_is_about() -> None:
    """Ten problems of one manifest, of which one stands in another, too: the scan was of the one."""
    names = [f"CVE-{number}" for number in range(10)]
    rows = [lost(name) for name in names] + [known(name) for name in names] + [known("CVE-1", API)]
    assert paths(*rows)[:10] == [WEB] * 10


def test_a_scan_about_several_manifests_is_about_none() -> None:
    """An audit of an environment: what stands in one place only goes there, the rest nowhere."""
    rows = [lost("CVE-1"), lost("CVE-2"), lost("CVE-3")]
    rows += [known("CVE-1"), known("CVE-1", API), known("CVE-2"), known("CVE-3", API)]
    assert paths(*rows)[:3] == ["", WEB, API]


def test_two_scans_of_one_tool_are_not_of_one_manifest() -> None:
    """The one that has more in common with the manifest is; where both have as much, neither."""
    one, two = [lost("CVE-1", "one"), lost("CVE-2", "one")], [lost("CVE-1", "two"), lost("CVE-9", "two")]
    assert paths(*one, *two, known("CVE-1"), known("CVE-2"))[:4] == [WEB, WEB, "", ""]
    assert paths(lost(scan="one"), lost(scan="two"), known()) == ["", "", WEB]


def test_an_absolute_path_ends_in_the_manifest() -> None:
    """Of a tool that ran where nobody told the root; the longest end is meant."""
    rows = (known(manifest="requirements.txt"), known(manifest=WEB))
    assert paths(known(manifest=f"/srv/x/{WEB}", tool="OSV"), *rows)[0] == WEB
    assert paths(known(manifest="/srv/elsewhere/pom.xml", tool="OSV"), *rows)[0] == "/srv/elsewhere/pom.xml"


def test_of_too_many_manifests_none_is_picked() -> None:
    """Nobody can tell, and the work stays small."""
    many = [known(manifest=f"{number}/requirements.txt", version="1") for number in range(201)]
    assert paths(lost(version="2"), *many)[0] == ""


def test_one_copy_in_an_image_is_one_whatever_its_path() -> None:
    """Tools name an inner file differently; where there are two copies, the paths tell them apart."""
    one = vulnerability(image="shop", manifest="app/a.jar")
    two = vulnerability(image="shop", manifest="app/shop.jar/a.jar", tool="Grype")
    third = vulnerability(image="shop", manifest="app/b.jar", tool="Grype")
    unknown = vulnerability(image="shop", manifest="", tool="Snyk")
    assert paths(one, two, unknown) == ["app/a.jar"] * 3
    assert paths(one, two, third) == ["app/a.jar", "app/shop.jar/a.jar", "app/b.jar"]


def purls(*results: Result) -> list[str]:
    """The package of each result, once settled."""
    entries = settled([Entry((result,), result.tool) for result in results])
    return [entry.results[0].component.purl for entry in entries if entry.results[0].component is not None]


def test_a_name_without_an_ecosystem_is_the_only_package_of_that_name() -> None:
    """Trivy's SARIF of an image names none; what others say of the same vulnerability in the same image tells it."""
    plain = vulnerability(image="shop", manifest="", package="pkg:generic/log4j:core")
    same = vulnerability(image="shop", manifest="", package="pkg:maven/log4j/core", tool="Grype")
    assert purls(plain, same) == ["pkg:maven/log4j/core"] * 2
    assert len(findings(plain, same)) == 1
    named = replace(same, vulnerability_ids=("GHSA-1", "CVE-2026-1"))
    assert len(findings(plain, named)) == 1
    assert purls(plain) == ["pkg:generic/log4j:core"]


@pytest.mark.parametrize(
    "others",
    [
        [vulnerability(image="blog", manifest="", package="pkg:npm/core", tool="X")],
        [vulnerability("CVE-2", image="shop", manifest="", package="pkg:npm/core", tool="X")],
        [vulnerability(manifest="", package="pkg:npm/core", tool="X")],
        [vulnerability(image="shop", manifest="", package="pkg:maven/log4j/core", tool="X")],
        [vulnerability(image="shop", manifest="", package=f"pkg:{each}/core", tool="X") for each in ("npm", "gem")],
    ],
)
def test_a_name_that_others_do_not_mean_stays_one(others: list[Result]) -> None:
    """Another image, vulnerability or kind, a name that is longer, and two packages of one name."""
    plain = vulnerability(image="shop", manifest="", package="pkg:generic/core")
    assert purls(plain, *others)[0] == "pkg:generic/core"
    assert len(findings(plain, *others)) == len(others) + 1


def packed(path: str, tool: str = "Trivy") -> Result:
    """A vulnerable library in an image."""
    return vulnerability(image="shop", manifest=path, tool=tool)


JARS = ("app/admin.jar", "app/shop.jar")


def test_a_library_is_in_the_archive_that_another_tool_names() -> None:
    """Trivy tells the path in the archive, Grype the archive alone; one library in two of them is two findings."""
    inner = [packed(f"{jar}/BOOT-INF/lib/x-1.0.jar") for jar in JARS]
    outer = [packed(jar, "Grype") for jar in JARS]
    for order in permutations(inner + outer):
        assert groups(*order) == [[f"Grype {jar}", f"Trivy {jar}/BOOT-INF/lib/x-1.0.jar"] for jar in JARS]
    (first, _) = findings(*inner, *outer)
    assert (first.merges[0].tier, first.merges[0].key) == ("high", "same-vulnerability-same-archive")


def test_of_two_copies_in_an_archive_none_is_picked() -> None:
    """Nobody can tell which of them the tool means that names the archive."""
    copies = [packed(f"app/shop.jar/{name}/x.jar") for name in "ab"]
    assert len(findings(*copies, packed("app/shop.jar", "Grype"), packed("app/admin.jar", "Grype"))) == 4


def test_two_paths_into_an_archive_are_two_copies() -> None:
    """Also where two tools name one each, and others that name the archive agree with both."""
    one, two = packed("app/shop.jar/a/x.jar"), packed("app/shop.jar/b/x.jar", "X")
    others = [packed(path, tool) for path in JARS for tool in ("Grype", "Y")]
    assert not any({"Trivy", "X"} <= {source.tool for source in each.sources} for each in findings(one, two, *others))
    ours, theirs = (Component("p", "p", path=f"app/shop.jar/{name}/x.jar", image="shop") for name in "ab")
    assert compare_packages(one, two, ours, theirs) == Refusal("different manifests")


@pytest.mark.parametrize(
    ("path", "archive"),
    [
        ("app/shop.jar/BOOT-INF/lib/x-1.0.jar", "app/shop.jar"),
        ("all.ear/web.war/WEB-INF/lib/x.jar", "all.ear"),
        ("app/SHOP.WAR/x.jar", "app/SHOP.WAR"),
        ("app/shop.jar", "app/shop.jar"),
        ("app/shop.jar.d/x", "app/shop.jar.d/x"),
        ("jar/x", "jar/x"),
        ("", ""),
    ],
)
def test_the_outermost_archive(path: str, archive: str) -> None:
    """Only what a path goes on behind is one that it leads into."""
    assert archive_of(path) == archive


@pytest.mark.parametrize(
    ("one", "two", "tier"),
    [
        (known(), known(tool="Grype", version="9"), CERTAIN),
        (known("CVE-1"), known("DEBIAN-CVE-1", tool="OSV"), CERTAIN),
        (lost(), known(), HIGH),
        (known(manifest="web/package.json"), known(manifest="web/yarn.lock", tool="X"), HIGH),
        (vulnerability(image="a", manifest=""), vulnerability(image="a", manifest="", tool="X"), CERTAIN),
    ],
)
def test_one_problem(one: Result, two: Result, tier: int) -> None:
    """The version is no part of it; a manifest that we concluded is less sure than one that both name."""
    answer = compared(one, two)
    assert isinstance(answer, Agreement)
    assert answer.tier == tier


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    [
        (known(), known("CVE-2", tool="X"), "different vulnerabilities"),
        (known(), known(manifest=API, tool="X"), "different manifests"),
        (known(manifest="web/package.json"), known(manifest="api/package-lock.json", tool="X"), "different manifests"),
        (known(package="pkg:golang/a/b/v2"), known(package="pkg:golang/a/b", tool="X"), "different packages"),
        (vulnerability(image="a"), vulnerability(image="b", tool="X"), "different packages"),
        (known(package="pkg:deb/debian/x"), known(package="pkg:deb/ubuntu/x", tool="X"), "different packages"),
    ],
)
def test_two_problems(one: Result, two: Result, reason: str) -> None:
    """Package, image, manifest, distribution, major of a Go module: any difference is one too many."""
    answer = compared(one, two)
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.is_veto) == (reason, True)


def test_two_cves_are_two_whatever_else_they_share() -> None:
    """Both results say the same GHSA, and that of different CVEs."""
    one = replace(known(), vulnerability_ids=("CVE-1", "GHSA-a"))
    two = replace(known(tool="X"), vulnerability_ids=("CVE-2", "GHSA-a"))
    assert compared(one, two) == Refusal("different vulnerabilities")
    both = replace(known(tool="X"), vulnerability_ids=("CVE-2", "CVE-1", "GHSA-a"))
    assert isinstance(compared(one, both), Agreement)


def test_a_result_about_two_vulnerabilities_is_neither_of_two() -> None:
    """It joins the one that somebody else found, and none where both were found."""
    both = replace(known(tool="X"), vulnerability_ids=("CVE-1", "CVE-2"))
    assert len(findings(both, known("CVE-1"))) == 1
    assert len(findings(both, known("CVE-1"), known("CVE-2"))) == 3


def test_an_unknown_manifest_is_no_veto() -> None:
    """It joins nothing, and parts nothing."""
    answer = compare_packages(lost(), known(), Component("p", "p"), Component("p", "p", path=WEB))
    assert isinstance(answer, Refusal)
    assert not answer.is_veto


def test_two_versions_in_one_tree_are_one_finding() -> None:
    """One scan tells of both copies: one problem with two rows, so that an upgrade of one copy opens nothing new."""
    tree = "web/package-lock.json"
    rows = [known(manifest=tree, version=version) for version in ("0.0.8", "1.2.5")]
    (finding,) = findings(*rows, known(manifest=tree, version="1.2.5", tool="Grype"))
    assert sorted(source.component.version for source in finding.sources if source.component) == [
        "0.0.8",
        "1.2.5",
        "1.2.5",
    ]


def test_two_advisories_of_one_scan_are_one() -> None:
    """It knows neither as the other's name, another tool does; in two manifests they are two all the same."""
    rows = [known("PYSEC-1"), known("GHSA-a"), known("GHSA-a", API)]
    other = replace(known(tool="Grype"), vulnerability_ids=("CVE-1", "GHSA-a", "PYSEC-1"))
    assert sorted(len(finding.sources) for finding in findings(*rows, other)) == [1, 3]


def test_one_scan_tells_licences_apart() -> None:
    """Two licences of one package in one file are two, and so are a package and what is none."""
    one, two = (replace(known(name), kind=Kind.LICENSE, vulnerability_ids=()) for name in ("MIT", "GPL"))
    assert len(findings(one, two)) == 2
    assert not is_told_twice(known(), flaw())
    assert not is_told_twice(known(), replace(known(), kind=Kind.CONTAINER))


def test_a_result_that_fits_two_manifests_says_so() -> None:
    """People see why it stands alone."""
    alone = next(each for each in findings(lost(), known(), known(manifest=API)) if each.tool == "pip-audit")
    assert {each.veto for each in alone.runners_up} == {
        "the manifest of one is unknown, and not the only one that fits"
    }


def test_a_problem_in_many_manifests_is_no_crowd() -> None:
    """Only what stands in one project is compared: a thousand manifests take a thousand comparisons, and a few more."""
    rows = [known(manifest=f"{at}/go.mod", tool=tool) for at in range(1000) for tool in ("Trivy", "Grype")]
    entries = [Entry((row,), row.tool) for row in rows] + [Entry((lost(),), "pip-audit")]
    assert len(list(package_pairs(entries, range(len(entries))))) == 1005


def test_a_result_without_a_package_is_compared_with_nothing() -> None:
    """A block of packages holds nothing else, whatever happens to it."""
    entries = [Entry((known(),), "Trivy"), Entry((flaw(),), "Semgrep")]
    assert list(package_pairs(entries, (0, 1))) == []


@pytest.mark.parametrize(
    ("one", "two"),
    [("a/go.mod", "a/go.sum"), ("yarn.lock", "package.json"), ("a/x.txt", "a/x.txt"), ("uv.lock", "poetry.lock")],
)
def test_one_project(one: str, two: str) -> None:
    """What is wanted and what was chosen, in one folder."""
    assert project_of(one) == project_of(two)


@pytest.mark.parametrize(
    ("one", "two"), [("a/go.mod", "b/go.sum"), ("yarn.lock", "go.mod"), ("x.txt", "y.txt"), ("a/pom.xml", "pom.xml")]
)
def test_two_projects(one: str, two: str) -> None:
    """Another folder, another sort, another file that nobody knows."""
    assert project_of(one) != project_of(two)


def test_licences_are_no_vulnerabilities() -> None:
    """They never merge with one, and nobody guesses their manifest."""
    licence = replace(lost("MIT"), kind=Kind.LICENSE, vulnerability_ids=())
    assert len(findings(licence, known("MIT"))) == 2
    assert settled([Entry((licence,), "X"), Entry((known("MIT"),), "Trivy")])[0].results[0] is licence


def test_what_was_concluded_is_told_apart() -> None:
    """A path without a place of the tool's own, except in images."""
    assert not is_inferred(known())
    assert not is_inferred(lost())
    assert not is_inferred(vulnerability(image="shop", manifest="a"))
    assert not is_inferred(flaw())
    assert is_inferred(settled([Entry((lost(),), "p"), Entry((known(),), "Trivy")])[0].results[0])
