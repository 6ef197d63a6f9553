"""Tests of :mod:`aggregator.planning.defectdojo_tests`."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.hierarchy import Belonging
from aggregator.model.outcome import Context
from aggregator.model.result import Kind
from aggregator.model.scope import scope_in
from aggregator.model.severity import Severity
from aggregator.model.state import Line, ScopeRecord, Telling, Tracked
from aggregator.planning.defectdojo_tests import DojoTest, Place, channel_of, parts_of, tests_of
from aggregator.policy.defectdojo import DefectDojo
from tests.builders import NOW, RUN, finding, outcome, result, tracked


def places(*items: Any, context: Context | None = None, **rules: Any) -> list[Place]:
    """Where the findings are pushed to."""
    made = outcome(*items, context=context or Context(line=Line("shop", "", "main"), run=RUN))
    return [test.place for test in tests_of(made, DefectDojo.model_validate(rules))]


def test_the_hierarchy_is_that_of_the_run() -> None:
    """Product type, product, engagement with environment, branch and memory, and the tool's scope."""
    context = Context(
        line=Line("shop", "production", "main", "web"), run=RUN, product_type="Retail", engagement="Nightly"
    )
    assert places(finding(), context=context) == [
        Place("shop", "Nightly (production, main, web)", "Semgrep src", "Retail", "Production")
    ]
    plain = Context(line=Line("shop"), run=RUN)
    assert places(finding(), context=plain) == [Place("shop", "Onefold", "Semgrep src", "Research and Development")]


def test_a_finding_may_belong_elsewhere() -> None:
    """What a finding says of its product, team, pipeline and environment counts before the run's own."""
    own = Belonging("Bank", "vault", "Pentest", "stage")
    here, there = places(finding(belonging=own), finding(id="F-2"))
    assert here.product == "shop"
    assert there == Place("vault", "Pentest (stage, main)", "Semgrep src", "Bank", "Staging")


def test_one_test_for_everything() -> None:
    """Where people want it, tools and scopes share a test; it is covered when all of them are."""
    items = (finding(), finding(result(tool="Bandit", scope="lib"), id="F-2"))
    assert [place.test for place in places(*items, tests="one")] == ["Onefold"]
    (test,) = tests_of(outcome(*items), DefectDojo(tests="one"))
    assert test.scopes == {("Semgrep", "src"), ("Bandit", "lib")}
    assert len(test.items) == 2


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ({}, ["F-1", "F-2"]),
        ({"severity": "high"}, ["F-1"]),
        ({"kinds": ["secret"]}, ["F-2"]),
        ({"severity": "critical"}, []),
    ],
)
def test_only_what_is_asked_for_is_pushed(rules: dict[str, Any], kept: list[str]) -> None:
    """Severity and kind say which findings go there."""
    items = (finding(id="F-1"), finding(id="F-2", kind=Kind.SECRET, severity=Severity.LOW))
    tests = tests_of(outcome(*items), DefectDojo.model_validate(rules))
    assert [item.id for test in tests for item in test.items] == kept


def test_a_scope_with_another_name_stays_in_its_test() -> None:
    """It is called by the first name, whether something is found in it or not; a tool of another scope is not."""
    old = Place("shop", "Onefold", "Semgrep first")
    named = (ScopeRecord("Semgrep", "src", NOW, 1, ("src-1", "first")),)
    made = outcome(finding(), finding(result(tool="Bandit"), id="F-2"))
    made = replace(made, state=replace(made.state, scopes=named))
    bandit, semgrep = tests_of(made, DefectDojo(apart=False))
    assert (bandit.place.test, semgrep.place.test) == ("Bandit src", "Semgrep first")
    assert semgrep.scopes == {("Semgrep", "src")}
    clean = replace(made.state, findings=(), told=(Telling(channel_of(old), NOW),))
    assert tests_of(replace(made, state=clean), DefectDojo()) == (DojoTest(old, (), frozenset({("Semgrep", "src")})),)


def test_a_test_that_was_left_is_found_again() -> None:
    """Where findings belong to another product now, the test they stood in is still one of ours, and no other is."""
    place = Place("vault", "Pentest", "Semgrep src")
    channels = (channel_of(place), channel_of(replace(place, test="Semgrep src (part 2)")), "slack", "defectdojo:a/b")
    made = outcome(finding())
    made = replace(made, state=replace(made.state, told=tuple(Telling(each, NOW) for each in channels)))
    here, left = tests_of(made, DefectDojo())
    assert (here.place.product, len(here.items)) == ("shop", 1)
    assert left == DojoTest(place, (), frozenset({("Semgrep", "src")}))
    assert len(tests_of(replace(made, scans=()), DefectDojo())) == 1


def test_a_single_examination_is_an_engagement_of_its_own() -> None:
    """Its name stands for the engagement and not in the test's title; the scope it is told by keeps it apart."""
    scope = scope_in("Pen test", "shop.example")
    item = finding(result(tool="Burp", scope=scope), belonging=Belonging(engagement="Pen test"))
    (test,) = tests_of(outcome(item), DefectDojo(apart=False))
    assert (test.place.engagement, test.place.test) == ("Pen test", "Burp shop.example")
    assert test.scopes == {("Burp", scope)}


def test_names_that_read_alike_are_channels_apart() -> None:
    """A slash within a name is not the slash between names."""
    assert channel_of(Place("a/b", "c", "d e")) == "defectdojo:a%2Fb/c/d e"
    assert channel_of(Place("a", "b/c", "d e")) != channel_of(Place("a/b", "c", "d e"))


def test_two_teams_of_one_product_make_one_test() -> None:
    """A product has one product type there: the first by name."""
    items = (finding(belonging=Belonging("B")), finding(id="F-2", belonging=Belonging("A")))
    assert [place.product_type for place in places(*items)] == ["A"]


def many(count: int) -> tuple[Tracked, ...]:
    """Findings."""
    return tuple(tracked(finding(id=f"F-{number}")) for number in range(count))


def parts(items: tuple[Tracked, ...], known: int = 0, *, may_grow: bool = True) -> list[list[str]]:
    """The ids of each part."""
    test = DojoTest(Place("shop", "Onefold", "Semgrep src"), items, frozenset())
    return [[item.id for item in part.items] for part in parts_of(test, known, 100, may_grow=may_grow)]


def test_a_large_test_is_pushed_in_parts() -> None:
    """As many parts as a power of two, each no larger than the limit, and every finding in one of them."""
    assert [len(part) for part in parts(many(100))] == [100]
    dealt = parts(many(300))
    assert len(dealt) == 4
    assert max(map(len, dealt)) <= 100
    assert sorted(id_ for part in dealt for id_ in part) == sorted(item.id for item in many(300))


def test_a_finding_stays_in_its_part() -> None:
    """Others that come and go move nothing; the parts never become fewer."""
    dealt, fewer = parts(many(300)), parts(many(120), 4)
    assert [[id_ for id_ in part if int(id_[2:]) < 120] for part in dealt] == fewer
    assert len(parts(many(300), 3)) == 4
    assert parts((), 2) == [[], []]


def test_it_is_parted_only_where_the_rest_can_be_closed() -> None:
    """A finding that moved to another part has to be closed in the first."""
    assert len(parts(many(300), 1, may_grow=False)) == 1
    assert len(parts(many(300), 0, may_grow=False)) == 4


def test_what_is_closed_takes_no_room() -> None:
    """Closed findings do not part a test."""
    closed = tuple(replace(item, closed_at=NOW) for item in many(300))
    assert len(parts(closed)) == 1


def test_parts_have_names_of_their_own() -> None:
    """The first part has the name of the whole, so that a test that grows keeps it."""
    test = DojoTest(Place("shop", "Onefold", "Semgrep src"), many(150), frozenset())
    names = [part.place.test for part in parts_of(test, 0, 100, may_grow=True)]
    assert names == ["Semgrep src", "Semgrep src (part 2)"]
    (whole, _) = parts_of(test, 0, 100, may_grow=True)
    assert whole.channel == "defectdojo:shop/Onefold/Semgrep src"


def test_there_are_only_so_many_parts() -> None:
    """Beyond that parts are larger than asked for, and nothing is left out."""
    assert sum(map(len, parts(many(6500)))) == 6500
    assert len(parts(many(6500))) == 64
