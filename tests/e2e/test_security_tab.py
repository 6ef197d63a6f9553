"""The Security tab over whole runs: what is decided, carried out and read back, against the fake GitHub."""

from __future__ import annotations

from datetime import date

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.model.finding import Disposition
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.policy import GitHub, Upload
from aggregator.transport.exchange import Break, Reply, Request
from tests.e2e.tab import PULL, Tab, flaw
from tests.fakes.faults import After, Faults
from tests.fakes.github.client import ALL, Desk


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


@pytest.mark.parametrize("names", [("scan",) + ("semgrep",) * 4, ("run-1", "run-2", "run-3", "run-4", "run-5")])
def test_alerts_live_on_under_another_name(names: tuple[str, ...]) -> None:
    """Neither a report that was given another name nor one with a date in it leaves an alert behind or doubles one."""
    tab = Tab()
    first, second, third, fourth, last = names
    tab.run(flaw(1), flaw(2), flaw(3), scope=first)
    tab.run(flaw(1), flaw(2), flaw(3), scope=second)
    assert tab.shown() == ["open", "open", "open"]
    tab.run(flaw(2), flaw(3), scope=third)
    assert tab.shown() == ["fixed", "open", "open"]
    tab.run(flaw(2), flaw(3), flaw(4), scope=fourth)
    assert tab.shown() == ["fixed", "open", "open", "open"]
    tab.run(flaw(2), flaw(3), scope=last)
    assert tab.shown() == ["fixed", "open", "open", "fixed"]
    categories = {each["category"] for each in tab.desk.hub.scanning.analyses}
    assert categories == {f"onefold/local/Semgrep/{first}"}, "pull requests show alerts of what the branch has"


def test_alerts_of_reports_that_take_turns() -> None:
    """What only one of them shows stays open while the other one runs, and each is fixed by its own."""
    tab = Tab()
    for _ in range(3):
        tab.run(flaw(1), flaw(2), flaw(3), scope="push")
        tab.run(flaw(1), flaw(2), flaw(4), scope="nightly")
        assert tab.shown() == ["open"] * 4
    tab.run(flaw(1), flaw(2), scope="push")
    assert tab.shown() == ["open", "open", "fixed", "open"]


def test_typical_run_is_cheap() -> None:
    """A run that changes nothing uploads once, asks until it is taken in, and reads the dismissals once."""
    tab = Tab()
    tab.run(flaw(1))
    before = len(tab.desk.asked)
    tab.run(flaw(1))
    assert len(tab.desk.asked) - before <= 5


def test_exception_dismisses_and_its_end_opens() -> None:
    """An exception dismisses the alert, once; without it the alert is open again; and so on."""
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
    tab.run(flaw(1), rules=accept(known.id))
    assert tab.shown() == ["dismissed"]


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
