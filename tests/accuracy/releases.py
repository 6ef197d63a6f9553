"""Consecutive releases of public packages, laid as commits, and where their lines went."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tarfile
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.accuracy.linemap import Line, LineMap, agreed, from_git, without
from tests.accuracy.scanners import HOME, Files, node
from tests.accuracy.tracking_history import Checkout, commit, git

_LARGEST = 1024 * 1024
_ALGORITHMS = ("histogram", "minimal")


@dataclass(frozen=True)
class Package:
    """One package; its releases in order, from one registry."""

    name: str
    language: str
    releases: tuple[str, ...]
    tools: tuple[str, ...]

    @property
    def home(self) -> Path:
        """Where it is kept; its repository stands in ``repository``."""
        return HOME / "packages" / self.name

    @property
    def repository(self) -> Path:
        """A git repository with one commit a release, each tagged with its number."""
        return self.home / "repository"

    def fetch(self) -> None:
        """Download what is missing and lay it as commits."""
        done = self.home / ".laid"
        if done.is_file() and done.read_text() == " ".join(self.releases):
            return
        shutil.rmtree(self.home, ignore_errors=True)
        self.repository.mkdir(parents=True)
        git(self.repository, "init", "--quiet")
        for release in self.releases:
            self._lay(release)
        done.write_text(" ".join(self.releases))

    def _lay(self, release: str) -> None:
        folder = self.home / release
        folder.mkdir()
        archive = (
            _from_pypi(self.name, release, folder)
            if self.language == "python"
            else _from_npm(self.name, release, folder)
        )
        commit(self.repository, _unpacked(archive), release)
        git(self.repository, "tag", release)

    @cached_property
    def trees(self) -> tuple[Files, ...]:
        """The files of each release."""
        return tuple(_unpacked(next((self.home / release).iterdir())) for release in self.releases)

    def checkout(self, number: int) -> Checkout:
        """The repository with the release after this one checked out."""
        old, new = self.releases[number : number + 2]
        root = self.home / "checkouts" / new
        if not root.is_dir():
            root.parent.mkdir(exist_ok=True)
            git(self.home, "clone", "--quiet", "--branch", new, str(self.repository), str(root))
        commits = (git(self.repository, "rev-parse", f"{tag}^{{commit}}").decode().strip() for tag in (old, new))
        return Checkout(root, *commits)

    def line_map(self, number: int) -> LineMap:
        """Where the lines of a release went in the next one, as far as two algorithms agree.

        Where a copy of a function was put beside it, both may take one for the other, so a line of Python that they
        follow into a function of another name is left out.
        """
        heights = {path: len(text.split(b"\n")) for path, text in self.trees[number].items()}
        old, new = self.releases[number : number + 2]
        one, two = (from_git(self.repository, old, new, algorithm, heights) for algorithm in _ALGORITHMS)
        told = without(agreed(one, two), self._doubtful(number))
        before, after = _Functions(self.trees[number]), _Functions(self.trees[number + 1])
        lines = {old: new for old, new in told.lines.items() if before.around(old) == after.around(new)}
        return LineMap(lines, told.files)

    def _doubtful(self, number: int) -> frozenset[str]:
        """Files that went while another one with the same content went too: nobody knows which one was renamed."""
        old, new = self.trees[number : number + 2]
        went = [path for path in old if path not in new]
        counts = Counter(old[path] for path in went)
        return frozenset(path for path in went if counts[old[path]] > 1)


def _from_pypi(name: str, release: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--no-binary=:all:", f"{name}=={release}"], cwd=folder, check=True)
    return next(folder.iterdir())


def _from_npm(name: str, release: str, folder: Path) -> Path:
    return folder / node("npm", "pack", "--silent", f"{name}@{release}", folder=folder).split()[-1]


def _unpacked(archive: Path) -> dict[str, bytes]:
    """Regular files of a source distribution, without the folder that holds them all."""
    files: dict[str, bytes] = {}
    with tarfile.open(archive) as opened:
        for member in sorted(opened.getmembers(), key=lambda member: member.name):
            path = "/".join(member.name.split("/")[1:])
            stream = opened.extractfile(member) if member.isfile() and member.size <= _LARGEST else None
            if path and ".." not in path and not path.startswith(".git/") and stream is not None:
                files[path] = stream.read()
    return files


class _Functions:
    """The functions and classes of a tree's Python files, by line."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._names: dict[str, list[str]] = {}

    def around(self, line: Line) -> str:
        """The names around a line, outermost first; empty at the margin and in what is no Python."""
        path, number = line
        if not path.endswith(".py"):
            return ""
        if path not in self._names:
            self._names[path] = _names_by_line(self._files.get(path, b""))
        names = self._names[path]
        return names[number] if number < len(names) else ""


def _names_by_line(content: bytes) -> list[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return []
    names = [""] * (content.count(b"\n") + 2)
    # From the outside to the inside: a function adds its name to what is around it.
    for part in ast.walk(tree):
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for number in range(part.lineno, (part.end_lineno or part.lineno) + 1):
                names[number] = f"{names[number]}/{part.name}"
    return names


_IN_PYTHON = ("Bandit", "Ruff", "Semgrep", "Gitleaks")
_IN_JAVASCRIPT = ("ESLint", "Semgrep", "Gitleaks")

PACKAGES = (
    Package("luigi", "python", ("3.2.1", "3.3.0", "3.4.0", "3.5.0", "3.6.0"), _IN_PYTHON),
    Package("celery", "python", ("5.3.1", "5.3.6", "5.4.0", "5.5.3", "5.6.3"), _IN_PYTHON),
    Package("paramiko", "python", ("2.12.0", "3.0.0", "3.1.0", "3.2.0", "3.3.1"), _IN_PYTHON),
    Package("sqlmap", "python", ("1.6.12", "1.7", "1.7.2", "1.7.3", "1.7.4"), _IN_PYTHON),
    Package("node-forge", "javascript", ("0.10.0", "1.0.0", "1.1.0", "1.2.1", "1.3.1"), _IN_JAVASCRIPT),
    Package("sequelize", "javascript", ("6.28.0", "6.29.0", "6.30.0", "6.31.0", "6.32.0"), _IN_JAVASCRIPT),
    Package("ejs", "javascript", ("3.0.2", "3.1.2", "3.1.5", "3.1.6", "3.1.7"), _IN_JAVASCRIPT),
)
