"""Runs that come too late: somebody asks for an old one again, or its job was slower than that of the next push."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.run.exits import Exit
from tests.e2e.life import MAIN, Life
from tests.e2e.repository import Ended, semgrep
from tests.e2e.town import Town, governed, headlines, neighbours_of
from tests.fakes.github.hub import Run

POLICY = "product: shop\ngithub: {issues: {mode: 'on'}}\njira: {project: SEC}\nslack: {severity: high}\n"
WARNING = "about an older commit than the last one that was remembered"


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return governed(tmp_path, POLICY)


@pytest.fixture
def town(life: Life) -> Town:
    return neighbours_of(life)


def last(life: Life) -> Run:
    """Find the run that was started last."""
    runs = life.repository.hub.runs
    return runs[max(runs)][0]


def work(life: Life, started: Run, *rules: str) -> Ended:
    return life.repository.work(started, semgrep(*rules), **life.settings)


def report_on(life: Life, scan: Run, *rules: str) -> Ended:
    """Fold what another workflow's run has found, when that one has ended."""
    hub = life.repository.hub
    told = {"id": scan.id, "event": scan.event, "head_branch": "main", "head_sha": scan.head_sha}
    event = {"workflow_run": {**told, "head_repository": {"full_name": hub.name}}}
    started = hub.start_run(event="workflow_run", head_sha=hub.branches["main"])
    return life.repository.work(started, semgrep(*rules), event=event, **life.settings)


def standing(life: Life, town: Town) -> list[object]:
    """Tell all that stands anywhere after a run."""
    hub = life.repository.hub
    tickets = [(each.key, each.status, len(each.comments)) for each in town.jira.tickets]
    alerts = {each.identity[1]: each.state(MAIN) for each in hub.scanning.alerts.values()}
    return [tickets, alerts, headlines(town), len(town.dojo.calls), len(hub.artifacts), len(life.issues())]


def test_an_old_run_closes_nothing_that_came_after_it(life: Life, town: Town) -> None:
    """Asked for again, the run before a flaw came compares, says so, and leaves everything as the newer run left it."""
    life.push("eval")
    life.push("eval")
    old = last(life)
    life.push("eval", "xss")
    before = standing(life, town)
    again = work(life, life.repository.hub.rerun(old), "eval")
    assert standing(life, town) == before
    assert (again.code, again.said(WARNING), again.said(f"(run {last(life).id}, commit ")) == (Exit.OK, True, True)
    assert (again.outputs["fixed"], again.outputs["state-artifact"], again.outputs["upload-sarif-file"]) == (
        "1",
        "",
        "",
    )
    assert not (again.folder / "upload.sarif").exists()
    after = life.push("eval", "xss")
    assert (after.outputs["new"], after.outputs["total"], after.said(WARNING)) == ("0", "2", False)
    assert before[0] == [("SEC-1", "To Do", 0)] == standing(life, town)[0]


def test_an_old_run_opens_nothing_that_was_mended_after_it(life: Life, town: Town) -> None:
    """Asked for again, the run that still had the flaw is judged by its gate, and reopens no ticket and no alert."""
    life.push("eval")
    life.push("eval", "shell")
    old = last(life)
    life.push("eval")
    before = standing(life, town)
    assert before[:2] == [[("SEC-1", "Done", 1)], {"eval": "open", "shell": "fixed"}]
    life.repository.settings = {**life.repository.settings, "fail_on": ("new:high",)}
    again = work(life, life.repository.hub.rerun(old), "eval", "shell")
    assert (again.code, again.said(WARNING)) == (Exit.GATE, True)
    assert standing(life, town) == before
    assert life.push("eval").outputs["fixed"] == "0"


def test_a_slow_job_does_not_undo_a_fast_one(life: Life, town: Town) -> None:
    """Where the run of the next commit ends first, the one before it comes too late, a dry run of it as well."""
    life.push("eval")
    slow, fast = life.repository.start(2), life.repository.start(3)
    life.commit = 3
    work(life, fast, "eval", "xss")
    before = standing(life, town)
    tried = life.repository.work(slow, semgrep("eval"), dry_run=True)
    assert tried.said(f"not: keep the state as the artifact {next(iter(life.repository.hub.artifacts.values())).name}")
    assert work(life, slow, "eval").said(WARNING)
    assert standing(life, town) == before
    assert life.push("eval", "xss").outputs["new"] == "0"


def test_reports_with_the_run_in_their_names_come_too_late_as_well(life: Life, town: Town, tmp_path: Path) -> None:
    """Each run names its scope anew, and it is the one that a newer run has looked at under its own name."""

    def scan(started: Run, *rules: str) -> Ended:
        report = tmp_path / f"semgrep-{started.id}.json"
        report.write_bytes(semgrep(*rules))
        return life.repository.work(started, b"", reports=(str(report),), **life.settings)

    first, slow, fast = (life.repository.start(number) for number in (1, 2, 3))
    scan(first, "eval", "sql")
    scan(fast, "eval", "xss")
    before = standing(life, town)
    for late in (slow, life.repository.hub.rerun(first)):
        assert scan(late, "eval", "sql").said(WARNING)
        assert standing(life, town) == before
    after = scan(life.repository.start(4), "eval", "xss")
    assert (after.said(WARNING), after.outputs["new"], after.outputs["fixed"]) == (False, "0", "0")


def test_a_slow_scan_that_no_other_run_has_is_remembered(life: Life, tmp_path: Path) -> None:
    """What the nightly run alone looks at is news, though its tool runs on every push."""
    nightly, report = life.repository.start(1, event="schedule"), tmp_path / "deep.json"
    report.write_bytes(semgrep("taint", scanned=("core.py",)).replace(b"app.py", b"core.py"))
    life.push("eval")
    life.push("eval", "xss")
    slow = life.repository.work(nightly, b"", reports=(str(report),), **life.settings)
    assert (slow.said(WARNING), bool(slow.outputs["state-artifact"])) == (False, True)


def test_a_run_that_follows_is_as_late_as_the_one_it_follows(life: Life, town: Town) -> None:
    """Its own number is new whenever it begins: a slow scan, or one that is asked for again, is an old one."""
    first, slow, fast = (life.repository.start(number) for number in (1, 2, 3))
    report_on(life, first, "eval")
    ended = report_on(life, fast, "eval", "xss")
    assert (ended.outputs["new"], bool(ended.outputs["state-artifact"])) == ("1", True)
    before = standing(life, town)
    for late in (slow, life.repository.hub.rerun(first)):
        again = report_on(life, late, "eval", "shell")
        assert (again.said(WARNING), again.outputs["state-artifact"]) == (True, "")
        assert standing(life, town) == before
    after = report_on(life, life.repository.start(4), "eval", "xss", "sql")
    assert (after.said(WARNING), after.outputs["new"], after.outputs["total"]) == (False, "1", "3")


def test_a_scan_that_began_before_the_last_report_is_no_late_one(life: Life) -> None:
    """Each is reported when its scan has ended: that of the next commit began before this one was told."""
    first, second = life.repository.start(1), life.repository.start(2)
    report_on(life, first, "eval")
    ended = report_on(life, second, "eval", "xss")
    assert (ended.said(WARNING), ended.outputs["new"], bool(ended.outputs["state-artifact"])) == (False, "1", True)


def test_two_runs_about_one_commit_go_on(life: Life) -> None:
    """A run that is asked for again after another one of the same commit may say what it has found."""
    life.push("eval")
    old = last(life)
    work(life, life.repository.start(1, event="schedule"), "eval")
    again = work(life, life.repository.hub.rerun(old), "eval", "xss")
    assert (again.said(WARNING), bool(again.outputs["state-artifact"])) == (False, True)


def test_the_newest_of_states_that_stand_side_by_side_counts(life: Life) -> None:
    """One that is about the same commit does not hide another one that is about a newer."""
    life.push("eval")
    first, second, third = (life.repository.start(number) for number in (2, 2, 3))
    artifacts = life.repository.hub.artifacts
    known = dict(artifacts)
    kept = dict(artifacts)
    for started, rules in ((third, ("eval", "xss")), (second, ("eval",))):  # each reads what the first push left
        artifacts.clear()
        artifacts.update(known)
        work(life, started, *rules)
        kept |= artifacts
    artifacts.update(kept)
    late = work(life, first, "eval")
    assert (late.said(WARNING), late.said(f"(run {third.id}, ")) == (True, True)


def test_a_tick_is_never_late(life: Life) -> None:
    """A run without reports looks at nothing, so what it moves is not undone, whenever it comes."""
    life.push("eval")
    tick = life.repository.start(1, event="schedule")
    life.push("eval", "xss")
    late = life.repository.work(tick, b"{}", reports=(), **life.settings)
    assert (late.said(WARNING), late.outputs["total"], bool(late.outputs["state-artifact"])) == (False, "2", True)


def test_a_slow_scanner_that_nobody_else_has_is_remembered(life: Life, tmp_path: Path) -> None:
    """What no newer run looked at is news, though it took longer than the next push."""
    report = tmp_path / "leaks.json"
    leak = {"RuleID": "generic", "Description": "A key", "StartLine": 3, "EndLine": 3, "StartColumn": 1, "EndColumn": 9}
    more = {"Match": "k", "Secret": "k", "File": "key.py", "Commit": "", "Fingerprint": "key.py:generic:3"}
    report.write_text(json.dumps([leak | more]))
    life.push("eval")
    slow = life.repository.start(2)
    life.commit = 2
    life.push("eval", "xss")
    late = life.repository.work(slow, b"", reports=(f"gitleaks={report}",), **life.settings)
    assert (late.said(WARNING), bool(late.outputs["state-artifact"])) == (False, True)
    assert life.push("eval", "xss").outputs["total"] == "3"
