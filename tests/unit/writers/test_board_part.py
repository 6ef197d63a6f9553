from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Standing
from aggregator.model.location import Location
from aggregator.model.severity import Severity
from aggregator.writers.board_part import Part, board, board_upgrade, is_open
from aggregator.writers.board_row import board_finding
from aggregator.writers.dashboard_data import BoardFinding, BoardLine, BoardPoint
from aggregator.writers.publish import publish_finding
from aggregator.writers.published_upgrade import PublishedUpgrade
from tests.builders import NOW, finding, outcome


def row(id_: str, **fields: Any) -> BoardFinding:
    item = finding(id=id_, **fields)
    return board_finding(item, publish_finding(item, outcome().context), {}, "")


def upgrade(name: str, severity: Severity, *closes: str) -> PublishedUpgrade:
    return PublishedUpgrade(f"pkg:npm/{name}", name, "package-lock.json", "", ("1",), "2", closes, severity)


def test_parts_stand_side_by_side() -> None:
    """Lines are in order of name, each finding and upgrade knows its line, and the page is of the latest run."""
    web = BoardLine(product="web", at=NOW)
    api = BoardLine(product="api", at=NOW - timedelta(1), branch="main")
    of_web = Part(web, (row("F-1"),), (board_upgrade(upgrade("x", Severity.LOW, "F-1")),))
    of_api = Part(api, (row("F-2"),), (board_upgrade(upgrade("y", Severity.HIGH, "F-2", "F-3")),))
    made = board([of_web, of_api], "Onefold 1")
    assert made == board([of_api, of_web], "Onefold 1")
    assert [line.product for line in made.lines] == ["api", "web"]
    assert {each.row.id: made.lines[each.row.line].product for each in made.findings} == {"F-1": "web", "F-2": "api"}
    assert [(each.name, each.line) for each in made.upgrades] == [("y", 0), ("x", 1)]
    assert (made.title, made.generated_at, made.generator) == ("2 products", NOW, "Onefold 1")


def test_the_worst_comes_first() -> None:
    """What asks for action stands before what does not; then come severity, risk, due date and place."""
    accepted = Decision(Disposition.RISK_ACCEPTED)
    rows = (
        row("closed", severity=Severity.CRITICAL, closed_at=NOW),
        row("accepted", severity=Severity.CRITICAL, decision=accepted),
        row("low", severity=Severity.LOW),
        row("late", due_at=NOW + timedelta(9)),
        row("due", due_at=NOW),
        row("b", location=Location("b.py", 1)),
        row("a", location=Location("a.py", 1)),
    )
    risky = row("risky")
    risky = BoardFinding(replace(risky.row, risk=90), risky.detail)
    made = board([Part(BoardLine(product="shop", at=NOW), (*rows, risky))])
    order = ["risky", "due", "late", "a", "b", "low", "accepted", "closed"]
    assert [each.row.id for each in made.findings] == order
    assert [is_open(each) for each in made.findings] == [True] * 6 + [False] * 2
    assert made.title == "shop"


def test_clocks_go_on_until_the_boards_moment() -> None:
    """What was in time in a line's last run, and has come due before the board's moment, is late on the board."""
    old = BoardLine(product="old", at=NOW - timedelta(30))
    rows = (
        row("due", standing=Standing.WITHIN, due_at=NOW - timedelta(1)),
        row("soon", standing=Standing.APPROACHING, due_at=NOW),
        row("later", standing=Standing.WITHIN, due_at=NOW + timedelta(1)),
        row("paused", standing=Standing.PAUSED, due_at=NOW - timedelta(1)),
        row("none"),
    )
    made = board([Part(old, rows), Part(BoardLine(product="new", at=NOW), ())])
    told = {each.row.id: (each.row.standing, each.detail.finding.standing) for each in made.findings}
    assert {id_: standing for id_, (standing, _) in told.items()} == {
        "due": Standing.BREACHED,
        "soon": Standing.BREACHED,
        "later": Standing.WITHIN,
        "paused": Standing.PAUSED,
        "none": Standing.NONE,
    }
    assert all(ours == published for ours, published in told.values())


def test_the_trend_ends_at_the_boards_moment() -> None:
    """Where clocks have gone on, a last point that is no run says how much is late now, so that charts agree."""
    then = NOW - timedelta(30)
    point = BoardPoint(run="1", at=then, open={"HIGH": 2}, new=2, mean_days={"HIGH": 3.0})
    rows = (
        row("late", standing=Standing.WITHIN, due_at=NOW),
        row("soon", standing=Standing.APPROACHING, due_at=NOW + timedelta(1)),
        row("closed", standing=Standing.WITHIN, due_at=NOW, closed_at=then),
    )
    lines = [BoardLine(product="old", at=then, trend=(point,)), BoardLine(product="same", at=then, trend=(point,))]
    made = board([Part(lines[0], rows), Part(lines[1], rows[1:2]), Part(BoardLine(product="new", at=NOW), ())])
    trends = {line.product: line.trend for line in made.lines}
    now = BoardPoint(run="", at=NOW, open={"HIGH": 2}, approaching=1, breached=1, mean_days={"HIGH": 3.0})
    assert trends == {"old": (point, now), "same": (point,), "new": ()}


def test_a_line_that_nobody_ran_for_long_says_so() -> None:
    """Beside a line that ran today, one whose last run is a week old or more carries a warning."""
    ages = {"new": 0, "fresh": 6, "old": 7}
    lines = [BoardLine(product=name, at=NOW - timedelta(days)) for name, days in ages.items()]
    made = board([Part(line, ()) for line in lines])
    told = {line.product: [said.code for said in line.diagnostics] for line in made.lines}
    assert told == {"new": [], "fresh": [], "old": ["line-is-old"]}
    assert "7 days before" in made.lines[2].diagnostics[0].reason


def test_a_board_has_a_line() -> None:
    """A board of nothing is refused: nobody could tell what it is about."""
    with pytest.raises(ValueError, match="needs a line"):
        board([])


def test_nothing_found_is_a_board() -> None:
    """A line without findings is shown: nothing was found, and here is what was looked at."""
    assert board([Part(BoardLine(product="shop", at=NOW), ())]).findings == ()


def test_an_upgrade_keeps_its_words() -> None:
    """An upgrade says what, where, from and to, and what it closes."""
    made = board_upgrade(upgrade("x", Severity.HIGH, "F-1"))
    assert (made.purl, made.path, made.image, made.installed, made.to) == (
        "pkg:npm/x",
        "package-lock.json",
        "",
        ("1",),
        "2",
    )
