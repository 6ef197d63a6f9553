"""A board as JSON, for programs: its lines, and its findings in the published shape of ``findings.json``."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.json import Encoder

from aggregator.writers.dashboard_data import Board
from aggregator.writers.published import SCHEMA_VERSION
from aggregator.writers.sarif_model import stream_items

_encode = Encoder(order="deterministic").encode


def render_board(board: Board) -> Iterator[bytes]:
    """The document in chunks: ``lines`` first, then ``findings``, each as the findings' schema defines one."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "generated_at": board.generated_at,
        "title": board.title,
        "lines": board.lines,
        "upgrades": board.upgrades,
    }
    yield _encode(head)[:-1] + b',"findings":['
    yield from stream_items(each.detail.finding for each in board.findings)
    yield b"]}\n"
