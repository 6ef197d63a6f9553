from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model.diagnostic import Level
from aggregator.model.finding import Decision, Disposition
from aggregator.model.state import State
from aggregator.run.rules_missed import missed_rules
from aggregator.settings import Settings, Surroundings
from tests.builders import LINE, NOW, RUN, finding, tracked

JOB = Surroundings(actions=True)
ACCEPTED = Decision(Disposition.RISK_ACCEPTED, origin="exceptions", expires_at=NOW + timedelta(days=1))


@dataclass
class Desk:
    """A folder that a run looks for rules in."""

    root: Path
    around: Surroundings = field(default_factory=Surroundings)

    def hold(self, name: str) -> None:
        """Put a file there."""
        (self.root / name).parent.mkdir(exist_ok=True)
        (self.root / name).write_text("")

    def said(self, *decisions: Decision, **given: object) -> Iterable[tuple[str, Level, str]]:
        """What is told where these were the decisions."""
        known = tuple(tracked(finding(id=f"F-{n}", decision=each)) for n, each in enumerate(decisions))
        state = State(line=LINE, run=RUN, at=NOW, findings=known)
        settings = Settings.model_validate({"source_root": self.root, **given})
        return [(each.code, each.level, each.reason) for each in missed_rules(settings, self.around, state, NOW)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder, outside a job."""
    return Desk(tmp_path)


def test_decisions_without_their_file_are_counted(desk: Desk) -> None:
    """That decisions end because the exceptions file is not there is said, with the place that was looked at."""
    over, told = replace(ACCEPTED, expires_at=NOW), replace(ACCEPTED, origin="issues")
    lasting = replace(ACCEPTED, expires_at=None)
    ((code, level, reason),) = desk.said(ACCEPTED, lasting, over, told, Decision())
    assert (code, level) == ("exceptions-missing", Level.WARNING)
    assert reason == "there is no such file, so 2 decisions of the last run's exceptions file hold no longer."
    ((_, _, reason),) = desk.said(ACCEPTED)
    assert "so 1 decision of the last run's exceptions file holds no longer" in reason


def test_an_exceptions_file_is_believed(desk: Desk) -> None:
    """Where the file is there, though it says nothing, people took their decisions back."""
    desk.hold(".github/onefold-exceptions.yml")
    assert desk.said(ACCEPTED) == []


def test_without_a_past_no_decision_ended(desk: Desk) -> None:
    """A first run has nothing to lose."""
    assert list(missed_rules(Settings(source_root=desk.root), Surroundings(), None, NOW)) == []
    assert desk.said(Decision()) == []


def test_a_job_without_a_checkout_is_told(desk: Desk) -> None:
    """In a job a folder that is no checkout and holds no rules is named: a policy may be missed without a trace."""
    desk.around = JOB
    ((code, level, reason),) = desk.said()
    assert (code, level) == ("no-checkout", Level.WARNING)
    assert reason == "it is no checkout of a repository, and holds no policy and no exceptions."


def test_a_job_that_collects_reports_is_not_nagged(desk: Desk) -> None:
    """A job that only collects what other jobs left may have no checkout on purpose: a note."""
    desk.around = JOB
    assert [level for _, level, _ in desk.said(artifacts=("reports",))] == [Level.NOTE]


@pytest.mark.parametrize("name", [".git", ".github/onefold.yml", ".github/onefold-exceptions.yaml"])
def test_a_checkout_or_rules_are_enough(desk: Desk, name: str) -> None:
    """A checkout may have no rules, and rules may lie without a checkout."""
    desk.around = JOB
    desk.hold(name)
    assert desk.said() == []


def test_a_job_that_is_about_no_checkout_is_left_alone(desk: Desk) -> None:
    """Where no source root is said, or a policy is named, nothing is missed."""
    desk.around = JOB
    desk.hold("policy.yml")
    assert desk.said(config=desk.root / "policy.yml") == []
    assert desk.said(source_root=None) == []
