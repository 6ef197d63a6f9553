"""Tests of :mod:`aggregator.pipeline` with reports whose names change from run to run, as a date or a run's id does."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from aggregator.dedupe.scopes import MOST_NAMES
from aggregator.model.finding import Baseline, Observation
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome
from aggregator.model.report import Report
from aggregator.model.result import Kind
from aggregator.normalize.secret_key import SecretKey
from aggregator.normalize.secrets import seal
from aggregator.pipeline import evaluate
from tests.builders import NOW, result, scan


def report(name: str, *paths: str, scope: str = "") -> Report:
    """A whole report of Semgrep, without a scope of its own, with one finding in each of some files."""
    about = {"scope": scope or name, "report": name}
    rows = tuple(
        result(pointer=f"/{path}", location=Location(path, 3), snippet=f"run({path})", **about) for path in paths
    )
    whole = scan(result(**about), results=rows)
    return Report(name=name, place=name, format="semgrep-json", scans=(whole,))


def life(*runs: tuple[Report, ...]) -> list[Outcome]:
    """Runs a day apart."""
    outcomes: list[Outcome] = []
    for day, reports in enumerate(runs):
        state = outcomes[-1].state if outcomes else None
        outcomes.append(evaluate(reports, now=NOW + timedelta(days=day), state=state))
    return outcomes


def stands(outcome: Outcome) -> dict[str, str]:
    """What became of the finding in each file."""
    return {
        each.location.path: each.observation.value if each.observation is not Observation.OBSERVED else each.baseline
        for each in outcome.findings
        if each.location is not None and each.baseline is not None
    }


def those(outcome: Outcome, stand: Baseline) -> set[str]:
    """The files of the findings that stand so."""
    return {path for path, stood in stands(outcome).items() if stood == stand}


def test_a_date_in_the_name() -> None:
    """Nothing is new but what came, and what is fixed closes, run after run."""
    files = ("a.py", "b.py", "c.py"), ("a.py", "b.py"), ("a.py", "b.py"), ("a.py", "b.py", "d.py"), ("b.py", "d.py")
    _, *later = life(*((report(f"semgrep-{day}.json", *each),) for day, each in enumerate(files)))
    same = Baseline.UNCHANGED
    assert [stands(each) for each in later] == [
        {"a.py": same, "b.py": same, "c.py": Baseline.ABSENT},
        {"a.py": same, "b.py": same},
        {"a.py": same, "b.py": same, "d.py": Baseline.NEW},
        {"a.py": Baseline.ABSENT, "b.py": same, "d.py": same},
    ]
    assert [(record.scope, record.reports) for record in later[-1].state.scopes] == [("semgrep-4.json", 1)]
    scopes = {seen.scope for each in later[-1].state.findings for seen in each.sightings}
    assert scopes == {"semgrep-4.json"}, "closed ones go along, and are known when they are back"


def test_a_run_id_in_the_names_of_a_matrix() -> None:
    """Each module goes its own way: what is fixed in one closes there."""
    _, second, third = life(
        (report("shop-1.json", "shop/a.py", "shop/b.py"), report("till-1.json", "till/a.py", "till/b.py")),
        (report("shop-2.json", "shop/a.py", "shop/b.py"), report("till-2.json", "till/a.py")),
        (report("till-3.json", "till/a.py"), report("shop-3.json", "shop/a.py", "shop/b.py")),
    )
    assert stands(second) == dict.fromkeys(("shop/a.py", "shop/b.py", "till/a.py"), Baseline.UNCHANGED) | {
        "till/b.py": Baseline.ABSENT
    }
    assert set(stands(third).values()) == {Baseline.UNCHANGED}


def test_a_name_for_one_run_and_back() -> None:
    """Neither the other name nor the old one again makes anything new, and what is fixed closes by its own name."""
    *_, last = life(
        (report("a.json", "a.py", "b.py", "c.py"),),
        (report("debug.json", "a.py", "b.py"),),
        (report("a.json", "a.py", "b.py"),),
    )
    assert stands(last) == {"a.py": Baseline.UNCHANGED, "b.py": Baseline.UNCHANGED, "c.py": Baseline.ABSENT}


@pytest.mark.parametrize(
    ("names", "closed"),
    [
        (("scan", "semgrep", "semgrep", "semgrep", "semgrep"), ("", "gh", "", "f")),
        (("3fa9c1b", "0be7d24", "77aa10f", "e31c0d9", "b5d2c4f"), ("", "", "gh", "f")),
    ],
    ids=["once", "by-commit"],
)
def test_another_name_closes_in_its_next_run(names: tuple[str, ...], closed: tuple[str, ...]) -> None:
    """In the first one the report may be one that takes turns. One whose name is never the same soon closes at once."""
    files = "abcdefgh", "abcdefg", "abcdef", "abcdef", "abcde"
    outcomes = life(*((report(name, *found),) for name, found in zip(names, files, strict=True)))
    assert [those(each, Baseline.ABSENT) for each in outcomes[1:]] == [set(each) for each in closed]
    assert {seen.scope for each in outcomes[-1].state.findings for seen in each.sightings} == {names[-1]}


PUSH, NIGHT = ("a.py", "b.py", "c.py", "d.py"), ("a.py", "b.py", "c.py", "e.py", "f.py")


@pytest.mark.parametrize("names", [("push.json", "night.json"), ("py311.json", "py312.json")])
@pytest.mark.parametrize("turns", [turn for turn in product((0, 1), repeat=6) if set(turn) == {0, 1}])
def test_reports_that_take_turns_close_nothing_of_each_other(names: tuple[str, str], turns: tuple[int, ...]) -> None:
    """In any order: from the run on in which one of them is back nothing comes, goes or comes again."""
    outcomes = life(*((report(names[turn], *(PUSH, NIGHT)[turn]),) for turn in turns))
    back = next((at for at in range(2, 6) if turns[at] != turns[at - 1] and turns[at] in turns[: at - 1]), 6)
    for outcome, turn in list(zip(outcomes, turns, strict=True))[back + 1 :]:
        assert those(outcome, Baseline.ABSENT) == those(outcome, Baseline.NEW) == set()
        assert those(outcome, Baseline.UNCHANGED) == set((PUSH, NIGHT)[turn])
    if back < 6:
        assert those(outcomes[back], Baseline.ABSENT) == set()


def test_what_is_fixed_in_reports_that_take_turns() -> None:
    """It closes when each of them that showed it has looked again."""
    *_, night, push, last = life(
        (report("push.json", *PUSH),),
        (report("night.json", *NIGHT),),
        (report("push.json", *PUSH),),
        (report("night.json", *NIGHT[1:]),),
        (report("push.json", *PUSH[1:-1]),),
        (report("night.json", *NIGHT[1:-1]),),
    )
    assert stands(night)["a.py"] == Observation.NOT_COVERED.value
    assert those(push, Baseline.ABSENT) == {"a.py", "d.py"}
    assert those(last, Baseline.ABSENT) == {"f.py"}


def test_three_reports_that_take_turns() -> None:
    """Images of three registries: none of them is another's new name once it is back."""
    names, files = ("staging", "qa", "prod"), ("abcdef", "abcde", "abcd")
    turns = [report(name, *found) for name, found in zip(names, files, strict=True)]
    outcomes = life(*((turn,) for turn in turns * 3))
    for outcome in outcomes[1:]:
        assert {Baseline.ABSENT, Baseline.NEW}.isdisjoint(stands(outcome).values())


def test_how_many_names_are_remembered() -> None:
    """A report of every run by another name leaves no more behind than may take turns, and the very first."""
    last = life(*((report(f"semgrep-{day}.json", "a.py", "b.py"),) for day in range(30)))[-1]
    (record,) = last.state.scopes
    assert record.names == (*(f"semgrep-{day}.json" for day in range(28, 28 - MOST_NAMES + 1, -1)), "semgrep-0.json")


def test_another_module_closes_nothing() -> None:
    """One report is missing and one comes that nobody knew: what the missing one had found stays open."""
    _, second = life((report("shop.json", "a.py", "b.py", "c.py"),), (report("till.json", "a.py", "x.py", "y.py"),))
    assert {path: stands(second)[path] for path in ("b.py", "c.py")} == dict.fromkeys(
        ("b.py", "c.py"), Observation.NOT_COVERED.value
    )


def test_one_missing_report_of_several_under_one_name() -> None:
    """How many reports a scope has is known under its new name too."""
    paths = ("a.py", "b.py")
    _, second = life(
        (report("1.json", *paths, scope="shop"), report("2.json", "c.py", scope="shop")),
        (report("1.json", *paths, scope="store"),),
    )
    assert stands(second)["c.py"] == Observation.NOT_COVERED.value
    assert [(record.scope, record.reports) for record in second.state.scopes] == [("shop", 2), ("store", 2)]


@pytest.mark.parametrize(("then", "now"), [("", "k" * 32), ("k" * 32, ""), ("k" * 32, "o" * 32)])
def test_a_run_id_in_the_names_while_the_key_of_secrets_changes(then: str, now: str) -> None:
    """A key that comes, goes or changes says nothing about which report is which: their places do."""
    first, second = life(leaks("1", then), leaks("2", now))
    assert {each.id for each in second.findings} == {each.id for each in first.findings}
    assert those(second, Baseline.UNCHANGED) == {"app/a.py", "app/b.py", "infra/c.py", "infra/d.py"}


def leaks(run_id: str, key: str) -> tuple[Report, ...]:
    """Two reports of Gitleaks named after the run, with two secrets each."""
    reports = []
    for part, paths in (("app", ("app/a.py", "app/b.py")), ("infra", ("infra/c.py", "infra/d.py"))):
        about = {"scope": f"gitleaks-{part}-{run_id}.json", "report": part, "tool": "Gitleaks", "kind": Kind.SECRET}
        sealed = {path: seal(path, SecretKey(key)) if key else "" for path in paths}
        rows = tuple(
            result(pointer=f"/{path}", location=Location(path, 3), secret=sealed[path], **about) for path in paths
        )
        whole = scan(result(**about), results=rows)
        reports.append(Report(name=part, place=part, format="gitleaks-json", scans=(whole,)))
    return tuple(reports)
