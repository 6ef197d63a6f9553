"""The same numbers wherever people look, and an upload that says *fixed* of nothing that is not."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from tests.e2e.job import EXAMPLES, Ended, Job


def run(job: Job, name: str) -> Ended:
    """One example run."""
    shutil.rmtree(job.workspace / "reports", ignore_errors=True)
    shutil.copytree(EXAMPLES / name, job.workspace / "reports")
    return job.run(reports="reports", state=".onefold-state", **{"on-incomplete": "warn"})


def document(job: Job, name: str) -> Any:
    return json.loads((job.workspace / "onefold-out" / name).read_bytes())


def by_category(path: Path) -> dict[str, set[str]]:
    """Ids of the findings in an upload, by category."""
    runs = json.loads(path.read_bytes())["runs"]
    ids = re.compile(r"F-[0-9a-f]{12}$")
    return {
        run["automationDetails"]["id"]: {ids.findall(result["message"]["text"])[0] for result in run["results"]}
        for run in runs
    }


def test_numbers_are_the_same_everywhere(job: Job) -> None:
    """The log, the summary, findings.json and the outputs agree, and what is open adds up."""
    run(job, "first")
    ended = run(job, "second")
    totals = document(job, "findings.json")["totals"]
    assert totals["open"] == totals["new"] + totals["reopened"] + totals["updated"] + totals["unchanged"]
    assert totals["open"] == sum(totals["by_severity"].values())
    assert totals["reported"] == sum(totals[part] for part in ("unique", "merged", "suppressed", "refused"))
    counts = (
        f"{totals['new']} new, {totals['absent']} fixed, {totals['updated']} updated, {totals['unchanged']} unchanged"
    )
    assert counts in ended.log
    assert ended.summary.startswith(f"## {counts}\n")
    assert f"  {totals['open']} open: " in ended.log
    assert f"\n{totals['open']} open findings: " in ended.summary
    unseen = totals["not_covered"] + totals["held"]
    assert f"Not seen, and not called fixed ({unseen})" in ended.log
    assert f"{unseen} not seen this time and still open" in ended.summary
    shown = {name: int(ended.outputs[name]) for name in ("total", "new", "fixed", "breached")}
    assert shown == dict(zip(shown, (totals["open"], totals["new"], totals["absent"], totals["breached"]), strict=True))


def test_an_upload_closes_only_what_is_fixed(job: Job) -> None:
    """An observed category keeps every finding that is still open, seen or not; that of a failed scan is left out."""
    run(job, "first")
    before = by_category(job.workspace / "onefold-out/upload.sarif")
    run(job, "second")
    after = by_category(job.workspace / "onefold-out/upload.sarif")
    (left_out,) = before.keys() - after.keys()
    assert left_out.endswith("/Trivy/corner-shop.tar/")
    findings = document(job, "findings.json")["findings"]
    closed = {finding["id"] for finding in findings if finding["status"] == "closed"}
    gone = {id_ for category in after for id_ in before.get(category, set()) - after[category]}
    assert gone <= closed
    assert gone
    assert all(after.values())
