"""The dashboard in a real browser: what it shows is what ``findings.json`` says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from aggregator.model.severity import Severity
from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard_data import BoardFinding
from aggregator.writers.findings_json import render_findings
from aggregator.writers.published import PublishedFinding
from tests.dashboards import outcomes, shop
from tests.system.browser import Visit, written
from tests.system.shop_rows import DETAILS, NOW, OPEN, ROWS, number, shown


def test_numbers_are_those_of_the_documents(visit: Visit) -> None:
    """The key figures and the table of severities say what the runs' findings.json say, summed."""
    told = [json.loads(b"".join(render_findings(outcome)))["totals"] for outcome in outcomes()]

    def total(name: str) -> int:
        return sum(each[name] for each in told)

    visit.go()
    page = visit.page
    figures = [number(shown(page.locator(".figure .big").nth(at))) for at in (0, 1)]
    assert figures == [total("open"), total("breached")]
    assert page.locator(".figure").nth(5).inner_text().replace("\u202f", "").count(f"{total('reported')} reported = ")
    for at, severity in enumerate(reversed(Severity)):
        cells = page.locator(".matrix").first.locator("tbody tr").nth(at).locator("td.num")
        assert number(shown(cells.last)) == sum(each["by_severity"][severity.value] for each in told)
    all_cells = page.locator(".matrix").first.locator("tfoot td.num")
    standings = [number(shown(all_cells.nth(at))) for at in range(5)]
    assert standings[:2] == [total("breached"), total("approaching")]
    assert standings[4] == sum(standings[:4]) == total("open")
    changes = page.locator(".matrix").nth(1).locator("tbody tr")
    last_run = [number(shown(changes.nth(at).locator("td").first)) for at in range(3)]
    assert last_run == [total("new"), total("absent"), total("reopened")]
    tools = {
        shown(item.locator("a")): number(shown(item.locator(".num")))
        for item in page.locator("#by-tool ~ .bars li").all()
    }
    assert tools == dict(sum((Counter(each["by_tool"]) for each in told), Counter()))


def test_mean_times_are_those_of_the_documents(visit: Visit) -> None:
    """The mean time to remediate, by severity, is what findings.json says about the same product."""
    told = json.loads(b"".join(render_findings(outcomes()[0])))["totals"]["mean_days_to_remediate"]
    visit.go("product=corner-shop")
    words = shown(visit.page.locator(".figure").nth(3)).replace("\u00a0", " ")
    for severity in ("CRITICAL", "HIGH"):
        assert f"{severity.title()} {told[severity]:.0f} days" in words


def test_month_counts_by_the_days(visit: Visit) -> None:
    """What came and what was fixed within thirty days is counted by the findings' own days."""
    since = NOW - timedelta(days=30)
    expected = [
        sum(row.first_seen is not None and row.first_seen >= since for row in ROWS.values()),
        sum(row.closed_at is not None and row.closed_at >= since for row in ROWS.values()),
    ]
    rows = visit.go().page.locator(".matrix").nth(1).locator("tbody tr")
    assert [number(shown(rows.nth(at).locator("td").last)) for at in range(2)] == expected


def test_every_number_leads_to_its_findings(visit: Visit) -> None:
    """Each linked number of the overview opens a list of so many findings."""
    links = visit.go().page.locator("#overview .matrix a, #overview .bars li").all()
    counted = [
        (str(each.get_attribute("href") or each.locator("a").get_attribute("href")), each.locator(".num"), each)
        for each in links
    ]
    expected = [(href, number(shown(inner if inner.count() else outer))) for href, inner, outer in counted]
    assert len(expected) > 40
    for href, count in expected:
        visit.show(href.removeprefix("#"))
        assert visit.count == count, href


def test_scope_narrows_every_view(visit: Visit) -> None:
    """Choosing a product narrows the overview, the list, the upgrades and the scanners alike."""
    visit.go()
    visit.page.locator("#scope-product").select_option(label="shop-platform")
    mine = [row for row in OPEN.values() if row.product == "shop-platform"]
    assert number(shown(visit.page.locator(".figure .big").first)) == len(mine)
    assert number(visit.page.locator("#tab-findings").inner_text()) == len(mine)
    visit.page.locator("#tabs").get_by_role("link", name="Scanners").click()
    expect(visit.page.locator("#scanners h2")).to_have_text(["shop-platform / production / main"])
    visit.page.locator("#tabs").get_by_role("link", name="Findings").click()
    assert {ROWS[name].product for name in visit.titles} == {"shop-platform"}


def test_deep_link_opens_the_finding(visit: Visit) -> None:
    """The address of a finding opens it with what is known: place, clock, risk, sources, merges, refusals, history."""
    merged = next(name for name, detail in DETAILS.items() if detail.finding.merges and detail.finding.risk)
    visit.go(f"f={merged}")
    known = DETAILS[merged].finding
    expect(visit.drawer).to_be_visible()
    expect(visit.page.locator("#finding-title")).to_have_text(known.title)
    words = visit.drawer.inner_text()
    assert all(source.report in words and source.rule_id in words for source in known.sources)
    assert all(line in words for merge in known.merges for line in merge.inputs)
    assert known.risk is not None
    assert all(term.why in words for term in known.risk.terms)
    link = visit.drawer.locator("#part-where ~ ul a").first
    expect(link).to_have_attribute("href", DETAILS[merged].links[0])
    visit.page.keyboard.press("Escape")
    expect(visit.drawer).to_be_hidden()
    assert "f=" not in visit.state


Told = Callable[[PublishedFinding], str]
TOLD: dict[str, Told] = {
    "what was not merged": lambda known: known.runners_up[0].veto if known.runners_up else "",
    "how it was closed": lambda known: known.closed_reason,
    "who decided": lambda known: f"Risk accepted by {known.decision.author}" if known.decision else "",
    "why it was decided": lambda known: known.decision.reason if known.decision else "",
    "its ticket": lambda known: known.tickets[0].url if known.tickets else "",
    "how it was recognised": lambda known: known.carried[0].rule_id if known.carried else "",
    "who reported it earlier": lambda known: f"{known.sightings[0].rule_id}, last on" if known.sightings else "",
    "its history": lambda known: known.history[-1].reason if known.history else "",
}


@pytest.mark.parametrize("what", TOLD)
def test_finding_tells(visit: Visit, what: str) -> None:
    """A finding tells what was not merged, how it was closed, who decided and why, its tickets and its history."""
    told = {name: TOLD[what](detail.finding) for name, detail in DETAILS.items()}
    name, words = next((name, words) for name, words in told.items() if words)
    visit.go(f"view=findings&f={name}")
    expect(visit.drawer).to_contain_text(words)


def test_finding_names_its_upgrade(visit: Visit) -> None:
    """A finding about a package says which upgrade closes it, and how many others with it."""
    upgrade = max(shop().upgrades, key=lambda each: len(each.closes))
    visit.go(f"view=findings&f={upgrade.closes[0]}")
    expect(visit.drawer).to_contain_text(f"Upgrade {upgrade.name}")
    expect(visit.drawer).to_contain_text(f"It closes {len(upgrade.closes)} findings.")


def test_upgrade_lists_what_it_closes(visit: Visit) -> None:
    """An upgrade leads to exactly the findings that it closes."""
    visit.go("view=upgrades")
    rows = visit.page.locator("#upgrades tbody tr")
    assert rows.count() == len(shop().upgrades)
    most = max(range(len(shop().upgrades)), key=lambda at: len(shop().upgrades[at].closes))
    rows.nth(most).locator("a").click()
    assert set(visit.titles) == set(shop().upgrades[most].closes) & set(OPEN)


def test_part_of_a_line_says_what_is_told_of_the_whole(browser: Browser, tmp_path: Path) -> None:
    """A product within a line has its own findings; what runs remember of the whole line alone is called so."""
    known = shop()
    moved = [
        BoardFinding(replace(each.row, product="legacy"), each.detail) if each.row.path.startswith("web/") else each
        for each in known.findings
    ]
    context = browser.new_context()
    visit = Visit(context, written(replace(known, findings=tuple(moved)), tmp_path).as_uri()).go("product=legacy")
    alive = [each for each in moved if each.row.product == "legacy" and is_open(each)]
    assert number(shown(visit.page.locator(".figure .big").first)) == len(alive) > 0
    expect(visit.page.locator("#overview")).to_contain_text("those of corner-shop / production / main as a whole")
    visit.go("product=shop-platform")
    expect(visit.page.locator("#overview")).not_to_contain_text("as a whole")
    context.close()
