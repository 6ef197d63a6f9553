"""The first run on a repository with hundreds of old findings: a baseline, one readable summary, no flood."""

from __future__ import annotations

import json
from pathlib import Path

from aggregator.run.exits import Exit
from tests.e2e.repository import Repository, semgrep

OLD = tuple(f"rule-{number}" for number in range(600))


def scanner(count: int) -> str:
    """The SARIF log of another scanner, about a file of its own."""
    results = [
        {
            "ruleId": f"weak-{number}",
            "level": "error",
            "message": {"text": "Weak."},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "lib.py"}, "region": {"startLine": 10 * number + 1}}}
            ],
        }
        for number in range(count)
    ]
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Acme"}}, "results": results}]})


def test_six_hundred_old_findings_are_a_baseline(tmp_path: Path) -> None:
    """Nothing is new, nothing is red, nobody is told anything but once; the second run is silent."""
    repository = Repository(tmp_path)
    first = repository.push(1, *OLD, fail_on=("new:low", "breached"))
    assert (first.code, first.outputs["total"], first.outputs["new"]) == (Exit.OK, "600", "0")
    assert first.outputs["verdict"] == "inconclusive"
    summary = (first.folder / "step-summary.md").read_text()
    assert summary.startswith("## Baseline set: 600 open findings")
    assert len(summary.splitlines()) < 100
    assert len(first.console.said) < 100
    assert not repository.hub.forum.threads
    assert len(repository.hub.scanning.alerts) == 600
    second = repository.push(2, *OLD, fail_on=("new:low", "breached"))
    assert (second.code, second.outputs["new"], second.outputs["verdict"]) == (Exit.OK, "0", "pass")


def test_the_first_pull_request_is_told_once(tmp_path: Path) -> None:
    """A pull request before any run on its branch gets one comment that says there was nothing to compare with."""
    repository = Repository(tmp_path)
    repository.hub.commit("0" * 40)
    repository.start(1)
    ended = repository.pull_request(100, *OLD, base=1, fail_on=("new:high",))
    assert (ended.code, ended.outputs["new"]) == (Exit.OK, "0")
    (thread,) = repository.hub.forum.threads
    (comment,) = repository.hub.forum.below(thread)
    assert len(comment.body.splitlines()) < 60
    assert "rule-7" not in comment.body


def test_hundreds_that_are_late_at_once_open_few_issues(tmp_path: Path) -> None:
    """When the SLA of all of them is over, twenty issues are opened and a rolling one lists the rest."""
    repository = Repository(tmp_path)
    repository.push(1, *OLD)
    repository.hub.clock.pass_days(40)
    late = repository.push(2, *OLD)
    assert late.outputs["breached"] == "600"
    assert len(repository.hub.forum.threads) == 21
    assert late.calls < 60


def test_a_scanner_that_is_added_is_no_flood(tmp_path: Path) -> None:
    """Its 600 old findings are told in one sentence; what comes after them is new, from it as from all others."""
    (tmp_path / "runs").mkdir()
    repository = Repository(tmp_path / "runs", settings={"fail_on": ("new:low",)})
    report, added = tmp_path / "semgrep.json", tmp_path / "acme.sarif"
    report.write_bytes(semgrep("eval"))
    repository.push(1, "eval")
    added.write_text(scanner(600))
    second = repository.push(2, reports=(str(report), str(added)))
    assert (second.code, second.outputs["total"], second.outputs["new"]) == (Exit.OK, "601", "0")
    summary = (second.folder / "step-summary.md").read_text()
    assert "its 600 findings are its baseline" in summary
    assert len(summary.splitlines()) < 100
    added.write_text(scanner(601))
    third = repository.push(3, reports=(str(report), str(added)))
    assert (third.code, third.outputs["new"]) == (Exit.GATE, "1")
