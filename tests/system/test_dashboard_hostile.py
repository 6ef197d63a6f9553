"""The dashboard in a real browser, against what reports plant: it is shown as text, and nothing of it works."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from aggregator.writers.dashboard_data import Board, BoardFinding, BoardLine, BoardUpgrade
from tests.dashboards import shop
from tests.system.browser import Visit, written
from tests.system.shop_rows import EVERY, ROWS
from tests.system.test_dashboard_exports import saved

EVIL = (
    "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1><!--<script>"
    "{{7*7}}${7*7}<svg/onload=window.hacked=1>\u2028\u202e\u2066\u200b[x](javascript:window.hacked=1)"
)
INVISIBLE = "\u200b\u200e\u202d\u202e\u2066"
LINK = "javascript:window.hacked=1"
TEXTS = {
    "title",
    "message",
    "where",
    "rule_id",
    "path",
    "name",
    "why",
    "fix",
    "reason",
    "tool",
    "scope",
    "report",
    "veto",
}
TEXTS |= {
    "uid",
    "host",
    "pointer",
    "product",
    "environment",
    "branch",
    "commit",
    "subject",
    "next_step",
    "version",
    "image",
}
LINKS = {"links", "references", "url"}


def poisoned(value: object, name: str = "") -> object:
    """The value with something to run in every text that a report can give, and in every address."""
    if isinstance(value, dict):
        return {key: poisoned(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        kind = {"tools": "tool", "owners": "name", "inputs": "name", "rules": "name"}.get(name, name)
        return [poisoned(each, kind) for each in value]
    if isinstance(value, str) and value:
        return LINK if name in LINKS else f"={value}{EVIL}" if name in TEXTS else value
    return value


def hostile() -> Board:
    """The shop as an attacker would like to have it reported."""
    known = shop()

    def made(of: Any, kind: Any) -> Iterator[Any]:
        for each in of:
            yield msgspec.convert(poisoned(msgspec.to_builtins(each)), kind)

    return replace(
        known,
        title=EVIL,
        generator=EVIL,
        findings=tuple(made(known.findings, BoardFinding)),
        lines=tuple(made(known.lines, BoardLine)),
        upgrades=tuple(made(known.upgrades, BoardUpgrade)),
    )


def test_hostile_texts_stay_texts(browser: Browser, tmp_path: Path) -> None:
    """What reports plant is shown as it stands: nothing runs, loads, or becomes an element or a link."""
    page = written(hostile(), tmp_path)
    context = browser.new_context()
    visit = Visit(context, page.as_uri())
    for view in ("", EVERY, "view=upgrades", "view=scanners", *(f"view=findings&f={name}" for name in list(ROWS)[:12])):
        visit.go(view)
        visit.in_time()
        assert visit.say("window.hacked") is None
        assert not set(INVISIBLE) & set(str(visit.say("document.body.innerText")))
        assert visit.say("document.documentElement.scrollWidth <= innerWidth")
        assert visit.say("document.querySelectorAll('img, iframe, object, embed, form, base, svg svg').length") == 0
        assert visit.say("[...document.querySelectorAll('script')].filter(each => !each.type).length") == 1
        schemes = visit.say("[...new Set([...document.querySelectorAll('a')].map(each => each.protocol))]")
        assert set(schemes) <= {"file:", "https:"}
    expect(visit.page.locator("h1")).to_contain_text("<script>window.hacked=1</script>")
    assert visit.troubles == []
    assert {address.partition("#")[0] for address in visit.requests} <= {page.as_uri(), "about:blank"}
    rows = list(csv.reader(io.StringIO(saved(visit.go(EVERY), "#export-csv", tmp_path).decode(), newline="")))
    assert len(rows) == len(ROWS) + 1
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@")]
    context.close()


def test_policy_of_the_page_allows_nothing_else(visit: Visit) -> None:
    """Neither a script nor a style nor a request that somebody adds to the open page works."""
    visit.go()
    attempts = """async () => {
        const told = [];
        document.addEventListener("securitypolicyviolation", event => told.push(event.effectiveDirective));
        const script = document.createElement("script");
        try { script.text = "window.hacked = 1"; } catch (error) { told.push(error.name); }
        try { document.body.innerHTML += "<b>x</b>"; } catch (error) { told.push(error.name); }
        const style = document.createElement("style");
        style.textContent = "body { display: none }";
        document.head.append(style);
        try { await fetch("https://example.org/"); } catch (error) { told.push(error.name); }
        await new Promise(done => setTimeout(done, 100));
        return {told, hacked: window.hacked ?? null, display: getComputedStyle(document.body).display};
    }"""
    answer = visit.page.evaluate(attempts)
    assert answer["hacked"] is None
    assert answer["display"] != "none"
    assert {"style-src-elem", "connect-src", "TypeError"} <= set(answer["told"])
    assert visit.troubles
    visit.troubles.clear()
