"""A real browser with a page of ours open in it: what it said, what it asked for, and what people would see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Locator, Page, sync_playwright

from aggregator.writers.dashboard import render_dashboard
from aggregator.writers.dashboard_data import Board

PLACES = ("/usr/bin/chromium", "/usr/bin/google-chrome")
"""Debian's Chromium; on hosted runners, whose Chromium is none of apt's, the Chrome that is there."""
AXE = Path(__file__).parents[1] / "node" / "node_modules" / "axe-core" / "axe.min.js"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
_ALONE = (
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--js-flags=--expose-gc",
    "--enable-precise-memory-info",
)
DESKTOP, PHONE = (1280, 900), (375, 760)


@contextmanager
def started() -> Iterator[Browser]:
    """The browser of the machine."""
    with sync_playwright() as playwright:
        place = next(place for place in PLACES if Path(place).exists())
        browser = playwright.chromium.launch(executable_path=place, args=[*_QUIET, *_ALONE])
        yield browser
        browser.close()


class Visit:
    """One visit to a page.

    Attributes:
        troubles: errors and warnings of the console, uncaught exceptions, dialogs.
        requests: every address that was asked for, the page's own included.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page: Page = context.new_page()
        context.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", self._asked)

    def _asked(self, dialog: Dialog) -> None:
        self.troubles.append(dialog.message)
        dialog.dismiss()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)

    def go(self, state: str = "") -> Self:
        """Open the page at an address of it, and wait until it is read."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}#{state}")
        self.page.wait_for_selector("html[data-ready]")
        return self

    def show(self, state: str) -> Self:
        """Change the address of the open page, and wait until the page has followed."""
        self.page.evaluate(
            """state => new Promise(done => {
                if (location.hash === state || (location.hash === "" && state === "#")) return done();
                addEventListener("hashchange", () => done(), {once: true});
                location.hash = state;
            })""",
            f"#{state}",
        )
        return self

    def say(self, script: str) -> Any:
        """What a script gives, run in the page."""
        return self.page.evaluate(script)

    @property
    def state(self) -> str:
        """The page's address after ``#``."""
        return str(self.say("location.hash")).removeprefix("#")

    @property
    def titles(self) -> list[str]:
        """The keys of the findings that the list shows, in its order; a link to the list may be on its way."""
        self.page.wait_for_selector("#findings:not([hidden])")
        return [str(key) for key in self.say("[...document.querySelectorAll('#rows a.title')].map(a => a.dataset.key)")]

    @property
    def count(self) -> int:
        """How many findings the list says there are."""
        self.page.wait_for_selector("#findings:not([hidden])")
        words = self.page.locator("#count").inner_text().replace("\u202f", "")
        return int(words.split()[0])

    @property
    def drawer(self) -> Locator:
        """The open finding."""
        return self.page.locator("dialog#finding")

    def in_time(self) -> None:
        """Wait until what was asked for is painted."""
        self.say("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def violations(self) -> list[str]:
        """What axe-core finds wrong, by rule and element; it runs beside the page's own scripts."""
        if not self.say("'axe' in window"):
            self.say(AXE.read_text(encoding="utf-8") + "; undefined")
        found = self.say("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]


def written(board: Board, folder: Path, name: str = "dashboard.html") -> Path:
    """The board as a page on disk."""
    path = folder / name
    path.write_bytes(b"".join(render_dashboard(board)))
    return path
