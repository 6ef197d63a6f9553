"""Boards for the tests and the pictures of the dashboard: the example shop over weeks, and much more of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.intelligence import Exploited, Intelligence
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import ReadFailure, Report
from aggregator.model.state import Line, RunRef, State
from aggregator.model.ticket import Ticket
from aggregator.owners import read_owners
from aggregator.pipeline import evaluate
from aggregator.policy import ExceptionRule, Policy
from aggregator.readers.registry import read_report
from aggregator.writers.board_outcome import board_of
from aggregator.writers.board_part import Part, board
from aggregator.writers.dashboard_data import Board, BoardFinding, Look

EXAMPLES = Path(__file__).parents[1] / "examples" / "reports"
START = datetime(2026, 9, 28, 6, tzinfo=UTC)
RUNS, PAUSE = 14, timedelta(days=3)
OWNERS = read_owners("/shop/ @corner-shop/web\n/web/ @corner-shop/web\n/deploy/ @corner-shop/platform\n/config/ @ada\n")
KNOWN = Intelligence(kev={"CVE-2021-23337": Exploited(date(2026, 10, 12))}, kev_at=date(2026, 11, 14))


class Product(Struct, frozen=True):
    """One product line: of each report the runs in which it and its later edition came first."""

    name: str
    reports: Mapping[str, tuple[int, int]]


SHOP = Product(
    "corner-shop",
    {
        "gitleaks.json": (0, 8),
        "bandit.sarif": (0, 13),
        "semgrep.json": (1, 13),
        "trivy-fs.json": (3, 10),
        "modelled/codeql.sarif": (6, 13),
    },
)
PLATFORM = Product(
    "shop-platform",
    {
        "prowler.ocsf.json": (0, 9),
        "trivy-image.json": (2, 13),
        "modelled/zap-shop.json": (5, 12),
        "modelled/zap-help-desk.xml": (5, 12),
    },
)
ACCEPTED = ExceptionRule(
    status="risk_accepted",
    rule="B104",
    reason="The service listens on every address because its container does; the firewall in front lets one in.",
    owner="ada",
    expires=date(2026, 12, 31),
    decided=date(2026, 10, 20),
)


@cache
def outcomes() -> tuple[Outcome, ...]:
    """The last runs of both products: one every three days, with scanners that came one after the other."""
    return tuple(_followed(product)[-1] for product in (SHOP, PLATFORM))


@cache
def shop() -> Board:
    """Both products on one board."""
    return joined(outcomes())


def joined(of: tuple[Outcome, ...]) -> Board:
    """Several outcomes on one board."""
    boards = [board_of(outcome) for outcome in of]
    return board([Part(each.lines[0], each.findings, each.upgrades) for each in boards], "Onefold 0.1.0")


def multiplied(count: int) -> Board:
    """So many findings: those of the shop again and again, each under an id and in a folder of its own."""
    known = shop()
    findings = tuple(_again(known.findings[at % len(known.findings)], at // len(known.findings)) for at in range(count))
    return replace(known, findings=findings, upgrades=())


def _again(finding: BoardFinding, turn: int) -> BoardFinding:
    if not turn:
        return finding
    row, name = finding.row, f"{finding.row.id}-{turn}"
    path = f"service-{turn:03}/{row.path}" if row.path else ""
    where = row.where.replace(row.path, path) if path else row.where
    published = replace(finding.detail.finding, id=name)
    return BoardFinding(replace(row, id=name, path=path, where=where), replace(finding.detail, finding=published))


def empty() -> Board:
    """A run in which every scanner looked and found nothing."""
    known = shop()
    whole = [
        replace(line, scans=tuple(scan for scan in line.scans if scan.look is Look.COMPLETE)) for line in known.lines
    ]
    lines = tuple(replace(line, scans=tuple(replace(scan, results=0) for scan in line.scans)) for line in whole)
    return replace(known, lines=lines, findings=(), upgrades=())


def _followed(product: Product) -> list[Outcome]:
    """The product's runs, each continuing the one before."""
    runs: list[Outcome] = []
    for number in range(RUNS):
        before = runs[-1].state if runs else None
        state = _with_tickets(before) if before is not None and number == RUNS - 1 else before
        runs.append(_run(product, number, state))
    return runs


def _run(product: Product, number: int, state: State | None) -> Outcome:
    commit = f"{number + 1:02x}c4f17e9b" * 4
    context = Context(
        line=Line(product.name, "production", "main"),
        run=RunRef(f"{9_400_000 + number * 137}"),
        product_type="Retail",
        commit=commit,
        source_url=f"https://github.com/acme/{product.name}/blob/{commit}/{{path}}#L{{line}}",
    )
    known, exceptions = (KNOWN, (ACCEPTED,)) if number > RUNS // 2 else (Intelligence(), ())
    return evaluate(
        _reports(product, number),
        now=START + number * PAUSE,
        context=context,
        state=state,
        policy=Policy.default(),
        exceptions=exceptions,
        intelligence=known,
        owners=OWNERS,
        tickets=() if state is None else state.tickets,
    )


def _reports(product: Product, number: int) -> Iterator[Report | ReadFailure]:
    """What that run was given; the image's later report is cut off, as it lies among the examples."""
    for name, (since, later) in product.reports.items():
        if since <= number:
            data = (EXAMPLES / ("second" if number >= later else "first") / name).read_bytes()
            yield read_report(data, f"reports/{name}", place=name)


def _with_tickets(state: State) -> State:
    """Every third finding that is urgent has a ticket, every second of those is resolved."""
    urgent = [each for each in state.findings if each.severity.rank > 2][::3]
    tickets = {
        each.id: Ticket(
            f"https://acme.atlassian.net/browse/SEC-{101 + at}", at % 2 == 0, ("Grace",) if at % 3 == 0 else ()
        )
        for at, each in enumerate(urgent)
    }
    named = tuple(
        replace(each, tickets=(tickets[each.id].url,)) if each.id in tickets else each for each in state.findings
    )
    return replace(state, findings=named, tickets=tuple(sorted(tickets.values())))
