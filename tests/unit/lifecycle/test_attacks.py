"""What is known of scans that attack, beyond the table of docs/lifecycle.md."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.lifecycle.attacks import MOST_PLACES
from aggregator.model.coverage import Completeness, Coverage
from aggregator.model.report import Scan
from aggregator.model.state import ScopeRecord
from tests.builders import NOW, scan, sighting
from tests.unit.lifecycle.cases import EXAMINED, LAST, WEB, Case, attacked, fresh, known, unseen

SQLI = replace(WEB, rule_id="40018")
WATCHED = "baseline-2.json does not show whether ZAP's rule 40018-1 ran."


def looked(place: str, *active: str) -> Scan:
    """ZAP's report of the shop, from a place, with what these rules find."""
    return scan(WEB, coverage=Coverage(active=frozenset(active)), place=place, report=place)


def remembered(*places: str) -> tuple[str, ...]:
    """What the scope remembers after a run with a finding of an attack in reports of these places."""
    case = Case((fresh(SQLI),), (known(SQLI),), tuple(looked(place, "40018") for place in places))
    (record,) = case.advanced().scopes
    return record.active


def test_it_says_which_report_does_not_show_that_the_rule_ran() -> None:
    """People read why the finding is kept."""
    case = attacked("baseline-2.json")
    (found,) = case._replace(scans=(replace(case.scans[0], report="baseline-2.json"),)).advanced().findings
    assert found.observation_reason == WATCHED


@pytest.mark.parametrize("places", [("baseline.json", "full-7.json"), ("full-7.json", "baseline.json")])
def test_beside_the_scan_that_attacks_one_that_watches_does_not_matter(places: tuple[str, str]) -> None:
    """Both in one run: the one that could have shown it is asked."""
    case = attacked("full-7.json")._replace(scans=tuple(looked(place) for place in places))
    (found,) = case.advanced().findings
    assert found.closed_reason == "ZAP looked at shop again and found nothing by attacking it."


def test_a_report_with_an_attack_in_it_proves_more() -> None:
    """Its closings are believed again, should the finding come back."""
    (found,) = attacked("full-7.json", "40012").advanced().findings
    assert found.closed_reason == "ZAP looked at shop again and no longer found it."


def test_a_passive_rule_is_answered_by_every_scan() -> None:
    """A header that is there now is seen by whoever looks."""
    (found,) = attacked("baseline.json", rule_id="10038-1").advanced().findings
    assert found.closed_at == NOW


def test_a_single_examination_is_answered_by_its_own_report() -> None:
    """Who examines again looks for what was found, whatever the report is called."""
    examined = replace(EXAMINED, rule_id="40018")
    silent = scan(EXAMINED, coverage=Coverage(active=frozenset()), place="retest.json")
    (found,) = unseen(silent, then=known(examined, sightings=(sighting(examined),))).advanced().findings
    assert found.closed_at == NOW


def test_places_are_remembered_without_their_numbers() -> None:
    """A date or the id of a run in the name makes no other report."""
    assert remembered("full-2026-03-01.json") == ("full-#-#-#.json\x1f40018",)
    assert remembered("a.json", "b.json") == ("a.json\x1f40018", "b.json\x1f40018")


def test_so_many_places_are_remembered() -> None:
    """Those of this run, and of the others as many as fit."""
    old = tuple(f"{letter}.json\x1f6" for letter in "abcdefghijklm"[:MOST_PLACES])
    record = ScopeRecord("ZAP", "shop", LAST, 1, active=old)
    (after,) = Case((fresh(SQLI),), (known(SQLI),), (looked("new.json", "40018"),), scopes=(record,)).advanced().scopes
    assert after.active == (*old[:-1], "new.json\x1f40018")
    (same,) = Case((fresh(SQLI),), (known(SQLI),), (looked("a.json", "6"),), scopes=(record,)).advanced().scopes
    assert same.active == old


def test_a_scope_that_is_not_whole_remembers_too() -> None:
    """What an attack found is known, though another report is missing; a scan that failed tells of no scope."""
    record = ScopeRecord("ZAP", "shop", LAST, 2)
    (after,) = Case((fresh(SQLI),), (known(SQLI),), (looked("a.json", "40018"),), scopes=(record,)).advanced().scopes
    assert after == replace(record, active=("a.json\x1f40018",))
    failed = replace(looked("a.json"), completeness=Completeness.FAILED)
    assert Case((), (), (failed,)).advanced().scopes == ()


def test_a_place_is_forgotten_with_its_scope() -> None:
    """After a long silence nobody knows what a report of the place looks for."""
    case = attacked("full-2.json")
    old = replace(case.scopes[0], covered_at=NOW - timedelta(days=91))
    (found,) = case._replace(scopes=(old,)).advanced().findings
    assert found.closed_at is None
