"""What changes around a flaw changes nothing about the finding: its id, its clock and what people decided stay."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import EXAMPLES, onefold

FIRST, LATER = "2026-10-01T08:00:00Z", "2026-11-22T12:00:00Z"


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def edit(path: Path, change: Callable[[Any], None]) -> None:
    content = read(path)
    change(content)
    path.write_text(json.dumps(content))


def one_line_above(content: Any) -> None:
    """Insert one line above every Semgrep finding."""
    for result in content["results"]:
        for end in ("start", "end"):
            result[end]["line"] += 1
            result[end]["offset"] += 40


def renamed_file(content: Any) -> None:
    """Rename one file that has findings."""
    old = content["results"][0]["path"]
    for result in content["results"]:
        result["path"] = "moved/place.py" if result["path"] == old else result["path"]
    scanned = content["paths"]["scanned"]
    content["paths"]["scanned"] = ["moved/place.py" if path == old else path for path in scanned]


def other_words(content: Any) -> None:
    """Re-word every message."""
    for result in content["results"]:
        result["extra"]["message"] = "In other words: " + result["extra"]["message"][::-1]


def other_severity(content: Any) -> None:
    """Rescore every rule."""
    for result in content["results"]:
        result["extra"]["severity"] = "INFO" if result["extra"]["severity"] == "ERROR" else "ERROR"


def patched_package(content: Any) -> None:
    """Raise every installed version; all of them stay vulnerable."""
    for target in content["Results"]:
        for flaw in target.get("Vulnerabilities", ()):
            flaw["InstalledVersion"] += ".1"
            flaw["PkgIdentifier"]["PURL"] = flaw["PkgIdentifier"]["PURL"].partition("@")[0] + "@9.9.9"
            flaw["PkgID"] = f"{flaw['PkgName']}@{flaw['InstalledVersion']}"


def image_tag(name: str) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        content["ArtifactName"] = name

    return change


def run(folder: Path, now: str) -> dict[str, Any]:
    done = onefold("run", "reports", "--state", "state", "--now", now, cwd=folder)
    assert done.returncode == 0, done.stderr
    findings: dict[str, Any] = read(folder / "onefold-out" / "findings.json")
    return findings


def clocks(findings: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Each finding's id with its first sighting and its status."""
    return {item["id"]: (item["first_seen"], item["status"]) for item in findings["findings"]}


@pytest.mark.parametrize(
    ("report", "change"),
    [
        ("semgrep.json", one_line_above),
        ("semgrep.json", renamed_file),
        ("semgrep.json", other_words),
        ("trivy-fs.json", patched_package),
        ("trivy-image.json", patched_package),
    ],
)
def test_finding_survives(report: str, change: Callable[[Any], None], tmp_path: Path) -> None:
    """Moved, renamed, re-worded or patched in vain: nothing is new, nothing fixed, every clock goes on."""
    (tmp_path / "reports").mkdir()
    shutil.copy(EXAMPLES / "first" / report, tmp_path / "reports")
    before = run(tmp_path, FIRST)
    assert before["findings"]
    edit(tmp_path / "reports" / report, change)
    after = run(tmp_path, LATER)
    assert (after["totals"]["new"], after["totals"]["absent"], after["totals"]["reopened"]) == (0, 0, 0)
    assert clocks(after) == clocks(before)


def test_finding_survives_another_severity(tmp_path: Path) -> None:
    """A rule that is rescored changes the severity and nothing else."""
    (tmp_path / "reports").mkdir()
    shutil.copy(EXAMPLES / "first" / "semgrep.json", tmp_path / "reports")
    before = run(tmp_path, FIRST)
    edit(tmp_path / "reports" / "semgrep.json", other_severity)
    after = run(tmp_path, LATER)
    assert after["totals"]["new"] == after["totals"]["absent"] == 0
    assert clocks(after) == clocks(before)
    assert after["totals"]["updated"] > 0


def test_finding_survives_another_tag(tmp_path: Path) -> None:
    """An image that is scanned under its next tag is the same image."""
    (tmp_path / "reports").mkdir()
    report = tmp_path / "reports" / "trivy-image.json"
    shutil.copy(EXAMPLES / "first" / "trivy-image.json", report)
    edit(report, image_tag("registry.example/shop:1.0"))
    before = run(tmp_path, FIRST)
    edit(report, image_tag("registry.example/shop:1.1@sha256:" + "0" * 64))
    after = run(tmp_path, LATER)
    assert (after["totals"]["new"], after["totals"]["absent"], after["totals"]["not_covered"]) == (0, 0, 0)
    assert clocks(after) == clocks(before)


def test_decisions_survive(tmp_path: Path) -> None:
    """What people accepted stays accepted when the code moves."""
    (tmp_path / "reports").mkdir()
    (tmp_path / ".github").mkdir()
    report = tmp_path / "reports" / "semgrep.json"
    shutil.copy(EXAMPLES / "first" / "semgrep.json", report)
    accepted = run(tmp_path, FIRST)["findings"][0]["id"]
    rule = {"id": accepted, "status": "risk_accepted", "reason": "the page is internal", "owner": "me"}
    (tmp_path / ".github/onefold-exceptions.yml").write_text(
        json.dumps({"exceptions": [{**rule, "expires": "2027-01-31"}]})
    )
    edit(report, one_line_above)
    edit(report, other_words)
    after = clocks(run(tmp_path, LATER))
    assert after[accepted][1] == "risk_accepted"
