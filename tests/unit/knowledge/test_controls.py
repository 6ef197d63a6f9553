"""What rules of different tools ask for, in one word."""

import json
import re

import pytest

from aggregator.knowledge.controls import controls_of
from aggregator.knowledge.knowledge import Knowledge, Teaching
from aggregator.model.result import Kind
from aggregator.normalize.rule_ids import canonical_trivy_check
from aggregator.resources import read_resource
from tests.builders import result

PLATFORMS = ("aws", "azure", "google", "kubernetes", "files")
TABLES = {
    platform: json.loads(read_resource("aggregator.knowledge", f"data/controls-{platform}.json"))
    for platform in PLATFORMS
}
CONTROLS = {name: tools for table in TABLES.values() for name, tools in table["controls"].items()}


@pytest.mark.parametrize(
    ("tool", "rule", "title"),
    [
        ("Trivy", "AWS-0090", ""),
        ("tfsec", "aws-s3-enable-versioning", ""),
        ("Checkov", "CKV_AWS_21", ""),
        ("Semgrep", "aws-s3-bucket-versioning-not-enabled", ""),
        ("Semgrep", "terraform.aws.best-practice.aws-s3-bucket-versioning-not-enabled", ""),
        ("Opengrep", "aws-s3-bucket-versioning-not-enabled", ""),
        ("Prowler", "s3_bucket_object_versioning", ""),
        ("Prowler", "AWS-0090", ""),
        ("KICS", "568a4d22-3517-44a6-a7ad-6a7eed88722c", ""),
        ("KICS", "of-another-language", "S3 bucket Without Versioning"),
        ("MegaLinter", "CKV_AWS_21", ""),
        ("MegaLinter", "AVD-AWS-0090", ""),
    ],
)
def test_one_control_under_every_tools_name(tool: str, rule: str, title: str) -> None:
    """Ids, last segments of ids, titles where ids are random, and telling ids that another program passes on."""
    assert controls_of(tool, rule, title) == ("aws-s3-versioning",)


@pytest.mark.parametrize(
    ("tool", "rule", "control"),
    [
        ("cfn-lint", "W3045", "aws-s3-acl-prohibited"),
        ("cfn-lint", "W2531", "aws-lambda-runtime"),
        ("Hadolint", "DL3064", "docker-build-secrets"),
        ("compose-lint", "CL-0001", "compose-docker-socket"),
    ],
)
def test_linters_of_one_kind_of_file_have_controls(tool: str, rule: str, control: str) -> None:
    """What a linter asks for that a scanner asks for as well is one control."""
    assert controls_of(tool, rule) == (control,)


def test_trivy_still_says_some_names_of_tfsec() -> None:
    """Its SARIF has names of that time for some checks, and what its own metadata calls an alias."""
    assert controls_of("Trivy", "aws-s3-enable-versioning") == ("aws-s3-versioning",)
    assert controls_of("Trivy", "s3-bucket-logging") == ("aws-s3-logging",)


@pytest.mark.parametrize(("tool", "rule"), [("Trivy", "XYZ-1"), ("Bandit", "B101"), ("Y", "AVD-1"), ("Y", "CKV_X_1")])
def test_what_nobody_knows_has_no_control(tool: str, rule: str) -> None:
    """No guess is made from an id."""
    assert controls_of(tool, rule) == ()


def test_a_rule_may_ask_for_several() -> None:
    """Trivy closes SSH and RDP by one check, Checkov by two."""
    both = controls_of("Trivy", "AWS-0107")
    assert set(both) == {*controls_of("Checkov", "CKV_AWS_24"), *controls_of("Checkov", "CKV_AWS_25")}


def test_people_outrank_the_table() -> None:
    """A teaching replaces the controls of a rule, and gives one to a rule of one's own."""
    knowledge = Knowledge((Teaching("checkov", "CKV_AWS_21", "house-rule"), Teaching("Semgrep", "own-*", "house-rule")))
    assert knowledge.controls(result(kind=Kind.IAC, tool="Checkov", rule_id="CKV_AWS_21")) == ("house-rule",)
    assert knowledge.controls(result(tool="Semgrep", rule_id="own-versioning")) == ("house-rule",)
    known = result(kind=Kind.IAC, tool="Trivy", rule_id="AWS-0090")
    assert knowledge.controls(known) == knowledge.controls(known) == ("aws-s3-versioning",)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_file_says_where_its_rules_come_from(platform: str) -> None:
    """Version, and a source for each tool, for no other; names begin with the platform's."""
    table = TABLES[platform]
    assert re.fullmatch(r"\d{4}-\d{2}", table["version"])
    assert set(table["sources"]) == {tool for tools in table["controls"].values() for tool in tools}
    if platform != "files":
        assert all(name.startswith(f"{platform}-") for name in table["controls"])


def test_every_control_is_named_once_and_asked_for() -> None:
    """Words joined by dashes, in one file only, and by one rule at least, none of them twice."""
    assert len(CONTROLS) == sum(len(table["controls"]) for table in TABLES.values())
    for name, tools in CONTROLS.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)
        assert tools
        assert all(ids and len(ids) == len(set(ids)) for ids in tools.values())


def test_ids_are_spelled_as_results_carry_them() -> None:
    """Trivy's by number are canonical, and Checkov's look like Checkov's."""
    for tools in CONTROLS.values():
        for each in tools.get("Trivy", ()):
            assert canonical_trivy_check(each) == each
        assert all(re.fullmatch(r"CKV2?_[A-Z0-9]+_\d+", each) for each in tools.get("Checkov", ()))
