"""What ``dashboard.html`` is made of: everything the page shows, as values, before any of it is text.

A board is filled from an outcome or from state files, and ``aggregator.writers.dashboard`` puts it into a page. The
page computes all its numbers from the rows, so that they follow what is filtered, and reads no clock: "today" is
:attr:`Board.generated_at`. What is not known is empty or ``None``. Times are in UTC.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from aggregator.model.finding import Baseline, Disposition, Observation, Standing
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.model.word import Word
from aggregator.writers.published import PublishedDiagnostic, PublishedFinding, PublishedTotals


class Look(Word):
    """What became of a tool's work on a scope in the run that is shown."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSING = "missing"
    """People expect its report, and there was none."""
    NOT_SCANNED = "not_scanned"
    """It is remembered from an earlier run, and nothing of it was read in this one."""
    REMEMBERED = "remembered"
    """The board is made from a state, which does not know what was read in its last run."""


class BoardScan(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One tool's work on one scope.

    Attributes:
        covered_at: when it was last looked at with all reports there; ``None`` when never.
        covered: files looked at, when the format lists them; ``unread`` of them not fully.
        results: entries that the report holds; ``passed`` and ``manual`` rows are not among them.
    """

    tool: str
    scope: str
    look: Look
    covered_at: datetime | None = None
    tool_version: str = ""
    report: str = ""
    reason: str = ""
    next_step: str = ""
    covered: int | None = None
    unread: int = 0
    results: int = 0
    passed: int = 0
    manual: int = 0
    refused: int = 0


class BoardPoint(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One run of the history, for the charts.

    Attributes:
        open: findings that ask for action, by severity (``HIGH``).
        fixed: closed by proof in that run.
        mean_days: mean days to remediate, by severity.
    """

    run: str
    at: datetime
    open: dict[str, int]
    new: int = 0
    fixed: int = 0
    reopened: int = 0
    approaching: int = 0
    breached: int = 0
    suppressed: int = 0
    mean_days: dict[str, float] = {}


class BoardLine(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One product line: a product in an environment on a branch, and its last run.

    Attributes:
        url: where the run can be looked at; empty outside GitHub.
        totals: ``None`` when the board is made from a state, which keeps no totals of what was read.
        ruling: ``pass``, ``fail`` or ``inconclusive``; empty when nobody asked the gate.
        state_key: which of several memories of them, where the jobs of a matrix keep one each.
        trend: runs, oldest first, the one that is shown last.
        scans: by tool, then scope.
    """

    product: str
    at: datetime
    product_type: str = ""
    engagement: str = ""
    environment: str = ""
    branch: str = ""
    state_key: str = ""
    commit: str = ""
    run: str = ""
    url: str = ""
    is_baseline: bool = False
    totals: PublishedTotals | None = None
    ruling: str = ""
    ruling_reason: str = ""
    trend: tuple[BoardPoint, ...] = ()
    scans: tuple[BoardScan, ...] = ()
    diagnostics: tuple[PublishedDiagnostic, ...] = ()


class BoardTicket(Struct, frozen=True, gc=False, omit_defaults=True):
    """A ticket of a finding; ``is_open`` is ``None`` when nobody has read it."""

    url: str
    is_open: bool | None = None


class BoardRow(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One finding as the list shows, searches, sorts and counts it.

    Attributes:
        line: its product line, as an index into :attr:`Board.lines`.
        product: resolved: the finding's own, else its line's; so are ``product_type`` and ``environment``.
        tools: every tool that reported it, now or earlier, sorted.
        where: the place in one line, as the other documents call it.
        path: the file, for the facet of folders.
        package: name and installed version, empty when it is about none.
        baseline: against the run before; ``None`` when there is no base, and for what was closed before this run.
        standing: the SLA clock's, ``none`` for what is closed.
        is_kev: known to be exploited, by CISA's catalogue.
    """

    id: str
    title: str
    severity: Severity
    kind: Kind
    status: str
    line: int = 0
    product: str = ""
    product_type: str = ""
    environment: str = ""
    rule_id: str = ""
    tools: tuple[str, ...] = ()
    where: str = ""
    path: str = ""
    package: str = ""
    vulnerability_ids: tuple[str, ...] = ()
    weaknesses: tuple[int, ...] = ()
    baseline: Baseline | None = None
    observation: Observation = Observation.OBSERVED
    disposition: Disposition = Disposition.OPEN
    standing: Standing = Standing.NONE
    risk: int | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    clock_start: datetime | None = None
    due_at: datetime | None = None
    reopened_at: datetime | None = None
    closed_at: datetime | None = None
    owners: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    tickets: tuple[BoardTicket, ...] = ()
    is_kev: bool = False


class BoardDetail(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The rest of a finding, read only when somebody opens it.

    Attributes:
        finding: as ``findings.json`` publishes it; made from a state, its sources have no words, and it has no
            merges and no risk.
        links: where each of its locations can be looked at, empty ones where nobody knows.
        why: what the rule is about, in the tool's words, plain text.
        fix: what would close it, plain text.
        references: web addresses that the rule names.
    """

    finding: PublishedFinding
    links: tuple[str, ...] = ()
    why: str = ""
    fix: str = ""
    references: tuple[str, ...] = ()


class BoardFinding(Struct, frozen=True, gc=False):
    """One finding: the row, and what stands behind it."""

    row: BoardRow
    detail: BoardDetail


class BoardUpgrade(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One package to be raised to the version ``to``; ``closes`` are ids of findings, ``line`` is its line's index."""

    purl: str
    name: str
    to: str
    severity: Severity
    closes: tuple[str, ...]
    line: int = 0
    path: str = ""
    image: str = ""
    installed: tuple[str, ...] = ()


class Board(Struct, frozen=True, kw_only=True):
    """The whole page.

    Attributes:
        generated_at: the moment that ages and due dates are told against: the run's, or the latest of several.
        generator: ``Onefold 0.1.0``.
        findings: open, silenced, and the closed ones that are remembered; worst first.
        lines: by product, environment and branch.
    """

    generated_at: datetime
    title: str
    generator: str
    lines: tuple[BoardLine, ...]
    findings: tuple[BoardFinding, ...]
    upgrades: tuple[BoardUpgrade, ...] = ()
