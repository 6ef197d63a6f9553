import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.location import Component, Location, Resource
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result, Suppression
from aggregator.model.severity import Cvss, Severity
from aggregator.readers import trivy
from aggregator.readers.base import ReadContext

CONTEXT = ReadContext(name="trivy.json", place="scans/trivy.json")
V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V31_HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
V40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
V2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P"
LOCK = {"Target": "web/package-lock.json", "Class": "lang-pkgs", "Type": "npm"}
CONFIG = {"Target": "infra/main.tf", "Class": "config", "Type": "terraform"}


def read(*targets: Any, **envelope: Any) -> Report:
    parts = {"ArtifactName": ".", "ArtifactType": "filesystem", **envelope}
    document = {
        "SchemaVersion": 2,
        "Results": targets,
        **{key: part for key, part in parts.items() if part is not None},
    }
    return trivy.read(json.dumps(document).encode(), CONTEXT)


def image(*targets: Any, name: str = "registry.example:5000/shop/web:1.4@sha256:ab", **envelope: Any) -> Report:
    return read(*targets, ArtifactName=name, ArtifactType="container_image", **envelope)


def flaw(**fields: Any) -> dict[str, Any]:
    return {"VulnerabilityID": "CVE-2021-1", "PkgName": "lodash", "InstalledVersion": "4.17.15", **fields}


def one(report: Report) -> Result:
    (result,) = report.scans[0].results
    return result


def vulnerability(**fields: Any) -> Result:
    return one(read({**LOCK, "Vulnerabilities": [flaw(**fields)]}))


def misconfiguration(**fields: Any) -> Result:
    check = {"ID": "AWS-0086", "Title": "Public", "Message": "It is public.", "Severity": "HIGH", "Status": "FAIL"}
    return one(read({**CONFIG, "Misconfigurations": [{**check, **fields}]}))


@pytest.mark.parametrize("results", [{}, {"Results": None}, {"Results": []}, {"Results": [{**LOCK}]}])
def test_without_problems_it_is_a_complete_clean_scan(results: dict[str, Any]) -> None:
    """Trivy leaves Results out when nothing produced anything; a clean target has no list."""
    report = trivy.read(json.dumps({"SchemaVersion": 2, "ArtifactName": ".", **results}).encode(), CONTEXT)
    (scan,) = report.scans
    assert (scan.completeness, scan.coverage.extent, scan.results) == (Completeness.COMPLETE, Extent.SCOPE, ())


def test_the_version_is_told_since_0_69() -> None:
    """Before, the report does not say."""
    assert read().scans[0].tool_version == ""
    assert read(Trivy={"Version": "0.70.0"}).scans[0].tool_version == "0.70.0"
    assert read(Trivy={}).scans[0].tool_version == ""


@pytest.mark.parametrize(
    ("name", "kind", "scope", "path"),
    [
        (".", "filesystem", "scans/trivy.json", "web/package-lock.json"),
        ("", "filesystem", "scans/trivy.json", "web/package-lock.json"),
        ("/elsewhere/checkout", "filesystem", "scans/trivy.json", "web/package-lock.json"),
        ("/github/workspace", "filesystem", "scans/trivy.json", "web/package-lock.json"),
        ("/github/workspace/apps/shop", "filesystem", "apps/shop", "apps/shop/web/package-lock.json"),
        ("./apps/shop/", "repository", "apps/shop", "apps/shop/web/package-lock.json"),
        ("bom.json", "cyclonedx", "bom.json", "web/package-lock.json"),
        (
            "https://user:t0ken@example.org/acme/shop.git?x",
            "repository",
            "example.org/acme/shop",
            "web/package-lock.json",
        ),
        ("https://example.org/acme/shop.git", "repository", "example.org/acme/shop", "web/package-lock.json"),
        ("https://", "repository", "scans/trivy.json", "web/package-lock.json"),
    ],
)
def test_the_scope_is_what_was_scanned(name: str, kind: str, scope: str, path: str) -> None:
    """A folder below the root prefixes its targets; the root, or a folder elsewhere, leaves the report's place."""
    report = read({**LOCK, "Vulnerabilities": [flaw()]}, ArtifactName=name, ArtifactType=kind)
    assert report.scans[0].scope == scope
    assert one(report).location == Location(path)
    assert "t0ken" not in str(report)


def test_a_single_scanned_file_is_its_own_path() -> None:
    """Its target is only the file's name."""
    target = {"Target": "requirements.txt", "Class": "lang-pkgs", "Type": "pip", "Vulnerabilities": [flaw()]}
    assert one(read(target, ArtifactName="svc/requirements.txt")).location == Location("svc/requirements.txt")


@pytest.mark.parametrize(
    ("name", "metadata", "scope"),
    [
        ("nginx:1.25", None, "nginx"),
        ("docker.io/library/nginx:1.25", None, "nginx"),
        ("docker.io/acme/shop@sha256:ab", None, "acme/shop"),
        ("registry.example:5000/shop/web", None, "registry.example:5000/shop/web"),
        ("image.tar", {"RepoTags": ["shop/web:1.4"]}, "shop/web"),
        ("sha256:abcd", {"RepoDigests": ["shop/web@sha256:ab"]}, "shop/web"),
        ("image.tar", {"RepoTags": None}, "image.tar"),
        ("", None, "scans/trivy.json"),
    ],
)
def test_an_image_is_its_repository(name: str, metadata: object, scope: str) -> None:
    """A new tag or digest is the same image; a file or digest is named by its tags."""
    report = image(
        {"Target": "x", "Class": "os-pkgs", "Type": "alpine", "Vulnerabilities": [flaw()]}, name=name, Metadata=metadata
    )
    result = one(report)
    assert (report.scans[0].scope, result.kind) == (scope, Kind.CONTAINER)
    assert result.component is not None
    assert result.component.image == scope


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
        ({"CVSS": {"nvd": {"V3Score": 8.0}}}, Severity.INFO, None),
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
    ("native", "avd_id", "rule_id", "aliases"),
    [
        ("DS-0002", None, "DS-0002", ()),
        ("DS002", "AVD-DS-0002", "DS-0002", ("DS002", "AVD-DS-0002")),
        ("AVD-AWS-0086", "AVD-AWS-0086", "AWS-0086", ("AVD-AWS-0086",)),
        (
            "aws-ebs-enable-volume-encryption",
            "AVD-AWS-0026",
            "AWS-0026",
            ("aws-ebs-enable-volume-encryption", "AVD-AWS-0026"),
        ),
        ("KSV001", "", "KSV-0001", ("KSV001",)),
        ("KSV-0109", None, "KSV-0109", ()),
        ("my-own-check", None, "my-own-check", ()),
    ],
)
def test_a_renamed_check_is_the_same_check(
    native: str, avd_id: str | None, rule_id: str, aliases: tuple[str, ...]
) -> None:
    """Ids of before and after 0.69 are one rule, the others its aliases."""
    result = misconfiguration(ID=native, AVDID=avd_id)
    assert (result.rule_id, result.rule_aliases) == (rule_id, aliases)


def test_a_misconfiguration_stands_in_a_file_and_a_resource() -> None:
    """The resource's address identifies it; code, which may hold secrets, is not kept beside it."""
    cause = {
        "Resource": "module.logs.aws_s3_bucket.this[0]",
        "Provider": "AWS",
        "StartLine": 3,
        "EndLine": 9,
        "Code": {"Lines": [{"Number": 3, "Content": "token = 1", "IsCause": True, "Highlighted": "\x1b[33mtoken"}]},
    }
    result = misconfiguration(CauseMetadata=cause)
    assert result.location == Location("infra/main.tf", 3, end_line=9)
    assert result.resource == Resource("module.logs.aws_s3_bucket.this[0]", "aws", type="aws_s3_bucket")
    assert (result.kind, result.message, result.snippet) == (Kind.IAC, "It is public.", "")


@pytest.mark.parametrize(
    ("cause", "location", "snippet"),
    [
        ({}, Location("infra/main.tf"), ""),
        ({"Code": None}, Location("infra/main.tf"), ""),
        ({"Code": {"Lines": None}}, Location("infra/main.tf"), ""),
        ({"StartLine": 0, "EndLine": 0}, Location("infra/main.tf"), ""),
        ({"StartLine": 4}, Location("infra/main.tf", 4, end_line=4), ""),
        ({"Resource": " ", "StartLine": 4, "EndLine": 2}, Location("infra/main.tf", 4, end_line=4), ""),
        (
            {
                "Code": {
                    "Lines": [
                        {"Content": "FROM x", "IsCause": True},
                        {"Content": "y"},
                        {"Content": "", "IsCause": True},
                    ]
                }
            },
            Location("infra/main.tf"),
            "FROM x",
        ),
    ],
)
def test_without_a_resource_the_flagged_lines_tell_places_apart(
    cause: dict[str, Any], location: Location, snippet: str
) -> None:
    """Absent lines mean the whole file; only cause lines count."""
    result = misconfiguration(CauseMetadata=cause)
    assert (result.location, result.snippet, result.resource) == (location, snippet, None)


def test_a_resource_that_is_no_terraform_address_has_no_type() -> None:
    """CloudFormation gives a bare logical name."""
    assert misconfiguration(CauseMetadata={"Resource": "Bucket"}).resource == Resource("Bucket")


def test_only_failed_checks_are_results() -> None:
    """Passed rows are counted, exceptions are suppressed, and a check without a status has failed."""
    checks = [{"ID": "AWS-1", "Status": status} for status in ("PASS", "PASS", "FAIL", "EXCEPTION", None)]
    (scan,) = read({**CONFIG, "Misconfigurations": checks}).scans
    assert (scan.passed, len(scan.results)) == (2, 3)
    assert [result.suppression is not None for result in scan.results] == [False, True, False]
    assert [result.pointer for result in scan.results] == [f"/Results/0/Misconfigurations/{i}" for i in (2, 3, 4)]


def test_a_rules_text_comes_from_its_first_result() -> None:
    """Later results of the rule do not change it."""
    checks = [
        {"ID": "AWS-1", "Title": "First", "Description": " Why.\n", "Resolution": "Do so", "References": ["r"]},
        {"ID": "AVD-AWS-0001", "Title": "Second"},
    ]
    (rule,) = read({**CONFIG, "Misconfigurations": checks}).scans[0].rules
    assert (rule.id, rule.name, rule.description, rule.help) == ("AWS-0001", "First", "Why.", "Do so")


def test_a_secret_is_told_without_its_surroundings() -> None:
    """Masking is partial and neighbours are not masked: no text of the match or the code is kept."""
    secret = {
        "RuleID": "github-pat",
        "Category": "GitHub",
        "Severity": "CRITICAL",
        "Title": "GitHub token",
        "StartLine": 2,
        "EndLine": 2,
        "Match": "a = '***' b = 'n3ighbour'",
        "Code": {"Lines": [{"Content": "n3ighbour"}]},
    }
    report = read({"Target": "app/a.py", "Class": "secret", "Secrets": [secret, {"RuleID": "x"}]})
    first, bare = report.scans[0].results
    assert (first.kind, first.severity, first.weaknesses) == (Kind.SECRET, Severity.CRITICAL, (798,))
    assert first.location == Location("app/a.py", 2, end_line=2)
    assert (bare.title, bare.severity, bare.location) == ("x", Severity.HIGH, Location("app/a.py"))
    assert [rule.tags for rule in report.scans[0].rules] == [("GitHub",), ()]
    assert "n3ighbour" not in repr(report)


def test_a_file_of_an_image_is_no_file_of_the_repository() -> None:
    """Secrets inside an image stand at a resource, for no source file has that path."""
    result = one(image({"Target": "/app/a.py", "Class": "secret", "Secrets": [{"RuleID": "x"}]}))
    assert result.location is None
    assert result.resource == Resource("registry.example:5000/shop/web!/app/a.py", type="image-file", name="/app/a.py")


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


@pytest.mark.parametrize(
    ("status", "statement", "source", "suppression"),
    [
        ("ignored", "Accepted", ".trivyignore.yaml", Suppression("suppressed", "Accepted")),
        ("ignored", "", ".trivyignore", Suppression("suppressed", ".trivyignore")),
        ("not_affected", "unused code", "OpenVEX", Suppression("not_affected", "unused code")),
        ("fixed", None, None, Suppression("mitigated", "fixed")),
        (None, None, None, Suppression("suppressed", "")),
    ],
)
def test_what_was_ignored_is_suppressed_with_its_reason(
    status: str | None, statement: str | None, source: str | None, suppression: Suppression
) -> None:
    """Ignored and excused findings are read, and set aside as their file says."""
    modified = {"Type": "vulnerability", "Status": status, "Statement": statement, "Source": source, "Finding": flaw()}
    result = one(read({**LOCK, "ExperimentalModifiedFindings": [modified]}))
    assert (result.suppression, result.pointer) == (suppression, "/Results/0/ExperimentalModifiedFindings/0")


@pytest.mark.parametrize(
    ("type_", "finding", "kind"),
    [
        ("misconfiguration", {"ID": "DS-0001", "Status": "FAIL"}, Kind.IAC),
        ("secret", {"RuleID": "x"}, Kind.SECRET),
        ("license", {"Name": "MIT"}, Kind.LICENSE),
        ("something-new", {}, None),
        ("secret", {"RuleID": 7}, None),
    ],
)
def test_every_sort_of_finding_can_be_ignored(type_: str, finding: dict[str, Any], kind: Kind | None) -> None:
    """A sort nobody knows, and an unsound one, are refused."""
    (scan,) = read({**CONFIG, "ExperimentalModifiedFindings": [{"Type": type_, "Finding": finding}]}).scans
    assert [result.kind for result in scan.results] == ([kind] if kind else [])
    assert scan.refused == (0 if kind else 1)


def test_one_bad_entry_or_list_is_refused_alone() -> None:
    """Bad entries, bad lists and bad targets cost themselves only, each with its place."""
    report = read({**LOCK, "Vulnerabilities": [flaw(), {"PkgName": 1}], "Secrets": 7}, 5, {**CONFIG})
    (scan,) = report.scans
    assert (len(scan.results), scan.refused) == (1, 3)
    assert sorted(diagnostic.pointer for diagnostic in report.diagnostics) == [
        "/Results/0/Secrets",
        "/Results/0/Vulnerabilities/1",
        "/Results/1",
    ]


def test_the_old_array_of_an_image_names_it_by_its_system() -> None:
    """Versions up to 0.19 name no artifact; the system's target does."""
    targets = [
        {"Target": "python:3.4 (alpine 3.9)", "Type": "alpine", "Vulnerabilities": [flaw(PkgName="musl")]},
        {"Target": "usr/app/Pipfile.lock", "Type": "pipenv", "Vulnerabilities": [flaw(PkgName="Flask")]},
    ]
    (scan,) = trivy.read(json.dumps(targets).encode(), CONTEXT).scans
    assert (scan.scope, {result.kind for result in scan.results}) == ("python", {Kind.CONTAINER})
    assert [result.pointer for result in scan.results] == ["/0/Vulnerabilities/0", "/1/Vulnerabilities/0"]
    (folder,) = trivy.read(json.dumps(targets[1:]).encode(), CONTEXT).scans
    assert (folder.scope, folder.results[0].kind) == ("scans/trivy.json", Kind.SCA)
