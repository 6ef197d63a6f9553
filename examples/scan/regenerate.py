"""Run the scanners on both versions of the app and rewrite the reports beside it.

python examples/scan/regenerate.py [--home FOLDER] [--without-cloud]
"""

import argparse
import tempfile
from pathlib import Path

import cloud
import image
import labels
import neutral
import scanners
import tools
import vulnerability_db
from workspace import checked_out

SCAN = Path(__file__).resolve().parent
EXAMPLES = SCAN.parent
REPORTS = EXAMPLES / "reports"
VERSIONS = {"first": "before", "second": "after"}


def main() -> None:
    """Install what is missing, scan, check, and label what was found."""
    options = _options()
    installed = tools.install(options.home, cloud=not options.without_cloud)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        vulnerability_db.build(SCAN / "advisories.toml", cache)
        for run in VERSIONS:
            scan_code(installed, run, cache)
            scan_image(installed, run, cache)
    scanners.cut_off(REPORTS / "second" / "trivy-image.json")
    if not options.without_cloud:
        scan_cloud(installed)
    neutral.check(path for path in REPORTS.rglob("*") if path.is_file())
    labels.write(EXAMPLES)


def scan_code(installed: tools.Tools, run: str, cache: Path) -> None:
    """Everything that looks at a checkout of the app."""
    reports = REPORTS / run
    reports.mkdir(parents=True, exist_ok=True)
    with checked_out(EXAMPLES / "app" / VERSIONS[run], SCAN / "semgrep", run) as workspace:
        scanners.run_gitleaks(installed, workspace, reports / "gitleaks.json")
        scanners.run_semgrep(installed, workspace, reports / "semgrep.json")
        scanners.run_bandit(installed, workspace, reports / "bandit.sarif")
        scanners.run_trivy_fs(installed, workspace, reports / "trivy-fs.json", cache)


def scan_image(installed: tools.Tools, run: str, cache: Path) -> None:
    """The image is the same both times."""
    archive = cache / "corner-shop.tar"
    image.build(archive)
    scanners.run_trivy_image(installed, archive, REPORTS / run / "trivy-image.json", cache)


def scan_cloud(installed: tools.Tools) -> None:
    """The account is built up, scanned, changed and scanned again."""
    with cloud.account(installed):
        for run in VERSIONS:
            cloud.bring_to_state(installed, run)
            cloud.run_prowler(installed, REPORTS / run / "prowler.ocsf.json")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    default = Path(tempfile.gettempdir()) / "onefold-scanners"
    parser.add_argument("--home", type=Path, default=default, help="where the scanners are installed")
    parser.add_argument("--without-cloud", action="store_true", help="leave the Prowler reports as they are")
    return parser.parse_args()


if __name__ == "__main__":
    main()
