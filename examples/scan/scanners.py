"""One function for each scanner of the code: run it in the workspace, leave its report in the folder given."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools import Tools

TRIVY_OFFLINE = (
    "--quiet",
    "--skip-db-update",
    "--skip-java-db-update",
    "--skip-check-update",
    "--offline-scan",
    "--format=json",
)


def run_gitleaks(tools: Tools, workspace: Path, report: Path) -> None:
    """Look for secrets in the files as they are, without their history."""
    command = [tools.scanner("gitleaks"), "dir", ".", "--no-banner", "--exit-code=0"]
    _run([*command, "--report-format=json", f"--report-path={report}"], workspace)


def run_semgrep(tools: Tools, workspace: Path, report: Path) -> None:
    """Look for our own patterns; nobody is logged in and nothing is sent."""
    command = [tools.scanner("semgrep"), "scan", "--quiet", "--metrics=off", "--disable-version-check"]
    _run([*command, "--no-git-ignore", "--config=security/semgrep", f"--json-output={report}", "."], workspace)


def run_bandit(tools: Tools, workspace: Path, report: Path) -> None:
    """Look at the Python files, named by their full path; imports alone (B403, B404) are no finding here."""
    command = [tools.scanner("bandit"), "--quiet", "--exit-zero", "--recursive", str(workspace)]
    _run([*command, "--skip=B403,B404", "--format=sarif", f"--output={report}"], workspace)


def run_trivy_fs(tools: Tools, workspace: Path, report: Path, cache: Path) -> None:
    """Look at lock files, configuration and secrets of the checkout."""
    command = [tools.trivy, "fs", *TRIVY_OFFLINE, "--scanners=vuln,misconfig,secret", "--skip-dirs=security"]
    _run([*command, f"--output={report}", "."], workspace, {"TRIVY_CACHE_DIR": str(cache)})


def run_trivy_image(tools: Tools, image: Path, report: Path, cache: Path) -> None:
    """Look at the packages in the image."""
    command = [tools.trivy, "image", *TRIVY_OFFLINE, "--scanners=vuln", f"--input={image.name}"]
    _run([*command, f"--output={report}"], image.parent, {"TRIVY_CACHE_DIR": str(cache)})


def cut_off(report: Path) -> None:
    """Leave three fifths of the report, as a job does that is killed while it writes."""
    content = report.read_bytes()
    report.write_bytes(content[: len(content) * 3 // 5])


def _run(command: Sequence[str], folder: Path, extra: dict[str, str] | None = None) -> None:
    environment = {**os.environ, **(extra or {})}
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
