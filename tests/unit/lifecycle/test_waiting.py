"""Tests of :mod:`aggregator.lifecycle.waiting`: a report that is not there makes nothing milder."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.lifecycle.waiting import with_what_was_said
from aggregator.model.finding import Finding, Sighting
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Cvss, Severity
from aggregator.model.state import Tracked
from tests.builders import result, scan, sighting
from tests.unit.lifecycle.cases import LAST, Case, fresh, known

GRAVE = result(tool="CodeQL", scope="code", severity=Severity.CRITICAL, weaknesses=(78, 89))
MILD = result(severity=Severity.MEDIUM, weaknesses=(89, 564))
RATED = Cvss("3.1", 9.8, source="nvd")


def remembered(*sources: Result) -> Tracked:
    """A finding of these sources, of which the first one speaks for it."""
    return known(*sources, severity=Severity.CRITICAL, weaknesses=(78, 89), cvss=RATED, is_live=True)


def after(then: Tracked, *scans: Scan, kind: Kind = Kind.SAST) -> Finding:
    """What it has become in a run in which only the mild one reports it."""
    now = fresh(replace(MILD, kind=kind), sightings=(then.sightings[0], sighting(MILD)), severity=MILD.severity)
    (found,) = Case((now,), (then,), (scan(MILD), *scans)).advanced().findings
    return found


def test_a_tool_that_was_not_asked_keeps_its_say() -> None:
    """Severity, rating, weaknesses and whether a secret is live stay, and nothing has changed."""
    found = after(remembered(GRAVE, MILD))
    assert (found.severity, found.cvss, found.is_live) == (Severity.CRITICAL, RATED, True)
    assert found.weaknesses == (78, 89, 564)
    assert found.changes == ()


@pytest.mark.parametrize(("kind", "severity"), [(Kind.DAST, Severity.CRITICAL), (Kind.SAST, Severity.MEDIUM)])
def test_a_tool_that_looked_and_fell_silent_has_none(kind: Kind, severity: Severity) -> None:
    """Once it has missed as many runs as it takes to close a finding: two for what may be chance, one for the rest."""
    found = after(remembered(replace(GRAVE, kind=kind), replace(MILD, kind=kind)), scan(GRAVE), kind=kind)
    assert found.severity is severity
    assert bool(found.changes) is (severity is Severity.MEDIUM)


def test_a_tool_that_no_longer_looks_has_none() -> None:
    """Its rule does not run any more."""
    ran = scan(GRAVE)
    assert after(remembered(GRAVE, MILD), replace(ran, coverage=replace(ran.coverage, rules=frozenset()))).cvss is None


def test_a_rating_of_now_counts_where_it_is_worse() -> None:
    """The highest of all holds."""
    worse = Cvss("4.0", 10.0)
    then = remembered(GRAVE)
    assert with_what_was_said(fresh(MILD, cvss=worse), then, then.sightings).cvss == worse


def placed(finding: Finding, *waiting: Sighting, then: Tracked) -> Finding:
    return with_what_was_said(replace(finding, sightings=then.sightings), then, waiting)


IN_LOCK = Component("pkg:pypi/pyyaml", "PyYAML", "5.3", ("5.4",), "requirements.txt")
LATER_FIX = Component("pkg:pypi/pyyaml", "pyyaml", "5.3.1", ("6.0",))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (Component("pkg:pypi/pyyaml", "PyYAML"), IN_LOCK),
        (LATER_FIX, replace(LATER_FIX, path="requirements.txt")),
        (replace(LATER_FIX, path="app.lock"), replace(LATER_FIX, path="app.lock")),
        (Component("pkg:pypi/pyyaml", "PyYAML", path="app.lock"), replace(IN_LOCK, path="app.lock")),
    ],
)
def test_what_is_known_of_a_package_stays(now: Component, expected: Component) -> None:
    """While a tool that said it is not there, and as far as no tool says it now; whichever speaks for the finding."""
    then = replace(remembered(GRAVE, MILD), component=IN_LOCK)
    for waits in then.sightings:
        assert placed(fresh(MILD, component=now), waits, then=then).component == expected


def test_the_fix_is_that_of_the_source_that_speaks_for_the_finding() -> None:
    """While the package is of the same version: tools name different releases, and nobody wants two in turn."""
    then = replace(remembered(GRAVE, MILD), component=IN_LOCK)
    other = fresh(MILD, component=replace(IN_LOCK, fixed_versions=("6.0",)))
    assert placed(other, then.sightings[0], then=then).component == IN_LOCK
    assert placed(other, then.sightings[1], then=then).component == other.component
    unfixed = replace(then, component=replace(IN_LOCK, fixed_versions=()))
    assert placed(other, then.sightings[0], then=unfixed).component == other.component


def test_a_package_that_nobody_names_now_stays() -> None:
    """While the one that speaks for the finding is not there."""
    then = replace(remembered(GRAVE, MILD), component=IN_LOCK)
    nowhere = fresh(MILD, component=None)
    assert placed(nowhere, then.sightings[0], then=then).component == IN_LOCK
    assert placed(nowhere, then.sightings[1], then=then).component is None, "the one that speaks for it says so"


def test_what_the_tool_that_looked_again_does_not_say_is_gone() -> None:
    """Nobody waits for it: the package is in no manifest any more, and nothing mends it."""
    then = replace(remembered(GRAVE, MILD), component=IN_LOCK)
    bare = Component("pkg:pypi/pyyaml", "PyYAML", "5.3")
    now = fresh(MILD, component=bare, sightings=(then.sightings[0], sighting(MILD)))
    (found,) = Case((now,), (then,), (scan(MILD), scan(GRAVE))).advanced().findings
    assert found.component == bare


def test_a_finding_stays_where_the_one_that_speaks_for_it_found_it() -> None:
    """As far as this run names no place: in a file, a resource or behind an endpoint."""
    place = Location("app.py", 3), Resource("arn:1"), Endpoint("shop.example")
    then = replace(remembered(GRAVE, MILD), location=place[0], resource=place[1], endpoint=place[2])
    found = placed(fresh(MILD, location=None), then.sightings[0], then=then)
    assert (found.location, found.resource, found.endpoint) == place
    assert placed(fresh(MILD), then.sightings[0], then=then).location == MILD.location
    assert then.last_seen == LAST
