import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.location import Location, Resource
from aggregator.model.report import ReadFailure, Report, Scan
from aggregator.model.result import Kind, Result, Suppression
from aggregator.model.severity import Severity
from aggregator.normalize.secrets import seal
from aggregator.readers import checkov
from aggregator.readers.base import ReadContext
from aggregator.readers.registry import read_report

KEY = b"key of the run"
CONTEXT = ReadContext(name="checkov.json", place="scans/checkov.json", seal_key=KEY)
SAMPLES = Path(__file__).parents[2] / "samples"
SECRET = "s3cr3t-Value-000"
DIGEST = hashlib.sha1(SECRET.encode(), usedforsecurity=False).hexdigest()
NOTHING = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "checkov_version": "3.3.30"}


def read(document: Any) -> Report:
    return checkov.read(json.dumps(document).encode(), CONTEXT)


def framework(*failed: Any, name: str = "terraform", summary: Any = None, **lists: Any) -> dict[str, Any]:
    return {"check_type": name, "results": {"failed_checks": failed, **lists}, "summary": summary or NOTHING}


def check(**fields: Any) -> dict[str, Any]:
    return {
        "check_id": "CKV_AWS_16",
        "check_name": "Ensure that it is encrypted",
        "check_result": {"result": "FAILED"},
        "code_block": [[3, 'resource "aws_db_instance" "a" {\n'], [4, "}\n"]],
        "file_path": "/main.tf",
        "repo_file_path": "/infra/main.tf",
        "file_abs_path": "/home/me/shop/infra/main.tf",
        "file_line_range": [3, 4],
        "resource": "aws_db_instance.a",
        "severity": None,
        "guideline": "https://docs.example/16",
        **fields,
    }


def one(name: str = "terraform", **fields: Any) -> Result:
    (result,) = read(framework(check(**fields), name=name)).scans[0].results
    return result


def scan(*failed: Any, **parts: Any) -> Scan:
    return read(framework(*failed, **parts)).scans[0]


def test_a_failed_check_is_a_result() -> None:
    """The check is the rule, its address the resource, and no code is kept beside that."""
    report = read(framework(check()))
    (found,) = report.scans
    (result,) = found.results
    assert (result.kind, result.rule_id, result.title) == (Kind.IAC, "CKV_AWS_16", "Ensure that it is encrypted")
    assert (result.location, result.snippet) == (Location("infra/main.tf", 3, None, 4), "")
    assert result.resource == Resource("aws_db_instance.a", type="aws_db_instance")
    assert (result.pointer, result.scope) == ("/results/failed_checks/0", "scans/checkov.json (terraform)")
    assert [(rule.id, rule.help_uri) for rule in found.rules] == [("CKV_AWS_16", "https://docs.example/16")]
    assert found.tool_version == "3.3.30"


@pytest.mark.parametrize(
    ("framework_name", "address", "uid"),
    [
        ("terraform", "module.q.aws_sqs_queue.jobs", "module.q.aws_sqs_queue.jobs"),
        ("terraform", "aws_iam_policy_document.read", "data.aws_iam_policy_document.read"),
        ("terraform_plan", "module.q.aws_iam_policy_document.r", "module.q.data.aws_iam_policy_document.r"),
        ("kubernetes", "Pod.default.shop", "Pod.default.shop"),
        ("cloudformation", "AWS::S3::Bucket.Logs", "AWS::S3::Bucket.Logs"),
    ],
)
def test_addresses_are_resources(framework_name: str, address: str, uid: str) -> None:
    """Terraform's are spelled as Terraform and Trivy do."""
    result = one(framework_name, resource=address)
    assert result.resource is not None
    assert result.resource.uid == uid


@pytest.mark.parametrize("name", ["dockerfile", "github_actions", "gitlab_ci"])
def test_a_position_is_no_address(name: str) -> None:
    """Steps are counted and instructions repeat: there the code tells, where there is any."""
    result = one(name, resource="jobs(build).steps[2]", code_block=[[7, "  - run: a\n"], [8, "    b\n"]])
    assert (result.resource, result.snippet) == (None, "  - run: a\n    b\n")
    assert one(name, code_block=None).snippet == one(name, code_block="x").snippet == ""
    assert one("terraform", resource=None).resource is None


@pytest.mark.parametrize(
    ("lines", "location"),
    [
        ([0, 1], Location("infra/main.tf", 1, None, 1)),
        ([0, 0], Location("infra/main.tf", 1, None, 1)),
        ([7, 3], Location("infra/main.tf", 7, None, 7)),
        ([], Location("infra/main.tf")),
        (None, Location("infra/main.tf")),
    ],
)
def test_no_line_is_the_first(lines: Any, location: Location) -> None:
    """As in Checkov's SARIF."""
    assert one(file_line_range=lines).location == location


@pytest.mark.parametrize(
    ("paths", "path"),
    [
        ({"file_abs_path": "/home/runner/work/shop/shop/infra/x/main.tf"}, "infra/x/main.tf"),
        ({"file_abs_path": "/github/workspace/main.tf", "repo_file_path": "/x/main.tf"}, "main.tf"),
        ({"repo_file_path": None}, "main.tf"),
        ({"repo_file_path": None, "file_path": None}, "/home/me/shop/infra/main.tf"),
        ({"file_abs_path": "./main.tf"}, "infra/main.tf"),
    ],
)
def test_paths_are_below_the_repository(paths: dict[str, Any], path: str) -> None:
    """Where a CI system checked it out, else below the folder that Checkov was called in."""
    result = one(**paths)
    assert result.location is not None
    assert result.location.path == path


def test_a_check_without_a_file_has_no_place() -> None:
    """Some checks are about settings elsewhere."""
    assert one(file_path=None, repo_file_path=None, file_abs_path=None).location is None


@pytest.mark.parametrize(
    ("severity", "expected", "native"),
    [
        (None, Severity.MEDIUM, ""),
        ("HIGH", Severity.HIGH, "HIGH"),
        ({"name": "LOW", "level": 2}, Severity.LOW, "LOW"),
        (7, Severity.MEDIUM, ""),
    ],
)
def test_without_a_key_nothing_is_rated(severity: Any, expected: Severity, native: str) -> None:
    """With one there is a word, or an object that has it; without one all are MEDIUM."""
    result = one(severity=severity)
    assert (result.severity, result.native_severity) == (expected, native)


def test_an_unknown_severity_is_said_once() -> None:
    """It is taken for the usual one."""
    report = read(framework(check(severity="GRAVE"), check(severity="GRAVE")))
    assert [result.severity for result in report.scans[0].results] == [Severity.MEDIUM, Severity.MEDIUM]
    assert [said.code for said in report.diagnostics] == ["severity-unknown"]
    assert "GRAVE" not in report.diagnostics[0].reason


@pytest.mark.parametrize(
    ("comment", "suppression"),
    [
        ("A public host", Suppression("suppressed", "A public host")),
        ("This is a False Positive", Suppression("false_positive", "This is a False Positive")),
        ("No comment provided", Suppression("suppressed", "marked in the source")),
        (None, Suppression("suppressed", "marked in the source")),
    ],
)
def test_a_skipped_check_is_suppressed(comment: str | None, suppression: Suppression) -> None:
    """With the comment that skips it."""
    skipped = check(check_result={"result": "SKIPPED", "suppress_comment": comment})
    (result,) = scan(skipped_checks=[skipped]).results
    assert result.suppression == suppression
    (bare,) = scan(skipped_checks=[check(check_result=None)]).results
    assert bare.suppression == Suppression("suppressed", "marked in the source")


def secret(**fields: Any) -> dict[str, Any]:
    return check(
        **{"check_id": "CKV_SECRET_6", "check_name": "Base64 High Entropy String", "resource": DIGEST, **fields}
    )


@pytest.mark.parametrize("resource", [DIGEST, f"0123abc:{DIGEST}"])
def test_a_secret_is_sealed_by_its_digest(resource: str) -> None:
    """Neither the digest nor the half-masked line is kept; the end that Checkov gives is the line below."""
    report = read(framework(secret(resource=resource, file_line_range=[3, 4]), name="secrets"))
    (result,) = report.scans[0].results
    assert (result.kind, result.weaknesses, result.severity) == (Kind.SECRET, (798,), Severity.HIGH)
    assert (result.secret, result.snippet, result.resource) == (seal(SECRET, KEY), "", None)
    assert result.location == Location("infra/main.tf", 3, None, 3)
    assert report.secrets.reveal() == {DIGEST}
    assert DIGEST not in msgspec.json.encode(report.scans).decode()


def test_a_digest_of_a_part_seals_nothing() -> None:
    """Of a private key only a line is hashed."""
    assert one("secrets", **secret(check_name="Private Key")).secret == ""


def test_what_a_secret_opens_makes_it_critical() -> None:
    """By the name of its kind; a secret is one in whatever framework it is told, and without a place too."""
    assert one("secrets", **secret(check_name="AWS Access Key")).severity is Severity.CRITICAL
    assert one("secrets", **secret(severity="LOW")).severity is Severity.LOW
    placeless = one("terraform", **secret(file_path=None, repo_file_path=None, file_abs_path=None))
    assert (placeless.kind, placeless.location) == (Kind.SECRET, None)


def package(**fields: Any) -> dict[str, Any]:
    details = {
        "id": "CVE-2018-18074",
        "package_name": "requests",
        "package_version": "2.19.0",
        "package_type": "python",
    }
    text = "A header too many. More."
    return check(
        check_id="CKV_CVE_2018_18074",
        description=text,
        file_line_range=[1, 1],
        vulnerability_details={**details, **fields},
    )


def test_a_vulnerable_package_is_a_component() -> None:
    """With its rating, its fix and its manifest; the first line stands for the whole manifest."""
    vector = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
    result = one("sca_package", **package(vector=vector, cvss=1.0, lowest_fixed_version="2.20.0"))
    assert (result.kind, result.rule_id, result.title) == (Kind.SCA, "CVE-2018-18074", "A header too many.")
    assert (result.vulnerability_ids, result.severity) == (("CVE-2018-18074",), Severity.HIGH)
    assert result.location == Location("infra/main.tf")
    assert result.component is not None
    assert (result.component.purl, result.component.version) == ("pkg:pypi/requests", "2.19.0")
    assert (result.component.fixed_versions, result.component.path) == (("2.20.0",), "infra/main.tf")
    assert result.cvss is not None
    assert (result.cvss.score, result.cvss.vector) == (7.5, vector)


@pytest.mark.parametrize(
    ("details", "severity"),
    [
        ({"cvss": "9.8"}, Severity.CRITICAL),
        ({"cvss": 3.1}, Severity.LOW),
        ({"cvss": "unknown"}, Severity.MEDIUM),
        ({"cvss": 0}, Severity.MEDIUM),
        ({}, Severity.MEDIUM),
    ],
)
def test_a_package_is_rated_by_its_score(details: dict[str, Any], severity: Severity) -> None:
    """Where there is no word for it."""
    assert one("sca_package", **package(**details)).severity is severity


def test_a_package_without_a_name_or_an_id_is_told_all_the_same() -> None:
    """What is missing is left out; a fix that is no version is none."""
    bare = one("sca_package", **{**package(id=None, package_name=None), "description": None})
    assert (bare.component, bare.rule_id, bare.title) == (None, "CKV_CVE_2018_18074", "CKV_CVE_2018_18074")
    result = one(
        "sca_package", **{**package(lowest_fixed_version="UNFIXABLE"), "file_path": None, "file_line_range": [2, 2]}
    )
    assert result.component is not None
    assert (result.component.fixed_versions, result.location) == ((), Location("infra/main.tf", 2, None, 2))
    nowhere = {"file_path": None, "repo_file_path": None, "file_abs_path": None}
    placeless = one("sca_package", **{**package(), **nowhere})
    assert placeless.component is not None
    assert (placeless.component.path, placeless.location) == ("", None)


def test_a_licence_is_medium_at_most() -> None:
    """It is named by itself, not by the policy."""
    forbidden = package(id=None, license="GPL-3.0")
    result = one("sca_package", **{**forbidden, "severity": "CRITICAL"})
    assert (result.kind, result.rule_id, result.severity) == (Kind.LICENSE, "GPL-3.0", Severity.MEDIUM)
    assert (result.title, one("sca_package", **forbidden).severity) == ("Licence GPL-3.0", Severity.MEDIUM)


def test_passed_checks_tell_what_was_looked_at() -> None:
    """Files and rules of every check; a passed one is counted and no result."""
    passed = check(check_id="CKV_AWS_17", repo_file_path="/infra/b.tf", file_abs_path="/home/me/shop/infra/b.tf")
    found = scan(check(), passed_checks=[passed], skipped_checks=[], parsing_errors=[])
    assert (found.passed, len(found.results), found.completeness) == (1, 1, Completeness.COMPLETE)
    assert (found.coverage.extent, found.coverage.paths) == (Extent.LISTED, frozenset({"infra/main.tf", "infra/b.tf"}))
    assert found.coverage.rules == frozenset({"CKV_AWS_16", "CKV_AWS_17"})


@pytest.mark.parametrize("name", ["secrets", "sca_package"])
def test_without_passed_checks_the_scope_was_looked_at(name: str) -> None:
    """With ``--quiet`` there are none; of secrets and packages there never are."""
    quiet = scan(check())
    assert (quiet.coverage.extent, quiet.coverage.paths, quiet.coverage.rules) == (Extent.SCOPE, None, None)
    found = scan(check(), name=name, passed_checks=[])
    assert (found.coverage.extent, found.coverage.rules) == (Extent.SCOPE, None)


def test_what_could_not_be_parsed_is_not_covered() -> None:
    """Named from the root of the disk, the file is brought below the folder that other paths are below."""
    errors = ["/home/me/shop/infra/broken.tf", 7]
    found = scan(check(), passed_checks=[], parsing_errors=errors, summary={**NOTHING, "parsing_errors": 1})
    assert (found.completeness, found.reason) == (Completeness.PARTIAL, "1 file could not be parsed.")
    assert found.coverage.unread == {"infra/broken.tf"}
    alone = scan(passed_checks=[], parsing_errors=["/home/runner/work/shop/shop/b.tf", "/elsewhere/c.tf"])
    assert alone.coverage.unread == {"b.tf", "/elsewhere/c.tf"}
    assert alone.reason == "2 files could not be parsed."


def test_what_is_only_counted_leaves_the_scan_partial() -> None:
    """With ``--quiet`` the files are not named, so nothing is closed; the next step says how to have them named."""
    found = scan(check(), summary={**NOTHING, "parsing_errors": 1})
    assert (found.completeness, found.coverage.unread) == (Completeness.PARTIAL, frozenset())
    assert "--quiet" in found.next_step
    assert scan(check(), summary={"passed": 0}).refused == 0


def test_each_framework_is_a_scan() -> None:
    """In the order of the report, each with a scope of its own; a full report says ``checks``."""
    full = {"check_type": "dockerfile", "checks": {"failed_checks": [check()]}}
    report = read([framework(check()), full, {"check_type": "helm"}])
    scopes = [found.scope for found in report.scans]
    assert scopes == [f"scans/checkov.json ({name})" for name in ("terraform", "dockerfile", "helm")]
    pointers = [result.pointer for found in report.scans for result in found.results]
    assert pointers == ["/0/results/failed_checks/0", "/1/checks/failed_checks/0"]


def test_a_bare_summary_met_nothing() -> None:
    """An empty folder, or the wrong one: it covers nothing."""
    (found,) = read(NOTHING).scans
    assert (found.results, found.coverage.extent, found.scope) == ((), Extent.UNKNOWN, "scans/checkov.json")
    assert (found.tool_version, found.completeness) == ("3.3.30", Completeness.COMPLETE)


def test_odd_entries_are_refused_alone() -> None:
    """An odd check costs itself, an odd list counts as one entry, an odd framework costs its own scan only."""
    report = read([framework(check(), {"check_id": 7}, passed_checks="x"), 7])
    assert [said.pointer for said in report.diagnostics] == [
        "/1",
        "/0/results/failed_checks/1",
        "/0/results/passed_checks",
    ]
    assert [(len(found.results), found.refused) for found in report.scans] == [(1, 2)]


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (framework(failed_checks=None), "/results/failed_checks"),
        ({"check_type": "helm", "results": {"passed_checks": []}}, "/results/failed_checks"),
        ({"check_type": "helm", "results": None}, "/checks/failed_checks"),
        (framework(passed_checks=None), "/results/passed_checks"),
        (framework(parsing_errors=None), "/results/parsing_errors"),
        (framework(parsing_errors="a.tf"), "/results/parsing_errors"),
        (framework(parsing_errors={"a.tf": 1}), "/results/parsing_errors"),
        (framework(parsing_errors=[7]), "/results/parsing_errors/0"),
        (framework(summary={"parsing_errors": "x"}), "/summary/parsing_errors"),
    ],
)
def test_what_cannot_be_read_is_not_nothing(document: Any, pointer: str) -> None:
    """Checkov writes an empty list where there is nothing to list, and leaves out what it was told to."""
    report = read(document)
    assert [said.pointer for said in report.diagnostics] == [pointer]
    assert [found.refused for found in report.scans] == [1]


def test_a_report_of_which_nothing_can_be_read_is_a_failure() -> None:
    """It is never a clean scan."""
    found = read_report(json.dumps({"check_type": 7, "results": {}}).encode(), "r.json")
    assert isinstance(found, ReadFailure)


@pytest.mark.parametrize(
    "document", [{"check_type": "x"}, [NOTHING], {"passed": 1, "failed": 2}, {"results": {}, "summary": {}}]
)
def test_other_reports_are_not_ours(document: Any) -> None:
    """A framework has its checks, a bare summary its version."""
    assert isinstance(read_report(json.dumps(document).encode(), "r.json"), ReadFailure)


def facts_of(name: str) -> list[tuple[Any, ...]]:
    path = SAMPLES / name
    report = read_report(path.read_bytes(), path.name)
    assert isinstance(report, Report)
    found = [result for one in report.scans for result in one.results]
    return sorted(
        (
            *(each.rule_id, each.kind.value, each.title, each.message, each.severity.value, each.native_severity),
            *(str(each.location), str(each.suppression), each.weaknesses),
        )
        for each in found
    )


def test_json_and_sarif_of_one_scan_tell_the_same() -> None:
    """Rules, kinds, ratings, texts, places and suppressions."""
    assert facts_of("checkov/app.json") == facts_of("sarif/checkov-app.sarif")
