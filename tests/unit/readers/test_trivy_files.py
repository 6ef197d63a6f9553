from typing import Any

import pytest

from aggregator.model.location import Location, Resource
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from tests.unit.readers.trivy_reports import CONFIG, image, misconfiguration, one, read


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
                        {"Content": "FROM x", "IsCause": True, "Highlighted": "\x1b[33mFROM\x1b[0m x"},
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


def test_lines_are_no_resource() -> None:
    """For a block of CloudFormation that it has no name for, Trivy writes the file and its lines."""
    assert misconfiguration(CauseMetadata={"Resource": "stack.yaml:3-6", "StartLine": 3}).resource is None


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


def test_an_unrated_check_is_info() -> None:
    """A custom check may have no severity of its own; the word is kept."""
    result = misconfiguration(Severity="UNKNOWN")
    assert (result.severity, result.native_severity) == (Severity.INFO, "UNKNOWN")
