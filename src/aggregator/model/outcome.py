"""What one run decided: everything the writers and the plan need, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import OTHER_COMMIT, Diagnostic
from aggregator.model.finding import Disposition, Finding, Transition
from aggregator.model.hierarchy import Belonging
from aggregator.model.report import Scan
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRef, State
from aggregator.model.ticket import Ticket
from aggregator.model.upgrade import Upgrade
from aggregator.model.word import Word


class Context(Struct, frozen=True, kw_only=True):
    """What this run is about; all of it is given, none of it is looked up.

    Attributes:
        commit: full SHA of the commit that was scanned; may be empty.
        engagement: of what says no other one: the pipeline.
        examination: the entry of the policy's engagements that this run's reports are for; empty for none.
        source_url: where to link a file, with ``{path}`` and ``{line}`` to fill in; empty outside GitHub.
        is_change: it is about a change that is not on the branch yet: a pull request, a merge queue.
        is_past_unread: nobody knows what was remembered, because a service failed: not the same as a first run.
        is_overtaken: a newer run has looked at another commit since: this one is compared with it and changes nothing.
        follows: the id of the run that this one follows (``workflow_run``), whose scans it reads; empty for none.
    """

    line: Line
    run: RunRef
    product_type: str = ""
    engagement: str = ""
    commit: str = ""
    source_url: str = ""
    is_change: bool = False
    is_past_unread: bool = False
    examination: str = ""
    is_overtaken: bool = False
    follows: str = ""

    def home(self, finding: Finding) -> Belonging:
        """Where a finding belongs, in the run's own words where it has none."""
        its, line = finding.belonging, self.line
        return Belonging(
            its.product_type or self.product_type,
            its.product or line.product,
            its.engagement or self.engagement,
            its.environment or line.environment,
        )


class Ruling(Word):
    """What the gate says."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class Stop(Struct, frozen=True):
    """Why findings stop the gate.

    Attributes:
        rules: those that are met, as they were written.
        why: what of the findings meets them.
        remedy: what would make them pass.
        findings: the ids of those of which all this is true.
    """

    rules: tuple[str, ...]
    why: str
    remedy: str
    findings: tuple[str, ...]


class Verdict(Struct, frozen=True):
    """The gate's answer: the ruling, the sentence, and the findings it stands on.

    Attributes:
        reasons: why, for every failing finding; each is named in one of them.
        is_advisory: it is told and stops nothing: the exit code does not follow it.
    """

    ruling: Ruling
    reason: str
    failing: tuple[str, ...] = ()
    reasons: tuple[Stop, ...] = ()
    is_advisory: bool = False


class Totals(Struct, frozen=True, kw_only=True):
    """Numbers that add up: ``reported == unique + merged + suppressed + refused``.

    Attributes:
        reported: entries read, refused ones included; passed and manual rows are counted apart.
        unique: findings observed in this run and not suppressed.
        merged: further entries of those findings.
        suppressed: entries set aside by the tool or by a decision.
        refused: entries that could not be read.
        open: findings that ask for action, seen in this run or not. Where there is a run before to compare with,
            ``open == new + reopened + updated + unchanged``.
        absent: findings closed by proof in this run.
        mean_days_to_remediate: days from the clock's start to the closing, on average by severity, over the closed
            findings that are remembered.
        by_product: open findings; they add up to ``open``.
        not_covered: open findings whose place no scan looked at; ``held`` ones wait for more proof.
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
    mean_days_to_remediate: dict[str, float] = {}
    by_product: dict[str, int] = {}


class Outcome(Struct, frozen=True, kw_only=True):
    """One run's answer.

    Attributes:
        is_baseline: there was no accepted state, so nothing is called new.
        findings: open, silenced, and those closed in this run; worst first, then due first, then by tool and place.
        scans: what was looked at, without the results.
        state: what the next run starts from, before receipts.
        upgrades: the fewest upgrades of packages that close what upgrades can close, the worst first.
        retired: tools that people said will never report again; their alerts are to be closed.
        tickets: what is known of the tickets that findings name, by address.
        mentions: owners are written with ``@`` where GitHub would notify them.
        warn_days: the end of a decision is announced so many days before it.
        longest_days: how long an exception may hold, by severity, where the policy limits it.
    """

    context: Context
    now: datetime
    is_baseline: bool
    findings: tuple[Finding, ...]
    scans: tuple[Scan, ...]
    totals: Totals
    verdict: Verdict
    diagnostics: tuple[Diagnostic, ...]
    state: State
    upgrades: tuple[Upgrade, ...] = ()
    retired: tuple[str, ...] = ()
    tickets: Mapping[str, Ticket] = {}
    mentions: bool = False
    warn_days: int = 14
    longest_days: Mapping[Severity, int] = {}

    @property
    def ended(self) -> int:
        """How many decisions of people or marks of tools ended in this run, so that the finding is open again."""
        return sum(any(map(self._is_ending, finding.history)) for finding in self.findings if finding.is_open)

    def _is_ending(self, step: Transition) -> bool:
        """Whether this run wrote the line of a decision that holds no longer."""
        return (step.to, step.run, step.at) == (Disposition.OPEN.value, self.context.run.id, self.now)

    @property
    def is_left_behind(self) -> bool:
        """Whether there are earlier states, but none of a commit that this change contains: no first run either."""
        return self.is_baseline and any(each.code == OTHER_COMMIT for each in self.diagnostics)

    @property
    def is_blank(self) -> bool:
        """Whether there is no earlier state and no report could be used: the run after this one is the first."""
        return self.is_baseline and all(scan.completeness is Completeness.FAILED for scan in self.scans)
