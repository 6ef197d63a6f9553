"""A repository with Jira, Slack and DefectDojo lives through thirty-five runs; nothing is doubled or lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aggregator.run.exits import Exit
from aggregator.transport.exchange import Reply, Request
from tests.e2e.life import Life
from tests.e2e.strikes import OUTAGES, stride
from tests.e2e.town import HOOK, POLICY, Town, end_of, governed, headlines, live, neighbours_of
from tests.fakes.faults import Fault

END = {
    "tickets": [
        ("OPS-1", "Our own words", "Done", "Done", "Onefold"),
        ("OPS-2", "Our own words", "To Do", "", "Ann Able"),
        ("SEC-1", "HIGH: Shell in app.py", "To Do", "", "Onefold"),
        ("SEC-4", "HIGH: Xss in app.py", "To Do", "", "Onefold"),
        ("SEC-5", "HIGH: Crypto in app.py", "Done", "Done", "Onefold"),
    ],
    "findings": [
        ("Eval", "active", ("SEC-3",), []),
        ("Shell", "active", ("SEC-1",), ["Ann Able"]),
        ("Xss", "active", ("SEC-4",), []),
    ],
    "defectdojo": True,
    "rows": 1,
}
TOLD = [
    "shop: first look, 1 open finding",
    "shop: 1 new high finding from today's run",
    "shop: 1 new high finding from today's run",
    "shop: 1 scan failed or is missing",
    "shop: 1 finding fixed",
    "shop: 1 finding is back",
    "shop: 3 findings are past their due date",
    "shop: 1 new high finding from today's run",
    "shop: 1 finding set aside",
    "shop: 1 finding is open again: a decision ended",
    "shop: 1 new high finding from today's run",
    "shop: 1 finding is open again: a decision ended",
    "shop: 1 finding fixed",
    "shop: 1 finding fixed",
]
CALLS = 707
STRUCK = 672
"""The calls that may fail: those of all runs but the last two, which are there to make good."""
FAULTS: tuple[Fault, ...] = (
    *OUTAGES,
    Reply(429, {"retry-after": "60"}, b""),
    Reply(403, {}, b"Resource not accessible"),
    Reply(500),
)
STRIDE = stride(71)


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return governed(tmp_path, POLICY)


@pytest.fixture
def town(life: Life) -> Town:
    return neighbours_of(life)


def test_it_ends_as_it_should(life: Life, town: Town) -> None:
    """Tickets stand as people left them and as the code is; DefectDojo has what is open, once; Slack heard it once."""
    live(life, town)
    assert len(life.runs) == 35
    assert end_of(life, town) == END
    assert headlines(town) == TOLD
    assert {run.code for run in life.runs} == {Exit.OK, Exit.INCOMPLETE}
    assert life.calls == CALLS


def test_secrets_of_the_neighbours_stay_with_them(life: Life, town: Town) -> None:
    """No token and no address of a webhook is in any log, document or state, or on its way to another neighbour."""
    live(life, town)
    secrets = (town.jira.token, town.dojo.token, HOOK, "canary-slack-hook")
    said = "\n".join(line for run in life.runs for line in (*run.console.said, *run.console.warned))
    files = [path.read_bytes() for path in life.repository.folder.rglob("*") if path.is_file()]
    sent = [message["text"] + str(message) for posts in town.chat.posts.values() for message in posts]
    sent += [request.body.decode("utf-8", "replace") for request in town.dojo.calls]
    for secret in secrets:
        assert secret not in said
        assert not any(secret.encode() in data for data in files)
        assert not any(secret in text for text in sent)


@pytest.mark.parametrize("number", range(0, STRUCK, STRIDE))
def test_one_fault_anywhere_changes_nothing_in_the_end(life: Life, town: Town, number: int) -> None:
    """Whichever call fails, and however: the runs after it bring the same end about."""
    fault = FAULTS[number // STRIDE % len(FAULTS)]

    def strike(call: int, _request: Request) -> Any:
        return fault if call == number else None

    life.strike = strike
    live(life, town)
    assert end_of(life, town) == END
