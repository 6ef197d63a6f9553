"""The dashboard in a real browser, for everybody: both themes, the keyboard, a phone, paper, from a server."""

from __future__ import annotations

import json
import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboards import empty
from tests.system.browser import DESKTOP, PHONE, Visit, written
from tests.system.shop_rows import DETAILS, EVERY, OPEN, ROWS

FINDING = f"view=findings&size=25&f={next(iter(ROWS))}"
VIEWS = ("", "view=findings&size=25", "view=upgrades", "view=scanners", FINDING, "view=findings&q=no+such")


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE)], ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing(
    browser: Browser, shop_page: Path, tmp_path: Path, scheme: Any, size: tuple[int, int]
) -> None:
    """axe-core finds no violation in any view, with findings and without, in both themes, at a desk and on a phone."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    full, bare = Visit(context, shop_page.as_uri()), Visit(context, written(empty(), tmp_path).as_uri())
    for visit, views in ((full, VIEWS), (bare, VIEWS[:1])):
        visit.go()
        for view in views:
            visit.show(view)
            visit.in_time()
            assert visit.violations() == [], view
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_follows_the_system_until_it_is_chosen(browser: Browser, shop_page: Path, scheme: Any) -> None:
    """The page is dark where the system is; a choice holds against the system, and after the page is opened again."""
    context = browser.new_context(color_scheme=scheme)
    visit = Visit(context, shop_page.as_uri()).go()
    ground = "getComputedStyle(document.body).backgroundColor"
    dark, light = "rgb(14, 18, 23)", "rgb(245, 246, 248)"
    assert visit.say(ground) == (dark if scheme == "dark" else light)
    for chosen in (light, dark):
        visit.page.locator("#theme").click()
        assert visit.say(ground) == chosen
    assert visit.go("view=findings").say(ground) == dark
    context.close()


def focused(visit: Visit) -> str:
    """What has the focus: its id, or the key of the finding."""
    return str(visit.say("document.activeElement.dataset.key ?? document.activeElement.id"))


def test_keyboard_reaches_everything(visit: Visit) -> None:
    """Without a mouse: past the head, along the list, into a finding, through its buttons and back to where one was."""
    visit.go("view=findings")
    keys = visit.page.keyboard
    keys.press("Tab")
    assert focused(visit) == "skip"
    keys.press("Enter")
    assert focused(visit) == "main"
    keys.press("Tab")
    assert focused(visit) == "search"
    titles = visit.titles
    visit.page.locator("#rows a.title").first.focus()
    for key, at in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", len(titles) - 1), ("Home", 0)):
        keys.press(key)
        assert focused(visit) == titles[at]
    keys.press("End")
    keys.press("ArrowDown")
    assert visit.titles != titles
    assert focused(visit) == visit.titles[0]
    opened = visit.titles[0]
    keys.press("Enter")
    expect(visit.drawer).to_be_visible()
    assert focused(visit) == "finding-title"
    for _ in range(60):
        keys.press("Tab")
        inside = "document.activeElement.closest('dialog') || document.activeElement === document.body"
        assert visit.say(f"Boolean({inside})")
    keys.press("Escape")
    expect(visit.drawer).to_be_hidden()
    assert focused(visit) == opened


def test_keyboard_keeps_its_place(visit: Visit) -> None:
    """A filter that is pressed keeps the focus while the list changes; a menu opens, and closes with Escape."""
    visit.go("view=findings")
    keys = visit.page.keyboard
    box = visit.page.locator("[data-facet=severity][data-value=HIGH]")
    box.focus()
    keys.press("Space")
    expect(visit.page.locator("[data-facet=severity][data-value=HIGH]")).to_be_focused()
    assert {ROWS[name].severity.value for name in visit.titles} == {"HIGH"}
    visit.page.locator("#columns").focus()
    keys.press("Enter")
    expect(visit.page.locator("#columns-list")).to_be_visible()
    keys.press("Tab")
    keys.press("Escape")
    expect(visit.page.locator("#columns-list")).to_be_hidden()
    assert focused(visit) == "columns"
    visit.page.locator("[data-sort=finding]").focus()
    keys.press("Enter")
    expect(visit.page.locator("[data-sort=finding]")).to_be_focused()


@pytest.mark.parametrize("view", VIEWS)
def test_phone_needs_no_sideways_scrolling(visit: Visit, view: str) -> None:
    """At 375 pixels nothing is wider than the screen, in any view."""
    visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    visit.go(view)
    visit.in_time()
    assert visit.say("document.documentElement.scrollWidth") <= PHONE[0]
    assert visit.say("document.querySelector('dialog').scrollWidth") <= PHONE[0]


def test_paper_has_everything(visit: Visit) -> None:
    """Printed, the page holds all its views and every open finding, and nothing to press; then it is as before."""
    visit.go("view=scanners")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.page.emulate_media(media="print")
    assert set(visit.titles) == set(OPEN)
    for view in ("overview", "findings", "upgrades", "scanners"):
        expect(visit.page.locator(f"#{view}")).to_be_visible()
    for control in ("#tabs", "#search", "#facets", "#print", "#pager"):
        expect(visit.page.locator(control)).to_be_hidden()
    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    visit.page.emulate_media(media="null")
    expect(visit.page.locator("#overview")).to_be_hidden()
    pages = re.findall(rb"/Type\s*/Page\b", visit.page.pdf(prefer_css_page_size=True))
    assert 3 <= len(pages) <= 12


def test_paper_has_the_open_finding_alone(visit: Visit) -> None:
    """Printed while a finding is open, the page is that finding."""
    visit.go(f"view=findings&f={next(iter(ROWS))}")
    visit.page.emulate_media(media="print")
    expect(visit.page.locator("header.top")).to_be_hidden()
    expect(visit.page.locator("#finding-title")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", visit.page.pdf())) <= 4


def test_page_is_the_same_from_a_server(browser: Browser, shop_page: Path) -> None:
    """Served as GitHub Pages serve it, the page works as from disk, and asks its server for nothing more."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(shop_page.parent))
    context = browser.new_context()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{shop_page.name}"
        visit = Visit(context, address).go("view=findings")
        assert len(visit.titles) == min(50, len(OPEN))
        visit.page.locator("#rows a.title").first.click()
        expect(visit.drawer).to_be_visible()
        assert visit.troubles == []
        assert {each.partition("#")[0] for each in visit.requests} <= {address, "about:blank"}
        context.close()
        server.shutdown()


def test_data_are_whole(visit: Visit) -> None:
    """What the page unpacks are the findings that were put in, to the last field."""
    visit.go(EVERY)
    found = visit.page.evaluate(
        """async () => {
            const block = document.getElementById("details-0");
            if (block.type === "application/json") return JSON.parse(block.textContent);
            const bytes = Uint8Array.from(atob(block.textContent), mark => mark.charCodeAt(0));
            return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
        }"""
    )
    assert found == [json.loads(msgspec.json.encode(detail)) for detail in DETAILS.values()]
