"""Tests of :mod:`aggregator.writers.published_findings`: ``findings.json`` read back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.model.errors import UsageError
from aggregator.model.finding import Decision, Disposition, Observation, Transition
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.writers.findings_json import render_findings
from aggregator.writers.published_findings import named, read_findings, recalled
from tests.builders import BEFORE, NOW, finding, outcome, result


def test_a_finding_comes_back_as_it_was_told() -> None:
    """Everything that an exception may select by survives: ids, rules, places, packages, history and decision."""
    item = finding(
        result(
            component=Component("pkg:npm/x", "x", "1.0", ("1.1",), "package.json", "shop"),
            resource=Resource("arn:aws:s3:::b", "aws"),
            endpoint=Endpoint("shop.example"),
            vulnerability_ids=("CVE-2026-1",),
        ),
        result(tool="Bandit", rule_id="B608", location=None),
        aliases=("F-0",),
        decision=Decision(Disposition.NOT_AFFECTED, "r", "kim", "exceptions", BEFORE, NOW, "component_not_present"),
        history=(Transition(BEFORE, "new", "1", "r"),),
    )
    bare = finding(result(location=None), id="F-2")
    report = read_findings(b"".join(render_findings(outcome(item, bare))))
    back, nowhere = (recalled(each) for each in report.findings)
    assert [nowhere.location, nowhere.component, nowhere.resource, nowhere.endpoint] == [None] * 4
    assert nowhere.decision == Decision()
    for name in ("id", "aliases", "vulnerability_ids", "location", "component", "resource", "endpoint", "decision"):
        assert getattr(back, name) == getattr(item, name)
    assert back.history == item.history
    assert [(source.tool, source.rule_id, source.location) for source in back.sources] == [
        (source.tool, source.rule_id, source.location) for source in item.sources
    ]


def test_who_reported_it_comes_back() -> None:
    """Of what a run did not see, the tools, rules and places that earlier runs named; the keys stay in the state."""
    bandit = result(tool="Bandit", rule_id="B608", location=None)
    item = finding(result(location=Location("app.py", 12)), bandit, observation=Observation.NOT_COVERED)
    (back,) = (recalled(each) for each in read_findings(b"".join(render_findings(outcome(item)))).findings)
    assert back.sightings == tuple(replace(each, keys=()) for each in item.sightings)


def test_a_document_without_sightings_is_read() -> None:
    """Those that were written before there were any say nothing about earlier runs."""
    document = b"".join(render_findings(outcome(finding())))
    older = document.replace(b',"sightings":[]', b"")
    assert older != document
    assert recalled(read_findings(older).findings[0]).sightings == ()


def test_a_finding_is_named_by_any_of_its_ids() -> None:
    """Its id and those it absorbed; another id is refused with the nearest one."""
    report = read_findings(b"".join(render_findings(outcome(replace(finding(), aliases=("F-0",))))))
    assert named(report, "F-0") is named(report, "F-1111111111")
    with pytest.raises(UsageError, match="Did you mean F-1111111111"):
        named(report, "F-1111111112")
    with pytest.raises(UsageError, match="The ids are in"):
        named(report, "nothing like it")


def test_another_document_is_refused() -> None:
    """What this version did not write is not guessed at."""
    with pytest.raises(UsageError, match=r"no findings\.json"):
        read_findings(b"{}")
