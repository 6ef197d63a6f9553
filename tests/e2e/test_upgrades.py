"""Upgrades that a run promises: of a package that a lock file holds in several versions, all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.job import onefold

FIXES = "7.5.2, 6.3.1, 5.7.2"


def trivy(*versions: str) -> str:
    """A lock file with these versions of one package."""
    found = [
        {
            "VulnerabilityID": "CVE-2022-25883",
            "PkgName": "semver",
            "InstalledVersion": version,
            "FixedVersion": FIXES,
            "Severity": "HIGH",
            "PkgIdentifier": {"PURL": f"pkg:npm/semver@{version}"},
        }
        for version in versions
    ]
    results = [{"Target": "package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": found}]
    return json.dumps({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": results})


def run(job: Path, day: int, *versions: str) -> dict[str, Any]:
    """What a run says that finds these versions; without any there is no report."""
    (job / "trivy.json").write_text(trivy(*versions))
    given = ("trivy.json",) if versions else ()
    done = onefold("run", *given, "--state", "state", "--now", f"2026-10-{day:02}T08:00:00Z", cwd=job)
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads((job / "onefold-out" / "findings.json").read_bytes())
    return answer


def promised(answer: dict[str, Any]) -> list[tuple[list[str], str, int]]:
    """What is installed, what it is to be raised to, and how many findings that closes."""
    return [(each["installed"], each["to"], len(each["closes"])) for each in answer["upgrades"]]


def test_a_lock_file_with_several_versions(tmp_path: Path) -> None:
    """The promise is for all of them, also in a run without reports, as long as any is there."""
    whole = promised(run(tmp_path, 1, "5.7.1", "6.3.0", "7.3.5"))
    assert whole == [(["5.7.1", "6.3.0", "7.3.5"], "7.5.2", 1)]
    assert promised(run(tmp_path, 2)) == whole
    later = run(tmp_path, 3, "6.3.0", "7.3.5")
    assert promised(later) == [(["6.3.0", "7.3.5"], "7.5.2", 1)]
    assert later["findings"][0]["changes"] == ["version 5.7.1, 6.3.0, 7.3.5 -> 6.3.0, 7.3.5"]
    summary = (tmp_path / "onefold-out" / "summary.md").read_text()
    assert "`semver 6.3.0, 7.3.5 in package-lock.json`" in summary
    assert "| semver | `6.3.0, 7.3.5` | `7.5.2` |" in summary
