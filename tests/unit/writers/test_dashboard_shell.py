"""Tests of :mod:`aggregator.writers.dashboard`: the page as bytes; what people see is tested in a browser."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.writers.dashboard import CHUNK, SCRIPTS, STYLES, render_dashboard
from aggregator.writers.dashboard_data import Board, BoardDetail, BoardFinding
from tests.dashboards import empty, multiplied, shop


class Page(HTMLParser):
    """The page as a parser of HTML sees it: scripts and styles by what they are, and the policy."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.blocks: dict[str, tuple[str, str]] = {}
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.policy = ""
        self.words: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._into: tuple[str, str, str] = ("", "", "")
        self.feed(b"".join(render_dashboard(board)).decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what the text that follows belongs to."""
        given = {name: value or "" for name, value in attrs}
        self.attributes += attrs
        self._into = (tag, given.get("id", ""), given.get("type", ""))
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]

    def handle_endtag(self, tag: str) -> None:
        """Whatever follows is text of the page."""
        self._into = ("", "", "")

    def handle_data(self, data: str) -> None:
        """Put a text where it belongs."""
        tag, name, kind = self._into
        if tag == "script" and kind:
            self.blocks[name] = (kind, data)
        elif tag == "script":
            self.scripts.append(data)
        elif tag == "style":
            self.styles.append(data)
        else:
            self.words.append(data)

    def data(self, name: str) -> object:
        """What a block holds."""
        kind, text = self.blocks[name]
        plain = text.encode() if kind == "application/json" else zlib.decompress(b64decode(text))
        value: object = json.loads(plain)
        return value


def builtins(value: object) -> object:
    """A value as JSON tells it."""
    told: object = json.loads(msgspec.json.encode(value))
    return told


def test_blocks_hold_the_board() -> None:
    """The index and the blocks of details hold everything of the board, in its order."""
    board = multiplied(2 * CHUNK + 1)
    page = Page(board)
    index = page.data("data")
    assert isinstance(index, dict)
    assert index["rows"] == builtins([finding.row for finding in board.findings])
    assert index["lines"] == builtins(board.lines)
    assert (index["chunk"], index["title"]) == (CHUNK, board.title)
    details = [page.data(f"details-{number}") for number in range(3)]
    assert [len(block) for block in details if isinstance(block, list)] == [CHUNK, CHUNK, 1]
    assert details[2] == [builtins(board.findings[-1].detail)]
    assert len(page.blocks) == 4


def test_small_data_can_be_read_with_the_bare_eye() -> None:
    """Data too small to be worth packing stand as JSON, the others packed."""
    page = Page(replace(shop(), findings=(), upgrades=(), lines=()))
    assert page.blocks["data"][0] == "application/json"
    assert Page(shop()).blocks["data"][0] == "application/zlib"


def test_policy_names_the_style_and_the_script_and_nothing_else() -> None:
    """The page's own policy allows one script and one style by their hashes, and no other source of anything."""
    page = Page(shop())
    (script,), (style,) = page.scripts, page.styles
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (script, style)]
    rules = dict(rule.strip().split(" ", 1) for rule in page.policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert (rules["script-src"], rules["style-src"]) == tuple(hashes)
    assert {value for name, value in rules.items() if name not in {"script-src", "style-src"}} <= {"'none'", "'script'"}


def test_shell_has_no_handler_style_or_address() -> None:
    """No element carries a script, a style or an address to load from."""
    attributes = Page(shop()).attributes
    assert not [name for name, _ in attributes if name.startswith("on") or name in {"style", "src", "srcset", "action"}]
    assert all(value is not None and value.startswith("#") for name, value in attributes if name == "href")


def test_script_makes_no_html_and_asks_nobody() -> None:
    """The script neither parses text as HTML or code, nor has any way to send something."""
    (script,) = Page(shop()).scripts
    parsers = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser")
    senders = ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "EventSource", "import(")
    assert not [word for word in (*parsers, *senders) if word in script]


def test_parts_are_those_that_are_shipped() -> None:
    """Every part of the style and the script that is shipped is on the page."""
    page = Page(empty())
    assert len(set(STYLES)) == len(STYLES)
    assert page.scripts[0].count("// @ts-check") == len(set(SCRIPTS)) == len(SCRIPTS)


def test_same_board_same_bytes() -> None:
    """One board gives one page, byte for byte."""
    assert b"".join(render_dashboard(shop())) == b"".join(render_dashboard(shop()))


def test_words_for_those_without_scripts() -> None:
    """Where scripts are off, the page says how many findings there are and where else they stand."""
    words = "".join(Page(shop()).words)
    assert re.search(r"needs JavaScript.*\d+ open, 87 known in all.*findings\.json", words, re.DOTALL)


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["</script>", "<!--", "<script>", "-->", "]]>", "<!-- data -->", "{{ 1 }}"]
)


@settings(max_examples=15)
@given(title=TEXTS, text=TEXTS)
def test_no_text_leaves_its_block(title: str, text: str) -> None:
    """Whatever a title or a finding says, the page has the same elements, and the data come back as they were."""
    finding = shop().findings[0]
    detail = BoardDetail(finding=finding.detail.finding, why=text)
    board = replace(shop(), title=title, findings=(BoardFinding(replace(finding.row, title=text), detail),), lines=())
    page = Page(replace(board, upgrades=()))
    index = page.data("data")
    assert isinstance(index, dict)
    assert (index["title"], index["rows"][0]["title"]) == (title, text)
    assert sorted(page.blocks) == ["data", "details-0"]
    assert (len(page.scripts), len(page.styles)) == (1, 1)
