"""A finding: one problem, one or more results, carried from run to run."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.hierarchy import OWN, Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.moment import Moment
from aggregator.model.related import Related
from aggregator.model.result import Kind, Result
from aggregator.model.risk import Risk
from aggregator.model.severity import Cvss, Severity
from aggregator.model.word import Word


class Observation(Word):
    """Was it seen in this run?"""

    OBSERVED = "observed"
    NOT_COVERED = "not_covered"
    HELD = "held"


class Baseline(Word):
    """Against the previous run, in SARIF's words (2.1.0, 3.27.24)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    ABSENT = "absent"


class Disposition(Word):
    """What people, and rules written by people, say about it."""

    OPEN = "open"
    VERIFIED = "verified"
    FALSE_POSITIVE = "false_positive"
    RISK_ACCEPTED = "risk_accepted"
    NOT_AFFECTED = "not_affected"
    MITIGATED = "mitigated"
    OUT_OF_SCOPE = "out_of_scope"
    SUPPRESSED = "suppressed"
    """Marked in the source or in the tool without saying why."""

    @property
    def silences(self) -> bool:
        """Whether a finding of this disposition asks nobody for action."""
        return self is not _OPEN and self is not _VERIFIED

    @property
    def strictness(self) -> int:
        """Where two words about one finding differ, the smaller number holds: 0 is ``open``."""
        return _STRICTEST_FIRST.index(self)


_STRICTEST_FIRST = (
    Disposition.OPEN,
    Disposition.VERIFIED,
    Disposition.RISK_ACCEPTED,
    Disposition.MITIGATED,
    Disposition.OUT_OF_SCOPE,
    Disposition.NOT_AFFECTED,
    Disposition.FALSE_POSITIVE,
    Disposition.SUPPRESSED,
)


# Asked for every finding by several stages; a member of an enum is slow to look up by name.
_OPEN, _VERIFIED = Disposition.OPEN, Disposition.VERIFIED


class Standing(Word):
    """Where the SLA clock stands."""

    WITHIN = "within"
    APPROACHING = "approaching"
    BREACHED = "breached"
    PAUSED = "paused"
    NONE = "none"


AGREEMENT = "agreement"
"""The origin of a decision that nobody made: so many tools report it that the policy calls it verified."""


class Decision(Struct, frozen=True, gc=False, omit_defaults=True):
    """A disposition with its story.

    Attributes:
        origin: who said so: ``tool``, ``exceptions``, ``issues``, ``alerts``, ``agreement``, ``jira``.
        expires_at: the first moment at which it no longer holds; ``None`` when it does not expire.
        justification: why it is not affected, one of VEX's five words; mostly empty.
        overruled: milder words, of other places too, that hold as well; flat, the strictest first.
    """

    disposition: Disposition = Disposition.OPEN
    reason: str = ""
    author: str = ""
    origin: str = ""
    decided_at: Moment | None = None
    expires_at: Moment | None = None
    justification: str = ""
    overruled: tuple[Decision, ...] = ()

    @property
    def is_spoken(self) -> bool:
        """Whether somebody made it: no silence, and nothing that tools agree on by themselves."""
        return self.decided_at is not None and self.origin != AGREEMENT


class RunnerUp(Struct, frozen=True, gc=False):
    """A candidate that was not merged, and the veto that refused it."""

    tool: str
    rule_id: str
    where: str
    veto: str


class Merge(Struct, frozen=True, gc=False, omit_defaults=True):
    """Why one more source belongs to a finding.

    Attributes:
        tier: ``certain``, ``high`` or ``medium``.
        key: the rule that joined it: ``same-place-same-weakness``.
        inputs: what the rule compared, redacted.
    """

    tool: str
    rule_id: str
    tier: str
    key: str
    inputs: tuple[str, ...]


class Carried(Struct, frozen=True, gc=False, omit_defaults=True):
    """How a source was recognised from the previous state: the key and its strength.

    Attributes:
        inputs: what of it was different then: ``then at app.py:12``.
    """

    tool: str
    rule_id: str
    tier: str
    key: str
    inputs: tuple[str, ...] = ()


class Sighting(Struct, frozen=True, gc=False, omit_defaults=True):
    """What the state remembers of one source of a finding.

    Attributes:
        keys: versioned identity keys, strongest first (``v1:...``); never a line number, never a version.
        last_seen: when a scan last reported it.
        misses: runs in a row that covered its place and did not report it.
        is_marked: when it was last reported, its tool marked it as not to be acted on.
        is_uncommitted: its file was not in the commit that was checked out: generated, or of another repository.
    """

    tool: str
    scope: str
    rule_id: str
    severity: Severity
    keys: tuple[str, ...]
    last_seen: Moment
    location: Location | None = None
    misses: int = 0
    is_marked: bool = False
    is_uncommitted: bool = False


class Transition(Struct, frozen=True, gc=False, omit_defaults=True):
    """One line of a finding's history.

    Attributes:
        to: ``new``, ``updated``, ``absent``, ``reopened``, or a disposition.
        reason: the proof of a closing, what an update changed, why a decision fell.
    """

    at: Moment
    to: str
    run: str = ""
    reason: str = ""


class UploadIdentity(Struct, frozen=True, gc=False):
    """What code scanning knows the finding by; frozen when first uploaded.

    Attributes:
        category: ``onefold/<product>/<tool>/<scope>/``.
        driver: ``<Tool> (Onefold)``.
        turn: place in the category's queue; where a limit cuts, the lowest turns stay.
    """

    category: str
    driver: str
    rule_id: str
    line_hash: str = ""
    turn: int = 0


class Finding(Struct, frozen=True, gc=False, omit_defaults=True):
    """One problem.

    Attributes:
        id: given once and carried; ``aliases`` are ids it absorbed.
        sources: this run's results of it, the primary one first; empty when not observed.
        sightings: every source known, of this run and of earlier ones.
        merges: one record for each source beyond the first of this run.
        runners_up: other candidates with the veto that refused them, at most five.
        carried: how this run's sources were recognised.
        baseline: ``None`` while there is no accepted base to compare with.
        changes: what an update changed, for people.
        clock_start: when the SLA clock began; survives moves, renames and tools.
        closed_at: when it was closed by proof; ``None`` while it is not.
        risk: what comes first and why; ``None`` for closed ones, and until it is rated.
        belonging: whose product it is in; empty fields mean the run's own.
        owners: whose it is, as people wrote it: ``@person``, ``@org/team``, an address.
        cvss: the highest rating of the run that saw it last, without its vector.
        is_live: a secret that its service accepts, as the run that saw it last was told.
        parted_from: the id of the finding that it was a part of until this run; mostly empty.
    """

    id: str
    kind: Kind
    title: str
    severity: Severity
    rule_id: str
    tool: str
    aliases: tuple[str, ...] = ()
    weaknesses: tuple[int, ...] = ()
    vulnerability_ids: tuple[str, ...] = ()
    location: Location | None = None
    component: Component | None = None
    resource: Resource | None = None
    endpoint: Endpoint | None = None
    sources: tuple[Result, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    merges: tuple[Merge, ...] = ()
    runners_up: tuple[RunnerUp, ...] = ()
    carried: tuple[Carried, ...] = ()
    observation: Observation = Observation.OBSERVED
    observation_reason: str = ""
    baseline: Baseline | None = None
    changes: tuple[str, ...] = ()
    decision: Decision = Decision()
    first_seen: Moment | None = None
    last_seen: Moment | None = None
    clock_start: Moment | None = None
    reopened_at: Moment | None = None
    closed_at: Moment | None = None
    closed_reason: str = ""
    due_at: Moment | None = None
    standing: Standing = Standing.NONE
    history: tuple[Transition, ...] = ()
    upload: UploadIdentity | None = None
    tickets: tuple[str, ...] = ()
    risk: Risk | None = None
    related: tuple[Related, ...] = ()
    belonging: Belonging = OWN
    owners: tuple[str, ...] = ()
    parted_from: str = ""
    cvss: Cvss | None = None
    is_live: bool = False

    @property
    def risk_score(self) -> int | None:
        """The number alone."""
        return None if self.risk is None else self.risk.score

    @property
    def is_open(self) -> bool:
        """Neither closed by proof nor silenced by a decision."""
        return self.closed_at is None and not self.decision.disposition.silences

    @property
    def is_back(self) -> bool:
        """Whether this run saw it again after it had been closed: new against the last run, and known all the same."""
        return self.baseline is Baseline.NEW and self.reopened_at is not None and self.reopened_at == self.last_seen

    @property
    def status(self) -> str:
        """The one word people see: ``closed``, or the disposition, with ``active`` for open."""
        if self.closed_at is not None:
            return "closed"
        disposition = self.decision.disposition
        return "active" if disposition is _OPEN else disposition.value
