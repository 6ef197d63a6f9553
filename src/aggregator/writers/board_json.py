"""A board as JSON, for programs: lines, upgrades, and the findings in the published shape of ``findings.json``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.json import Encoder, schema

from aggregator.writers.dashboard_data import Board, BoardLine, BoardUpgrade
from aggregator.writers.published import SCHEMA_VERSION, PublishedFinding
from aggregator.writers.sarif_model import stream_items

_encode = Encoder(order="deterministic").encode


class Export(Struct, frozen=True, kw_only=True):
    """The whole document: every line, and the findings and upgrades of all of them, worst first.

    What a line's source does not tell is empty or null; ``totals`` are told by a ``findings.json`` alone.
    """

    schema_version: Literal["0.1"]
    generated_at: datetime
    title: str
    lines: tuple[BoardLine, ...]
    upgrades: tuple[BoardUpgrade, ...]
    findings: tuple[PublishedFinding, ...]


def render_board(board: Board) -> Iterator[bytes]:
    """The document in chunks: ``lines`` and ``upgrades`` first, then ``findings``. Every key is always there."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "generated_at": board.generated_at,
        "title": board.title,
        "lines": _whole(board.lines),
        "upgrades": _whole(board.upgrades),
    }
    yield _encode(head)[:-1] + b',"findings":['
    yield from stream_items(each.detail.finding for each in board.findings)
    yield b"]}\n"


def export_schema() -> dict[str, object]:
    """The schema (JSON Schema 2020-12) as it stands in ``schemas/export.schema.json``."""
    head: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Onefold export, version {SCHEMA_VERSION}",
    }
    made = schema(Export)
    for name, part in made["$defs"].items():
        if name.startswith("Board"):
            part["required"] = [*part["properties"]]  # a page leaves empty ones out, this document does not
    return head | made


def _whole(value: object) -> object:
    """The value with every key: the page's own leave out what is empty."""
    if isinstance(value, Struct):
        return {name: _whole(getattr(value, name)) for name in value.__struct_fields__}
    return [_whole(each) for each in value] if isinstance(value, tuple) else value
