"""The published shape of ``findings.json``, version 0.1.

These Structs are a promise of their own: the model may change without them, and they may not change without a new
``SCHEMA_VERSION``. They share only the model's words (the enums), whose every change shows in the schema. Every key is
always there; what is not known is null or empty. ``schemas/findings.schema.json`` is generated from here. Times are
RFC 3339 in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Baseline, Disposition, Observation, Standing
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.writers.published_risk import PublishedRisk
from aggregator.writers.published_sighting import PublishedSighting
from aggregator.writers.published_ticket import PublishedTicket
from aggregator.writers.published_upgrade import PublishedUpgrade
from aggregator.writers.published_verdict import PublishedVerdict

SCHEMA_VERSION = "0.1"


class PublishedLocation(Struct, frozen=True, gc=False):
    """A place in a file: lines and columns from 1, ``end_line`` inclusive, ``end_column`` exclusive."""

    path: str
    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class PublishedComponent(Struct, frozen=True, gc=False):
    """A package; ``purl`` is its identity, without a version.

    ``other_versions`` are further ones that are installed in the same place.
    """

    purl: str
    name: str
    version: str
    fixed_versions: tuple[str, ...]
    path: str
    image: str
    other_versions: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version that is installed there, as far as tools told one."""
        return tuple(version for version in (self.version, *self.other_versions) if version)


class PublishedResource(Struct, frozen=True, gc=False):
    """A cloud resource, or the address of an infrastructure-as-code block."""

    uid: str
    provider: str
    account: str
    region: str
    type: str
    name: str


class PublishedEndpoint(Struct, frozen=True, gc=False):
    """A place behind HTTP; variable parts of the path stand as ``{}``."""

    host: str
    path: str
    method: str
    parameter: str


class PublishedDecision(Struct, frozen=True, gc=False):
    """The story behind a disposition; ``justification`` is one of VEX's five words, mostly empty."""

    reason: str
    author: str
    origin: str
    decided_at: datetime | None
    expires_at: datetime | None
    justification: str


class PublishedRunnerUp(Struct, frozen=True, gc=False):
    """A candidate that was not merged, and the veto that refused it."""

    tool: str
    rule_id: str
    where: str
    veto: str


class PublishedMerge(Struct, frozen=True, gc=False):
    """Why one more source belongs to the finding."""

    tool: str
    rule_id: str
    tier: str
    key: str
    inputs: tuple[str, ...]


class PublishedCarry(Struct, frozen=True, gc=False):
    """How a source was recognised from the run before; ``inputs`` tell what of it was different then."""

    tool: str
    rule_id: str
    tier: str
    key: str
    inputs: tuple[str, ...]


class PublishedRelation(Struct, frozen=True, gc=False):
    """Another finding with the same cause and another subject: linked, never merged."""

    id: str
    reason: str


class PublishedTransition(Struct, frozen=True, gc=False):
    """One line of the history."""

    at: datetime
    to: str
    run: str
    reason: str


class PublishedSource(Struct, frozen=True, gc=False):
    """One entry of one report; ``report`` and ``pointer`` lead back to the raw evidence.

    ``native_id`` is empty for secrets, where it may be a hash of the value.
    """

    tool: str
    scope: str
    rule_id: str
    title: str
    message: str
    severity: Severity
    native_severity: str
    confidence: int | None
    native_id: str
    report: str
    pointer: str
    location: PublishedLocation | None


class PublishedFinding(Struct, frozen=True, gc=False):
    """One problem, with everything Onefold knows about it.

    ``status`` is derived: ``closed``, else ``active`` for an open one, else the disposition. What is closed
    has no ``risk``. ``owners`` are as people wrote them, in CODEOWNERS or in the policy; ``assignees`` work on its open
    tickets. ``sources`` are this run's, ``sightings`` those of earlier runs that it did not see.
    """

    id: str
    aliases: tuple[str, ...]
    kind: Kind
    title: str
    severity: Severity
    rule_id: str
    tool: str
    observation: Observation
    observation_reason: str
    baseline: Baseline | None
    changes: tuple[str, ...]
    disposition: Disposition
    decision: PublishedDecision | None
    status: str
    product_type: str
    product: str
    engagement: str
    environment: str
    branch: str
    commit: str
    weaknesses: tuple[int, ...]
    vulnerability_ids: tuple[str, ...]
    locations: tuple[PublishedLocation, ...]
    component: PublishedComponent | None
    resource: PublishedResource | None
    endpoint: PublishedEndpoint | None
    first_seen: datetime | None
    last_seen: datetime | None
    clock_start: datetime | None
    due_at: datetime | None
    standing: Standing
    reopened_at: datetime | None
    closed_at: datetime | None
    closed_reason: str
    tickets: tuple[PublishedTicket, ...]
    merges: tuple[PublishedMerge, ...]
    runners_up: tuple[PublishedRunnerUp, ...]
    carried: tuple[PublishedCarry, ...]
    history: tuple[PublishedTransition, ...]
    related: tuple[PublishedRelation, ...]
    sources: tuple[PublishedSource, ...]
    risk: PublishedRisk | None
    owners: tuple[str, ...]
    assignees: tuple[str, ...]
    sightings: tuple[PublishedSighting, ...] = ()


class PublishedScan(Struct, frozen=True, gc=False, kw_only=True):
    """One tool's work on one scope, as one report tells it.

    ``covered`` counts the files looked at, when the format lists them; ``unread`` those that were not fully read.
    """

    tool: str
    tool_version: str
    scope: str
    report: str
    completeness: Completeness
    reason: str
    next_step: str
    extent: Extent
    covered: int | None
    unread: tuple[str, ...]
    passed: int
    manual: int
    refused: int


class PublishedTotals(Struct, frozen=True, kw_only=True):
    """Numbers that add up: ``reported == unique + merged + suppressed + refused``.

    ``mean_days_to_remediate`` counts from the clock's start to the closing, by severity, over the closed findings that
    are remembered. ``by_product`` adds up to ``open``.
    """

    reported: int
    unique: int
    merged: int
    suppressed: int
    refused: int
    passed: int
    manual: int
    open: int
    new: int
    unchanged: int
    updated: int
    absent: int
    reopened: int
    not_covered: int
    held: int
    approaching: int
    breached: int
    by_severity: dict[str, int]
    by_tool: dict[str, int]
    mean_days_to_remediate: dict[str, float]
    by_product: dict[str, int]


class PublishedDiagnostic(Struct, frozen=True, gc=False):
    """Something that went wrong: whose fault, why, what next."""

    code: str
    level: Level
    subject: str
    reason: str
    next_step: str
    pointer: str


class PublishedRun(Struct, frozen=True, kw_only=True):
    """Which run this is, on which line."""

    id: str
    attempt: int
    at: datetime
    is_baseline: bool
    product_type: str
    product: str
    engagement: str
    environment: str
    branch: str
    commit: str
    state_key: str = ""


class PublishedReport(Struct, frozen=True, kw_only=True):
    """The whole document. ``findings`` and ``upgrades`` are worst first; findings closed in this run are among them."""

    schema_version: Literal["0.1"]
    run: PublishedRun
    verdict: PublishedVerdict
    totals: PublishedTotals
    findings: tuple[PublishedFinding, ...]
    upgrades: tuple[PublishedUpgrade, ...]
    scans: tuple[PublishedScan, ...]
    diagnostics: tuple[PublishedDiagnostic, ...]
