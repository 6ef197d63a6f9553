"""A project that is scanned again and again and pushed to a DefectDojo after each scan, by the program's own parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.finding import Decision, Disposition
from aggregator.model.location import Location
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import Report, Scan
from aggregator.model.result import Result
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, State, Tracked
from aggregator.model.statement import Statement, Statements
from aggregator.pipeline import evaluate
from aggregator.planning.plan import Proposal, Receipt
from aggregator.policy import Policy
from aggregator.run.defectdojo import DefectDojoLetters
from aggregator.run.deliver import deliver
from aggregator.run.outside import Outside
from aggregator.settings import Settings
from aggregator.state import decode, encode
from tests.builders import LINE, NOW, result
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.github.clock import FakeClock

Reports = Mapping[tuple[str, str], frozenset[int]]
"""The problems that a tool reports of a scope."""
CLOSING: dict[str, Any] = {"brake-share": 1, "complete": ["Semgrep", "Bandit", "Trivy"]}


class Life:
    """One line of one project.

    Attributes:
        dojo: where it is pushed.
        state: what it remembers.
        decided: what people say about a problem.
        severity: how bad a problem is; the rest is HIGH.
        part_findings: fewer than a policy may say, so that few make many parts; 0 leaves it to the policy.
        products: of the policy; what none of them holds is of the run's own.
    """

    def __init__(self, dojo: FakeDefectDojo | None = None, **rules: Any) -> None:
        self.dojo = dojo or FakeDefectDojo()
        self.rules = rules
        self.state: State | None = None
        self.day = 0
        self.decided: dict[int, Disposition] = {}
        self.severity: dict[int, Severity] = {}
        self.titles: dict[int, str] = {}
        self.lines: dict[int, int] = {}
        self.products: list[dict[str, Any]] = []
        self.part_findings = 0
        self.proposal = Proposal()
        self.receipts: list[Receipt] = []
        self.letters: DefectDojoLetters | None = None

    def run(
        self,
        reports: Reports,
        *,
        broken: frozenset[tuple[str, str]] = frozenset(),
        days: int = 1,
        deliver_too: bool = True,
        **context: Any,
    ) -> Outcome:
        """One run; ``broken`` scans say that they did not finish."""
        self.day += days
        policy = Policy.model_validate({"closing": CLOSING, "products": self.products, "defectdojo": self.rules})
        outcome = evaluate(
            [self._report(key, problems, key in broken) for key, problems in sorted(reports.items())],
            now=NOW + timedelta(days=self.day),
            context=Context(line=LINE, run=RunRef(f"run-{self.day}"), commit="c" * 40, **context),
            state=self.state,
            policy=policy,
            statements=self._statements(),
        )
        self._push(outcome, policy, deliver_too=deliver_too)
        return outcome

    def _push(self, outcome: Outcome, policy: Policy, *, deliver_too: bool) -> None:
        outside = Outside(clock=FakeClock, patient=lambda _: self.dojo)
        settings = Settings(defectdojo_url=self.dojo.origin, defectdojo_token=SecretStr(self.dojo.token))
        rules = policy.defectdojo
        if self.part_findings:
            rules = rules.model_copy(update={"part_findings": self.part_findings})
        self.letters = DefectDojoLetters(settings, rules, "", outside)
        self.proposal = self.letters.propose(outcome)
        self.receipts = []
        if deliver_too:
            deliver(self.proposal.actions, self.letters.sinks(outcome, tuple), lambda _: None, self.receipts)
        self.state = decode(encode(self.letters.settled(outcome.state, self.receipts)), "state")

    def _report(self, key: tuple[str, str], problems: frozenset[int], is_broken: bool) -> Report:
        tool, scope = key
        results = tuple(self._result(tool, scope, number) for number in sorted(problems))
        told = Completeness.PARTIAL if is_broken else Completeness.COMPLETE
        coverage = Coverage(extent=Extent.UNKNOWN if is_broken else Extent.SCOPE)
        name = f"{tool}-{scope}.json"
        scan = Scan(tool=tool, scope=scope, report=name, completeness=told, coverage=coverage, results=results)
        return Report(name=name, place=name, format="test", scans=(scan,))

    def _result(self, tool: str, scope: str, number: int) -> Result:
        line = self.lines.get(number, 12)
        return result(
            tool=tool,
            scope=scope,
            report=f"{tool}-{scope}.json",
            pointer=f"/{number}",
            rule_id=f"rule-{number}",
            title=self.titles.get(number, f"Problem {number}"),
            message=f"{tool} found problem {number}.",
            severity=self.severity.get(number, Severity.HIGH),
            location=Location(f"{scope}/file{number}.py", line, 1, line, 9),
            snippet=f"problem({number})",
        )

    def _statements(self) -> Statements:
        """What people say, by the id that the finding has."""
        said = tuple(
            Statement(id_, Decision(disposition, "Because.", "kim", "issues"), "issue #1")
            for number, disposition in sorted(self.decided.items())
            for id_ in self.ids(number)
        )
        return Statements(frozenset({"issues"}), said)

    @property
    def known(self) -> tuple[Tracked, ...]:
        """What is remembered."""
        return self.state.findings if self.state is not None else ()

    def ids(self, number: int) -> list[str]:
        """The findings about a problem."""
        return [item.id for item in self.known if item.location and item.location.path.endswith(f"/file{number}.py")]

    def open(self) -> list[str]:
        """The ids of our open findings, sorted."""
        return sorted(
            each.id for each in self.known if each.closed_at is None and not each.decision.disposition.silences
        )

    def failing(self, which: Callable[[int], bool], outcome: Any) -> None:
        """Let calls to the server fail, by number from now on."""
        first = len(self.dojo.calls)
        self.dojo.faults = lambda number, _: outcome if which(number - first) else None
