"""Tests of :mod:`aggregator.policy`: what people write, and what they are told when it is wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from aggregator.model.errors import UsageError
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.policy import (
    ExceptionRule,
    Policy,
    exceptions_schema,
    policy_schema,
    read_exceptions,
    read_policy,
)

SAMPLES = Path(__file__).parents[2] / "samples" / "policy"
NAME = ".github/onefold.yml"
CANARY = "hunter2-canary"
CLOSING = "brake-minimum, brake-share, complete, deleted-secrets, misses"


def refused(text: str) -> list[str]:
    """What a wrong policy is told, one line a mistake."""
    with pytest.raises(UsageError) as error:
        read_policy(text, NAME)
    return [line.strip() for line in str(error.value).splitlines()]


def test_an_empty_file_is_the_default_policy() -> None:
    """Nothing written, a comment, and no file at all mean the same."""
    assert read_policy("", NAME) == read_policy("# later\n", NAME) == Policy() == Policy.default()


@pytest.mark.parametrize("text", ["sla:\n  # high: 3\n", "expected:\nproduct:\n"])
def test_a_chapter_of_comments_says_nothing(text: str) -> None:
    """A key with nothing below it, or nothing but comments, is as good as not written."""
    assert read_policy(text, "p.yml") == Policy()
    assert read_exceptions("exceptions:\n#  - id: F-1\n", "e.yml") == ()


def test_defaults_are_the_documented_ones() -> None:
    """Without a file: 7, 30, 90 and 180 days, no gate, the brake at 30 % of ten."""
    policy = Policy.default()
    assert [policy.sla.days(severity) for severity in Severity] == [None, 180, 90, 30, 7]
    assert policy.gate.fail_on == ()
    assert (policy.closing.brake_share, policy.closing.brake_minimum) == (0.3, 10)
    assert {kind: policy.closing.misses.of(kind) for kind in Kind if policy.closing.misses.of(kind) > 1} == {
        Kind.CLOUD: 2,
        Kind.DAST: 2,
    }
    assert policy.upload.already_uploaded == ("CodeQL",)


def test_every_key_can_be_written() -> None:
    """The full sample is read, and says something else than the default everywhere."""
    text = (SAMPLES / "onefold.yml").read_text(encoding="utf-8")
    policy = read_policy(text, NAME)
    assert policy.gate.fail_on == ("new:high", "breached")
    assert (policy.closing.misses.cloud, policy.closing.misses.dast) == (3, 2)
    assert policy.closing.declares_complete("bandit")
    assert [expected.tool for expected in policy.expected] == ["Semgrep", "Trivy"]
    assert not [name for name in Policy.model_fields if getattr(policy, name) == getattr(Policy(), name)]


def test_exceptions_are_read_with_their_places() -> None:
    """Each exception knows the line it is written in, and ends with its last day."""
    rules = read_exceptions((SAMPLES / "onefold-exceptions.yml").read_text(encoding="utf-8"), "e.yml")
    assert [rule.place for rule in rules] == ["e.yml:2", "e.yml:7", "e.yml:16"]
    assert rules[0].expires_at == datetime(2027, 4, 1, tzinfo=UTC)
    assert rules[1].expires == date(2027, 1, 15)
    assert read_exceptions("", "e.yml") == ()


def test_an_exception_in_no_file_is_named_after_its_owner() -> None:
    """A rule built by a program has no line to point at."""
    rule = ExceptionRule(status="mitigated", reason="r", owner="kim", expires=date(2027, 1, 1), id="F-1")
    assert rule.place == "exception of kim"


def test_all_mistakes_come_at_once() -> None:
    """One reading names every mistake with file, line, key and what is wrong."""
    text = """gat: 1
sla:
  critical: soon
  hihg: 3
closing: 3
expected:
  - scope: x
gate: {fail_on: [new:hihg], fail-on: high}
product: 1
product: shop
1: x
"""
    assert refused(text) == [
        ".github/onefold.yml has 9 mistakes; correct the file and run again:",
        ".github/onefold.yml:1: gat is not a known key; did you mean gate?",
        ".github/onefold.yml:3: sla.critical must be a whole number",
        ".github/onefold.yml:4: sla.hihg is not a known key; did you mean high?",
        f".github/onefold.yml:5: closing must be a group of keys: {CLOSING}",
        ".github/onefold.yml:7: expected[0].tool is missing",
        ".github/onefold.yml:8: gate.fail-on must be a list; begin each entry with a dash, or write [ ] around it",
        ".github/onefold.yml:8: gate.fail_on is not a known key; did you mean fail-on?",
        ".github/onefold.yml:10: product stands here a second time; the first is in line 9",
        ".github/onefold.yml:11: the file has a key that is no text; put it in quotes",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gate: {fail-on: ['new:%s']}", "gate.fail-on[0] must be a gate rule, such as new:high"),
        ("product: [%s]", "product must be text, not a list"),
        ("sla: {high: '%s'}", "sla.high must be a whole number"),
        ("sla: {high: true}", "sla.high must be a whole number"),
        ("sla: {high: -1}", "sla.high must be 0 or more"),
        ("closing: {brake-share: 30}", "closing.brake-share must be 1 or less; 0.3 is 30 %"),
        ("closing: {brake-share: '%s'}", "closing.brake-share must be a number"),
        ("expected: [{tool: ''}]", "expected[0].tool must not be empty"),
        ("correlation: {pin: [['%s', F-000000000001]]}", "correlation.pin[0][0] must be a finding's id: F- and twelve"),
        ("correlation: {split: [{finding: '%s', tool: x}]}", "correlation.split[0].finding must be a finding's id"),
        ("%s", "the file must be a group of keys"),
        ("zzzzzzzz: %s", "zzzzzzzz is not a known key; known here: closing, correlation,"),
        ("\u0007%s: 1", ":1: a control character stands here"),
        ("a: [%s", ":1: a bracket is not closed"),
        ("\nsla: {high: !!int %s}", ":2: a value cannot be read as what it seems to be"),
        (
            "gate: {fail-on: [new:hihg, '%s']}",
            "such as new:high, any:critical kind=sca or breached, or none; did you mean",
        ),
        ("closing: {deleted-secrets: '%s'}", "closing.deleted-secrets must be true or false"),
        ("\n\nproduct: '\u0007%s'", ":3: a control character stands here"),
        ("? [%s]\n: 1", ":1: a key must be text"),
        ("product: *%s", ":1: * begins a reference, and nothing of that name is defined"),
        ("product: !%s x", ":1: tags (!) are not allowed here"),
        ("a: >%s\n", ":1: a value begins with > or |"),
        ("x: %%%s\n", ":1: a value begins with %"),
        ("%%YAML 9.9 %s\n---\n", ":1: this is not valid YAML"),
        ("x: " + "[" * 1000, ": groups or brackets stand too deep in each other"),
        ("jira: {fields: ['%s']}", "jira.fields must be a group of keys"),
        ("defectdojo: {environments: ['%s']}", "defectdojo.environments must be a group of keys"),
        ("outputs: {vex: {%s: 1}}", "outputs.vex must be true or false"),
        ("owners: ['%s', {owners: [x], kind: %s}]", "owners[0] must be a group of keys: "),
        ("slack: {route: {%s: 1}}", "slack.route is not a known key; did you mean "),
    ],
)
def test_mistakes_never_echo_values(text: str, told: str) -> None:
    """What is wrong is said in words; what was written there is not repeated."""
    said = "\n".join(refused(text.replace("%s", CANARY) + "\n"))
    assert told in said
    assert CANARY not in said


def test_a_key_cannot_paint_the_terminal() -> None:
    """Control characters in a key are not printed, and a long key is cut."""
    (_, said) = refused('"\\e[31m' + "x" * 100 + '": 1')
    assert "\x1b" not in said
    assert "?[31mxxx" in said
    assert "..." in said


@pytest.mark.parametrize(
    "text",
    [
        'jira:\n  project: "\\ud800"\n',
        'jira:\n  fields: {x: "\\udfff"}\n',
        'products:\n- {name: a, paths: [b], product-type: "\\ud83d\\ude00"}\n',
        'jira:\n  fields: {"\\ud800": 1}\n',
        'risk:\n  x: "\\U00110000"\n',
        'risk:\n  x: "\\Uffffffff"\n',
    ],
)
def test_an_escape_must_be_a_character(text: str) -> None:
    """Half of a character, in a key as in a value, cannot stand in any document, nor be sent anywhere."""
    assert refused(text)[0].startswith(
        ".github/onefold.yml:2: an escape (\\u) names no character; write the character itself"
    )
    assert read_policy('product: "\\U0001F600\\u00e9\\xff"', NAME).product == "😀éÿ"


def test_references_must_not_multiply() -> None:
    """References to references are refused before anything unfolds them; so are those that hold themselves."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    for text in ("\n".join(lines), "sla: &a {rules: [*a]}"):
        assert ":1: its references (*) multiply each other or hold themselves" in refused(text)[0]


def test_more_mistakes_than_anybody_reads_are_counted() -> None:
    """Fifty are told, the rest is a number."""
    said = refused("\n".join(f"x{number}: 1" for number in range(53)))
    assert said[0].startswith(".github/onefold.yml has 53 mistakes")
    assert (len(said), said[-1]) == (52, "and 3 more")


def test_a_key_written_twice_is_a_mistake() -> None:
    """YAML would silently take the last one; people are told both places."""
    (_, told) = refused("product: a\nstate: {}\nproduct: b")
    assert told == ".github/onefold.yml:3: product stands here a second time; the first is in line 1"


def test_merge_keys_are_no_repetition() -> None:
    """YAML's own way to share keys is not taken for a key written twice."""
    text = "sla: &days {high: 3, low: 9}\nstate: {<<: {retention-days: 5}, retention-days: 7}\n"
    assert read_policy(text, NAME).state.retention_days == 7
    again = read_policy("upload: {retired: &tools [Bandit]}\nclosing: {complete: *tools}\n", NAME)
    assert again.closing.complete == again.upload.retired == ("Bandit",)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("status: accepted", "exceptions[0].status must be 'false_positive', 'risk_accepted'"),
        ("status: False-Positive", "or 'verified'; did you mean false_positive?"),
        ("expires: 2027-02-31", "exceptions[0].expires must be a day: YYYY-MM-DD"),
        ("expires: 20271231", "exceptions[0].expires must be a day: YYYY-MM-DD"),
        ("expires: 2027-12-31 10:00:00", "exceptions[0].expires must be a day: YYYY-MM-DD"),
        ("expires: '2027-13-01'", "exceptions[0].expires must be a day: YYYY-MM-DD"),
        ("expires: 3000-01-01", "exceptions[0].expires must be before the year 3000"),
        ("id: null", "exceptions[0] needs one of: id, rule, path, purl, vulnerability, resource"),
        ("line: 12", "exceptions[0].line is not a known key; did you mean path?"),
        ("expect: 0", "exceptions[0].expect must be 1 or more"),
        (
            "justification: component_not_present",
            "exceptions[0].justification may stand only beside the status not_affected",
        ),
        ("justification: not_there", "exceptions[0].justification must be 'component_not_present', 'vulnerable_code"),
        ("decided: 2027-01-02", "exceptions[0].decided must not be after the day it expires"),
    ],
)
def test_an_exception_needs_its_story(entry: str, told: str) -> None:
    """A reason, an owner, an end and something it is about; never a line."""
    fields = {"status": "mitigated", "reason": "r", "owner": "kim", "expires": "2027-01-01", "id": "F-1"}
    key, value = entry.split(": ", 1)
    text = "exceptions:\n- " + "\n  ".join(f"{name}: {what}" for name, what in (fields | {key: value}).items())
    with pytest.raises(UsageError) as error:
        read_exceptions(text, "e.yml")
    assert told in str(error.value)


def test_limits_of_exceptions_are_by_severity() -> None:
    """A severity without a limit has none; a limit is a day at least."""
    limits = read_policy("exceptions: {longest-days: {critical: 30}, warn-days: 7}", NAME).exceptions
    assert (limits.longest(Severity.CRITICAL), limits.longest(Severity.HIGH), limits.warn_days) == (30, None, 7)
    assert limits.longest_by_severity == {Severity.CRITICAL: 30}
    (_, said) = refused("exceptions: {longest-days: {high: 0}}")
    assert "exceptions.longest-days.high must be 1 or more" in said


@pytest.mark.parametrize(
    ("schema", "sample"),
    [(policy_schema(), "onefold.yml"), (exceptions_schema(), "onefold-exceptions.yml")],
)
def test_schemas_accept_what_we_accept(schema: dict[str, object], sample: str) -> None:
    """The published schemas are valid and accept the full samples, as an editor would."""
    Draft202012Validator.check_schema(schema)
    content = yaml.safe_load((SAMPLES / sample).read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(content, default=str))
    assert list(Draft202012Validator(schema).iter_errors(plain)) == []
    assert list(Draft202012Validator(schema).iter_errors(plain | {"x": 1})) != []
