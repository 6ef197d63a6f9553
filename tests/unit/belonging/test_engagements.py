"""Tests of :mod:`aggregator.belonging.engagements`."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.belonging import Engagements
from aggregator.model.report import Report
from aggregator.policy.engagement import EngagementRule
from tests.builders import result, scan

ONCE = EngagementRule(name="Pen test", reports=("pentest/**",), once=True)
NIGHTLY = EngagementRule(name="Nightly", tools=("semgrep",))
TOLD = EngagementRule(name="Audit", once=True)


def report(place: str, scope: str = "src") -> Report:
    found = result(scope=scope, report=place)
    return Report(name=place, place=place, format="semgrep-json", scans=(scan(found, results=(found,)),))


def scopes(told: Report) -> list[str]:
    (looked,) = told.scans
    return [looked.scope, *(each.scope for each in looked.results)]


def test_the_first_that_claims_a_report_counts() -> None:
    """Entries are asked in their order; the one that the run names has what no other claims."""
    asked = Engagements([ONCE, NIGHTLY, TOLD], "Audit")
    assert asked.of("pentest/a.json", "Semgrep") is ONCE
    assert asked.of("a.json", "Semgrep") is NIGHTLY
    assert asked.of("a.json", "ZAP") is TOLD
    assert Engagements([ONCE, NIGHTLY, TOLD], "Nobody's").of("a.json", "ZAP") is None
    assert asked.made([report("pentest/a.json")]) == {("pentest/a.json", "Semgrep"): ONCE}
    assert Engagements([ONCE]).made([report("a.json")]) == Engagements([]).made([report("a.json")]) == {}


def test_a_report_is_claimed_however_the_run_names_it() -> None:
    """Its place is below the folder that was named; whoever names the folder or the file itself means the same."""
    asked = Engagements([ONCE])
    for name in ("pentest/a.json", "./pentest//a.json", "x/../pentest/a.json"):
        assert asked.of("a.json", "ZAP", name) is ONCE
        assert asked.made([replace(report("a.json"), scans=(scan(report=name),))]) == {(name, "Semgrep"): ONCE}
        (told,) = asked.parted_failures([scan(scope="a.json", report=name)])
        assert told.scope == "Pen test » a.json"
    assert asked.of("pentest/a.json", "ZAP", "imported/pentest/a.json") is ONCE
    assert asked.of("a.json", "ZAP", "other/a.json") is None


def test_only_a_single_examination_has_scopes_of_its_own() -> None:
    """Its scans and their results say so; those of the pipeline stay as they are, to the last object."""
    mine, other = Engagements([ONCE, NIGHTLY]).parted([report("pentest/a.json"), report("a.json")])
    assert scopes(mine) == ["Pen test » src"] * 2
    assert other == report("a.json")
    kept = report("a.json")
    assert Engagements([]).parted([kept])[0] is kept


def test_no_report_talks_itself_into_an_examination() -> None:
    """A report whose scope looks like an examination's covers nothing of it."""
    for rules in ([], [ONCE]):
        (told,) = Engagements(rules).parted([report("a.json", "Pen test » src")])
        assert scopes(told) == ["Pen test > src"] * 2


def test_an_unreadable_report_is_of_its_engagement() -> None:
    """A scan that stands for an unreadable report of an examination says nothing about the pipeline's."""
    failed = [scan(scope=place, report=place) for place in ("pentest/a.json", "a.json")]
    assert [each.scope for each in Engagements([ONCE]).parted_failures(failed)] == [
        "Pen test » pentest/a.json",
        "a.json",
    ]
