"""The project's own files, as the meta tests read them."""

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "aggregator"


@cache
def tracked_files() -> tuple[Path, ...]:
    """List what is committed or about to be: tracked files and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def modules(folder: Path = PACKAGE) -> tuple[Path, ...]:
    """List the Python files of a folder."""
    return tuple(sorted(folder.rglob("*.py")))


@cache
def parse(path: Path) -> ast.Module:
    """Read a Python file as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def floor_of(path: Path) -> str:
    """Name the top-level module or package of `aggregator` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def where(path: Path, node: ast.stmt | ast.expr) -> str:
    """Say where a piece of code stands, so that an editor can jump there."""
    return f"{path.relative_to(ROOT)}:{node.lineno}"


@cache
def pyproject() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contract(name: str) -> dict[str, Any]:
    """Read one of the import contracts."""
    contracts: list[dict[str, Any]] = pyproject()["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["id"] == name)


def floors() -> list[list[str]]:
    """Read the floors, high to low, with the modules on each; a name in brackets may be missing."""
    return [[name.strip() for name in floor.split("|")] for floor in contract("floors")["layers"]]


def top_level() -> set[str]:
    """List the modules and packages right below `aggregator`."""
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    return there - {"__init__"}
