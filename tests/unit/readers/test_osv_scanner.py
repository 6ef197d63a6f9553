import json
from typing import Any

import pytest

from aggregator.model.report import Report
from aggregator.model.result import Kind, Result, Suppression
from aggregator.model.severity import Severity
from aggregator.readers import osv_scanner
from aggregator.readers.base import ReadContext
from aggregator.readers.intake import take_in
from aggregator.readers.registry import read_report

CONTEXT = ReadContext(name="osv.json", place="scans/osv.json", roots=("/srv/checkout",))
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"
FLAW = {
    "id": "GHSA-g3rq-g295-4j3m",
    "aliases": ["CVE-2020-28493"],
    "summary": "Slow expression",
    "details": "Crafted text is slow. Very.",
    "affected": [{"package": {"name": "jinja2"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "2.11.3"}]}]}],
    "references": [{"url": "https://advisory.example/1"}],
}
GROUP = {
    "ids": ["GHSA-g3rq-g295-4j3m"],
    "aliases": ["CVE-2020-28493", "GHSA-g3rq-g295-4j3m", "PYSEC-2021-66"],
    "max_severity": "5.3",
}
PACKAGE = {"name": "jinja2", "version": "2.10", "ecosystem": "PyPI"}


def package(**fields: Any) -> dict[str, Any]:
    return {"package": PACKAGE, "vulnerabilities": [FLAW], "groups": [GROUP]} | fields


def read(
    *packages: Any, path: str = "/srv/checkout/web/requirements.txt", kind: str = "lockfile", **more: Any
) -> Report:
    results = [{"source": {"path": path, "type": kind}, "packages": packages}]
    return osv_scanner.read(json.dumps({"results": results} | more).encode(), CONTEXT)


def one(
    path: str = "/srv/checkout/web/requirements.txt", kind: str = "lockfile", more: Any = None, **fields: Any
) -> Result:
    (result,) = read(package(**fields), path=path, kind=kind, **(more or {})).scans[0].results
    return result


def claims(document: Any) -> bool:
    return osv_scanner.sniff(take_in(json.dumps(document).encode()).head)


def test_a_group_of_advisories_is_one_result() -> None:
    """The same bug under several names is one problem, in the manifest as the repository knows it."""
    other = {"id": "PYSEC-2021-66", "details": "x"}
    result = one(vulnerabilities=[FLAW, other], groups=[GROUP | {"ids": [FLAW["id"], "PYSEC-2021-66"]}])
    assert (result.kind, result.rule_id, result.severity) == (Kind.SCA, "CVE-2020-28493", Severity.MEDIUM)
    assert result.vulnerability_ids == ("CVE-2020-28493", "GHSA-g3rq-g295-4j3m", "PYSEC-2021-66")
    assert (result.title, result.native_severity) == ("Slow expression", "5.3")
    assert result.location is not None
    assert result.location.path == "web/requirements.txt"
    assert result.component is not None
    assert (result.component.purl, result.component.version) == ("pkg:pypi/jinja2", "2.10")
    assert (result.component.fixed_versions, result.component.path) == (("2.11.3",), "web/requirements.txt")
    assert result.pointer == "/results/0/packages/0/groups/0"


def test_an_advisory_of_no_group_is_told_all_the_same() -> None:
    """Very old versions wrote no groups."""
    result = one(groups=None)
    assert (result.rule_id, result.pointer) == ("CVE-2020-28493", "/results/0/packages/0/vulnerabilities/0")


def test_a_group_without_its_advisories_is_told_as_far_as_it_goes() -> None:
    """The names and the score are there."""
    result = one(vulnerabilities=None)
    assert (result.title, result.severity) == ("CVE-2020-28493", Severity.MEDIUM)


@pytest.mark.parametrize(
    ("ids", "rule_id"),
    [
        (["DSA-5343-1", "CVE-2023-0286"], "DSA-5343-1"),
        (["GHSA-aaaa-bbbb-cccc", "GO-2022-0322"], "GO-2022-0322"),
        (["GHSA-aaaa-bbbb-cccc"], "GHSA-aaaa-bbbb-cccc"),
        (["house rule"], "house rule"),
    ],
)
def test_the_name_is_the_one_that_its_other_reports_use(ids: list[str], rule_id: str) -> None:
    """A bulletin first, then a CVE, then what the ecosystem calls it."""
    assert one(groups=[{"ids": ids}], vulnerabilities=[]).rule_id == rule_id


@pytest.mark.parametrize(
    ("ecosystem", "name", "purl"),
    [
        ("npm", "@babel/core", "pkg:npm/%40babel/core"),
        ("Maven", "org.a:b", "pkg:maven/org.a/b"),
        ("Go", "github.com/a/b/v2", "pkg:golang/github.com/a/b/v2"),
        ("crates.io", "regex", "pkg:cargo/regex"),
        ("Debian:12", "openssl", "pkg:deb/debian/openssl"),
        ("Rocky Linux:9", "openssl", "pkg:rpm/rocky/openssl"),
        ("GitHub Actions", "a/b", "pkg:github/a/b"),
        (None, "x", "pkg:generic/x"),
    ],
)
def test_a_package_is_spelled_as_other_tools_spell_it(ecosystem: str | None, name: str, purl: str) -> None:
    """Ecosystems of the OSV schema, with or without a release."""
    component = one(package={"name": name, "ecosystem": ecosystem, "commit": "0a1b"}).component
    assert component is not None
    assert (component.purl, component.version) == (purl, "0a1b")


def test_an_image_has_packages_that_are_installed() -> None:
    """Not the source package counts but what is installed, and its database is nobody's manifest."""
    system = {"name": "openssl", "os_package_name": "libssl1.1", "ecosystem": "Debian:11"}
    result = one(path="/var/lib/dpkg/status", kind="os", package=system, more={"image_metadata": {"os": "Debian"}})
    assert (result.kind, result.location) == (Kind.CONTAINER, None)
    assert result.component is not None
    assert (result.component.purl, result.component.path) == ("pkg:deb/debian/libssl1.1", "")
    assert result.component.image == "scans/osv.json"
    other = one(path="/app/METADATA", kind="artifact", more={"image_metadata": {}}).component
    assert other is not None
    assert other.path == "app/METADATA"


@pytest.mark.parametrize(
    ("group", "flaw", "severity", "word"),
    [
        ({"max_severity": "9.8"}, {}, Severity.CRITICAL, "9.8"),
        ({"max_severity": ""}, {"database_specific": {"severity": "HIGH"}}, Severity.HIGH, "HIGH"),
        ({"max_severity": ""}, {"severity": [{"type": "CVSS_V3", "score": VECTOR}]}, Severity.MEDIUM, ""),
        (
            {"max_severity": None},
            {"severity": [{"score": "low"}], "database_specific": {"severity": 3}},
            Severity.INFO,
            "",
        ),
        ({"max_severity": ""}, {"severity": [{"score": "not/one"}]}, Severity.INFO, ""),
        ({"ids": ["MAL-2024-1"]}, {"id": "MAL-2024-1"}, Severity.CRITICAL, "malicious package"),
    ],
)
def test_a_group_is_as_bad_as_it_is_said_to_be(group: Any, flaw: Any, severity: Severity, word: str) -> None:
    """By its score, a word, a vector, in this order; malware is always critical."""
    result = one(groups=[GROUP | group], vulnerabilities=[FLAW | flaw])
    assert (result.severity, result.native_severity) == (severity, word)


def test_weaknesses_are_read_where_databases_write_them() -> None:
    """GitHub's beside the advisory, others beside the package."""
    flaw = FLAW | {
        "database_specific": {"cwe_ids": ["CWE-400"]},
        "affected": [{"database_specific": {"cwes": [{"cweId": "CWE-1333"}]}}],
    }
    assert one(vulnerabilities=[flaw]).weaknesses == (400, 1333)


def test_only_versions_of_this_package_are_a_fix() -> None:
    """Commits, other packages and ranges without an end are none."""
    ranges = [{"type": "GIT", "events": [{"fixed": "0a1b"}]}, {"events": [{"introduced": "0"}, {"fixed": "2"}]}]
    affected = [{"package": {"name": "other"}, "ranges": [{"events": [{"fixed": "9"}]}]}, {"ranges": ranges}]
    component = one(vulnerabilities=[FLAW | {"affected": affected}]).component
    assert component is not None
    assert component.fixed_versions == ("2",)


@pytest.mark.parametrize(
    ("analysis", "suppression"),
    [
        ({"called": False}, Suppression("not_affected", "OSV-Scanner found no call of the vulnerable code")),
        ({"called": True, "unimportant": True}, Suppression("suppressed", "the distribution calls it unimportant")),
        ({"called": True}, None),
    ],
)
@pytest.mark.parametrize("key", ["experimental_analysis", "experimentalAnalysis"])
def test_what_the_tool_does_not_count_is_suppressed(key: str, analysis: Any, suppression: Suppression | None) -> None:
    """Its own analysis of calls, and the word of a distribution."""
    assert one(groups=[GROUP | {key: {"GHSA-g3rq-g295-4j3m": analysis}}]).suppression == suppression


def test_a_licence_that_is_not_allowed_is_a_result() -> None:
    """A matter of law: never more than medium, and no vulnerability."""
    result = one(vulnerabilities=None, groups=None, license_violations=["GPL-3.0-only"])
    assert (result.kind, result.rule_id, result.severity) == (Kind.LICENSE, "GPL-3.0-only", Severity.MEDIUM)
    assert result.vulnerability_ids == ()
    assert result.message == "jinja2 is under GPL-3.0-only, which is not on the list of allowed licences."
    assert one(groups=None, vulnerabilities=None, license_violations=[" "]).rule_id == "unknown"


def test_bad_entries_are_refused_one_by_one() -> None:
    """The others are read; a list that is none counts as one entry."""
    report = read({"package": 1}, package(groups=[{"ids": []}, GROUP, 3]), package(groups={}, vulnerabilities=[]))
    assert [each.pointer for each in report.diagnostics] == [
        "/results/0/packages/0",
        "/results/0/packages/1/groups/2",
        "/results/0/packages/1/groups/0",
        "/results/0/packages/2/groups",
    ]
    assert len(report.scans[0].results) == 1


def test_a_manifest_without_a_list_of_packages_is_refused() -> None:
    """OSV-Scanner writes one for each; without it nobody knows what was looked at."""
    written = [{}, {"source": {"path": "a", "type": "lockfile"}}, {"source": {"path": "b"}, "packages": None}]
    report = osv_scanner.read(json.dumps({"results": written}).encode(), CONTEXT)
    assert report.scans[0].refused == 2
    assert [each.pointer for each in report.diagnostics] == ["/results/0", "/results/1"]


def test_its_reports_are_known_by_their_content() -> None:
    """A source and packages; without results the tool's own settings tell."""
    assert claims({"results": [{"source": {}, "packages": []}]})
    assert claims({"results": [], "experimental_config": {}})
    assert not claims({"results": []})
    assert not claims({"results": [{"check_id": "x"}], "experimental_config": {}})
    assert not claims({"results": [1], "experimental_config": {}})
    assert not claims({"matches": []})


def test_a_rule_is_told_once() -> None:
    """One vulnerability of two packages is one rule, with the first words that were found."""
    (rule,) = read(package(), package(package={"name": "other"})).scans[0].rules
    assert (rule.id, rule.description) == ("CVE-2020-28493", "Crafted text is slow. Very.")
    assert rule.references == ("https://advisory.example/1",)


def test_its_sarif_tells_the_same() -> None:
    """Rule, kind, package, names and place are one and the same in both formats."""
    rule = {"id": "CVE-2020-28493", "deprecatedIds": GROUP["aliases"], "properties": {"security-severity": "5.3"}}
    said = "Package 'jinja2@2.10' is vulnerable to 'CVE-2020-28493' (also known as 'GHSA-g3rq-g295-4j3m')."
    place = {"artifactLocation": {"uri": "file:///srv/checkout/web/requirements.txt"}}
    result = {"ruleId": rule["id"], "message": {"text": said}, "locations": [{"physicalLocation": place}]}
    run = {"tool": {"driver": {"name": "osv-scanner", "rules": [rule]}}, "results": [result]}
    read = read_report(json.dumps({"version": "2.1.0", "runs": [run]}).encode(), "o.sarif", roots=CONTEXT.roots)
    assert isinstance(read, Report)
    (other,) = read.scans[0].results
    mine = one()
    assert (other.tool, other.rule_id, other.kind, other.location) == (
        mine.tool,
        mine.rule_id,
        mine.kind,
        mine.location,
    )
    assert other.vulnerability_ids == mine.vulnerability_ids
    assert other.component is not None
    assert mine.component is not None
    assert (other.component.purl, other.component.path) == (mine.component.purl, mine.component.path)
