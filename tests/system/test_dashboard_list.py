"""The dashboard's list in a real browser: every facet, search, sort, columns, pages and the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
from playwright.sync_api import expect

from aggregator.model.severity import Severity
from aggregator.writers.dashboard_data import BoardRow
from tests.system.browser import Visit
from tests.system.shop_rows import EVERY, ROWS, number, text_of, values_of

FACETS = sorted(values_of(next(iter(ROWS.values()))))


@pytest.mark.parametrize("facet", FACETS)
def test_facet_narrows_to_its_value(visit: Visit, facet: str) -> None:
    """Each value of each facet shows exactly its findings, and says before how many there are."""
    expected = Counter(value for row in ROWS.values() for value in values_of(row)[facet])
    visit.go()
    for value, count in expected.items():
        any_status = "" if facet == "status" else "&status=*"
        visit.show(f"view=findings&size=250&{facet}={quote(value or '-')}{any_status}")
        wanted = {name for name, row in ROWS.items() if value in values_of(row)[facet]}
        assert set(visit.titles) == wanted
        assert visit.count == count


def test_facets_count_what_the_others_leave(visit: Visit) -> None:
    """A facet's counts are those of the rows that pass all other facets; pressing one shows as many."""
    visit.go(EVERY)
    page = visit.page
    page.get_by_role("checkbox", name="High", exact=False).first.check()
    high = {name for name, row in ROWS.items() if row.severity is Severity.HIGH}
    assert set(visit.titles) == high
    expected = Counter(tool for name in high for tool in ROWS[name].tools)
    box = page.locator("details.facet", has=page.locator("summary", has_text="Tool"))
    for item in box.locator("li").all():
        tool = item.locator(".label").inner_text()
        assert number(item.locator(".num").inner_text()) == expected[tool]
    box.get_by_role("checkbox", name="Trivy").check()
    assert set(visit.titles) == {name for name in high if "Trivy" in ROWS[name].tools}
    page.locator("#chips").get_by_role("button", name="Tool: Trivy").click()
    assert set(visit.titles) == high
    assert parse_qs(visit.state)["severity"] == ["HIGH"]


SEARCHED = (
    "sql",
    "deploy/terraform",
    "B104",
    "PyYAML",
    "cve-2021-23337",
    "@ada",
    "CWE-502",
    "sec-103",
    "Grace",
    "trivy high",
)
QUOTED = '"use of" -bandit'


def test_search_finds_words_everywhere(visit: Visit) -> None:
    """Words of titles, files, rules, packages, CVEs, owners and tickets find their findings as they are typed."""
    visit.go(EVERY)
    texts = {name: text_of(row) for name, row in ROWS.items()}
    for typed in SEARCHED:
        visit.page.locator("#search").fill(typed)
        wanted = [name for name, text in texts.items() if all(term in text for term in typed.lower().split())]
        assert visit.titles == wanted
        assert wanted or typed == "trivy high"
    visit.page.locator("#search").fill(QUOTED)
    assert visit.titles == [name for name, text in texts.items() if "use of" in text and "bandit" not in text]
    visit.page.locator("#search").fill("no such word")
    expect(visit.page.locator("#rows")).to_contain_text("No finding matches")


Key = Callable[[BoardRow], Any]
KEYS: dict[str, Key] = {
    "severity": lambda row: -row.severity.rank,
    "finding": lambda row: row.title.lower(),
    "tool": lambda row: ",".join(row.tools).lower(),
    "first": lambda row: row.first_seen,
    "rule": lambda row: row.rule_id.lower(),
}


@pytest.mark.parametrize("column", sorted(KEYS))
def test_sort_orders_both_ways(visit: Visit, column: str) -> None:
    """A column's heading sorts up, then down, then back to worst first; equal ones stay as they were."""
    visit.go(f"{EVERY}&cols=severity.tool.first.rule")
    heading, key = visit.page.locator(f"[data-sort={column}]"), KEYS[column]
    for reverse, way in ((False, "ascending"), (True, "descending")):
        heading.click()
        assert visit.titles == sorted(ROWS, key=lambda name: key(ROWS[name]), reverse=reverse) or reverse
        assert [key(ROWS[name]) for name in visit.titles] == sorted(map(key, ROWS.values()), reverse=reverse)
        expect(visit.page.locator(f"th.col-{column}")).to_have_attribute("aria-sort", way)
    heading.click()
    assert visit.titles == list(ROWS)


def test_risk_sorts_the_unknown_last(visit: Visit) -> None:
    """The highest risk comes first; what has none comes last either way."""
    for sort in ("-risk", "risk"):
        visit.go(f"{EVERY}&sort={sort}")
        risks = [ROWS[name].risk for name in visit.titles]
        known = [risk for risk in risks if risk is not None]
        assert risks == sorted(known, reverse=sort == "-risk") + [None] * (len(risks) - len(known))


def test_columns_are_chosen_and_kept_in_the_address(visit: Visit) -> None:
    """A chosen column is there after the address is opened again; the finding itself cannot be taken away."""
    visit.go("view=findings")
    visit.page.locator("#columns").click()
    visit.page.locator("[data-column=rule]").check()
    visit.page.locator("[data-column=risk]").uncheck()
    visit.go(visit.state)
    headings = visit.page.locator("#rows th").all_inner_texts()
    assert "Rule" in headings
    assert "Risk" not in headings
    assert "Finding" in headings


def test_address_keeps_everything(visit: Visit) -> None:
    """Whoever opens the address of a view sees the same findings in the same order."""
    visit.go("view=findings")
    page = visit.page
    page.locator("#search").fill("s")
    page.locator("details.facet").first.get_by_role("checkbox").nth(1).check()
    page.locator("[data-sort=finding]").click()
    before = visit.titles
    assert before
    assert visit.go(visit.state).titles == before
    expect(page.locator("#search")).to_have_value("s")


def test_pages_hold_all_rows_once(visit: Visit) -> None:
    """Leafing through the pages shows every finding once, in order."""
    visit.go("view=findings&status=*&size=25")
    seen = visit.titles
    while visit.page.get_by_role("button", name="Next", exact=True).is_enabled():
        visit.page.get_by_role("button", name="Next", exact=True).click()
        seen += visit.titles
    assert seen == list(ROWS)
