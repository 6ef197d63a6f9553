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


def run(folder: Path, *more: str) -> tuple[int, str, dict[str, Any]]:
    pinned = [f"{name.partition('.')[0].removesuffix('-fs')}=reports/{name}" for name in REPORTS]
    done = onefold("run", *pinned, "--state", "state", *more, cwd=folder)
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
