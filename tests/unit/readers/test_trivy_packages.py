from typing import Any

import pytest

from aggregator.model.location import Component, Location
from aggregator.model.result import Kind
from aggregator.model.severity import Cvss, Severity
from tests.unit.readers.trivy_reports import LOCK, flaw, image, one, read, vulnerability

V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V31_HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
V40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
V2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P"


def test_a_vulnerability_is_a_problem_of_a_component() -> None:
    """Ids, package, versions, weakness and place come out in the model's words; the rule tells the rest once."""
    fields = {
        "VulnerabilityID": "GHSA-JFH8-C2JP-5V3Q",
        "VendorIDs": ["cve-2021-44228"],
        "PkgID": "lodash@4.17.15",
        "PkgIdentifier": {"PURL": "pkg:npm/lodash@4.17.15"},
        "FixedVersion": "4.17.21, 5.0.0",
        "Status": "fixed",
        "Severity": "HIGH",
        "Title": "Bad",
        "Description": "Very bad. Really.",
        "CweIDs": ["CWE-94", "CWE-20"],
        "PrimaryURL": "https://example.org/a",
        "References": ["https://example.org/b"],
        "Fingerprint": "sha256:1",
    }
    report = read({**LOCK, "Vulnerabilities": [flaw(**fields), flaw(**fields)]})
    result = report.scans[0].results[0]
    assert (result.kind, result.rule_id, result.title) == (Kind.SCA, "GHSA-jfh8-c2jp-5v3q", "Bad")
    assert result.vulnerability_ids == ("CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q")
    assert result.component == Component(
        "pkg:npm/lodash", "lodash", "4.17.15", ("4.17.21", "5.0.0"), "web/package-lock.json"
    )
    assert (result.weaknesses, result.native_id) == ((94, 20), "sha256:1")
    assert result.message == "lodash 4.17.15 is affected by GHSA-jfh8-c2jp-5v3q; fixed in 4.17.21, 5.0.0."
    (rule,) = report.scans[0].rules
    assert (rule.name, rule.description, rule.help_uri) == ("Bad", "Very bad. Really.", "https://example.org/a")


def test_what_is_absent_is_made_good() -> None:
    """Without purl, title, fix and severity the result still says what it can."""
    bare = vulnerability(Description="First. Second.", Layer={})
    assert (bare.title, bare.severity, bare.native_severity) == ("First.", Severity.INFO, "")
    assert bare.message.endswith("no fixed version is known.")
    assert bare.component == Component("pkg:npm/lodash", "lodash", "4.17.15", path="web/package-lock.json")
    assert vulnerability().title == "CVE-2021-1"
    assert vulnerability(VulnerabilityID="NOID").rule_id == "NOID"


def test_a_jars_fingerprint_is_no_evidence() -> None:
    """Without a package id it is equal across jars and repositories."""
    assert vulnerability(Fingerprint="sha256:1").native_id == ""


@pytest.mark.parametrize("target", ["Java", "Node.js", "Python", "Ruby"])
def test_a_target_that_names_an_ecosystem_is_no_path(target: str) -> None:
    """The package's own path is the place; without one there is none."""
    at = {"Target": target, "Class": "lang-pkgs", "Type": "jar"}
    with_path = one(read({**at, "Vulnerabilities": [flaw(PkgPath="lib/a.jar")]}))
    assert with_path.location == Location("lib/a.jar")
    assert one(read({**at, "Vulnerabilities": [flaw()]})).location is None


@pytest.mark.parametrize("class_", ["os-pkgs", None])
def test_a_system_package_has_no_path(class_: str | None) -> None:
    """Its target is the image and the system, not a file."""
    target = {
        "Target": "web:1 (debian 12)",
        "Class": class_,
        "Type": "debian",
        "Vulnerabilities": [flaw(PkgName="libc6")],
    }
    result = one(image(target))
    assert result.component == Component(
        "pkg:deb/debian/libc6", "libc6", "4.17.15", image="registry.example:5000/shop/web"
    )
    assert result.location is None


@pytest.mark.parametrize(
    ("fields", "severity", "cvss"),
    [
        ({"Severity": "LOW", "CVSS": {"nvd": {"V3Vector": V31}}}, Severity.LOW, Cvss("3.1", 9.8, V31, "nvd")),
        ({"Severity": "UNKNOWN", "CVSS": {"nvd": {"V3Vector": V31}}}, Severity.CRITICAL, Cvss("3.1", 9.8, V31, "nvd")),
        ({"Severity": "UNKNOWN", "CVSS": {"nvd": {"V2Vector": V2}}}, Severity.HIGH, Cvss("2.0", 7.5, V2, "nvd")),
        (
            {"SeveritySource": "redhat", "CVSS": {"nvd": {"V3Vector": V31}, "redhat": {"V3Vector": V31_HIGH}}},
            Severity.HIGH,
            Cvss("3.1", 7.5, V31_HIGH, "redhat"),
        ),
        (
            {"SeveritySource": "alpine", "CVSS": {"zzz": {"V40Vector": V40}, "ghsa": {"V3Vector": V31_HIGH}}},
            Severity.HIGH,
            Cvss("3.1", 7.5, V31_HIGH, "ghsa"),
        ),
        (
            {"CVSS": {"nvd": {"V2Vector": V2, "V3Vector": V31, "V40Vector": V40, "V40Score": 1.0}}},
            Severity.CRITICAL,
            Cvss("4.0", 9.3, V40, "nvd"),
        ),
        ({"CVSS": {"nvd": {}, "abc": {"V3Vector": V31_HIGH}}}, Severity.HIGH, Cvss("3.1", 7.5, V31_HIGH, "abc")),
        ({"CVSS": {"nvd": {"V3Vector": "x", "V3Score": 8.0}}}, Severity.HIGH, Cvss("3.1", 8.0, "", "nvd")),
        ({"CVSS": {"nvd": {"V3Score": 8.0}}}, Severity.HIGH, Cvss("3.1", 8.0, "", "nvd")),
        ({"Severity": "UNKNOWN", "CVSS": {"nvd": {"V2Score": 9.5}}}, Severity.HIGH, Cvss("2.0", 9.5, "", "nvd")),
        ({"CVSS": {"nvd": {"V40Score": 9.5, "V3Score": 1}}}, Severity.CRITICAL, Cvss("4.0", 9.5, "", "nvd")),
        ({"Severity": "UNKNOWN", "CVSS": {"nvd": {"V3Score": 0, "V2Score": 11}}}, Severity.INFO, None),
        ({"CVSS": {"nvd": {"V4Score": 9.5}}}, Severity.INFO, None),
        ({"Severity": "UNKNOWN", "VendorSeverity": {"nvd": 4}}, Severity.INFO, None),
        (
            {"CVSS": {"redhat": {"V3Vector": V31_HIGH}, "ghsa": {"V3Vector": V31_HIGH}, "nvd": {"V3Vector": V31}}},
            Severity.CRITICAL,
            Cvss("3.1", 9.8, V31, "nvd"),
        ),
        (
            {"CVSS": {"bitnami": {"V3Vector": V31_HIGH}, "redhat": {"V3Vector": V31}}},
            Severity.CRITICAL,
            Cvss("3.1", 9.8, V31, "redhat"),
        ),
        ({"CVSS": None}, Severity.INFO, None),
    ],
)
def test_the_word_decides_and_a_rating_stands_in_for_it(
    fields: dict[str, Any], severity: Severity, cvss: Cvss | None
) -> None:
    """The rating shown is of the severity's source, else of the best known; the score follows the vector."""
    result = vulnerability(**fields)
    assert (result.severity, result.cvss) == (severity, cvss)


@pytest.mark.parametrize(
    ("word", "severity"),
    [("CRITICAL", Severity.MEDIUM), ("HIGH", Severity.MEDIUM), ("LOW", Severity.LOW), ("", Severity.INFO)],
)
def test_a_licence_is_never_critical(word: str, severity: Severity) -> None:
    """It is a matter of law, not an open door."""
    entry = {"Name": "AGPL-3.0", "Severity": word, "Category": "forbidden", "PkgName": "busybox", "Link": "https://l"}
    report = read({"Target": "OS Packages", "Class": "license", "Licenses": [entry]})
    result = one(report)
    assert (result.kind, result.severity, result.native_severity) == (Kind.LICENSE, severity, word)
    assert (result.component, result.location) == (Component("pkg:generic/busybox", "busybox"), None)
    assert report.scans[0].rules[0].tags == ("forbidden",)


@pytest.mark.parametrize(("part", "confidence"), [(0.98, 98), (1, 100), (0, None), (7.0, None), (None, None)])
def test_a_licence_file_stands_in_a_file(part: float | None, confidence: int | None) -> None:
    """The text was found in a file, with more or less certainty."""
    entry = {"Name": "MIT", "FilePath": "vendor/LICENSE", "Confidence": part}
    result = one(read({"Target": "Loose File License(s)", "Class": "license-file", "Licenses": [entry]}))
    assert (result.location, result.confidence) == (Location("vendor/LICENSE"), confidence)
    assert result.component == Component("", "vendor/LICENSE", path="vendor/LICENSE")
    assert result.message == "vendor/LICENSE is under MIT (unknown)."


@pytest.mark.parametrize("status", ["affected", "fixed", "will_not_fix", "end_of_life", "unknown", None])
def test_a_package_with_a_fix_is_still_vulnerable(status: str | None) -> None:
    """``fixed`` says that a fix exists, not that it is installed: no status sets a vulnerability aside."""
    assert vulnerability(Status=status, FixedVersion="4.17.21").suppression is None


def test_one_vulnerability_in_two_jars_is_two() -> None:
    """Equal package, equal fingerprint and one target: the path inside tells them apart."""
    target = {"Target": "Java", "Class": "lang-pkgs", "Type": "jar"}
    jars = [flaw(PkgPath=path, Fingerprint="sha256:1") for path in ("lib/a.jar", "lib/b.jar")]
    for report in (read({**target, "Vulnerabilities": jars}), image({**target, "Vulnerabilities": jars})):
        paths = [result.component.path for result in report.scans[0].results if result.component]
        assert paths == ["lib/a.jar", "lib/b.jar"]


def test_a_packages_number_is_not_kept() -> None:
    """It changes from release to release of Trivy."""
    identified = vulnerability(PkgIdentifier={"PURL": "pkg:npm/lodash@4.17.15", "UID": "0a1b2c"})
    assert identified == vulnerability(PkgIdentifier={"PURL": "pkg:npm/lodash@4.17.15", "UID": "3d4e5f"})
    assert identified == vulnerability(PkgIdentifier={"UID": "3d4e5f"})
