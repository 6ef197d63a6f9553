"""``report.md``: a board as one text that is complete and can be printed: numbers, lines, findings, decisions, proofs.

Nothing is left out for length. What a report wrote is escaped for Markdown; long texts are cut, whole findings never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from aggregator.model.finding import Disposition, Standing
from aggregator.model.severity import WORST_FIRST
from aggregator.writers.board_numbers import Numbers, numbers_of
from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard_data import Board, BoardFinding, BoardLine, BoardScan, BoardUpgrade
from aggregator.writers.escape import clip, markdown, markdown_code, plain
from aggregator.writers.status_words import last_moment
from aggregator.writers.summary_cells import day, distance, many, percent, table

_TITLE = 200
_WORDS = 400
_CHUNK = 500
"""Rows that are made before they are handed on."""
_STANDINGS = {
    Standing.BREACHED: "Past SLA",
    Standing.APPROACHING: "Due soon",
    Standing.WITHIN: "Within SLA",
    Standing.NONE: "No SLA",
}


def render_report(board: Board) -> Iterator[bytes]:
    """The text in chunks."""
    numbers = numbers_of(board)
    opened = [each for each in board.findings if is_open(each)]
    decided = [each for each in board.findings if each.row.disposition is not Disposition.OPEN]
    closed = [each for each in board.findings if each.row.closed_at is not None]
    yield _joined(_head(board, numbers))
    yield _joined(_lines(board))
    yield _joined(_scans(board))
    yield from _open(board, opened)
    yield from _section(board, "Decisions", "Nobody has decided anything.", _DECISIONS, decided, _decision_row)
    yield from _section(board, "Closed", "No closed finding is remembered.", _CLOSED, closed, _closed_row)
    yield _joined(_upgrades(board.upgrades))
    yield _joined(_remarks(board))
    yield f"\n<sub>{board.generator} · {board.generated_at:%Y-%m-%d %H:%M} UTC</sub>\n".encode()


def _joined(blocks: Iterable[str]) -> bytes:
    return "".join(f"{block}\n\n" for block in blocks).encode(errors="replace")


# --- numbers


def _head(board: Board, numbers: Numbers) -> Iterator[str]:
    yield f"# Security findings: {markdown(clip(plain(board.title), _TITLE))}"
    yield f"As of {board.generated_at:%Y-%m-%d %H:%M} UTC."
    yield "## In numbers"
    yield _severities(numbers)
    yield "\n".join(f"- {said}" for said in _sentences(board, numbers))


def _severities(numbers: Numbers) -> str:
    rows = [
        (severity.value.capitalize(), *_row([numbers.standings[severity][standing] for standing in _STANDINGS]))
        for severity in WORST_FIRST
    ]
    sums = [sum(numbers.standings[severity][standing] for severity in WORST_FIRST) for standing in _STANDINGS]
    return table(("Open", *_STANDINGS.values(), "All"), [*rows, ("**All**", *_row(sums))])


def _row(counts: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(count) for count in (*counts, sum(counts)))


def _sentences(board: Board, numbers: Numbers) -> Iterator[str]:
    yield f"{many(numbers.open, 'open finding')}, {numbers.silenced} set aside, {numbers.closed} closed and remembered."
    for line in board.lines:
        if line.totals is not None:
            totals, name = line.totals, f"{_name(line)}: " if len(board.lines) > 1 else ""
            yield (
                f"{name}{totals.reported} reported = {totals.unique} unique + {totals.merged} merged"
                f" + {totals.suppressed} suppressed + {totals.refused} refused."
            )
            if not line.is_baseline:
                yield (
                    f"{name}{totals.new} new since the run before, {totals.reopened} reopened, {totals.absent} fixed,"
                    f" {totals.updated} updated, {totals.unchanged} unchanged."
                )
    if numbers.timed:
        share = percent(numbers.in_time, numbers.timed)
        yield f"SLA compliance: {numbers.in_time} of {numbers.timed} open findings with an SLA are in time ({share})."
    if numbers.closed_timed:
        yield f"{numbers.closed_in_time} of {numbers.closed_timed} fixed findings were fixed in time."
    if numbers.mean_days:
        means = ", ".join(f"{severity.value.lower()} {days}" for severity, days in numbers.mean_days.items())
        yield f"Mean days to remediate: {means}."
    late = numbers.oldest_breach
    if late is not None and late.due_at is not None:
        ago = distance(late.due_at, board.generated_at)
        yield f"Late for longest: {markdown_code(late.id)}, due {day(late.due_at)} ({ago})."


# --- lines and scans


def _lines(board: Board) -> Iterator[str]:
    yield "## What this is about"
    heads = ("Product", "Environment", "Branch", "Last run", "Commit", "Gate")
    yield table(heads, [_line_row(line) for line in board.lines])


def _line_row(line: BoardLine) -> tuple[str, ...]:
    said = f"{line.ruling}: {_words(line.ruling_reason)}" if line.ruling else "-"
    run = f"{line.at:%Y-%m-%d %H:%M}<br>{_words(line.run)}"
    product = ", ".join(filter(None, (_words(line.product), _words(line.product_type))))
    branch = ", ".join(filter(None, (_words(line.branch), _words(line.state_key))))
    place = _words(line.environment) or "-", branch or "-"
    return product or "-", *place, run, markdown_code(line.commit[:12]) or "-", said


def _name(line: BoardLine) -> str:
    return markdown(clip("/".join(filter(None, (line.product, line.environment, line.branch, line.state_key))), _TITLE))


def _scans(board: Board) -> Iterator[str]:
    yield "## What was looked at"
    rows = [_scan_row(line, scan) for line in board.lines for scan in line.scans]
    heads = ("Product", "Tool", "Scope", "Report", "State", "Last covered")
    yield table(heads, rows) if rows else "Nothing is known."


def _scan_row(line: BoardLine, scan: BoardScan) -> tuple[str, ...]:
    state = scan.look.value.replace("_", " ")
    why = _words(f"{scan.reason} {scan.next_step}")
    covered = "-" if scan.covered_at is None else f"{scan.covered_at:%Y-%m-%d %H:%M}"
    tool = _words(f"{scan.tool} {scan.tool_version}")
    place = _words(scan.scope) or "-", _code(scan.report) or "-"
    return _name(line), tool, *place, f"{state}: {why}" if why else state, covered


# --- findings


_OPEN = ("Finding", "Where", "Tools", "Owner", "Since", "Due")
_DECISIONS = ("Finding", "Where", "Decision", "Who, and when", "Until", "Reason")
_CLOSED = ("Finding", "Where", "First seen", "Closed", "Proof")
_Cells = Callable[[BoardFinding, datetime], tuple[str, ...]]


def _open(board: Board, opened: Sequence[BoardFinding]) -> Iterator[bytes]:
    yield f"## Open findings ({len(opened)})\n\n".encode()
    if not opened:
        yield b"Nothing is open.\n\n"
    for severity in WORST_FIRST:
        found = [each for each in opened if each.row.severity is severity]
        if found:
            yield f"### {severity.value.capitalize()} ({len(found)})\n\n".encode()
            yield from _table(board, _OPEN, found, _open_row)


def _section(
    board: Board, title: str, nothing: str, heads: Sequence[str], found: Sequence[BoardFinding], cells: _Cells
) -> Iterator[bytes]:
    yield f"## {title} ({len(found)})\n\n".encode()
    if found:
        yield from _table(board, heads, found, cells)
    else:
        yield f"{nothing}\n\n".encode()


def _table(board: Board, heads: Sequence[str], found: Sequence[BoardFinding], cells: _Cells) -> Iterator[bytes]:
    is_shared = len(board.lines) > 1
    heads = ("Product", *heads) if is_shared else heads
    yield f"{table(heads, ())}\n".encode()
    for start in range(0, len(found), _CHUNK):
        lines = []
        for each in found[start : start + _CHUNK]:
            row = cells(each, board.generated_at)
            row = (_name(board.lines[each.row.line]), *row) if is_shared else row
            lines.append(f"| {' | '.join(cell or '-' for cell in row)} |\n")
        yield "".join(lines).encode(errors="replace")
    yield b"\n"


def _open_row(each: BoardFinding, now: datetime) -> tuple[str, ...]:
    row = each.row
    people = [*row.owners, *(f"assigned: {name}" for name in row.assignees)]
    due = "-" if row.due_at is None else f"{day(row.due_at)}<br>{distance(row.due_at, now)}"
    since = "-" if row.first_seen is None else day(row.first_seen)
    return _title(each), _place(each), _words(", ".join(row.tools)), _words(", ".join(people)), since, due


def _title(each: BoardFinding) -> str:
    row = each.row
    facts = [markdown_code(row.id), *(markdown(clip(name, 40)) for name in row.vulnerability_ids[:5])]
    facts += [f"CWE-{number}" for number in row.weaknesses[:5]]
    facts += [f"risk {row.risk}"] if row.risk is not None else []
    facts += ["being exploited"] if row.is_kev else []
    facts += [
        f"{'ticket' if ticket.is_open is not False else 'closed ticket'} {_code(ticket.url)}" for ticket in row.tickets
    ]
    return f"{markdown(clip(plain(row.title), _TITLE)) or 'Untitled'}<br><sub>{' · '.join(facts)}</sub>"


def _place(each: BoardFinding) -> str:
    """Where it is, linked to the commit that was scanned when that is known."""
    label, links = _code(each.row.where), each.detail.links
    return f"[{label}]({links[0]})" if label and links and links[0] else label


def _decision_row(each: BoardFinding, now: datetime) -> tuple[str, ...]:
    decision = each.detail.finding.decision
    said = each.row.disposition.value.replace("_", " ")
    what = f"{each.row.severity.value.capitalize()}<br>{said}" + ("<br>(closed)" if each.row.closed_at else "")
    if decision is None:
        return _title(each), _place(each), what, "", "", ""
    who = [_words(decision.author), f"({_words(decision.origin)})" if decision.origin else ""]
    who += [day(decision.decided_at)] if decision.decided_at else []
    ends = None if decision.expires_at is None else last_moment(decision.expires_at)
    end = "-" if ends is None else f"{day(ends)}<br>{distance(ends, now)}"
    why = " ".join(filter(None, (decision.reason, decision.justification)))
    return _title(each), _place(each), what, " ".join(filter(None, who)), end, _words(why)


def _closed_row(each: BoardFinding, _now: datetime) -> tuple[str, ...]:
    row, proof = each.row, each.detail.finding.closed_reason
    first = "-" if row.first_seen is None else day(row.first_seen)
    closed = "-" if row.closed_at is None else day(row.closed_at)
    return f"{row.severity.value.capitalize()}: {_title(each)}", _place(each), first, closed, _words(proof)


# --- the rest


def _upgrades(upgrades: Sequence[BoardUpgrade]) -> Iterator[str]:
    if upgrades:
        closes = sum(len(each.closes) for each in upgrades)
        verb = "closes" if len(upgrades) == 1 else "close"
        yield f"## {many(len(upgrades), 'upgrade')} {verb} {many(closes, 'finding')}"
        yield table(("Package", "Installed", "Upgrade to", "Where", "Closes"), map(_upgrade_row, upgrades))


def _upgrade_row(each: BoardUpgrade) -> tuple[str, ...]:
    closes = ", ".join(markdown_code(id_) for id_ in each.closes)
    place = _code(each.path or each.image)
    return _words(each.name), _code(", ".join(each.installed)) or "-", _code(each.to), place or "-", closes


def _remarks(board: Board) -> Iterator[str]:
    said = [(line, item) for line in board.lines for item in line.diagnostics]
    if said:
        yield f"## Remarks ({len(said)})"
        yield "\n".join(
            f"- {_name(line)}: {item.level.value}: {_words(f'{item.subject}: {item.reason} {item.next_step}')}"
            for line, item in said
        )


def _words(text: str) -> str:
    return markdown(clip(plain(text), _WORDS))


def _code(text: str) -> str:
    return markdown_code(clip(plain(text), _WORDS))
