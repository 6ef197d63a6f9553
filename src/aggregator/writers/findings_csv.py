"""``findings.csv``: one row a finding, for spreadsheets (RFC 4180, UTF-8, no formula is ever run)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from aggregator.model.finding import Decision, Finding
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Location
from aggregator.model.outcome import Context, Outcome
from aggregator.writers.csv_cells import cell, time_cell
from aggregator.writers.places import where
from aggregator.writers.published_ticket import assignees_of

COLUMNS = (
    "id",
    "severity",
    "status",
    "baseline",
    "observation",
    "kind",
    "title",
    "where",
    "path",
    "line",
    "tools",
    "rule_id",
    "weaknesses",
    "vulnerability_ids",
    "first_seen",
    "last_seen",
    "due_at",
    "standing",
    "closed_at",
    "reason",
    "tickets",
    "product",
    "environment",
    "branch",
    "risk",
    "owners",
    "assignees",
    "product_type",
    "engagement",
    "decided_by",
    "decided_at",
    "decision_ends",
)
_CHUNK = 1024
_repeated = lru_cache(maxsize=4096)(cell)


def render_csv(outcome: Outcome) -> Iterator[bytes]:
    """The table in chunks of rows, its heading first."""
    context, tickets = outcome.context, outcome.tickets
    homes: dict[Belonging, tuple[str, str]] = {}
    rows = (
        _row(
            finding,
            homes.get(finding.belonging) or homes.setdefault(finding.belonging, _home(context, finding)),
            assignees_of(finding.tickets, tickets) if finding.tickets else (),
        )
        for finding in outcome.findings
    )
    yield (",".join(COLUMNS) + "\r\n").encode()
    while chunk := list(islice(rows, _CHUNK)):
        yield "".join(chunk).encode()


def _home(context: Context, finding: Finding) -> tuple[str, str]:
    """The fields for where the finding belongs: product, environment and branch, then product type and engagement."""
    home = context.home(finding)
    place = ",".join(cell(text) for text in (home.product, home.environment, context.line.branch))
    return place, f"{cell(home.product_type)},{cell(home.engagement)}"


def _row(finding: Finding, home: tuple[str, str], assignees: tuple[str, ...]) -> str:
    path, line = _file(finding.location)
    place, labels = home
    reason = finding.closed_reason or finding.decision.reason or finding.observation_reason
    return ",".join(
        (
            cell(finding.id),
            finding.severity,
            finding.status,
            finding.baseline or "",
            finding.observation,
            finding.kind,
            _repeated(finding.title),
            f"{path}:{line}" if _is_in_file(finding, path, line) else cell(where(finding)),
            path,
            line,
            _repeated(_tools(finding)),
            _repeated(finding.rule_id),
            _weaknesses(finding.weaknesses),
            cell(" ".join(finding.vulnerability_ids)) if finding.vulnerability_ids else "",
            time_cell(finding.first_seen),
            time_cell(finding.last_seen),
            time_cell(finding.due_at),
            finding.standing,
            time_cell(finding.closed_at) if finding.closed_at else "",
            cell(reason) if reason else "",
            cell(" ".join(finding.tickets)) if finding.tickets else "",
            place,
            "" if finding.risk is None else str(finding.risk.score),
            cell(" ".join(finding.owners)) if finding.owners else "",
            cell(" ".join(assignees)) if assignees else "",
            labels,
            _decided(finding.decision),
        )
    )


def _decided(decision: Decision) -> str:
    """Who decided, or the place where it was, when, and the first moment at which it no longer holds."""
    if decision.decided_at is None and decision.expires_at is None and not (decision.author or decision.origin):
        return ",,\r\n"  # by far the most
    who = _repeated(decision.author or decision.origin)
    return f"{who},{time_cell(decision.decided_at)},{time_cell(decision.expires_at)}\r\n"


def _file(location: Location | None) -> tuple[str, str]:
    """The fields for path and line."""
    if location is None:
        return "", ""
    line = location.start_line
    return _repeated(location.path), "" if line is None else str(line)


def _is_in_file(finding: Finding, path: str, line: str) -> bool:
    """Whether the place is a line of a file and its path a field as it stands, so that both joined are one too."""
    location = finding.location
    return bool(line) and finding.component is None and location is not None and path == location.path


def _tools(finding: Finding) -> str:
    sources = finding.sources
    if len(sources) == 1:
        return sources[0].tool
    if sources:
        return " ".join(dict.fromkeys(source.tool for source in sources))
    return " ".join(sorted({sighting.tool for sighting in finding.sightings})) or finding.tool


@lru_cache(maxsize=4096)
def _weaknesses(numbers: tuple[int, ...]) -> str:
    return " ".join(f"CWE-{number}" for number in numbers)
