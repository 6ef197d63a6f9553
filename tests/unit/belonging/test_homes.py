"""Tests of :mod:`aggregator.belonging.homes`."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.belonging import Homes
from aggregator.model.finding import Finding
from aggregator.model.hierarchy import OWN, Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Kind, Result
from aggregator.model.state import Line, State
from aggregator.policy.engagement import EngagementRule
from aggregator.policy.product import ProductRule
from tests.builders import LINE, NOW, RUN, finding, result, sighting, tracked

PRODUCTS = (
    ProductRule(name="shop", paths=("shop/",), product_type="retail"),
    ProductRule(name="platform", accounts=("1*",), environment="production"),
    ProductRule(name="web", hosts=("*.example",), environment="staging"),
    ProductRule(name="base", images=("octo/*",)),
    ProductRule(name="shop", scopes=("legacy",)),
)
ONCE = EngagementRule(name="Pen test", once=True, product="shop", environment="test")
NIGHTLY = EngagementRule(name="Nightly")
MADE = {("semgrep.json", "Semgrep"): NIGHTLY}
HOMES = Homes(PRODUCTS, (ONCE, NIGHTLY), {}, LINE)
IN_CODE = result(location=Location("shop/a.py", 1))
IN_CLOUD = result(kind=Kind.CLOUD, location=None, resource=Resource("arn:1", account="12"))
ON_WEB = result(kind=Kind.DAST, location=None, endpoint=Endpoint("a.example"))
IN_IMAGE = result(
    kind=Kind.CONTAINER, location=None, component=Component("pkg:npm/a", "a", path="shop/x", image="octo/a")
)
IN_MANIFEST = result(kind=Kind.SCA, location=None, component=Component("pkg:npm/a", "a", path="shop/x"))


def home_of(*sources: Result, homes: Homes = HOMES, **fields: object) -> Belonging:
    (found,) = homes.settled([finding(*sources, **fields)])
    return found.belonging


def unseen(item: Finding, engagement: str = "") -> Belonging:
    """Where the finding belongs in a run that did not see it."""
    memory = tracked(replace(item, belonging=Belonging(product="old name", engagement=engagement)))
    (found,) = HOMES.settled([replace(item, sources=())], [memory])
    assert HOMES.of_tracked(memory) == found.belonging
    return found.belonging


def test_nothing_is_asked_where_nothing_is_written() -> None:
    """Without products and engagements there is nothing to find out."""
    assert not Homes((), (), {}, LINE)
    assert HOMES
    assert Homes(PRODUCTS, (), {}, LINE)


def test_the_first_product_that_holds_a_place_counts() -> None:
    """By path, account, host, image or scope; seen in this run or not."""
    expected = {
        IN_CODE: Belonging("retail", "shop"),
        IN_CLOUD: Belonging("", "platform", "", "production"),
        ON_WEB: Belonging("", "web", "", "staging"),
        IN_IMAGE: Belonging("", "base"),
        IN_MANIFEST: Belonging("retail", "shop"),
        result(scope="legacy"): Belonging("", "shop"),
        result(): OWN,
    }
    for source, home in expected.items():
        assert HOMES.of_result(source) == home == home_of(source) == unseen(finding(source))


def test_products_are_told_apart_by_one_word() -> None:
    """Product and environment in one word, the run's own where a finding says no other."""
    assert HOMES.name_of(OWN) == HOMES.name_of(Belonging(product="shop", product_type="any", engagement="any"))
    names = [HOMES.name_of(each) for each in (OWN, Belonging(product="till"), Belonging(environment="test"))]
    assert len(set(names)) == 3
    there = Homes(PRODUCTS, (), {}, Line("shop", "production"))
    assert there.name_of(OWN) == there.name_of(Belonging(environment="production")) != HOMES.name_of(OWN)


def test_a_report_belongs_to_what_it_was_made_for() -> None:
    """The engagement of the report is the finding's; what it says about product and environment outranks places."""
    homes = Homes(PRODUCTS, (ONCE, NIGHTLY), MADE, LINE)
    assert home_of(IN_CODE, homes=homes) == Belonging("retail", "shop", "Nightly")
    assert home_of(result(), homes=homes) == Belonging(engagement="Nightly")
    assert home_of(ON_WEB, homes=Homes(PRODUCTS, (ONCE,), {("semgrep.json", "Semgrep"): ONCE}, LINE)) == Belonging(
        "retail", "shop", "Pen test", "test"
    )


def test_what_was_examined_once_stays_so() -> None:
    """The scope tells it for as long as the source is remembered, whatever the policy has become."""
    examined = result(scope="Pen test » src")
    assert unseen(finding(examined)) == Belonging("retail", "shop", "Pen test", "test")
    forgotten = Homes(PRODUCTS, (), {}, LINE)
    assert forgotten.of_tracked(tracked(finding(examined))) == Belonging(engagement="Pen test")
    in_shop = finding(result(scope="Pen test » legacy"))
    assert forgotten.of_tracked(tracked(in_shop)) == Belonging("", "shop", "Pen test")
    both = finding(IN_CODE, sightings=(sighting(IN_CODE), sighting(examined)))
    (seen,) = HOMES.settled([both])
    assert seen.belonging == Belonging("retail", "shop", "Pen test")


def test_what_reports_were_made_for_is_remembered() -> None:
    """A finding that was not seen is still of its engagement while the policy has one of the name, else the run's."""
    assert unseen(finding(), "Nightly") == Belonging(engagement="Nightly")
    assert unseen(finding(), "Gone") == OWN


def test_of_several_entries_of_a_name_the_one_that_claimed_the_report_is_remembered() -> None:
    """Findings of one examination that stand in different products stay there while nobody looks."""
    entries = tuple(
        EngagementRule(name="Pen test", once=True, reports=(f"{name}/**",), product=name, environment=environment)
        for name, environment in (("till", ""), ("shop", ""), ("", ""), ("till", "test"))
    )
    homes = Homes(PRODUCTS, entries, {}, LINE)
    examined = finding(result(scope="Pen test » src"))
    for product, environment in (("till", ""), ("shop", ""), ("", ""), ("till", "test")):
        memory = tracked(replace(examined, belonging=Belonging("", product, "Pen test", environment)))
        (found,) = homes.settled([replace(examined, sources=())], [memory])
        assert found.belonging == homes.of_tracked(memory)
        assert (found.belonging.product, found.belonging.environment) == (product, environment)
    renamed = tracked(replace(examined, belonging=Belonging(product="old name", engagement="Pen test")))
    assert homes.of_tracked(renamed).product == ""


def test_of_several_sources_the_first_in_a_product_says_which() -> None:
    """A source that names no place follows the one that does; a finding without any source is the run's own."""
    nowhere = result(tool="Other", location=None)
    assert home_of(nowhere, IN_CODE) == Belonging("retail", "shop")
    assert home_of(nowhere, result()) == OWN
    homes = Homes(PRODUCTS, (NIGHTLY,), {("semgrep.json", "Other"): NIGHTLY}, LINE)
    assert home_of(nowhere, IN_CODE, homes=homes) == Belonging("retail", "shop", "Nightly")
    assert unseen(finding(sightings=())) == OWN


def test_a_source_that_is_not_in_this_run_tells_the_product_as_well() -> None:
    """A tool that names no place ran alone: the finding stays in the product in which the other tool found it."""
    nowhere = result(tool="Other", location=None)
    both = (sighting(nowhere), sighting(IN_CODE))
    assert home_of(nowhere, sightings=both) == Belonging("retail", "shop")
    assert home_of(nowhere, sightings=both[:1]) == OWN


def test_a_product_may_change_its_name() -> None:
    """What is remembered is told anew by what the policy says today, and is the same in everything else."""
    old = tracked(finding(IN_CODE, belonging=Belonging("x", "old name")))
    mine = tracked(finding(id="F-2"))
    state = State(line=LINE, run=RUN, at=NOW, findings=(old, mine))
    found = HOMES.remembered(state).findings
    assert found[0].belonging == Belonging("retail", "shop")
    assert found[1] is mine
