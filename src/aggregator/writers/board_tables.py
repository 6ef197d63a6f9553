"""Tables of a board for spreadsheets and auditors: its findings, decisions and history (RFC 4180, UTF-8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from aggregator.writers.csv_cells import cell, time_cell
from aggregator.writers.dashboard_data import Board, BoardFinding
from aggregator.writers.findings_csv import COLUMNS
from aggregator.writers.published import PublishedDecision

DECISIONS = (
    "finding",
    "severity",
    "title",
    "where",
    "disposition",
    "author",
    "origin",
    "decided_at",
    "expires_at",
    "reason",
    "justification",
    "status",
    "product",
    "environment",
    "branch",
)
HISTORY = ("finding", "at", "to", "run", "reason", "severity", "title", "product", "environment", "branch")
_CHUNK = 1024


def findings_table(board: Board) -> Iterator[bytes]:
    """One row a finding, with the columns of ``findings.csv``."""
    return _table(COLUMNS, (_finding(board, each) for each in board.findings))


def decisions_table(board: Board) -> Iterator[bytes]:
    """One row for each decision that holds: about which finding, what, by whom, when, until when and why."""
    return _table(DECISIONS, (row for each in board.findings for row in _decision(board, each)))


def history_table(board: Board) -> Iterator[bytes]:
    """One row for each change of a finding, by finding, oldest first; a closing gives its proof as the reason."""
    return _table(HISTORY, (row for each in board.findings for row in _history(board, each)))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    yield _record(columns).encode()
    made = map(_record, rows)
    while chunk := list(islice(made, _CHUNK)):
        yield "".join(chunk).encode(errors="replace")


def _record(fields: Sequence[str]) -> str:
    return f"{','.join(map(cell, fields))}\r\n"


def _finding(board: Board, each: BoardFinding) -> Sequence[str]:
    row, finding = each.row, each.detail.finding
    decision = "" if finding.decision is None else finding.decision.reason
    path, line = ("", None) if not finding.locations else (finding.locations[0].path, finding.locations[0].start_line)
    return (
        row.id,
        row.severity,
        row.status,
        row.baseline or "",
        row.observation,
        row.kind,
        row.title,
        row.where,
        path,
        "" if line is None else str(line),
        " ".join(dict.fromkeys(source.tool for source in finding.sources)) or " ".join(row.tools),
        row.rule_id,
        " ".join(f"CWE-{number}" for number in row.weaknesses),
        " ".join(row.vulnerability_ids),
        *map(time_cell, (row.first_seen, row.last_seen, row.due_at)),
        row.standing,
        time_cell(row.closed_at),
        finding.closed_reason or decision or finding.observation_reason,
        " ".join(ticket.url for ticket in row.tickets),
        row.product,
        row.environment,
        board.lines[row.line].branch,
        "" if row.risk is None else str(row.risk),
        " ".join(row.owners),
        " ".join(row.assignees),
        row.product_type,
        finding.engagement,
        *_decided(finding.decision),
    )


def _decided(decision: PublishedDecision | None) -> tuple[str, str, str]:
    """Who decided, or the place where it was, when, and when it ends."""
    if decision is None:
        return "", "", ""
    return decision.author or decision.origin, time_cell(decision.decided_at), time_cell(decision.expires_at)


def _decision(board: Board, each: BoardFinding) -> Iterator[Sequence[str]]:
    row, decision = each.row, each.detail.finding.decision
    if decision is not None:
        yield (
            row.id,
            row.severity,
            row.title,
            row.where,
            row.disposition,
            decision.author,
            decision.origin,
            time_cell(decision.decided_at),
            time_cell(decision.expires_at),
            decision.reason,
            decision.justification,
            row.status,
            row.product,
            row.environment,
            board.lines[row.line].branch,
        )


def _history(board: Board, each: BoardFinding) -> Iterator[Sequence[str]]:
    row, branch = each.row, board.lines[each.row.line].branch
    for step in each.detail.finding.history:
        told = (row.id, time_cell(step.at), step.to, step.run, step.reason)
        yield (*told, row.severity, row.title, row.product, row.environment, branch)
