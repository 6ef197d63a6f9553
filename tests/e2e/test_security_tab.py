"""The Security tab over whole runs: what is decided, carried out and read back, against the fake GitHub."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from aggregator.model.coverage import Coverage
from aggregator.model.errors import Fault, ServiceError
from aggregator.model.finding import Disposition
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome
from aggregator.model.report import Report
from aggregator.model.result import Result
from aggregator.model.state import State
from aggregator.pipeline import evaluate
from aggregator.planning.alert_words import statements_of_alerts
from aggregator.planning.dismissals import drivers_to_look_at, plan_dismissals, remember_dismissals
from aggregator.planning.security_tab import Scanned, plan_uploads
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.policy import GitHub, Upload
from aggregator.sinks.github.code_scanning import CodeScanningSink, observe_alerts, observe_open
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.writers.upload_sarif import render_batch
from tests.builders import result, scan
from tests.fakes.github.client import ALL, Desk
from tests.fakes.github.wire import After, Faults

US = "github-actions[bot]"
MAIN = Scanned(event="push", ref="refs/heads/main", sha="a" * 40, default_branch="main", has_token=True)
PULL = replace(MAIN, event="pull_request", ref="refs/pull/7/merge", pull_request=7, is_change=True)
NO_RULES: tuple[ExceptionRule, ...] = ()


class Tab:
    """A repository whose runs upload, listen and dismiss, in the order in which a run does it."""

    def __init__(self, desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self.state: State | None = None
        self.day = 0

    def run(
        self,
        *found: Result,
        rules: tuple[ExceptionRule, ...] = NO_RULES,
        scanned: Scanned = MAIN,
        policy: Policy | None = None,
        tool: str = "Semgrep",
    ) -> Outcome:
        """One run a day, of one complete report."""
        client, policy = self.desk.client, policy or Policy.default()
        self.day += 1
        self.desk.hub.clock.pass_days(1)
        listens = scanned.is_on_default_branch
        sight = observe_alerts(client, self.state, US) if listens else None
        words = statements_of_alerts(sight.alerts if sight else None, self.state, US)
        of = evaluate(
            [_report(tool, found)],
            now=datetime.fromtimestamp(self.desk.hub.clock.now(), UTC),
            state=self.state,
            policy=policy,
            exceptions=rules,
            statements=words.statements,
        )
        uploads = plan_uploads(of, scanned, policy.github)
        sink = CodeScanningSink(
            client, lambda batch: render_batch(of, uploads.batches[batch]), self.desk.hub.clock, patience=200
        )
        for action in uploads.actions:
            sink.apply(action)
        state = of.state
        if sight is not None and sight.alerts is not None:
            opened = observe_open(client, drivers_to_look_at(of)).alerts or ()
            plan = plan_dismissals(of, (*sight.alerts, *opened), US)
            for change in plan.actions:
                sink.apply(change)
            state = remember_dismissals(state, plan, frozenset(each.key for each in plan.actions), of.context.run.id)
        if listens:
            self.state = state
        return of

    def shown(self, ref: str = "refs/heads/main") -> list[str]:
        """Each alert's state, by number."""
        return [alert.state(ref) for alert in self.desk.hub.scanning.alerts.values() if alert.at(ref)]


def _report(tool: str, found: tuple[Result, ...]) -> Report:
    results = tuple(replace(each, tool=tool) for each in found)
    whole = scan(result(tool=tool), coverage=Coverage(), results=results)
    return Report(name="r.json", place="r.json", format="semgrep-json", scans=(whole,))


def flaw(number: int, path: str = "") -> Result:
    """One problem in a file of its own."""
    return result(rule_id=f"rule-{number}", title=f"Flaw {number}", location=Location(path or f"f{number}.py", 3))


def accept(finding: str) -> tuple[ExceptionRule, ...]:
    """An exception for one finding."""
    return (
        ExceptionRule.model_validate(
            {"id": finding, "reason": "Ours.", "owner": "ann", "expires": date(2030, 1, 1), "status": "risk_accepted"}
        ),
    )


def test_alerts_live_as_findings_do() -> None:
    """An alert opens with its finding, stays while it is only not scanned, and is fixed when it is."""
    tab = Tab()
    tab.run(flaw(1), flaw(2))
    assert tab.shown() == ["open", "open"]
    tab.run(tool="Bandit")
    assert tab.shown() == ["open", "open"]
    tab.run(flaw(2))
    assert tab.shown() == ["fixed", "open"]


def test_typical_run_is_cheap() -> None:
    """A run that changes nothing uploads once, asks until it is taken in, and reads the dismissals once."""
    tab = Tab()
    tab.run(flaw(1))
    before = len(tab.desk.asked)
    tab.run(flaw(1))
    assert len(tab.desk.asked) - before <= 5


def test_exception_dismisses_and_its_end_opens() -> None:
    """An exception dismisses the alert, once; without it the alert is open again."""
    tab = Tab()
    (known,) = tab.run(flaw(1)).findings
    tab.run(flaw(1), rules=accept(known.id))
    assert tab.shown() == ["dismissed"]
    told = tab.desk.hub.scanning.alerts[1].dismissed
    assert told is not None
    assert told["comment"] == f"Onefold {known.id}: Ours. (ann, until 2030-01-01)"
    before = len(tab.desk.asked)
    tab.run(flaw(1), rules=accept(known.id))
    assert not any("PATCH" in call for call in tab.desk.asked[before:])
    tab.run(flaw(1))
    assert tab.shown() == ["open"]


def test_person_who_opens_an_alert_is_not_overruled() -> None:
    """An alert that we dismissed and a person opened stays open, run after run."""
    tab = Tab()
    (known,) = tab.run(flaw(1)).findings
    tab.run(flaw(1), rules=accept(known.id))
    tab.desk.hub.scanning.reopen(1)
    for _ in range(2):
        tab.run(flaw(1), rules=accept(known.id))
        assert tab.shown() == ["open"]


def test_person_who_dismisses_decides() -> None:
    """A person's dismissal is a decision here; when the person opens the alert it is taken back."""
    tab = Tab()
    tab.run(flaw(1))
    tab.desk.hub.scanning.dismiss(1, by="ann", reason="false positive", comment="Test data.")
    (decided,) = tab.run(flaw(1)).findings
    assert (decided.decision.disposition, decided.decision.author) == (Disposition.FALSE_POSITIVE, "ann")
    assert tab.shown() == ["dismissed"]
    tab.desk.hub.scanning.reopen(1)
    (opened,) = tab.run(flaw(1)).findings
    assert opened.is_open
    assert tab.shown() == ["open"]


def test_decision_moves_with_the_file() -> None:
    """A renamed file gets a new alert on GitHub; the person's decision about the old one holds for it."""
    tab = Tab()
    (first,) = tab.run(flaw(1)).findings
    tab.desk.hub.scanning.dismiss(1, by="ann", reason="won't fix")
    tab.run(flaw(1))
    (moved,) = tab.run(flaw(1, "moved.py")).findings
    assert moved.id == first.id
    assert not moved.is_open
    tab.run(flaw(1, "moved.py"))
    assert tab.shown() == ["dismissed", "dismissed"]


def test_retired_tool() -> None:
    """The alerts of a retired tool are closed, and those of the others are not."""
    tab = Tab()
    tab.run(flaw(1), tool="Bandit")
    tab.run(flaw(2))
    tab.run(flaw(2), policy=Policy(upload=Upload(retired=("bandit",))))
    assert tab.shown() == ["fixed", "open"]


def test_pull_request_leaves_the_branch_alone() -> None:
    """A pull request has alerts of its own and dismisses none."""
    tab = Tab()
    (known,) = tab.run(flaw(1)).findings
    tab.run(flaw(1), flaw(2), scanned=PULL, rules=accept(known.id))
    assert tab.shown() == ["open"]
    assert tab.shown("refs/pull/7/merge") == ["open", "open"]


@pytest.mark.parametrize("policy", [GitHub(security_tab="off")])
def test_switched_off(policy: GitHub) -> None:
    """With the Security tab off nothing is sent."""
    tab = Tab()
    tab.run(flaw(1), policy=Policy(github=policy))
    assert tab.desk.asked == []


def test_not_allowed() -> None:
    """Without the permission, and without the licence, the upload is no service of this place, said with a way out."""
    for desk in (Desk(may=("contents:read",)), Desk(may=ALL)):
        desk.hub.scanning.enabled = False
        with pytest.raises(ServiceError, match="upload-sarif-file") as caught:
            Tab(desk).run(flaw(1))
        assert caught.value.fault is Fault.MISSING
        assert "security-events: write" in caught.value.next_step


def test_refused_by_github() -> None:
    """What GitHub finds wrong after it has taken a file is said."""
    tab = Tab()
    tab.desk.hub.scanning.verdict = ["the repository has too many logical alerts"]
    with pytest.raises(ServiceError, match="more alerts than GitHub allows"):
        tab.run(flaw(1))


@pytest.mark.parametrize(
    "fault",
    [Break.RESET, After(Break.RESET), Reply(503)],
    ids=["lost", "done, and the answer lost", "down"],
)
def test_it_converges(fault: Break | After | Reply) -> None:
    """Whichever call of a run fails, the runs after it bring the tab to the same end."""
    for broken in range(12):
        tab = Tab()
        (known,) = tab.run(flaw(1)).findings
        begun = len(tab.desk.asked)
        tab.desk.wire.faults = _one(begun + broken, fault)
        for _ in range(3):
            state = tab.state
            try:
                tab.run(flaw(1), rules=accept(known.id))
            except ServiceError:
                tab.state = state
        assert tab.shown() == ["dismissed"]
        assert len(tab.desk.hub.scanning.alerts) == 1


def _one(number: int, fault: Break | After | Reply) -> Faults:
    def fail(call: int, request: Request) -> Break | After | Reply | None:
        del request
        return fault if call == number else None

    return fail
