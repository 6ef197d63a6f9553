"""Tests of :mod:`aggregator.pipeline` with reports whose names change from run to run, as a date or a run's id does."""

from __future__ import annotations

from datetime import timedelta

from aggregator.model.finding import Baseline, Observation
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome
from aggregator.model.report import Report
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
    """Neither the other name nor the old one again makes anything new."""
    *_, last = life(
        (report("a.json", "a.py", "b.py", "c.py"),),
        (report("debug.json", "a.py", "b.py"),),
        (report("a.json", "a.py", "b.py"),),
    )
    assert stands(last) == {"a.py": Baseline.UNCHANGED, "b.py": Baseline.UNCHANGED}


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
    (record,) = second.state.scopes
    assert (record.scope, record.reports) == ("store", 2)
