"""One image, scanned by Trivy for different things in different runs: what was not looked for is not fixed."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.job import onefold

START = date(2026, 9, 1)
DEBIAN = {"OS": {"Family": "debian", "Name": "12.5"}}
SCRATCH = {"ImageID": "sha256:ab"}


def flaw(name: str, purl: str) -> dict[str, Any]:
    """A vulnerability of one package."""
    return {
        "VulnerabilityID": f"CVE-2026-{len(name)}000",
        "PkgName": name,
        "PkgIdentifier": {"PURL": purl},
        "InstalledVersion": "1.0",
        "Severity": "HIGH",
    }


SYSTEM = {"Target": "shop (debian 12.5)", "Class": "os-pkgs", "Type": "debian"}
LIBRARIES = {"Target": "Node.js", "Class": "lang-pkgs", "Type": "node-pkg"}
VULNERABLE = (
    {**SYSTEM, "Vulnerabilities": [flaw("openssl", "pkg:deb/debian/openssl@1.0")]},
    {**LIBRARIES, "Vulnerabilities": [flaw("ms", "pkg:npm/ms@1.0")]},
)


def run(folder: Path, day: int, *targets: Any, metadata: Any = DEBIAN) -> dict[str, tuple[str, str]]:
    """One run over one report: how each package stands, and why."""
    report = {
        "SchemaVersion": 2,
        "ArtifactName": "ghcr.io/acme/shop:1",
        "ArtifactType": "container_image",
        "Metadata": metadata,
        "Results": targets,
    }
    (folder / "trivy.json").write_text(json.dumps(report))
    now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
    done = onefold("run", "trivy.json", "--state", "state", "--now", now, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    findings = json.loads((folder / "onefold-out" / "findings.json").read_bytes())["findings"]
    return {each["component"]["name"]: (each["status"], each["observation_reason"]) for each in findings}


def test_a_scan_for_secrets_closes_no_vulnerability(tmp_path: Path) -> None:
    """Trivy lists no packages then, not even clean ones; the next scan for vulnerabilities closes what is mended."""
    run(tmp_path, 0, *VULNERABLE)
    why = "Trivy did not look for vulnerable packages in this run (trivy.json)."
    assert run(tmp_path, 1) == {"openssl": ("active", why), "ms": ("active", why)}
    assert run(tmp_path, 2, SYSTEM, LIBRARIES) == {"openssl": ("closed", ""), "ms": ("closed", "")}


def test_a_scan_of_libraries_closes_no_package_of_the_system(tmp_path: Path) -> None:
    """Each half of the packages closes by a report about it."""
    run(tmp_path, 0, *VULNERABLE)
    why = "Trivy did not look for packages of the operating system in this run (trivy.json)."
    assert run(tmp_path, 1, LIBRARIES) == {"openssl": ("active", why), "ms": ("closed", "")}


def test_an_image_that_is_built_from_scratch_has_no_system(tmp_path: Path) -> None:
    """So its packages are gone."""
    run(tmp_path, 0, *VULNERABLE)
    told = run(tmp_path, 1, VULNERABLE[1], metadata=SCRATCH)
    assert told == {"openssl": ("closed", ""), "ms": ("active", "")}
