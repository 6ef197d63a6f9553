"""Laws of the hierarchy: what happens to one product, account or engagement happens to no other, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import permutations
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.finding import Finding
from aggregator.model.location import Endpoint, Location, Resource
from aggregator.model.outcome import Outcome
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result
from aggregator.model.state import RunRef, State, Tracked
from aggregator.pipeline import LOCAL, evaluate
from aggregator.policy import Policy
from aggregator.state import merge_states
from tests.builders import NOW, result, scan

RULES = ("sql", "xss", "shell")
LINES = ("3", "30", "60", "90", "120")
PRODUCTS = Policy.model_validate(
    {"products": [{"name": "shop", "paths": ["shop/"]}, {"name": "till", "paths": ["till/"]}]}
)
EXAMINED = Policy.model_validate({"engagements": [{"name": "Pen test", "reports": ["pentest/**"], "once": True}]})


class Look(NamedTuple):
    """What one report says of one product: the flaws it found, or that it failed."""

    flaws: frozenset[str]
    failed: bool = False


FLAWS = st.frozensets(st.sampled_from([f"{rule}:{line}" for rule in RULES for line in LINES]))
LOOKS = st.none() | st.builds(Look, FLAWS, st.booleans())
RUNS = st.lists(st.tuples(LOOKS, LOOKS), min_size=1, max_size=6)


def report(place: str, sources: Sequence[Result], template: Result, *, failed: bool = False) -> Report:
    """A whole report, or one that failed and says nothing."""
    whole = scan(
        template,
        coverage=Coverage(),
        completeness=Completeness.FAILED if failed else Completeness.COMPLETE,
        reason="It broke." if failed else "",
        results=() if failed else tuple(sources),
    )
    return Report(name=place, place=place, format="semgrep-json", scans=(whole,))


def code(product: str, look: Look) -> Report:
    """Semgrep's report of one folder: the same flaws in files of the same names, with the same code in them."""
    place = f"{product}.json"
    template = result(scope=place, report=place)
    sources = [
        replace(template, rule_id=rule, location=Location(f"{product}/app.py", int(line)), snippet=f"f({rule})")
        for rule, _, line in (flaw.partition(":") for flaw in sorted(look.flaws))
    ]
    return report(place, sources, template, failed=look.failed)


def cloud(account: str, look: Look) -> Report:
    """Prowler's report of one account: buckets of the same names, and ARNs that name no account."""
    place = f"{account}.json"
    template = result(kind=Kind.CLOUD, tool="Prowler", scope=f"aws:{account}", report=place, location=None)
    sources = [
        replace(template, rule_id=rule, resource=Resource(f"arn:aws:s3:::{name}", "aws", account, "eu-west-1"))
        for rule, _, name in (flaw.partition(":") for flaw in sorted(look.flaws))
    ]
    whole = report(place, sources, template, failed=look.failed)
    rows = frozenset(f"{rule}\x1farn:aws:s3:::{name}" for rule in RULES for name in LINES)
    failed = {f"{source.rule_id}\x1f{source.resource.uid}" for source in sources if source.resource}
    passed = frozenset(f"{row}\x1f{region}" for row in rows - failed for region in ("", "eu-west-1"))
    coverage = Coverage(extent=Extent.LISTED, evaluated=rows, passed=passed, regions=frozenset({"eu-west-1"}))
    return replace(whole, scans=(replace(whole.scans[0], coverage=coverage),))


def web(place: str, look: Look) -> Report:
    """ZAP's report of one site."""
    template = result(kind=Kind.DAST, tool="ZAP", scope="shop.example", report=place, location=None)
    sources = [
        replace(template, rule_id=rule, endpoint=Endpoint("shop.example", f"/{line}"))
        for rule, _, line in (flaw.partition(":") for flaw in sorted(look.flaws))
    ]
    return report(place, sources, template, failed=look.failed)


def run(number: int, reports: Iterable[Report], state: State | None, policy: Policy) -> Outcome:
    """One run a day."""
    context = replace(LOCAL, run=RunRef(str(number)))
    return evaluate(reports, now=NOW + timedelta(days=number), context=context, state=state, policy=policy)


def lived(runs: Iterable[Sequence[Report]], policy: Policy) -> State:
    """The state after some runs."""
    state = None
    for number, reports in enumerate(runs):
        state = run(number, reports, state, policy).state
    assert state is not None
    return state


def lives(findings: Iterable[Tracked]) -> set[tuple[object, ...]]:
    """All that isolation promises of each finding: who it is, since when, and until when it was there."""
    return {(each.id, each.rule_id, each.first_seen, each.clock_start, each.closed_at) for each in findings}


def apart(runs: Sequence[Sequence[Report | None]], policy: Policy) -> None:
    """The lives of both sides are the same together as each has them alone, and no id is of both."""
    first = [[pair[0]] if pair[0] else [] for pair in runs]
    second = [[pair[1]] if pair[1] else [] for pair in runs]
    both = lived([[each for each in pair if each] for pair in runs], policy)
    one, two = lived(first, policy), lived(second, policy)
    assert not {each.id for each in one.findings} & {each.id for each in two.findings}
    assert lives(both.findings) == lives(one.findings) | lives(two.findings)


@given(RUNS)
@settings(max_examples=25)
def test_products_of_one_repository_live_apart(runs: list[tuple[Look | None, Look | None]]) -> None:
    """Whatever was found in one product, failed or was not given, changes nothing about the findings of the other."""
    sides = ("shop", "till")
    reports = [
        tuple(code(side, look) if look else None for side, look in zip(sides, pair, strict=True)) for pair in runs
    ]
    apart(reports, PRODUCTS)


@given(RUNS)
@settings(max_examples=25)
def test_accounts_of_one_workflow_live_apart(runs: list[tuple[Look | None, Look | None]]) -> None:
    """The same holds for two accounts, without a word in the policy, although their buckets have the same ARNs."""
    sides = ("111122223333", "444455556666")
    reports = [
        tuple(cloud(side, look) if look else None for side, look in zip(sides, pair, strict=True)) for pair in runs
    ]
    apart(reports, Policy())


@given(RUNS)
@settings(max_examples=25)
def test_an_examination_and_the_pipeline_live_apart(runs: list[tuple[Look | None, Look | None]]) -> None:
    """The same tool on the same site for a penetration test and in the pipeline: neither closes the other's."""
    places = ("pentest/zap.json", "zap.json")
    reports = [
        tuple(web(place, look) if look else None for place, look in zip(places, pair, strict=True)) for pair in runs
    ]
    apart(reports, EXAMINED)


@given(FLAWS, st.lists(st.builds(Look, FLAWS, st.booleans()), max_size=4), FLAWS)
@settings(max_examples=25)
def test_only_the_examination_closes_what_it_found(
    found: frozenset[str], between: list[Look], left: frozenset[str]
) -> None:
    """Whatever the pipeline says in between, all is open until it is examined again, and then what is left."""
    first = run(0, [web("pentest/zap.json", Look(found))], None, EXAMINED)
    state = first.state
    for number, look in enumerate(between):
        state = run(30 * (number + 1), [web("zap.json", look)], state, EXAMINED).state
    assert open_in(state, "Pen test") == found
    again = run(300, [web("pentest/zap.json", Look(left))], state, EXAMINED)
    assert open_in(again.state, "Pen test") == left
    mine = {flaw_of(each): each.id for each in again.findings if each.belonging.engagement}
    assert all(mine[flaw_of(each)] == each.id for each in first.findings if flaw_of(each) in left)


def open_in(state: State, engagement: str) -> set[str]:
    """The open flaws of an engagement."""
    mine = (each for each in state.findings if each.closed_at is None and each.belonging.engagement == engagement)
    return {flaw_of(each) for each in mine}


def flaw_of(item: Finding | Tracked) -> str:
    """Rule and page."""
    return f"{item.rule_id}:{item.endpoint.path[1:]}" if item.endpoint else ""


def test_runs_of_accounts_come_in_any_order() -> None:
    """Accounts scanned by runs of their own leave the same findings in every order, and also where the runs raced."""
    reports = [cloud(account, Look(frozenset({"sql:3", "xss:30"}))) for account in ("1", "2", "3")]
    ids = {id_of for each in reports for id_of in ids_of(run(0, [each], None, Policy()).state)}
    assert len(ids) == 6
    for order in permutations(reports):
        assert ids_of(lived([[each] for each in order], Policy())) == ids
    heads = [
        replace(run(0, [each], None, Policy()).state, run=RunRef(str(number))) for number, each in enumerate(reports)
    ]
    for racing in permutations(heads):
        merged = merge_states(racing)
        assert merged is not None
        assert ids_of(merged) == ids
    raced = run(1, [reports[1]], merge_states(tuple(heads)), Policy())
    assert {each.id for each in raced.findings if each.is_open} == ids


def ids_of(state: State) -> set[str]:
    """The ids of what is open."""
    return {each.id for each in state.findings if each.closed_at is None}


def test_code_that_moves_to_another_product_is_followed() -> None:
    """In one scan of the whole repository a file may change its product; the finding keeps its id and clock."""
    template = result(scope="semgrep.json", report="semgrep.json", snippet="query(name)")
    places = ("shop/app.py", "till/app.py")
    first, second = (
        report("semgrep.json", [replace(template, location=Location(place, 3))], template) for place in places
    )
    before = run(0, [first], None, PRODUCTS)
    after = run(1, [second], before.state, PRODUCTS)
    assert [each.belonging.product for each in (*before.findings, *after.findings)] == ["shop", "till"]
    assert before.findings[0].id == after.findings[0].id
    assert before.findings[0].clock_start == after.findings[0].clock_start


def test_a_product_is_a_word() -> None:
    """Another name for a product, or another rule for what is in it, changes no id, clock, baseline or decision."""
    looks = [code(side, Look(frozenset({"sql:3"}))) for side in ("shop", "till")]
    renamed = Policy.model_validate({"products": [{"name": "all", "paths": ["**"]}]})
    before = run(0, looks, None, PRODUCTS)
    for policy, names in ((renamed, ["all", "all"]), (Policy(), ["", ""])):
        after = run(1, looks, before.state, policy)
        assert lives(after.state.findings) == lives(before.state.findings)
        assert [each.belonging.product for each in after.findings] == names
        assert after.totals.unchanged == 2
        unseen = run(2, [web("zap.json", Look(frozenset()))], after.state, policy)
        assert [each.belonging.product for each in unseen.findings] == names
