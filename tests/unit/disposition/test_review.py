"""Tests of :mod:`aggregator.disposition.review`: the exceptions held against a run's findings, outside a run."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aggregator.disposition.review import review
from aggregator.model.location import Component
from aggregator.model.result import Kind
from aggregator.policy import ExceptionRule
from tests.builders import NOW, finding, result

PACKAGE = finding(
    result(kind=Kind.SCA, vulnerability_ids=("CVE-2026-1",), component=Component("pkg:npm/x", "x")), id="F-2"
)


def rule(line: int, **fields: Any) -> ExceptionRule:
    given: dict[str, Any] = {"status": "risk_accepted", "reason": "r", "owner": "kim", "expires": date(2027, 6, 30)}
    return ExceptionRule(**given | fields).placed(f"e.yml:{line}")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"id": "F-1111111111"}, []),
        ({"id": "F-9"}, ["exception-unmatched"]),
        ({"id": "F-9", "expires": date(2026, 1, 1)}, ["exception-expired"]),
        ({"vulnerability": "CVE-2026-1", "status": "not_affected"}, ["exception-without-justification"]),
        ({"id": "F-1111111111", "status": "not_affected"}, []),
        (
            {
                "vulnerability": "CVE-2026-1",
                "status": "not_affected",
                "justification": "component_not_present",
                "expires": date(2026, 11, 30),
            },
            ["exception-expires-soon"],
        ),
    ],
)
def test_what_is_said_of_an_entry(fields: dict[str, Any], told: list[str]) -> None:
    """What a run would say, and where a not affected package has no justification."""
    held = review((rule(3, **fields),), (finding(), PACKAGE), NOW)
    assert [each.code for each in held.diagnostics] == told


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        (date(2026, 11, 21), ["exception-expired"]),
        (date(2026, 11, 30), ["exception-expires-soon"]),
        (date(2027, 1, 1), []),
    ],
)
def test_without_findings_only_the_clock_speaks(expires: date, told: list[str]) -> None:
    """Where no run left findings nothing is called unused, and nobody counts."""
    held = review((rule(3, id="F-9", expires=expires),), None, NOW)
    assert [each.code for each in held.diagnostics] == told
    assert [entry.found for entry in held.entries] == [0]


def test_remarks_stand_in_the_order_of_the_file() -> None:
    """An entry's remarks stand together, and the first entry's come first."""
    unjustified = {"vulnerability": "CVE-2026-1", "status": "not_affected"}
    held = review((rule(3, **unjustified), rule(9, id="F-9"), rule(12, **unjustified)), (PACKAGE,), NOW)
    assert [each.subject for each in held.diagnostics] == ["e.yml:3", "e.yml:9", "e.yml:12"]
    assert [entry.found for entry in held.entries] == [1, 0, 1]
