"""What Onefold remembers between runs. Types only: encoding, migration and merging live in ``aggregator.state``."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from aggregator.model.finding import Decision, Observation, Sighting, Standing, Transition, UploadIdentity
from aggregator.model.hierarchy import OWN, Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.moment import Moment
from aggregator.model.result import Kind
from aggregator.model.severity import Cvss, Severity
from aggregator.model.ticket import Ticket

SCHEMA_VERSION = "0.4"


class Line(Struct, frozen=True, gc=False, order=True):
    """Which memory this is: findings of different lines never meet.

    Attributes:
        branch: the branch line; a pull request reads its target's line and writes none.
        key: which memory, where several jobs (of a matrix) keep one each of the same product, environment and branch.
    """

    product: str
    environment: str = ""
    branch: str = ""
    key: str = ""

    @property
    def home(self) -> tuple[str, ...]:
        """What sets its issues, tickets, alerts and ids apart from those of others; a branch may be renamed."""
        return (self.product, self.environment, self.key) if self.key else (self.product, self.environment)

    @property
    def words(self) -> tuple[str, ...]:
        """What it is called, in parts, none of them empty."""
        return tuple(part for part in (self.product, self.environment, self.branch, self.key) if part)


class RunRef(Struct, frozen=True, gc=False, order=True, omit_defaults=True):
    """One run of one workflow, or one call of the command line.

    Attributes:
        attempt: 1, and more when somebody asked for the run again.
        serial: which of the states that one attempt saved; more than 1 where several jobs or steps saved one each.
    """

    id: str
    attempt: int = 1
    serial: int = 1


class Tracked(Struct, frozen=True, gc=False, omit_defaults=True):
    """One finding as remembered: no secret, no snippet, no source line.

    The fields mean what they mean on :class:`aggregator.model.finding.Finding`. From ``belonging`` to
    ``risk_score`` they say how the finding stood in the last run, for those who read states; each run finds them out
    anew, and asks of them only which engagement it was.
    """

    id: str
    kind: Kind
    title: str
    severity: Severity
    rule_id: str
    tool: str
    first_seen: Moment
    last_seen: Moment
    clock_start: Moment
    aliases: tuple[str, ...] = ()
    weaknesses: tuple[int, ...] = ()
    vulnerability_ids: tuple[str, ...] = ()
    location: Location | None = None
    component: Component | None = None
    resource: Resource | None = None
    endpoint: Endpoint | None = None
    sightings: tuple[Sighting, ...] = ()
    observation: Observation = Observation.OBSERVED
    decision: Decision = Decision()
    reopened_at: Moment | None = None
    closed_at: Moment | None = None
    closed_reason: str = ""
    history: tuple[Transition, ...] = ()
    upload: UploadIdentity | None = None
    tickets: tuple[str, ...] = ()
    belonging: Belonging = OWN
    owners: tuple[str, ...] = ()
    due_at: Moment | None = None
    standing: Standing = Standing.NONE
    risk_score: int | None = None
    cvss: Cvss | None = None
    is_live: bool = False


class ScopeRecord(Struct, frozen=True, gc=False, order=True, omit_defaults=True):
    """When a tool last looked at a scope with all its reports there and none failed, and how many there were.

    Attributes:
        names: what the scope was called before, latest first and bounded; the very first name stays.
        active: place of a report (without numbers) + U+001F + rule, for rules that find something only where a scan
            attacks, or may; bounded.
    """

    tool: str
    scope: str
    covered_at: Moment
    reports: int
    names: tuple[str, ...] = ()
    active: tuple[str, ...] = ()


def first_names(records: Iterable[ScopeRecord]) -> dict[tuple[str, str], str]:
    """What scopes were called at first, by tool and today's scope; those that always had one name are left out.

    What other places know a scope by is made from it, so that a report with a date in its name is one thing there.
    """
    return {(record.tool, record.scope): record.names[-1] for record in records if record.names}


class Telling(Struct, frozen=True, gc=False, order=True, omit_defaults=True):
    """That something was told to a place which cannot be asked what it knows.

    Attributes:
        channel: which place, in words that give no address away.
        at: of the run whose news were told last.
        digest: of what was told, where it is told again only when it differs.
    """

    channel: str
    at: Moment
    digest: str = ""


class RunRecord(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Totals of one run, for trends.

    Attributes:
        mean_days: days from the clock's start to the closing, on average by severity, of what is remembered as closed.
        follows: the id of the run that it followed (``workflow_run``), whose scans it read; empty for none.
        looked: whether it read a report; a tick does not.
    """

    run: RunRef
    at: Moment
    open: dict[str, int]
    new: int = 0
    absent: int = 0
    reopened: int = 0
    breached: int = 0
    approaching: int = 0
    suppressed: int = 0
    mean_days: dict[str, float] = {}
    follows: str = ""
    looked: bool = True


class State(Struct, frozen=True, gc=False, kw_only=True):
    """Everything remembered on one line, after one run.

    Attributes:
        schema_version: ``major.minor``; a newer major, or minor while major is 0, is never overwritten.
        commit: the commit that the reports were about which were read last, full SHA; empty when nobody said.
        scanned_at: when they were read; ``None`` where the state does not tell, which means ``at``.
        parents: the runs whose states this one continues.
        frontier: what the store calls the states that are contained in this one (ids of artifacts), latest last and
            bounded; a state that is named here never has to be read again.
        findings: open, silenced and recently closed ones, by tool and place.
        runs: totals of earlier runs, oldest first, bounded.
        tickets: what was last read of the tickets that findings name, by address.
        told: what was told elsewhere, by channel.
    """

    line: Line
    run: RunRef
    at: Moment
    schema_version: str = SCHEMA_VERSION
    commit: str = ""
    parents: tuple[RunRef, ...] = ()
    frontier: tuple[str, ...] = ()
    findings: tuple[Tracked, ...] = ()
    scopes: tuple[ScopeRecord, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    told: tuple[Telling, ...] = ()
    scanned_at: Moment | None = None
