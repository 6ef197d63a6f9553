"""The rules every test keeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.meta.source import ROOT, parse, where

TESTS = ROOT / "tests"
SKIPPING = {"importorskip", "skip", "skipif", "xfail"}


def files() -> list[Path]:
    """List the files that hold tests."""
    return sorted(path for path in TESTS.rglob("test_*.py") if "node_modules" not in path.parts)


def each_test() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in files():
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield path, node


def test_each_test_says_its_promise() -> None:
    """Every test has a docstring of one line that says what it promises."""
    silent = []
    for path, node in each_test():
        docstring = ast.get_docstring(node)
        if docstring is None or "\n" in docstring or not docstring.endswith("."):
            silent.append(f"{where(path, node)} {node.name}")
    assert silent == []


def test_no_test_is_skipped() -> None:
    """No test can be skipped or expected to fail: what is missing makes it fail."""
    offenders = [
        where(path, node)
        for path in sorted(TESTS.rglob("*.py"))
        if "node_modules" not in path.parts
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute) and node.attr in SKIPPING and "pytest" in ast.unparse(node)
    ]
    assert offenders == []


def test_fakes_not_mocks() -> None:
    """No test imports a mocking library."""
    offenders = [
        where(path, node)
        for path in files()
        for node in ast.walk(parse(path))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith(("unittest", "mock")) for alias in node.names))
    ]
    assert offenders == []
