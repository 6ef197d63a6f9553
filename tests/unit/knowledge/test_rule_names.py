"""Tests of :mod:`aggregator.knowledge.rule_names`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.knowledge.controls import controls_of
from aggregator.knowledge.knowledge import Knowledge, Teaching
from aggregator.knowledge.rule_names import is_said, names_of, todays_name
from aggregator.normalize.rule_ids import canonical_trivy_check
from aggregator.resources import read_resource
from tests.builders import result

TABLE = json.loads(read_resource("aggregator.knowledge", "data/rule_names.json"))["Trivy"]
TESTS = Path(__file__).parents[2]
REPORTS = (TESTS / "samples/trivy/folder.json", TESTS / "accuracy/sets/iac-cloudformation/trivy.json")
REGISTERED = "python.lang.security.eval-use"


@pytest.mark.parametrize(
    ("tool", "rule", "names"),
    [
        ("Trivy", "DS-0002", ("DS-0002", "AVD-DS-0002", "DS002")),
        ("Trivy", "KSV-0109", ("KSV-0109", "AVD-KSV-0109", "KSV109")),
        ("Trivy", "AWS-0086", ("AWS-0086", "AVD-AWS-0086")),
        ("Prowler", "AZU-0001", ("AZU-0001", "AVD-AZU-0001")),
        ("Trivy", "AWS-0104", ("AWS-0104", "AVD-AWS-0104", "aws-vpc-no-public-egress-sgr")),
        ("Trivy", "s3-bucket-logging", ("s3-bucket-logging", "AWS-0089", "AVD-AWS-0089")),
        ("Trivy", "my-own-check", ("my-own-check",)),
        ("tfsec", "DS-0002", ("DS-0002",)),
    ],
)
def test_the_names_of_a_check(tool: str, rule: str, names: tuple[str, ...]) -> None:
    """The id of every version, and the word that it was for a time; other tools count other rules."""
    assert names_of(tool, rule) == names


def test_aliases_are_names() -> None:
    """Those of the report come before what else they were."""
    assert names_of("Semgrep", "eval-use", ("tmp.eval-use",)) == ("eval-use", "tmp.eval-use")
    assert names_of("Trivy", "KSV-1010", ("KSV-01010",))[-2:] == ("AVD-KSV-01010", "KSV1010")


def test_a_word_with_two_meanings_is_no_name_of_others() -> None:
    """Trivy gave it to two checks, or to another one than tfsec: an exception for one must not silence the other."""
    borrowed, twice = "aws-vpc-no-public-ingress-sgr", "aws-autoscaling-enable-at-rest-encryption"
    assert names_of("Trivy", borrowed) == (borrowed, "AWS-0164", "AVD-AWS-0164")
    assert names_of("Trivy", twice) == (twice,)
    assert not is_said(borrowed, "Trivy", "AWS-0164")
    assert not is_said(twice, "Trivy", "AWS-0178")


def test_trivy_itself_means_one_check_by_a_word() -> None:
    """What tfsec meant by it is nothing to Trivy; a word that Trivy gave twice tells nothing."""
    assert todays_name("Trivy", "aws-vpc-no-public-ingress-sgr") == "AWS-0164"
    assert todays_name("Trivy", "s3-bucket-logging") == "AWS-0089"
    assert todays_name("tfsec", "s3-bucket-logging") == "s3-bucket-logging"
    twice = "aws-autoscaling-enable-at-rest-encryption"
    assert todays_name("Trivy", twice) == twice


@pytest.mark.parametrize(("word", "number"), sorted({**TABLE["words"], **TABLE["borrowed"]}.items()))
def test_a_word_asks_for_what_its_number_asks_for(word: str, number: str) -> None:
    """The table of controls was made of the checks' own metadata."""
    assert set(controls_of("Trivy", word)) & set(controls_of("Trivy", number))


@pytest.mark.parametrize("report", REPORTS, ids=lambda each: each.parent.name)
def test_the_words_of_real_reports_are_in_the_table(report: Path) -> None:
    """Trivy's JSON has the word and the number side by side."""
    found = json.loads(report.read_bytes())["Results"]
    pairs = {(check["ID"], check["AVDID"]) for each in found for check in each.get("Misconfigurations") or ()}
    words = {each: number for each, number in pairs if canonical_trivy_check(each) != canonical_trivy_check(number)}
    assert words
    assert all(todays_name("Trivy", word) == canonical_trivy_check(number) for word, number in words.items())


@pytest.mark.parametrize(
    ("said", "tool", "rule", "means"),
    [
        (f"tmp.rules.{REGISTERED}", "Semgrep", REGISTERED, True),
        (f"tmp.rules.{REGISTERED}".upper(), "Opengrep", REGISTERED, True),
        (f"tmp{REGISTERED}", "Semgrep", REGISTERED, False),
        (f"tmp.{REGISTERED}", "Bandit", REGISTERED, False),
        (REGISTERED, "Semgrep", f"tmp.{REGISTERED}", False),
        ("tmp.rules.eval-use", "Semgrep", "eval-use", False),
        ("tmp.rules.lang.eval-use", "Semgrep", "lang.eval-use", False),
    ],
)
def test_the_folder_before_a_full_name_does_not_count(said: str, tool: str, rule: str, means: bool) -> None:
    """Short names are those of many rules: there what stands before them tells which."""
    assert is_said(said, tool, rule) is means


def test_people_teach_a_rule_by_any_of_its_names() -> None:
    """The full id of a Semgrep rule of one's own, and an id from before an update."""
    knowledge = Knowledge((Teaching("Semgrep", "acme.sql.*", "ours"), Teaching("trivy", "AVD-DS-*", "image")))
    taught = result(rule_id="raw-query", rule_aliases=("acme.sql.raw-query",))
    assert knowledge.weakness(taught).name == knowledge.weakness(taught).name == "ours"
    assert knowledge.weakness(result(rule_id="raw-query", rule_aliases=("other.raw-query",))).name != "ours"
    assert knowledge.controls(result(tool="Trivy", rule_id="DS-0002")) == ("image",)
