"""``evidence.zip``: what an auditor asks for, in one file whose every part can be checked by its hash.

``manifest.json`` says what the bundle is about and what each part is; ``SHA256SUMS`` is for ``sha256sum --check``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from hashlib import sha256

from msgspec import Struct
from msgspec.json import Encoder

from aggregator.model.outcome import Outcome
from aggregator.policy import exceptions_schema, policy_schema
from aggregator.state import state_schema, stream
from aggregator.writers.board_outcome import board_of
from aggregator.writers.board_tables import decisions_table, findings_table, history_table
from aggregator.writers.bundle import Paper, Sealed, bundle
from aggregator.writers.dashboard_data import Board, BoardLine
from aggregator.writers.findings_json import render_findings
from aggregator.writers.findings_schema import findings_schema
from aggregator.writers.report_md import render_report

SCHEMA_VERSION = "0.1"
_encode = Encoder().encode


class _Line(Struct, frozen=True):
    """One product line in the manifest."""

    product: str
    environment: str
    branch: str
    state_key: str
    commit: str
    run: str
    at: str


def render_evidence(board: Board, papers: Iterable[Paper]) -> Iterator[bytes]:
    """The bundle in chunks.

    Args:
        board: what the tables and the report are made from.
        papers: the records that the board was made from, and the rules that were in force.
    """
    return bundle((*papers, *_tables(board), *_schemas()), partial(_seal, board))


def run_evidence(outcome: Outcome, rules: Iterable[Paper] = ()) -> Iterator[bytes]:
    """The bundle of one run; its state is as decided, before anything was delivered."""
    return render_evidence(board_of(outcome), (*_records(outcome), *rules))


def _records(outcome: Outcome) -> Iterator[Paper]:
    yield Paper("findings.json", "The run's findings.", lambda: render_findings(outcome))
    yield Paper("state.json", "What the run remembers.", lambda: stream(outcome.state))


def _tables(board: Board) -> Iterator[Paper]:
    yield Paper("report.md", "The report for people.", lambda: render_report(board))
    yield Paper("findings.csv", "Every finding, one row each.", lambda: findings_table(board))
    yield Paper("decisions.csv", "What people decided: who, when, until when, why.", lambda: decisions_table(board))
    yield Paper(
        "history.csv", "What became of each finding, with the proof of a closing.", lambda: history_table(board)
    )


_SCHEMAS = {
    "findings": ("findings.json", findings_schema),
    "state": ("a state", state_schema),
    "config": ("the policy", policy_schema),
    "exceptions": ("the exceptions", exceptions_schema),
}


def _schemas() -> Iterator[Paper]:
    for name, (what, schema) in _SCHEMAS.items():
        yield Paper(f"schemas/{name}.schema.json", f"The JSON Schema of {what}.", partial(_text, schema()))


def _text(value: Mapping[str, object]) -> Iterator[bytes]:
    yield f"{json.dumps(value, indent=2)}\n".encode()


def _seal(board: Board, sealed: tuple[Sealed, ...]) -> Iterator[Paper]:
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "generator": board.generator,
        "generated_at": board.generated_at,
        "lines": [_line(line) for line in board.lines],
        "files": sealed,
    }
    text = _encode(manifest) + b"\n"
    yield Paper("manifest.json", "What the parts are.", lambda: [text])
    digests = {each.name: each.sha256 for each in sealed} | {"manifest.json": sha256(text).hexdigest()}
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    yield Paper("SHA256SUMS", "Their hashes.", lambda: [sums.encode()])


def _line(line: BoardLine) -> _Line:
    at = line.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return _Line(line.product, line.environment, line.branch, line.state_key, line.commit, line.run, at)
