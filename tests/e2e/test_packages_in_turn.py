"""A vulnerable package by two tools that do not run together: what one says of it holds while the other one runs.

pip-audit names every name of the vulnerability, and no file; Trivy the manifest.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import onefold

START = date(2026, 9, 1)
NAMES = ("CVE-2018-18074", "GHSA-x84v-xcm2-53pg", "PYSEC-2018-28")
MANIFEST = "requirements.txt"


def pip_audit(*, is_there: bool = True) -> Any:
    """pip-audit's report, which knows no fix."""
    flaw = {"id": NAMES[2], "fix_versions": [], "aliases": NAMES[:2], "description": "Requests leaks credentials."}
    package = {"name": "requests", "version": "2.19.0", "vulns": [flaw] * is_there}
    return {"dependencies": [package, {"name": "flask", "version": "3.0", "vulns": []}], "fixes": []}


def trivy(*, is_there: bool = True) -> Any:
    """Trivy's report, with two of the names."""
    flaw = {
        "VulnerabilityID": NAMES[0],
        "VendorIDs": [NAMES[1]],
        "PkgName": "requests",
        "PkgIdentifier": {"PURL": "pkg:pypi/requests@2.19.0"},
        "InstalledVersion": "2.19.0",
        "FixedVersion": "2.20.0",
        "Severity": "HIGH",
        "Title": "Requests leaks",
    }
    target = {"Target": MANIFEST, "Class": "lang-pkgs", "Type": "pip", "Vulnerabilities": [flaw] * is_there}
    return {"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [target]}


def run(folder: Path, day: int, **reports: Any) -> Any:
    """One run over these reports; what became of the finding."""
    for name, report in reports.items():
        (folder / f"{name}.json").write_text(json.dumps(report))
    now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
    done = onefold("run", *(f"{name}.json" for name in reports), "--state", "state", "--now", now, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    (found,) = json.loads((folder / "onefold-out" / "findings.json").read_bytes())["findings"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout whose manifest has an owner."""
    (tmp_path / MANIFEST).write_text("requests==2.19.0\n")
    (tmp_path / "CODEOWNERS").write_text(f"{MANIFEST} @kim\n")
    return tmp_path


def accept(folder: Path, selector: str) -> None:
    """An exception."""
    entry = f"{{status: risk_accepted, reason: judged, owner: kim, expires: 2027-12-31, {selector}}}"
    (folder / ".github").mkdir()
    (folder / ".github" / "onefold-exceptions.yml").write_text(f"exceptions:\n  - {entry}\n")


def test_the_manifest_and_the_fix_stay(folder: Path) -> None:
    """And with them the exception for the path, the owner and the remedy, whichever tool runs, and both at once."""
    accept(folder, f"path: {MANIFEST}")
    audit, scan = {"audit": pip_audit()}, {"trivy": trivy()}
    told = [run(folder, day, **reports) for day, reports in enumerate((audit, scan, audit, scan, audit | scan, audit))]
    assert (told[0]["disposition"], told[0]["component"]["path"], told[0]["owners"]) == ("open", "", [])
    assert [
        (
            each["disposition"],
            each["component"]["path"],
            each["component"]["fixed_versions"],
            each["owners"],
            len(each["history"]),
        )
        for each in told[1:]
    ] == [("risk_accepted", MANIFEST, ["2.20.0"], ["@kim"], 2)] * 5


@pytest.mark.parametrize("name", NAMES)
def test_a_judged_flaw_stays_judged_by_every_name(name: str, folder: Path) -> None:
    """While another tool names it otherwise, when the first one is forgotten, and when it was fixed and is back."""
    accept(folder, f"vulnerability: {name}")
    first = run(folder, 0, audit=pip_audit())
    told = [run(folder, day, trivy=trivy()) for day in (1, 30, 91, 92, 93, 100)]
    assert run(folder, 101, audit=pip_audit(is_there=False), trivy=trivy(is_there=False))["status"] == "closed"
    told += [run(folder, day, trivy=trivy()) for day in (105, 106)]
    assert {(each["id"], each["disposition"], tuple(each["vulnerability_ids"])) for each in (first, *told)} == {
        (first["id"], "risk_accepted", NAMES)
    }
