"""Boards put together: each product line is a part, and a page shows one or many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Level
from aggregator.model.finding import Standing
from aggregator.writers.dashboard_data import Board, BoardFinding, BoardLine, BoardPoint, BoardUpgrade
from aggregator.writers.published import PublishedDiagnostic
from aggregator.writers.published_upgrade import PublishedUpgrade

GENERATOR = "Onefold"
_OLD_DAYS = 7
"""So long may a line go without a run before a page of several says so."""
_IN_TIME = frozenset({Standing.WITHIN, Standing.APPROACHING})
_NEVER = datetime.max.replace(tzinfo=UTC)


class Part(Struct, frozen=True):
    """One product line with its findings and upgrades, before it has a place on a board."""

    line: BoardLine
    findings: tuple[BoardFinding, ...]
    upgrades: tuple[BoardUpgrade, ...] = ()


def board(parts: Iterable[Part], generator: str = GENERATOR) -> Board:
    """All parts on one board, by product, environment, branch and key; their findings together, worst first.

    The board is of the latest of their runs: what was in time in an earlier one and has come due since is late. Raises
    ``ValueError`` when there is no part.
    """
    ordered = sorted(parts, key=lambda part: _line_order(part.line))
    if not ordered:
        msg = "a board needs a line"
        raise ValueError(msg)
    now = max(part.line.at for part in ordered)
    ordered = [part if part.line.at == now else _as_of(part, now) for part in ordered]
    findings = [_moved(each, place) for place, part in enumerate(ordered) for each in part.findings]
    findings.sort(key=_urgency)
    return Board(
        generated_at=now,
        title=_title(ordered),
        generator=generator,
        lines=tuple(part.line for part in ordered),
        findings=tuple(findings),
        upgrades=tuple(_upgrades(ordered)),
    )


def _line_order(line: BoardLine) -> tuple[str, str, str, str]:
    return line.product, line.environment, line.branch, line.state_key


def _as_of(part: Part, now: datetime) -> Part:
    """A line as of the board's moment, which is later than that of its run: only its clocks have gone on."""
    findings = tuple(_late(each, now) for each in part.findings)
    line = part.line
    if findings != part.findings and line.trend:
        line = replace(line, trend=(*line.trend, _clocks_alone(line.trend[-1], findings, now)))
    return Part(_dated(line, now), findings, part.upgrades)


def _late(finding: BoardFinding, now: datetime) -> BoardFinding:
    row = finding.row
    if row.due_at is None or row.due_at > now or row.standing not in _IN_TIME:
        return finding
    published = replace(finding.detail.finding, standing=Standing.BREACHED)
    return BoardFinding(replace(row, standing=Standing.BREACHED), replace(finding.detail, finding=published))


def _clocks_alone(last: BoardPoint, findings: Sequence[BoardFinding], now: datetime) -> BoardPoint:
    """A point of the trend that is no run: what was open then, and how much of it is late by now."""
    standings = Counter(each.row.standing for each in findings if is_open(each))
    breached, approaching = standings[Standing.BREACHED], standings[Standing.APPROACHING]
    return replace(last, run="", at=now, new=0, fixed=0, reopened=0, breached=breached, approaching=approaching)


def _dated(line: BoardLine, now: datetime) -> BoardLine:
    """The line, with a word about its age where nobody has looked for long: silence is no good news."""
    days = (now - line.at).days
    if days < _OLD_DAYS:
        return line
    reason = f"Its last run was {days} days before the latest one on this page; what happened since is not known."
    said = PublishedDiagnostic("line-is-old", Level.WARNING, line.product, reason, "Run it again, or leave it out.", "")
    return replace(line, diagnostics=(said, *line.diagnostics))


def _moved(finding: BoardFinding, place: int) -> BoardFinding:
    return BoardFinding(replace(finding.row, line=place), finding.detail) if place else finding


def _urgency(finding: BoardFinding) -> tuple[object, ...]:
    """What asks for action first, then what was set aside, then what is closed; each worst first, then due first."""
    row = finding.row
    return (
        row.closed_at is not None,
        row.disposition.silences,
        -row.severity.rank,
        -(row.risk or 0),
        row.due_at or _NEVER,
        row.line,
        row.where,
        row.rule_id,
        row.id,
    )


def _upgrades(parts: Sequence[Part]) -> Iterator[BoardUpgrade]:
    """Those that close the worst first."""
    all_of_them = [
        replace(each, line=place) if place else each for place, part in enumerate(parts) for each in part.upgrades
    ]
    return iter(sorted(all_of_them, key=lambda each: (-each.severity.rank, -len(each.closes), each.name, each.line)))


def board_upgrade(upgrade: PublishedUpgrade) -> BoardUpgrade:
    """One upgrade of a board with one line."""
    return BoardUpgrade(
        purl=upgrade.purl,
        name=upgrade.name,
        to=upgrade.to,
        severity=upgrade.severity,
        closes=upgrade.closes,
        path=upgrade.path,
        image=upgrade.image,
        installed=upgrade.installed,
    )


def _title(parts: Sequence[Part]) -> str:
    """What the page is about: the product, or how many there are."""
    products = sorted({part.line.product for part in parts})
    return products[0] if len(products) == 1 else f"{len(products)} products"


def is_open(finding: BoardFinding) -> bool:
    """Whether it asks for action: neither closed nor set aside."""
    return finding.row.closed_at is None and not finding.row.disposition.silences
