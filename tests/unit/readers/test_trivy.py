import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.location import Location
from aggregator.model.result import Kind, Suppression
from aggregator.readers import trivy
from aggregator.readers.intake import take_in
from tests.unit.readers.trivy_reports import (
    CONFIG,
    CONTEXT,
    LOCK,
    flaw,
    image,
    one,
    read,
)

NO_LISTS = dict.fromkeys(
    ("Vulnerabilities", "Misconfigurations", "Secrets", "Licenses", "ExperimentalModifiedFindings")
)
SUMMARY_ONLY = {"Target": ".", "Class": "config", "MisconfSummary": {"Successes": 3, "Failures": 0, "Exceptions": 0}}


@pytest.mark.parametrize(
    "results", [{}, *({"Results": results} for results in (None, [], [LOCK], [{**LOCK, **NO_LISTS}], [SUMMARY_ONLY]))]
)
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


@pytest.mark.parametrize(
    ("status", "statement", "source", "suppression"),
    [
        ("ignored", "Accepted", ".trivyignore.yaml", Suppression("suppressed", "Accepted")),
        ("ignored", "", ".trivyignore", Suppression("suppressed", ".trivyignore")),
        ("not_affected", "unused code", "OpenVEX", Suppression("not_affected", "unused code")),
        ("fixed", None, None, Suppression("mitigated", "fixed")),
        ("under_investigation", "", "OpenVEX", Suppression("suppressed", "OpenVEX")),
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


def test_what_says_nothing_is_refused() -> None:
    """A target without a name or a list, and a vulnerability without a name, are about what nobody knows."""
    report = read({}, {**LOCK, "Vulnerabilities": [flaw(VulnerabilityID=""), flaw()]}, {"Target": "a"})
    (scan,) = report.scans
    assert (len(scan.results), scan.refused) == (1, 2)
    assert [each.pointer for each in report.diagnostics] == ["/Results/0", "/Results/1/Vulnerabilities/0"]


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


def test_an_unknown_severity_is_said_once() -> None:
    """A word nobody knows stops nothing and is not repeated; ``UNKNOWN`` is Trivy's own word."""
    flaws = [flaw(Severity=word) for word in ("UNKNOWN", "DREADFUL", "DREADFUL", "HIGH")]
    report = read({**LOCK, "Vulnerabilities": flaws})
    (diagnostic,) = report.diagnostics
    assert (diagnostic.code, diagnostic.pointer) == ("severity-unknown", "/Results/0/Vulnerabilities/1/Severity")
    assert "DREADFUL" not in diagnostic.sentence()
    assert (len(report.scans[0].results), report.scans[0].refused) == (4, 0)


@pytest.mark.parametrize(
    "document",
    [
        {"ClusterName": "c", "Resources": []},
        {"ClusterName": "c", "SchemaVersion": 2, "ArtifactName": "c", "Findings": []},
        {"scanner": {"result": {"SchemaVersion": 2}}},
        {"apiVersion": "aquasecurity.github.io/v1alpha1", "report": {"vulnerabilities": []}},
    ],
)
def test_what_is_not_read_is_not_taken_for_a_clean_scan(document: dict[str, Any]) -> None:
    """Reports of clusters, attestations and the operator have their findings elsewhere."""
    assert not trivy.sniff(take_in(json.dumps(document).encode()).head)


def test_what_tells_of_people_and_builds_is_not_kept() -> None:
    """Environment, build steps, commits and the repository's address may hold secrets and names."""
    config = {"config": {"Env": ["TOKEN=n3ighbour"]}, "history": [{"created_by": "ARG n3ighbour"}]}
    metadata = {"ImageConfig": config, "RepoURL": "https://n3ighbour@example.org/x", "Author": "n3ighbour"}
    layer = {"Digest": "sha256:1", "CreatedBy": "RUN n3ighbour"}
    report = image({**LOCK, "Vulnerabilities": [flaw(Layer=layer)]}, Metadata={**metadata, "CommitMsg": "n3ighbour"})
    assert len(report.scans[0].results) == 1
    assert "n3ighbour" not in str(report)


@pytest.mark.parametrize("path", ["we%20b/package-lock.json", "c:d/package-lock.json", "ä b!/package-lock.json"])
def test_a_target_is_no_address(path: str) -> None:
    """Nothing in it is decoded."""
    assert one(read({**LOCK, "Target": path, "Vulnerabilities": [flaw()]})).location == Location(path)
