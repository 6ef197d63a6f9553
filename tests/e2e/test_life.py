"""A repository lives through thirty-two runs, and nothing is doubled, missing or re-opened against a person's word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aggregator.run.exits import Exit
from aggregator.transport.exchange import Reply, Request
from aggregator.writers.comment import CLEARED, NOT_NEW
from tests.e2e.life import Life, end_of, live
from tests.e2e.repository import Repository
from tests.e2e.strikes import OUTAGES, stride
from tests.fakes.faults import Fault

END = {
    "alerts": [
        ("eval", "open", ""),
        ("shell", "open", ""),
        ("sql", "dismissed", "won't fix"),
        ("xss", "open", ""),
    ],
    "comments": {1: 1, 2: 1},
    "issues": [
        ("HIGH: Eval", True, "", ("onefold",)),
        ("HIGH: Shell", True, "", ("onefold",)),
        ("HIGH: Xss", True, "reopened", ("onefold",)),
        ("Our own words", False, "not_planned", ("onefold", "team-shop")),
    ],
    "keys": 4,
    "findings": [
        ("Eval", "active", "breached"),
        ("Shell", "active", "breached"),
        ("Sql", "risk_accepted", "paused"),
        ("Xss", "active", "breached"),
    ],
    "totals": {"total": "3", "new": "0", "fixed": "0", "breached": "3"},
}
CALLS = 584
FAULTS: tuple[Fault, ...] = (
    *OUTAGES,
    Reply(403, {"retry-after": "60"}, b"You have exceeded a secondary rate limit."),
    Reply(403, {}, b"Resource not accessible by integration"),
    Reply(500),
)
STRIDE = stride(37)


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(Repository(tmp_path))


def test_it_ends_as_it_should(life: Life) -> None:
    """Tab, comments and issues stand as people left them and as the code is."""
    live(life)
    assert len(life.runs) == 32
    assert end_of(life) == END
    assert {run.code for run in life.runs} == {Exit.OK, Exit.INCOMPLETE}
    assert (len(life.runs[8].console.warned), life.runs[8].outputs["fixed"]) == (0, "0")
    assert life.calls == CALLS


def test_what_happened_on_the_way(life: Life) -> None:
    """Each run called new and fixed what was, once; and nobody was told twice."""
    live(life)
    told = {
        number: {name: run.outputs[name] for name in ("new", "fixed") if run.outputs[name] != "0"}
        for number, run in enumerate(life.runs)
    }
    changed = {number: changes for number, changes in told.items() if changes}
    new, fixed = {"new": "1"}, {"fixed": "1"}
    assert changed == {1: new, 2: new, 4: new, 5: new, 6: new, 7: new, 9: new, 17: fixed, 21: new}
    kinds = {issue.title: [post.body.split()[1] for post in life.comments(issue.number)] for issue in life.issues()}
    assert kinds["Our own words"] == ["onefold:reminder", "onefold:closed"]
    assert kinds["HIGH: Xss in app.py is past its SLA"] == ["onefold:answer", "onefold:closed", "onefold:reminder"]


def test_a_pull_request_does_not_fix_what_the_branch_has_too(life: Life) -> None:
    """What was new on a pull request and is found on the branch as well is no longer new there, and not fixed."""
    life.push("eval")
    life.propose(100, "eval", "shell")
    pull = max(life.repository.hub.forum.threads)
    life.push("eval", "shell")
    life.propose(101, "eval", "shell", pull=pull)
    (post,) = life.comments(pull)
    assert NOT_NEW in post.body
    assert CLEARED not in post.body
    life.propose(102, "eval", pull=pull)
    (post,) = life.comments(pull)
    assert CLEARED in post.body


def test_a_renamed_label_doubles_no_issue(life: Life) -> None:
    """Where somebody renames our label the issues are found by the state, and close as they would have."""
    rules = ("eval", "shell", "sql")
    life.push(*rules)
    life.pass_days(31)
    life.push(*rules)
    for issue in life.issues():
        issue.labels[:] = ["security"]
    for _ in range(2):
        assert life.push(*rules).console.warned == []
    assert [(issue.is_open, issue.labels) for issue in life.issues()] == [(True, ["security"])] * 3
    life.push("eval")
    assert [issue.is_open for issue in life.issues()] == [True, False, False]


def test_a_renamed_label_doubles_no_rolling_issue(life: Life, tmp_path: Path) -> None:
    """The issue that lists the rest is remembered by itself, for it is no finding's ticket."""
    policy = tmp_path / "onefold.yml"
    policy.write_text("github:\n  issues:\n    most: 1\n")
    life.repository.settings = {"config": policy}
    rules = ("eval", "shell", "sql")
    life.push(*rules)
    life.pass_days(31)
    life.push(*rules)
    assert [issue.title[:4] for issue in life.issues()] == ["HIGH", "More"]
    life.issues()[1].labels[:] = ["security"]
    life.push(*rules)
    assert [issue.title[:4] for issue in life.issues()] == ["HIGH", "More", "HIGH"]
    life.push(*rules)
    assert [issue.is_open for issue in life.issues()] == [True, False, True, True]


@pytest.mark.parametrize("number", range(0, CALLS, STRIDE))
def test_one_fault_anywhere_changes_nothing_in_the_end(life: Life, number: int) -> None:
    """Whichever call fails, and however: the runs after it bring the same end about."""
    fault = FAULTS[number // STRIDE % len(FAULTS)]

    def strike(call: int, _request: Request) -> Any:
        return fault if call == number else None

    life.strike = strike
    live(life)
    assert end_of(life) == END
