"""Accounts and sites that are looked at for the first time, beyond the table of docs/lifecycle.md."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.finding import Baseline
from aggregator.model.state import ScopeRecord
from tests.builders import scan, tracked
from tests.unit.lifecycle.cases import CLOUD, LAST, WEB, Case, added, crowd, fresh, known


def news(case: Case) -> list[bool]:
    """Whether each finding is called new, in order."""
    return [found.baseline is Baseline.NEW for found in case.advanced().findings]


def test_an_account_that_is_added_floods_nobody() -> None:
    """What it brings is told in one sentence, once; a finding that only another account has is new as ever."""
    case = added(CLOUD)
    case = case._replace(current=(*case.current, fresh(replace(CLOUD, scope="aws:2"), id="F-new")))
    advanced = case.advanced()
    assert [found.baseline for found in advanced.findings] == [None] * 11 + [Baseline.NEW]
    (said,) = advanced.diagnostics
    assert (said.code, said.subject) == ("scope-first-heard", "Prowler (aws:1)")
    assert said.reason == (
        "looked at for the first time; its 11 findings are its baseline, none of them is called new."
    )
    assert said.next_step.startswith("Look through them, what came with this change is among them")
    again = case._replace(remembered=tuple(map(tracked, advanced.findings)), scopes=advanced.scopes).advanced()
    assert again.diagnostics == ()
    assert {found.baseline for found in again.findings} == {Baseline.UNCHANGED}


def test_what_is_known_is_not_counted() -> None:
    """A finding that moved into the account is as old as it was, and makes the rest no more than a few."""
    case = added(CLOUD)
    moved = known(replace(CLOUD, scope="aws:2"), id=case.current[0].id)
    assert news(case._replace(remembered=(moved,))) == [False] + [True] * 10


def test_a_scope_by_a_name_that_it_had_before_is_not_new() -> None:
    """Nor is one in which something was ever seen."""
    case = added(CLOUD)
    record = replace(case.scopes[0], names=(CLOUD.scope,))
    assert all(news(case._replace(scopes=(record,))))
    assert news(case._replace(remembered=(known(CLOUD, id="F-old"),)))[:11] == [True] * 11


def test_another_tool_or_an_examination_that_is_not_there_takes_no_place() -> None:
    """Only an account of the same tool may have another name now."""
    case = added(CLOUD)
    others = (ScopeRecord("Prowler", "Pen test » aws:3", LAST, 1), ScopeRecord("ZAP", "shop", LAST, 1))
    assert not any(news(case._replace(scopes=(*case.scopes, *others))))


def test_a_site_counts_by_itself() -> None:
    """Two sites with few findings each are looked at one by one; with many, each has a remark of its own."""
    one, two = WEB, replace(WEB, scope="till")
    scans = (*(scan(each, results=(each,)) for each in (one, two)), scan(WEB, scope="home"))
    scopes = (ScopeRecord("ZAP", "home", LAST, 1),)

    def case(count: int) -> Case:
        ours, theirs = (crowd(count, each) for each in (one, two))
        return Case((*ours, *(replace(each, id=f"T-{each.id}") for each in theirs)), (), scans, scopes=scopes)

    assert all(news(case(6)))
    assert [said.subject for said in case(11).advanced().diagnostics] == ["ZAP (shop)", "ZAP (till)"]
    assert not any(news(case(11)))


def test_what_a_known_scope_shows_too_is_its_news() -> None:
    """A finding with a source in an account that was always looked at is new."""
    both = fresh(CLOUD, replace(CLOUD, scope="aws:2"), id="F-both")
    case = added(CLOUD)
    assert news(case._replace(current=(*case.current, both))) == [False] * 11 + [True]
