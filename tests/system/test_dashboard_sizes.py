"""The dashboard in a real browser with nothing, one, some and very many findings, against a bare table of the same."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard import render_dashboard
from aggregator.writers.dashboard_data import Board
from tests.dashboards import empty, multiplied, shop
from tests.system.browser import DESKTOP, Visit, written
from tests.system.shop_rows import shown

MANY = 20_000
SHELL = 300 * 1024
TYPED = ("shop", "pyyaml", "")
# From the keystroke to the frame after the change: filtering, drawing, style and layout.
KEYSTROKE = """async ({place, typed}) => {
    const input = document.querySelector(place);
    const times = [];
    for (const text of typed) {
        await new Promise(done => setTimeout(done, 30));
        const start = performance.now();
        input.value = text;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        document.body.offsetHeight;
        const painted = new MessageChannel();
        requestAnimationFrame(() => painted.port2.postMessage(0));
        await new Promise(done => { painted.port1.onmessage = done; });
        times.push(performance.now() - start);
    }
    return times.reduce((one, other) => one + other, 0);
}"""
BARE = """<!doctype html><meta charset="utf-8"><title>bare</title>
<input id="search"><table><tbody>%s</tbody></table><script>
const rows = [...document.querySelectorAll("tbody tr")];
document.querySelector("#search").addEventListener("input", event => {
    const text = event.target.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(text);
});</script>"""


def bare(board: Board, folder: Path) -> Path:
    """The same rows as nothing but a table."""
    cells = (
        (row.severity.value, str(row.risk), row.title, row.where, ", ".join(row.tools), row.standing.value, row.status)
        for row in (finding.row for finding in board.findings)
    )
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in row) for row in cells)
    path = folder / "bare.html"
    path.write_text(BARE % rows, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def many(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visit, Path]]:
    """The page of very many findings, and the bare table of the same."""
    folder, board = tmp_path_factory.mktemp("many"), multiplied(MANY)
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    yield Visit(context, written(board, folder).as_uri()), bare(board, folder)
    context.close()


def test_shell_is_small() -> None:
    """Everything but the data is at most 300 KiB."""
    assert len(b"".join(render_dashboard(multiplied(1)))) < SHELL


def test_nothing_found_says_what_was_looked_at(browser: Browser, tmp_path: Path) -> None:
    """Without findings the page says so, and shows every scan that looked."""
    context = browser.new_context()
    visit = Visit(context, written(empty(), tmp_path).as_uri()).go()
    place = visit.page.locator("#overview")
    expect(place).to_contain_text("Nothing found")
    scans = [scan for line in empty().lines for scan in line.scans]
    expect(place.locator("table.cards tbody tr")).to_have_count(len(scans))
    assert all(scan.tool in place.inner_text() and scan.scope in place.inner_text() for scan in scans)
    visit.go("view=findings")
    expect(visit.page.locator("#rows")).to_contain_text("Nothing was found.")
    assert visit.troubles == []
    context.close()


@pytest.mark.parametrize("count", [1, 500])
def test_few_and_some(browser: Browser, tmp_path: Path, count: int) -> None:
    """One finding and five hundred are counted, listed and opened."""
    board = multiplied(count)
    context = browser.new_context()
    visit = Visit(context, written(board, tmp_path).as_uri()).go()
    alive = sum(map(is_open, board.findings))
    assert shown(visit.page.locator(".figure .big").first) == str(alive)
    visit.go("view=findings&status=*&size=250")
    assert visit.count == count
    assert len(visit.titles) == min(count, 250)
    visit.page.locator("#rows a.title").last.click()
    expect(visit.page.locator("#finding-title")).to_have_text(board.findings[min(count, 250) - 1].row.title)
    assert visit.troubles == []
    context.close()


def test_many_are_counted_and_opened(many: tuple[Visit, Path]) -> None:
    """Twenty thousand findings: the counts are right, and the last of them opens."""
    visit, board = many[0], multiplied(MANY)
    visit.go("view=findings&status=*")
    assert visit.count == MANY
    visit.page.get_by_role("button", name="Last").click()
    visit.page.locator("#rows a.title").last.click()
    expect(visit.page.locator("#finding-title")).to_have_text(board.findings[-1].row.title)
    expect(visit.drawer.locator("#part-names ~ dl code").first).to_have_text(board.findings[-1].row.id)
    assert visit.troubles == []


def test_many_are_filtered_as_fast_as_a_bare_table(many: tuple[Visit, Path]) -> None:
    """Typing into the search of twenty thousand findings takes at most three times what a bare table takes."""
    visit, plain = many
    times: dict[str, float] = {}
    visit.go("view=findings&status=*")
    given = {"place": "#search", "typed": TYPED}
    times["page"] = min(visit.page.evaluate(KEYSTROKE, given) for _ in range(2))
    visit.page.goto(plain.as_uri())
    times["bare"] = visit.page.evaluate(KEYSTROKE, given)
    print(f"\n{len(TYPED)} searches: page {times['page']:.0f} ms, bare table {times['bare']:.0f} ms")  # noqa: T201
    assert times["page"] <= 3 * times["bare"]


def test_many_are_no_more_elements_than_some(many: tuple[Visit, Path], browser: Browser, tmp_path: Path) -> None:
    """Only what is seen is in the document, and details that were read are given back."""
    elements = "document.querySelectorAll('*').length"
    visit = many[0].go("view=findings&status=*")
    of_many = visit.say(elements)
    context = browser.new_context()
    of_some = Visit(context, written(shop(), tmp_path).as_uri()).go("view=findings&status=*").say(elements)
    context.close()
    assert of_many <= 2 * of_some
    sizes = []
    for place in range(0, MANY, MANY // 16):
        row = multiplied(MANY).findings[place].row
        visit.show(f"view=findings&status=*&f={row.id}")
        expect(visit.drawer.locator("#part-names ~ dl code").first).to_have_text(row.id)
        sizes.append(visit.say("(gc(), performance.memory.usedJSHeapSize)"))
    assert max(sizes[8:]) <= 1.25 * max(sizes[:4])
