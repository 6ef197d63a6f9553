"""A repository whose runs talk to code scanning, in the order in which a run does it."""

from __future__ import annotations

import base64
import gzip
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from aggregator.model.coverage import Coverage
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
from aggregator.sinks.github.code_scanning import CodeScanningSink, observe_alerts, observe_open
from aggregator.writers.upload_sarif import render_batch
from tests.builders import result, scan
from tests.fakes.github.client import Desk

US = "github-actions[bot]"
MAIN = Scanned(event="push", ref="refs/heads/main", sha="a" * 40, default_branch="main", has_token=True)
PULL = replace(MAIN, event="pull_request", ref="refs/pull/7/merge", pull_request=7, is_change=True)
NO_RULES: tuple[ExceptionRule, ...] = ()


class Tab:
    """The repository, its hub, and what it remembers."""

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
        scope: str = "src",
    ) -> Outcome:
        """One run a day, of one complete report."""
        client, policy = self.desk.client, policy or Policy.default()
        self.day += 1
        self.desk.hub.clock.pass_days(1)
        listens = scanned.is_on_default_branch
        sight = observe_alerts(client, self.state, US) if listens else None
        words = statements_of_alerts(sight.alerts if sight else None, self.state, US)
        of = evaluate(
            [_report(tool, scope, found)],
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

    def sent(self) -> list[bytes]:
        """Every file that was uploaded, unpacked."""
        posts = [each.body for each in self.desk.wire.calls if each.url.endswith("/code-scanning/sarifs")]
        return [gzip.decompress(base64.b64decode(msgspec.json.decode(body)["sarif"])) for body in posts]


def _report(tool: str, scope: str, found: tuple[Result, ...]) -> Report:
    results = tuple(replace(each, tool=tool, scope=scope) for each in found)
    whole = scan(result(tool=tool, scope=scope), coverage=Coverage(), results=results)
    return Report(name="r.json", place="r.json", format="semgrep-json", scans=(whole,))


def flaw(number: int, path: str = "") -> Result:
    """One problem in a file of its own."""
    return result(rule_id=f"rule-{number}", title=f"Flaw {number}", location=Location(path or f"f{number}.py", 3))
