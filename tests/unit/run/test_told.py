"""Tests of :mod:`aggregator.run.told`, with a memory in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.model.state import Line, RunRecord, RunRef, State
from aggregator.run.outside import INTERNET
from aggregator.run.told import Told, corresponding, gather
from aggregator.settings import Settings, Surroundings
from aggregator.stores import DirectoryStore
from tests.builders import NOW
from tests.checkouts import Checkout
from tests.unit.test_overtaken import NEW, OLD, WHOLE, report


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What run 11 has remembered about a newer commit."""
    record = RunRecord(run=RunRef("11"), at=NOW, open={})
    line = Line("shop", "", "main")
    state = State(line=line, run=record.run, at=NOW, commit=NEW, runs=(record,), scopes=(WHOLE,))
    DirectoryStore(tmp_path).save(state)
    return tmp_path


def told(folder: Path, **around: object) -> Told:
    given: dict[str, object] = {"actions": True, "event_name": "push", "ref": "refs/heads/main", "ref_name": "main"}
    job = Surroundings(**{**given, "run_id": "10", "sha": OLD, **around})  # type: ignore[arg-type]
    settings = Settings(state=str(folder), product="shop", branch="main", now=NOW)
    return corresponding(gather(settings, job, INTERNET), settings, job, INTERNET, (report(),))


def test_a_run_that_comes_too_late_changes_nothing(folder: Path) -> None:
    """It is held from everything that the next run would believe, and says which run to look at."""
    late = told(folder)
    assert late.memory.held == late.frame.held == "run 11 has looked at another commit since"
    assert late.frame.context.is_overtaken
    (said,) = late.memory.loaded.diagnostics
    assert (said.code, f"(run 11, commit {NEW[:12]})" in said.reason) == ("run-overtaken", True)


@pytest.mark.parametrize("around", [{"run_id": "12"}, {"sha": NEW}, {"run_id": ""}])
def test_a_run_in_time_goes_on(folder: Path, around: dict[str, object]) -> None:
    """A newer run, one about the same commit, and a call outside a job are as they were."""
    early = told(folder, **around)
    assert (early.memory.held, early.frame.held, early.memory.loaded.diagnostics) == ("", "", ())
    assert not early.frame.context.is_overtaken


def test_a_change_is_compared_as_before(folder: Path) -> None:
    """What must not change anything anyway has its own reason, and no warning."""
    change = told(folder, event_name="pull_request", base_ref="main")
    assert "pull request" in change.memory.held
    assert not change.frame.context.is_overtaken


@pytest.mark.parametrize("named", ["", OLD])
@pytest.mark.parametrize("is_head", [False, True])
def test_a_pull_request_is_about_what_is_checked_out(tmp_path: Path, named: str, *, is_head: bool) -> None:
    """Where nobody names a commit it is the head if that is what lies there, and the event's otherwise."""
    checkout = Checkout(tmp_path / "checkout")
    head = checkout.commit({"app.py": "eval(x)"})
    if not is_head:
        checkout.commit({"app.py": "sql(x)"})
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "base": {"ref": "main"}, "head": {"sha": head}}}))
    job = Surroundings(actions=True, event_name="pull_request", base_ref="main", sha=NEW, event_path=str(event))
    about = gather(Settings(source_root=checkout.root, commit=named, now=NOW), job, INTERNET)
    assert about.frame.context.commit == (named or (head if is_head else NEW))
