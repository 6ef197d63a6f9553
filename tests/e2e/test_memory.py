"""What is remembered: the ways in which trackers lose findings, clocks and decisions, each played through the program.

Every row changes a report in a way that says nothing about the flaw, or breaks it in a way that proves nothing, and
asks the second run what became of the findings.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import drift
from tests.e2e.job import EXAMPLES, ROOT, Job, onefold

FIRST, LATER = "2026-10-01T08:00:00Z", "2026-11-22T12:00:00Z"
SAMPLES = ROOT / "tests" / "samples"
SEMGREP, GITLEAKS = EXAMPLES / "first" / "semgrep.json", SAMPLES / "gitleaks" / "history.json"
FOLDER, IMAGE = EXAMPLES / "first" / "trivy-fs.json", EXAMPLES / "first" / "trivy-image.json"
ZAP, PROWLER = EXAMPLES / "first" / "modelled" / "zap-shop.json", EXAMPLES / "first" / "prowler.ocsf.json"
Report = dict[str, Any] | list[Any]


def write(folder: Path, content: Any, name: str = "report.json") -> None:
    (folder / name).write_text(json.dumps(content))


def run(folder: Path, now: str, *more: str, code: int = 0, report: str = "report.json") -> dict[str, Any]:
    """One run over the folder's report; the answer as it is published."""
    done = onefold("run", report, "--state", "state", "--now", now, *more, cwd=folder)
    assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
    answer: dict[str, Any] = json.loads((folder / "onefold-out" / "findings.json").read_bytes())
    return answer


def memory(answer: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What must not be lost: each finding's id, its first sighting, its status."""
    return {item["id"]: (item["first_seen"], item["status"]) for item in answer["findings"]}


def clocks(answer: dict[str, Any]) -> dict[str, str | None]:
    """When each finding is due."""
    return {item["id"]: item.get("due_at") for item in answer["findings"]}


def assert_same_findings(after: dict[str, Any], before: dict[str, Any]) -> None:
    """Nothing new, fixed, reopened or unseen, and every finding has its id, its first day and its status."""
    totals = after["totals"]
    told = {word: totals[word] for word in ("new", "absent", "reopened", "not_covered", "held")}
    assert told == dict.fromkeys(told, 0)
    assert before["findings"]
    assert memory(after) == memory(before)


# What changes around a flaw.

CHANGES = {
    "semgrep-line-inserted": (SEMGREP, drift.one_line_above),
    "semgrep-with-fingerprints-line-inserted": (SAMPLES / "semgrep" / "logged-in.json", drift.one_line_above),
    "semgrep-sarif-requires-login-line-inserted": (SAMPLES / "sarif" / "semgrep.sarif", drift.one_line_above_in_sarif),
    "semgrep-file-renamed": (SEMGREP, drift.renamed_file),
    "semgrep-message-reworded": (SEMGREP, drift.other_words),
    "semgrep-severity-changed": (SEMGREP, drift.other_rating),
    "trivy-description-reworded": (FOLDER, drift.every_flaw(Description="other words", Title="another title")),
    "trivy-fix-published": (FOLDER, drift.every_flaw(FixedVersion="99.0", Status="fixed")),
    "trivy-severity-rescored": (FOLDER, drift.every_flaw(Severity="LOW", CVSS={})),
    "trivy-weakness-added": (FOLDER, drift.every_flaw(CweIDs=["CWE-1104", "CWE-79"])),
    "trivy-status-changed": (FOLDER, drift.every_flaw(Status="will_not_fix", References=["https://example.org/"])),
    "trivy-patched-in-vain": (FOLDER, drift.patched_in_vain),
    "trivy-image-patched-in-vain": (IMAGE, drift.patched_in_vain),
    "zap-risk-changed": (ZAP, drift.other_risk),
    "gitleaks-history-rewritten": (GITLEAKS, drift.rewritten_history),
    "gitleaks-three-lines-down": (SAMPLES / "gitleaks" / "folder.json", drift.three_lines_down),
    "prowler-scanned-again": (PROWLER, drift.new_scan_ids),
}


@pytest.mark.parametrize("row", CHANGES)
def test_same_flaws_are_the_same_findings(row: str, tmp_path: Path) -> None:
    """Whatever changes around a flaw, its finding keeps its id, its first day and its status."""
    report, change = CHANGES[row]
    content = json.loads(report.read_bytes())
    write(tmp_path, content)
    before = run(tmp_path, FIRST)
    change(content)
    write(tmp_path, content)
    after = run(tmp_path, LATER)
    assert_same_findings(after, before)
    is_rescored = "severity" in row or "risk" in row
    assert (clocks(after) == clocks(before)) is not is_rescored


def test_another_tag_is_the_same_image(tmp_path: Path) -> None:
    """An image that is scanned under its next tag and digest is the same image."""
    content = json.loads(IMAGE.read_bytes())
    drift.image_tag("registry.example/shop:1.0")(content)
    write(tmp_path, content)
    before = run(tmp_path, FIRST)
    drift.image_tag("registry.example/shop:1.1@sha256:" + "0" * 64)(content)
    write(tmp_path, content)
    assert_same_findings(run(tmp_path, LATER), before)


# What people decided, and what time decided.


def test_breach_survives_an_inserted_line(tmp_path: Path) -> None:
    """A finding that is long overdue stays overdue since the same day when a line is inserted above it."""
    content = json.loads(SEMGREP.read_bytes())
    write(tmp_path, content)
    before = run(tmp_path, "2026-01-01T08:00:00Z")
    late = run(tmp_path, "2026-11-21T08:00:00Z")
    drift.one_line_above(content)
    write(tmp_path, content)
    after = run(tmp_path, LATER)
    assert after["totals"]["breached"] == late["totals"]["breached"] > 0
    assert clocks(after) == clocks(before)


@pytest.mark.parametrize("status", ["false_positive", "risk_accepted"])
def test_decisions_survive_an_inserted_line(status: str, tmp_path: Path) -> None:
    """Five findings that people silenced stay silent when the code moves and the message is re-worded."""
    content = json.loads(SEMGREP.read_bytes())
    write(tmp_path, content)
    silenced = [item["id"] for item in run(tmp_path, FIRST)["findings"]][:5]
    decided = {"status": status, "reason": "looked at", "owner": "me", "expires": "2027-01-31"}
    (tmp_path / ".github").mkdir()
    write(tmp_path, {"exceptions": [{"id": each, **decided} for each in silenced]}, ".github/onefold-exceptions.yml")
    before = run(tmp_path, "2026-10-02T08:00:00Z")
    drift.one_line_above(content)
    drift.other_words(content)
    write(tmp_path, content)
    after = run(tmp_path, LATER)
    assert_same_findings(after, before)
    assert sorted(each for each, (_, word) in memory(after).items() if word == status) == sorted(silenced)


def test_another_attempt_keeps_the_verdict(job: Job) -> None:
    """Re-running a job whose gate is red on new findings does not turn it green."""
    reports = job.workspace / "reports"
    reports.mkdir()
    report = json.loads(SEMGREP.read_bytes())
    (reports / "semgrep.json").write_text(json.dumps(report | {"results": report["results"][:3]}))
    inputs = {"reports": "reports", "state": "state", "fail_on": "new"}
    assert replace(job, environment={"GITHUB_RUN_ID": "76"}).run(**inputs).outputs["verdict"] == "inconclusive"
    shutil.copy(SEMGREP, reports / "semgrep.json")
    attempts = [replace(job, environment={"GITHUB_RUN_ATTEMPT": str(number)}).run(**inputs) for number in (1, 2, 3)]
    assert [attempt.outputs["verdict"] for attempt in attempts] == ["fail"] * 3
    assert len({attempt.outputs["new"] for attempt in attempts}) == 1
    assert replace(job, environment={"GITHUB_RUN_ID": "78"}).run(**inputs).outputs["new"] == "0"


# Reports in which much looks alike.


def two_jars() -> Report:
    """One vulnerability of one package and version in two archives."""
    flaw = {
        "VulnerabilityID": "CVE-2021-44228",
        "PkgName": "org.apache.logging.log4j:log4j-core",
        "InstalledVersion": "2.14.1",
        "PkgIdentifier": {"PURL": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"},
        "Severity": "CRITICAL",
    }
    flaws = [{**flaw, "PkgPath": f"app/{name}.jar"} for name in ("shop", "admin")]
    target = {"Target": "Java", "Class": "lang-pkgs", "Type": "jar", "Vulnerabilities": flaws}
    return {"SchemaVersion": 2, "ArtifactName": "shop:1", "ArtifactType": "container_image", "Results": [target]}


def two_hosts() -> Report:
    """The same alerts on two hosts."""
    content: dict[str, Any] = json.loads(ZAP.read_bytes())
    site = content["site"][0]
    other = json.loads(json.dumps(site).replace("shop.example", "admin.example"))
    content["site"] = [{**site, "alerts": site["alerts"][:2]}, {**other, "alerts": other["alerts"][:2]}]
    return content


def ten_resources() -> Report:
    """One check that fails on ten resources."""
    rows: list[Any] = json.loads(PROWLER.read_bytes())
    row = json.dumps(next(row for row in rows if row["status_code"] == "FAIL"))
    name = json.loads(row)["resources"][0]["name"]
    return [json.loads(row.replace(name, f"sg-{number:017x}")) for number in range(10)]


@pytest.mark.parametrize(("report", "count"), [(two_jars, 2), (two_hosts, 4), (ten_resources, 10)])
def test_what_looks_alike_is_kept_apart(report: Callable[[], Report], count: int, tmp_path: Path) -> None:
    """Each place is a finding of its own, and the identical report again changes nothing."""
    write(tmp_path, report())
    before = run(tmp_path, FIRST)
    assert len(before["findings"]) == count
    after = run(tmp_path, LATER)
    assert_same_findings(after, before)
    assert after["totals"]["updated"] == 0


EVERY_REPORT = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (SAMPLES, EXAMPLES)
    for path in folder.glob("**/*.*")
    if path.suffix in {".json", ".xml", ".sarif", ".csv"} and not path.name.endswith(".expected.json")
)


@pytest.mark.parametrize("report", EVERY_REPORT)
def test_the_same_report_again_changes_nothing(report: str, tmp_path: Path) -> None:
    """Every report we have, read twice: nothing is new, updated, fixed, reopened or lost."""
    name = Path(report).name
    shutil.copy(ROOT / report, tmp_path / name)
    first = onefold("run", name, "--state", "state", "--now", FIRST, cwd=tmp_path)
    before = json.loads((tmp_path / "onefold-out" / "findings.json").read_bytes())
    after = run(tmp_path, LATER, code=first.returncode, report=name)
    totals = after["totals"]
    assert [totals[word] for word in ("new", "updated", "absent", "reopened", "not_covered", "held")] == [0] * 6
    assert memory(after) == memory(before)
    assert clocks(after) == clocks(before)


# Reports that prove nothing.

NO_EVIDENCE: dict[str, tuple[bytes, str]] = {
    "empty-object": (b"{}", "pinned to Semgrep"),
    "empty-file": (b"", "it is empty"),
    "other-tool": (FOLDER.read_bytes(), "pinned to Semgrep, but it is trivy-json"),
    "errors-only": (
        json.dumps(
            {"version": "1.182.0", "results": [], "errors": [{"code": 2, "level": "error", "type": "Other"}]}
        ).encode(),
        "error",
    ),
    "truncated": (SEMGREP.read_bytes()[:-2000], "breaks off"),
}


@pytest.mark.parametrize("row", NO_EVIDENCE)
def test_what_proves_nothing_closes_nothing(row: str, tmp_path: Path) -> None:
    """A report without evidence closes nothing; every place we write to names it, the reason and the next step."""
    data, reason = NO_EVIDENCE[row]
    shutil.copy(SEMGREP, tmp_path / "report.json")
    before = run(tmp_path, FIRST, report="semgrep=report.json")
    (tmp_path / "report.json").write_bytes(data)
    done = onefold("run", "semgrep=report.json", "--state", "state", "--now", LATER, cwd=tmp_path)
    after = json.loads((tmp_path / "onefold-out" / "findings.json").read_bytes())
    assert memory(after) == memory(before)
    assert clocks(after) == clocks(before)
    assert after["totals"]["not_covered"] == len(before["findings"]) - after["totals"]["unique"] > 0
    (scan,) = after["scans"]
    assert (scan["report"], scan["completeness"]) == ("report.json", "partial" if done.returncode == 0 else "failed")
    summary = (tmp_path / "onefold-out" / "summary.md").read_text()
    for said in (done.stdout.decode(), summary, json.dumps(after["scans"])):
        assert "report.json" in said
        assert reason in said
        assert scan["next_step"] in said
    assert scan["next_step"]


def test_a_report_that_is_empty_once_costs_nothing(tmp_path: Path) -> None:
    """A report that came out empty once and is back changes no finding and no clock."""
    shutil.copy(SEMGREP, tmp_path / "report.json")
    before = run(tmp_path, FIRST, report="semgrep=report.json")
    (tmp_path / "report.json").write_bytes(b"")
    run(tmp_path, "2026-10-02T08:00:00Z", code=3, report="semgrep=report.json")
    shutil.copy(SEMGREP, tmp_path / "report.json")
    after = run(tmp_path, LATER, report="semgrep=report.json")
    assert_same_findings(after, before)
    assert clocks(after) == clocks(before)


def test_a_report_s_name_says_nothing(tmp_path: Path) -> None:
    """A report is known by its content: Prowler's under the name of a text file is read like any other."""
    shutil.copy(PROWLER, tmp_path / "prowler.txt")
    before = run(tmp_path, FIRST, report="prowler.txt")
    assert_same_findings(run(tmp_path, LATER, report="prowler.txt"), before)


@pytest.mark.parametrize("names", [("night.json", "push.json"), ("py311.json", "py312.json")])
def test_reports_that_take_turns(names: tuple[str, str], tmp_path: Path) -> None:
    """What only one of two scans looks for is neither fixed nor new when the other one runs, turn after turn."""
    wide = json.loads(SEMGREP.read_text())
    narrow = {**wide, "results": wide["results"][1:]}
    write(tmp_path, wide, names[0])
    write(tmp_path, narrow, names[1])
    first = run(tmp_path, FIRST, report=names[0])
    for name in (*reversed(names), *reversed(names), names[1]):
        run(tmp_path, LATER, report=name)
    assert_same_findings(run(tmp_path, LATER, report=names[0]), first)
    after = run(tmp_path, LATER, report=names[1])
    assert memory(after) == memory(first)
    assert (after["totals"]["absent"], after["totals"]["not_covered"]) == (0, 1)
