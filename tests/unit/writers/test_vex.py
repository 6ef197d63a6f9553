"""Tests of :mod:`aggregator.writers.vex`: what is known about packages' vulnerabilities, in OpenVEX."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from aggregator.model.finding import Baseline, Decision, Disposition, Finding
from aggregator.model.location import Component
from aggregator.model.outcome import Context
from aggregator.model.result import Kind
from aggregator.policy.exception import Justification
from aggregator.writers.vex import has_statements, render_vex
from tests.builders import LINE, NOW, RUN, finding, outcome, result

TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
PURL = {"type": "string", "pattern": r"^pkg:[a-z]+/\S+$"}
JUSTIFICATIONS = list(get_args(Justification))
# What OpenVEX 0.2.0 asks of a document, as far as we use it (openvex/spec: OPENVEX-SPEC.md, openvex_json_schema.json).
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["@context", "@id", "author", "timestamp", "version", "statements"],
    "properties": {
        "@context": {"const": "https://openvex.dev/ns/v0.2.0"},
        "@id": {"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$"},
        "author": TEXT,
        "timestamp": MOMENT,
        "version": {"type": "integer", "minimum": 1},
        "tooling": TEXT,
        "statements": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"$ref": "#/$defs/statement"}},
    },
    "$defs": {
        "component": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"@id": PURL},
            "required": ["@id"],
        },
        "statement": {
            "type": "object",
            "additionalProperties": False,
            "required": ["vulnerability", "products", "status"],
            "properties": {
                "vulnerability": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name"],
                    "properties": {"name": TEXT, "aliases": {"type": "array", "uniqueItems": True, "items": TEXT}},
                },
                "products": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "@id": PURL,
                            "subcomponents": {
                                "type": "array",
                                "minItems": 1,
                                "uniqueItems": True,
                                "items": {"$ref": "#/$defs/component"},
                            },
                        },
                    },
                },
                "status": {"enum": ["not_affected", "affected", "fixed", "under_investigation"]},
                "timestamp": MOMENT,
                "status_notes": TEXT,
                "justification": {"enum": JUSTIFICATIONS},
                "impact_statement": TEXT,
                "action_statement": TEXT,
            },
            "allOf": [
                {
                    "if": {"properties": {"status": {"const": "not_affected"}}},
                    "then": {"oneOf": [{"required": ["justification"]}, {"required": ["impact_statement"]}]},
                    "else": {"not": {"anyOf": [{"required": ["justification"]}, {"required": ["impact_statement"]}]}},
                },
                {
                    "if": {"properties": {"status": {"const": "affected"}}},
                    "then": {"required": ["action_statement"]},
                },
            ],
        },
    },
}
UNTIL = datetime(2027, 1, 31, tzinfo=UTC)


def package(id_: str = "F-1", ids: tuple[str, ...] = ("GHSA-1", "CVE-2026-1"), **fields: Any) -> Finding:
    """A finding about ``pkg:npm/x`` 1.0, except as given; keys of a component and of a finding may be given."""
    about = {name: fields.pop(name) for name in Component.__struct_fields__ if name in fields}
    component = Component(**{"purl": "pkg:npm/x", "name": "x", "version": "1.0", "path": "package.json"} | about)
    source = result(kind=Kind.SCA, location=None, component=component, vulnerability_ids=ids)
    return finding(source, id=id_, **fields)


def decided(disposition: Disposition, **fields: Any) -> Decision:
    given: dict[str, Any] = {"reason": "We know.", "author": "kim", "origin": "exceptions", "expires_at": UNTIL}
    return Decision(disposition, **given | fields)


def document(*findings: Finding, **context: Any) -> dict[str, Any]:
    of = outcome(*findings, context=Context(line=LINE, run=RUN, **context))
    found: dict[str, Any] = json.loads(b"".join(render_vex(of)))
    Draft202012Validator(SCHEMA).validate(found)
    return found


def statement(*findings: Finding) -> dict[str, Any]:
    (found,) = document(*findings)["statements"]
    assert isinstance(found, dict)
    return found


def test_the_document_names_its_author_and_itself() -> None:
    """Author is the team, else the product; the id is made from the content, and the same content has the same."""
    one, again = document(package(), product_type="payments"), document(package(), product_type="payments")
    assert one == again
    assert (one["author"], one["timestamp"], one["version"]) == ("payments", "2026-11-22T12:00:00Z", 1)
    assert document(package())["author"] == "shop"
    assert document(package("F-1", ("CVE-2026-2",)))["@id"] != document(package())["@id"]


def test_an_open_finding_is_under_investigation() -> None:
    """Nobody has judged it; it is named by its CVE, in our product, with the package and its version inside."""
    assert statement(package()) == {
        "vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-1"]},
        "products": [{"@id": "pkg:generic/shop", "subcomponents": [{"@id": "pkg:npm/x@1.0"}]}],
        "status": "under_investigation",
    }


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (
            decided(Disposition.RISK_ACCEPTED),
            {
                "status": "affected",
                "action_statement": "The risk is accepted. We know. Fixed in 1.1, 2.0.",
                "status_notes": "Risk accepted, by kim, until 2027-01-31 00:00 UTC.",
            },
        ),
        (
            decided(Disposition.MITIGATED, author="", expires_at=None),
            {
                "status": "affected",
                "action_statement": "It is mitigated elsewhere. We know. Fixed in 1.1, 2.0.",
                "status_notes": "Mitigated, by exceptions.",
            },
        ),
        (
            decided(Disposition.VERIFIED, expires_at=None, author="", origin=""),
            {"status": "affected", "action_statement": "Fixed in 1.1, 2.0.", "status_notes": "Verified."},
        ),
        (
            decided(Disposition.NOT_AFFECTED, justification="component_not_present"),
            {
                "status": "not_affected",
                "justification": "component_not_present",
                "status_notes": "We know. Not affected, by kim, until 2027-01-31 00:00 UTC.",
            },
        ),
        (
            decided(Disposition.NOT_AFFECTED),
            {
                "status": "not_affected",
                "impact_statement": "We know.",
                "status_notes": "Not affected, by kim, until 2027-01-31 00:00 UTC.",
            },
        ),
        (
            decided(Disposition.FALSE_POSITIVE, reason="We know"),
            {
                "status": "under_investigation",
                "status_notes": "We know. False positive, by kim, until 2027-01-31 00:00 UTC.",
            },
        ),
    ],
)
def test_what_people_decided_is_said_as_vex(decision: Decision, expected: dict[str, str]) -> None:
    """Each disposition has its status, and the texts that the status asks for."""
    said = statement(package(fixed_versions=("1.1", "2.0"), decision=decision))
    assert {name: said[name] for name in said if name not in {"vulnerability", "products"}} == expected


def test_without_a_fix_that_is_the_action() -> None:
    """An affected package has an action also where there is nothing to upgrade to."""
    said = statement(package(decision=decided(Disposition.VERIFIED)))
    assert said["action_statement"] == "No fixed version is known yet."


@pytest.mark.parametrize(
    "decision",
    [
        decided(Disposition.NOT_AFFECTED, origin="tool"),
        decided(Disposition.NOT_AFFECTED, reason=""),
        decided(Disposition.OUT_OF_SCOPE),
        decided(Disposition.SUPPRESSED),
    ],
)
def test_only_people_deny_and_only_with_a_reason(decision: Decision) -> None:
    """A tool's mark, and a decision without a reason, is no ground to tell others to stop looking."""
    assert statement(package(decision=decision))["status"] == "under_investigation"


def test_what_is_fixed_names_no_old_version() -> None:
    """A closed finding is fixed in our product; the version that had the flaw is not called fixed."""
    said = statement(package(closed_at=NOW, baseline=Baseline.ABSENT))
    assert (said["status"], said["timestamp"]) == ("fixed", "2026-11-22T12:00:00Z")
    assert said["products"] == [{"@id": "pkg:generic/shop", "subcomponents": [{"@id": "pkg:npm/x"}]}]


def test_the_worst_word_holds_for_all() -> None:
    """Two findings about one vulnerability of one package in one product are one statement, by the worse of them."""
    denied = package("F-1", decision=decided(Disposition.NOT_AFFECTED))
    known = package(
        "F-2", ids=("CVE-2026-1", "PYSEC-1"), version="2.0", path="b", decision=decided(Disposition.VERIFIED)
    )
    fixed = package("F-3", closed_at=NOW, path="c", version="")
    said = statement(denied, fixed, known)
    assert said["status"] == "affected"
    assert said["vulnerability"]["aliases"] == ["GHSA-1", "PYSEC-1"]
    assert [each["@id"] for each in said["products"][0]["subcomponents"]] == [
        "pkg:npm/x",
        "pkg:npm/x@1.0",
        "pkg:npm/x@2.0",
    ]
    assert statement(denied, fixed)["status"] == "not_affected"


def test_what_is_no_vulnerability_of_a_package_is_left_out() -> None:
    """Code, licences and packages without a name have no place in the document; without any there is none."""
    assert not has_statements(outcome(finding(), package(ids=()), package(purl="")))
    of = outcome(package(), package("F-2", image="shop"), finding(id="F-3"))
    assert has_statements(of)
    assert len(document(*of.findings)["statements"]) == 2


FINDINGS = st.lists(
    st.builds(
        package,
        st.sampled_from(["F-1", "F-2", "F-3"]),
        st.lists(st.sampled_from(["CVE-1", "CVE-2", "GHSA-1"]), min_size=1, unique=True).map(tuple),
        purl=st.sampled_from(["pkg:npm/x", "pkg:npm/y"]),
        image=st.sampled_from(["", "shop"]),
        decision=st.builds(
            Decision,
            st.sampled_from(Disposition),
            reason=st.sampled_from(["", "r"]),
            justification=st.sampled_from(["", JUSTIFICATIONS[0]]),
        ),
        closed_at=st.sampled_from([None, NOW]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda item: item.id,
)


@given(FINDINGS, st.randoms(use_true_random=False))
def test_every_document_is_valid_and_free_of_order(findings: list[Finding], random: Any) -> None:
    """Whatever was decided, the document is what OpenVEX asks for, and no accepted risk is called not affected."""
    one = document(*findings)
    random.shuffle(findings)
    assert document(*findings) == one
    accepted = [each for each in findings if each.decision.disposition is Disposition.RISK_ACCEPTED]
    if len(accepted) == len(findings):
        assert {said["status"] for said in one["statements"]} <= {"affected", "fixed"}
    only_denied = {Disposition.NOT_AFFECTED}
    if not only_denied & {each.decision.disposition for each in findings}:
        assert "not_affected" not in {said["status"] for said in one["statements"]}


def test_the_bytes_are_the_same_every_time() -> None:
    """The same outcome gives the same bytes."""
    of = outcome(package(), package("F-2", purl="pkg:npm/y"))
    turned = replace(of, findings=of.findings[::-1])
    assert b"".join(render_vex(of)) == b"".join(render_vex(of)) == b"".join(render_vex(turned))
