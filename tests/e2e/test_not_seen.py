"""Not seen is not fixed: however a scan fails, it closes nothing, and the message says which, why and what next."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import EXAMPLES, onefold

REPORTS = ("semgrep.json", "gitleaks.json", "trivy-fs.json")
Damage = Callable[[Path], None]


def remove(path: Path) -> None:
    """The scanner's job was killed before it wrote."""
    path.unlink()


def truncate(path: Path) -> None:
    """The scanner's job was killed while it wrote."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    """The shell opened the file and the scanner never started."""
    path.write_bytes(b"")


def mix_up(path: Path) -> None:
    """Another tool's report lies there."""
    shutil.copy(EXAMPLES / "first" / "prowler.ocsf.json", path)


def print_errors_only(path: Path) -> None:
    """The scanner printed its errors in place of a report."""
    path.write_text("Traceback (most recent call last):\n  error: out of memory\n")


def fail_inside(path: Path) -> None:
    """Semgrep's own way to say that nothing was scanned."""
    error = {"code": 2, "level": "error", "type": "Other", "message": "rules could not be fetched"}
    path.write_text(json.dumps({"version": "1.182.0", "errors": [error], "paths": {"scanned": []}, "results": []}))


def filter_by_severity(content: Any) -> None:
    """``semgrep --severity ERROR``: the same files, fewer results."""
    content["results"] = [result for result in content["results"] if result["extra"]["severity"] == "ERROR"]


def compare_with_baseline(content: Any) -> None:
    """``semgrep --baseline-commit``: the changed files, without what was in them before."""
    content["results"] = []
    content["paths"]["scanned"] = ["shop/orders.py", "shop/exports.py"]


def keep_the_rules(content: Any) -> None:
    """``semgrep --time`` with the rules as they were: all but one sort of flaw was mended."""
    content["time"] = {"rules": sorted({result["check_id"] for result in content["results"]})}


def run(folder: Path, *more: str, reports: tuple[str, ...] = ()) -> tuple[int, str, dict[str, Any]]:
    pinned = [f"{name.partition('.')[0].removesuffix('-fs')}=reports/{name}" for name in REPORTS]
    done = onefold("run", *pinned, *reports, "--state", "state", *more, cwd=folder)
    findings: dict[str, Any] = json.loads((folder / "onefold-out" / "findings.json").read_bytes())
    return done.returncode, done.stdout.decode(), findings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three reports, read once."""
    (tmp_path / "reports").mkdir()
    for name in REPORTS:
        shutil.copy(EXAMPLES / "first" / name, tmp_path / "reports")
    code, _, _ = run(tmp_path, "--now", "2026-10-01T08:00:00Z")
    assert code == 0
    return tmp_path


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("damage", [remove, empty, mix_up, print_errors_only])
def test_failed_scan_closes_nothing(name: str, damage: Damage, folder: Path) -> None:
    """A scan that is gone, empty, mixed up or only complained closes nothing and is named with the next step."""
    damage(folder / "reports" / name)
    code, told, findings = run(folder, "--now", "2026-11-22T12:00:00Z")
    assert code == 3, told
    assert findings["totals"]["absent"] == 0
    assert findings["totals"]["not_covered"] > 0
    (remark,) = [item for item in findings["diagnostics"] if item["code"] == "report-unreadable"]
    assert remark["subject"] == f"reports/{name}"
    assert remark["reason"]
    assert remark["next_step"]
    assert f"reports/{name}" in told


@pytest.mark.parametrize("name", REPORTS)
def test_truncated_scan_closes_nothing(name: str, folder: Path) -> None:
    """A report that breaks off closes nothing, whether some of its entries could be saved or not."""
    truncate(folder / "reports" / name)
    _, told, findings = run(folder, "--now", "2026-11-22T12:00:00Z")
    assert findings["totals"]["absent"] == 0
    assert findings["totals"]["not_covered"] > 0
    assert f"reports/{name}" in told
    assert "breaks off" in told


def test_scan_of_errors_closes_nothing(folder: Path) -> None:
    """A well-formed report that holds nothing but errors is a failed scan."""
    fail_inside(folder / "reports" / "semgrep.json")
    code, told, findings = run(folder, "--now", "2026-11-22T12:00:00Z")
    assert code == 3, told
    assert findings["totals"]["absent"] == 0
    assert "failed    Semgrep" in told


def test_partial_scan_closes_what_it_looked_at(folder: Path) -> None:
    """A partial Semgrep scan closes findings only in the files it did scan."""
    path = folder / "reports" / "semgrep.json"
    content = json.loads(path.read_bytes())
    files = sorted({result["path"] for result in content["results"]})
    read, unread = files[0], files[1]
    content["results"] = [result for result in content["results"] if result["path"] not in {read, unread}]
    content["errors"] = [{"code": 3, "level": "warn", "type": "Timeout", "message": "Timeout", "path": unread}]
    path.write_text(json.dumps(content))
    _, _, findings = run(folder, "--now", "2026-11-22T12:00:00Z")
    closed = {item["locations"][0]["path"] for item in findings["findings"] if item.get("baseline") == "absent"}
    assert closed == {read}
    assert findings["totals"]["not_covered"] > 0


@pytest.mark.parametrize(
    ("narrow", "count", "why"),
    [
        (filter_by_severity, 3, "All 3 findings below HIGH vanished at once"),
        (compare_with_baseline, 4, "it may have reported only what changed"),
    ],
)
def test_narrower_scan_closes_nothing(narrow: Callable[[Any], None], count: int, why: str, folder: Path) -> None:
    """A scan that was told to report less closes nothing and says why; the next whole one goes on as before."""
    path = folder / "reports" / "semgrep.json"
    whole = path.read_bytes()
    content = json.loads(whole)
    narrow(content)
    path.write_text(json.dumps(content))
    for day in (1, 2):
        _, _, findings = run(folder, "--now", f"2026-10-1{day}T12:00:00Z")
        assert findings["totals"]["absent"] == 0
        assert sum(why in item["observation_reason"] for item in findings["findings"]) == count
    path.write_bytes(whole)
    _, _, findings = run(folder, "--now", "2026-11-22T12:00:00Z")
    told = {word: findings["totals"][word] for word in ("new", "absent", "held", "not_covered", "reopened")}
    assert told == dict.fromkeys(told, 0)


def test_scan_with_fewer_rules_closes_nothing(folder: Path) -> None:
    """Where the report lists the rules that ran, findings of the others were not looked for."""
    path = folder / "reports" / "semgrep.json"
    content = json.loads(path.read_bytes())
    gone = content["results"][0]["check_id"]
    content["results"] = [result for result in content["results"] if result["check_id"] != gone]
    keep_the_rules(content)
    path.write_text(json.dumps(content))
    _, _, findings = run(folder, "--now", "2026-11-22T12:00:00Z")
    assert findings["totals"]["absent"] == 0
    assert findings["totals"]["not_covered"] > 0
    assert any("ran without the rule" in item["observation_reason"] for item in findings["findings"])


def test_deleted_secret_awaits_rotation(folder: Path) -> None:
    """A history scan without a secret, as of a range of commits, closes nothing; a revocation does, with its proof."""
    path = folder / "reports" / "gitleaks.json"
    leaks = json.loads(path.read_bytes())
    gone = leaks.pop()
    path.write_text(json.dumps(leaks))
    _, _, findings = run(folder, "--now", "2026-10-11T12:00:00Z")
    (waiting,) = [item for item in findings["findings"] if "Awaiting rotation" in item["observation_reason"]]
    assert (waiting["observation"], findings["totals"]["absent"]) == ("held", 0)
    assert waiting["locations"][0]["path"] == gone["File"]
    (folder / ".github").mkdir()
    revoked = {"id": waiting["id"], "status": "mitigated", "reason": "rotated", "owner": "kim", "expires": "2027-01-31"}
    (folder / ".github" / "onefold-exceptions.yml").write_text(json.dumps({"exceptions": [revoked]}))
    run(folder, "--now", "2026-10-12T12:00:00Z")
    _, _, findings = run(folder, "--now", "2026-10-13T12:00:00Z")
    (closed,) = [item for item in findings["findings"] if item.get("baseline") == "absent"]
    assert (closed["id"], closed["status"]) == (waiting["id"], "closed")
    assert closed["closed_reason"].endswith("It is marked mitigated.")


def test_lost_days_come_back_from_our_own_log(folder: Path) -> None:
    """Where the state is gone, an earlier merged.sarif gives the findings their days back and counts as no report."""
    _, _, before = run(folder, "--now", "2026-11-21T12:00:00Z")
    shutil.copy(folder / "onefold-out" / "merged.sarif", folder / "reports" / "earlier.sarif")
    shutil.rmtree(folder / "state")
    code, _, after = run(folder, "--now", "2026-11-22T12:00:00Z", reports=("reports/earlier.sarif",))
    assert code == 0
    days = {item["id"]: (item["first_seen"], item["due_at"]) for item in before["findings"]}
    assert {item["id"]: (item["first_seen"], item["due_at"]) for item in after["findings"]} == days
    assert after["totals"]["reported"] == before["totals"]["reported"]
    assert "own-output" in {item["code"] for item in after["diagnostics"]}
    assert len(after["scans"]) == len(before["scans"])


def test_time_to_remediate_is_published(folder: Path) -> None:
    """What was closed by proof counts, for as long as it is remembered."""
    path = folder / "reports" / "semgrep.json"
    content = json.loads(path.read_bytes())
    fixed = content["results"].pop()
    severity = {"ERROR": "HIGH", "WARNING": "MEDIUM"}[fixed["extra"]["severity"]]
    path.write_text(json.dumps(content))
    for day in ("10-11", "11-22"):
        _, _, findings = run(folder, "--now", f"2026-{day}T08:00:00Z")
        assert findings["totals"]["mean_days_to_remediate"] == {severity: 10.0}
