"""The dashboard in a real browser with boards made for a question: one id in two lines, what came back, a first run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import BrowserContext, expect

from aggregator.model.finding import Baseline, Observation, Standing
from aggregator.writers.board_part import Part, board, is_open
from aggregator.writers.dashboard_data import Board, BoardFinding, BoardPoint, BoardRow, BoardScan, Look
from aggregator.writers.published import PublishedLocation
from tests.dashboards import shop
from tests.system.browser import PHONE, Visit, written
from tests.system.shop_rows import NOW, number, shown

Open = Callable[[Board], Visit]


@pytest.fixture
def opened(context: BrowserContext, tmp_path: Path) -> Iterator[Open]:
    """Give a way to open the page of a board; no error may be heard."""
    visits: list[Visit] = []

    def visit(of: Board) -> Visit:
        visits.append(Visit(context, written(of, tmp_path, f"{len(visits)}.html").as_uri()))
        return visits[-1].go()

    yield visit
    assert [trouble for each in visits for trouble in each.troubles] == []


def changed(change: Callable[[BoardRow], BoardRow]) -> Board:
    """The shop with its rows changed."""
    known = shop()
    return replace(known, findings=tuple(BoardFinding(change(each.row), each.detail) for each in known.findings))


def changes(visit: Visit, column: int) -> list[int]:
    """What is new, fixed and reopened, in the last run or in thirty days."""
    rows = visit.page.locator(".matrix").nth(1).locator("tbody tr")
    return [number(shown(rows.nth(at).locator("td").nth(column))) for at in range(3)]


def test_what_came_back_is_not_called_new(opened: Open) -> None:
    """What is back is counted, listed and named as reopened, and each number leads to its findings."""
    first, second = (each.row.id for each in shop().findings[:2] if is_open(each))

    def back(row: BoardRow) -> BoardRow:
        at = NOW if row.id == first else None
        baseline = Baseline.NEW if row.id in {first, second} else Baseline.UNCHANGED
        seen = {"last_seen": NOW, "observation": Observation.OBSERVED} if at else {}
        return replace(row, baseline=baseline, reopened_at=at, **seen)

    visit = opened(changed(back))
    assert changes(visit, 0) == [1, 0, 1]
    for place, name, word in ((0, second, "New"), (2, first, "Reopened")):
        visit.go().page.locator(".matrix").nth(1).locator("tbody tr").nth(place).locator("a").click()
        assert visit.titles == [name]
        expect(visit.page.locator("#rows .change")).to_have_text(word)


def test_a_first_run_has_nothing_new(opened: Open) -> None:
    """What the first run of a line found is its baseline: it is not called new of the last thirty days either."""
    known = changed(lambda row: replace(row, first_seen=NOW, baseline=None, reopened_at=None))
    point = BoardPoint(run="1", at=NOW, open={})
    lines = tuple(replace(line, trend=(point,), is_baseline=True) for line in known.lines)
    visit = opened(replace(known, lines=lines))
    assert changes(visit, 1)[0] == 0
    later = tuple(replace(line, trend=(replace(point, at=NOW - timedelta(3)), point)) for line in known.lines)
    assert changes(opened(replace(known, lines=later)), 1)[0] == len(known.findings)


def test_two_lines_may_hold_findings_of_one_id(opened: Open) -> None:
    """An upgrade closes the findings of its own line, and those of both lines are counted."""
    known = shop()
    of = next(each.line for each in known.upgrades)
    found = tuple(
        BoardFinding(replace(each.row, line=0), each.detail) for each in known.findings if each.row.line == of
    )
    upgrades = tuple(replace(each, line=0) for each in known.upgrades if each.line == of)
    lines = [replace(known.lines[of], branch=branch) for branch in ("main", "next")]
    two = board([Part(line, found, upgrades) for line in lines])
    visit = opened(two).go("view=upgrades")
    closed = {name for each in upgrades for name in each.closes}
    expect(visit.page.locator("#upgrades h2")).to_have_text(
        f"{2 * len(upgrades)} upgrades close {2 * len(closed)} findings"
    )
    visit.page.locator("#upgrades tbody tr").first.locator("a").click()
    assert visit.count == len(two.upgrades[0].closes)


def test_days_are_those_of_the_calendar(opened: Open) -> None:
    """Ages and due dates are told in whole days of the calendar, as in the report and the summary."""
    first = next(each.row.id for each in shop().findings if is_open(each))
    start = NOW - timedelta(days=12) + timedelta(hours=3)

    def late(row: BoardRow) -> BoardRow:
        due = start + timedelta(days=7)
        told = replace(row, clock_start=start, due_at=due, standing=Standing.BREACHED)
        return told if row.id == first else row

    visit = opened(changed(late))
    visit.go(f"view=findings&cols=age.sla&f={first}")
    clock = visit.drawer.locator(".clock-words")
    expect(clock).to_have_text("Past SLA. Open for 12\u00a0days; the SLA is 7\u00a0days: 5\u00a0days past.")
    row = visit.page.locator("#rows tbody tr", has=visit.page.locator(f"[data-key='{first}']"))
    assert [row.locator(f".col-{name}").inner_text() for name in ("age", "sla")] == ["12\u00a0days", "5\u00a0days past"]
    due = changed(lambda row: replace(row, due_at=NOW + timedelta(hours=3), standing=Standing.APPROACHING))
    expect(opened(due).go(f"view=findings&f={first}").drawer.locator(".clock-words")).to_contain_text(": due today.")
    nobody = changed(lambda row: replace(row, clock_start=None, first_seen=None))
    clock = opened(nobody).go(f"view=findings&f={first}").drawer.locator(".clock-words")
    expect(clock).to_contain_text("Nobody knows since when it is there.")


def test_a_missing_report_is_not_called_never_seen(opened: Open) -> None:
    """A report that is missing says nothing about when its scope was last looked at: another row does."""
    known = shop()
    scans = (
        BoardScan(tool="Trivy", scope="image", look=Look.MISSING),
        BoardScan(tool="Trivy", scope="image", look=Look.NOT_SCANNED, covered_at=NOW - timedelta(days=2)),
    )
    visit = opened(replace(known, lines=tuple(replace(line, scans=scans) for line in known.lines)))
    expect(visit.page.locator("#overview")).not_to_contain_text("no complete look is remembered")
    rows = visit.go("view=scanners").page.locator("#scanners section").first.locator("tbody tr")
    expect(rows.first).not_to_contain_text("Never")
    expect(rows.nth(1)).to_contain_text("2\u00a0days ago")


def test_what_is_not_listed_is_counted(opened: Open) -> None:
    """Long lists end with how many there are besides: places, sources, upgrades, values of a facet, bars."""
    known = shop()
    first = known.findings[0]
    told = first.detail.finding
    places = tuple(PublishedLocation("a.py", line) for line in range(1, 54))
    source = next(each.detail.finding.sources[0] for each in known.findings if each.detail.finding.sources)
    many = replace(told, locations=places, sources=(source,) * 52)
    findings = (BoardFinding(first.row, replace(first.detail, finding=many, links=())), *known.findings[1:])
    upgrades = known.upgrades[:1] * 501
    visit = opened(replace(known, findings=findings, upgrades=upgrades)).go(f"view=findings&f={first.row.id}")
    expect(visit.drawer.locator("#part-where ~ .links")).to_contain_text("and 3 more")
    expect(visit.drawer.locator(".sources").first).to_contain_text("and 2 more")
    expect(visit.go("view=upgrades").page.locator("#upgrades")).to_contain_text("and 1 more")
    owned = replace(first.row, owners=tuple(f"owner-{at}" for at in range(404)))
    visit = opened(replace(known, findings=(BoardFinding(owned, first.detail), *known.findings[1:]))).go(
        "view=findings"
    )
    owners = {name for each in known.findings for name in each.row.owners or ("",)} | set(owned.owners)
    facet = visit.page.locator(".facet", has=visit.page.get_by_text("Owner", exact=True))
    facet.locator("summary").click()
    facet.get_by_role("button", name="Show all").click()
    expect(facet.locator("li").last).to_have_text(f"and {len(owners) - 400} more")
    bars = visit.go().page.locator("#by-owner ~ details")
    expect(bars.locator("li").last).to_contain_text(f"and {len(owners) - 207} more")


def test_a_title_without_ink_can_be_opened(opened: Open) -> None:
    """A finding whose title nobody can see has a name to press on."""
    visit = opened(changed(lambda row: replace(row, title="\u200b \u202e"))).go("view=findings")
    link = visit.page.locator("#rows a.title").first
    expect(link).to_have_text("Untitled")
    link.click()
    expect(visit.page.locator("#finding-title")).to_have_text("Untitled")


def test_a_title_longer_than_the_window_is_read_from_its_start(opened: Open) -> None:
    """An open finding begins with what it is and how bad it is, however long its title is."""
    visit = opened(changed(lambda row: replace(row, title="very " * 600))).go("view=findings")
    visit.page.locator("#rows a.title").first.click()
    expect(visit.page.locator("#finding-title")).to_be_focused()
    assert visit.drawer.evaluate("drawer => drawer.scrollTop") == 0


def test_a_card_has_no_lonely_dashes(opened: Open) -> None:
    """On a phone, where a row is a card, a column with nothing in it takes no room; its cell is still read out."""
    visit = opened(changed(lambda row: replace(row, owners=())))
    visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    cell = visit.go("view=findings").page.locator("#rows td.col-owner").first
    expect(cell).to_have_text("\u2013")
    box = cell.bounding_box()
    assert box is not None
    assert box["width"] <= 1


def test_an_unknown_finding_is_said(opened: Open) -> None:
    """The link to a finding that the page does not know says so for everybody, not to screen readers alone."""
    visit = opened(shop())
    visit.go("f=F-unknown")
    expect(visit.page.locator(".toast")).to_have_text("This page knows no finding of that id.")
