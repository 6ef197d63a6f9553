"""``dashboard.html``: a board as one page that opens from anywhere and fetches nothing.

The page is a shell (``assets/``): a template, one style and one script. A Content-Security-Policy names the two by
their hashes and allows nothing else. The data stand in blocks that browsers do not look into, and the script puts them
on the page as text alone, so that no text of a report can ever run, load anything or be HTML.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256
from html import escape
from string import Template

from msgspec import Struct
from msgspec.json import encode

from aggregator.resources import read_resource
from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard_data import Board, BoardLine, BoardRow, BoardUpgrade
from aggregator.writers.escape import clip, plain

STYLES = ("tokens", "frame", "parts", "overview", "list", "detail", "small", "paper")
"""The style's parts, in the order in which they hold."""
SCRIPTS = (
    "base",
    "words",
    "escape",
    "blocks",
    "facets",
    "address",
    "figures",
    "charts",
    "overview",
    "scanners",
    "columns",
    "list",
    "filters",
    "clock",
    "detail",
    "export",
    "main",
)
"""The script's parts: one scope, closed around them."""
CHUNK = 400
"""Findings whose details stand in one block: what the page unpacks when one of them is opened."""
_SMALL = 4096
"""Bytes from which packing is worth it; smaller blocks can be read with the bare eye."""
_PACKAGE = "aggregator.writers"
_HERE = "<!-- data -->"


class _Index(Struct, frozen=True, kw_only=True):
    """What the page reads first: everything but the details."""

    generated_at: datetime
    title: str
    generator: str
    chunk: int
    lines: tuple[BoardLine, ...]
    rows: tuple[BoardRow, ...]
    upgrades: tuple[BoardUpgrade, ...]


def render_dashboard(board: Board) -> Iterator[bytes]:
    """The page in pieces: the shell's head, one block of data after the other, the script."""
    opened, closed = _shell(board).split(_HERE)
    yield opened.encode()
    for name, data in _data(board):
        yield _block(name, data)
    yield closed.encode()


def _data(board: Board) -> Iterator[tuple[str, bytes]]:
    """The data of the blocks by name: the index, then the details in chunks."""
    index = _Index(
        generated_at=board.generated_at,
        title=board.title,
        generator=board.generator,
        chunk=CHUNK,
        lines=board.lines,
        rows=tuple(finding.row for finding in board.findings),
        upgrades=board.upgrades,
    )
    yield "data", encode(index)
    for start in range(0, len(board.findings), CHUNK):
        details = [finding.detail for finding in board.findings[start : start + CHUNK]]
        yield f"details-{start // CHUNK}", encode(details)


def _block(name: str, data: bytes) -> bytes:
    """A ``script`` element of a type that no browser runs; what it holds can neither end it nor open a comment."""
    if len(data) < _SMALL:
        return _element(name, "application/json", data.replace(b"<", b"\\u003c"))
    return _element(name, "application/zlib", b64encode(zlib.compress(data, 6)))


def _element(name: str, kind: str, text: bytes) -> bytes:
    return b'<script type="%b" id="%b">%b</script>\n' % (kind.encode(), name.encode(), text)


def _shell(board: Board) -> str:
    """The page around the data; the few words that come from the board are escaped, and stand in one line."""
    style, script = _joined(STYLES, "css"), _joined(SCRIPTS, "js")
    return _template().substitute(
        title=escape(clip(plain(board.title), 120)),
        generator=escape(clip(plain(board.generator), 60)),
        generated_at=f"{board.generated_at:%Y-%m-%d %H:%M} UTC",
        open=sum(map(is_open, board.findings)),
        known=len(board.findings),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        data=_HERE,
    )


@cache
def _template() -> Template:
    return Template(read_resource(_PACKAGE, "assets/dashboard.html").decode())


@cache
def _joined(parts: tuple[str, ...], ending: str) -> str:
    """The parts of a style or a script as one text, as it stands between its tags."""
    texts = [read_resource(_PACKAGE, f"assets/{part}.{ending}").decode() for part in parts]
    whole = "\n".join(texts)
    return f'"use strict";\n(() => {{\n{whole}}})();\n' if ending == "js" else whole


def _hash(text: str) -> str:
    """A text's name in a Content-Security-Policy (CSP Level 3, 2.3.1)."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
