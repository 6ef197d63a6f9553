import pytest

from aggregator.model.finding import Baseline, Finding, Observation
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Kind, Rule
from aggregator.model.risk import Risk, Term
from aggregator.model.ticket import Ticket
from aggregator.writers.board_row import Rules, board_finding
from aggregator.writers.dashboard_data import BoardFinding, BoardTicket
from aggregator.writers.publish import publish_finding
from tests.builders import NOW, finding, outcome, result

URL = "https://github.com/octo/shop/blob/abc/{path}#L{line}"


def made(
    item: Finding,
    rules: Rules | None = None,
    url: str = "",
    score: int | None = None,
    tickets: dict[str, Ticket] | None = None,
) -> BoardFinding:
    context = outcome().context
    return board_finding(item, publish_finding(item, context, tickets or {}), rules or {}, url, score)


def test_a_row_says_what_the_documents_say() -> None:
    """A finding's row has its place, tools, clocks, owners and tickets under the words of the other documents."""
    term = Term("kev", 10.0, "It is being exploited.")
    item = finding(
        result(),
        result(tool="Bandit"),
        due_at=NOW,
        owners=("@octo/shop",),
        tickets=("https://tracker.example/A-1", "https://tracker.example/A-2"),
        risk=Risk(57, (term,)),
    )
    known = {"https://tracker.example/A-1": Ticket("https://tracker.example/A-1", assignees=("ada",))}
    row = made(item, tickets=known).row
    assert (row.tools, row.where, row.path) == (("Bandit", "Semgrep"), "app.py:12", "app.py")
    assert (row.owners, row.assignees, row.due_at) == (("@octo/shop",), ("ada",), NOW)
    assert row.tickets == (BoardTicket("https://tracker.example/A-1", is_open=True), BoardTicket(item.tickets[1]))
    assert (row.risk, row.is_kev, row.product) == (57, True, "shop")


def test_a_row_of_a_package() -> None:
    """A package's file is its manifest, and one in an image is in no file of the repository."""
    component = Component("pkg:npm/x", "x", "1.0", ("1.1", "2.0"), "package-lock.json")
    item = finding(result(kind=Kind.SCA, location=None, component=component))
    told = made(item)
    assert (told.row.package, told.row.path) == ("x 1.0", "package-lock.json")
    assert told.detail.fix == "Upgrade x 1.0 in package-lock.json to 1.1 or 2.0."
    inside = Component("pkg:deb/debian/y", "", "", ("3",), "", "shop")
    told = made(finding(result(kind=Kind.CONTAINER, location=None, component=inside)))
    assert (told.row.package, told.row.path) == ("pkg:deb/debian/y", "")
    assert told.detail.fix == "Upgrade the package in shop to 3."
    bare = Component("pkg:npm/z", "z", "", ("4",))
    assert made(finding(result(location=None, component=bare))).detail.fix == "Upgrade z to 4."


@pytest.mark.parametrize(
    "fields",
    [
        {"resource": Resource("arn:aws:s3:::logs", name="logs")},
        {"endpoint": Endpoint("shop.example", "/login", "GET")},
    ],
)
def test_a_row_without_a_file(fields: dict[str, object]) -> None:
    """What is in no file has no path, and still says where it is."""
    row = made(finding(result(location=None, **fields))).row
    assert row.path == ""
    assert row.where


def test_what_is_not_known_is_empty() -> None:
    """Without sources, clocks and a risk the row says so by saying nothing; a score can be told beside."""
    item = finding(
        observation=Observation.NOT_COVERED, sightings=(), baseline=None, last_seen=None, belonging=Belonging("team")
    )
    told = made(item, score=12)
    assert told.row.tools == ("Semgrep",)
    assert (told.row.risk, told.row.is_kev, told.row.last_seen, told.row.baseline) == (12, False, None, None)
    assert told.row.product_type == "team"
    assert made(item).row.risk is None
    assert made(finding(baseline=Baseline.NEW)).row.baseline is Baseline.NEW


def test_the_tools_words_about_the_rule() -> None:
    """Why, how to mend it and where to read on are the tool's words; links that no browser should follow are left."""
    rule = Rule(
        "python.sql-injection",
        description=" Strings reach the database. ",
        help="Bind the values.",
        help_uri="https://rules.example/1",
        references=("javascript:alert(1)", "https://rules.example/1", "https://rules.example/2"),
    )
    detail = made(finding(), {("Semgrep", "python.sql-injection"): rule}).detail
    assert (detail.why, detail.fix) == ("Strings reach the database.", "Bind the values.")
    assert detail.references == ("https://rules.example/1", "https://rules.example/2")
    same = Rule("python.sql-injection", description="Same.", help="Same.")
    assert made(finding(), {("Semgrep", "python.sql-injection"): same}).detail.fix == ""
    assert len(made(finding(), {("Semgrep", same.id): Rule(same.id, description="x" * 9999)}).detail.why) == 4000


def test_links_lead_to_the_commit() -> None:
    """Each place has the address of its line, and none where the address would not be one."""
    detail = made(finding(result(location=Location("a b/(x).py", 3))), url=URL).detail
    assert detail.links == ("https://github.com/octo/shop/blob/abc/a%20b/%28x%29.py#L3",)
    assert made(finding()).detail.links == ()
