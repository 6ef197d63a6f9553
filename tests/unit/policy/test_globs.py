"""Tests of :mod:`aggregator.policy.globs`."""

from __future__ import annotations

import pytest

from aggregator.policy.globs import matches_path, matches_text


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/lib/a.py", False),
        ("src/**", "src/lib/a.py", True),
        ("src/", "src/lib/a.py", True),
        ("src/", "src2/a.py", False),
        ("**/a.py", "a.py", True),
        ("**/a.py", "x/y/a.py", True),
        ("x/**/a.py", "x/a.py", True),
        ("x/**/a.py", "x/y/z/a.py", True),
        ("x**.py", "x/y.py", True),
        ("./a?.py", "a1.py", True),
        ("a?.py", "a/.py", False),
        ("app/[id]/page.tsx", "app/[id]/page.tsx", True),
        ("app/[id]/page.tsx", "app/i/page.tsx", False),
        ("a.py", "A.py", False),
        ("a.py", "a.py.bak", False),
        ("/src/", "src/lib/a.py", True),
        ("/src/", "/src/lib/a.py", True),
        ("/src/", "lib/src/a.py", False),
        ("/**/a.py", "x/a.py", True),
        ("src/", "/src/a.py", False),
    ],
)
def test_paths(pattern: str, path: str, *, meant: bool) -> None:
    """A star stays within a folder, two stars do not, brackets are brackets."""
    assert matches_path(pattern, path) is meant


@pytest.mark.parametrize(
    ("pattern", "text", "meant"),
    [
        ("python.*", "python.lang.eval", True),
        ("pkg:npm/*", "pkg:npm/%40scope/name", True),
        ("CVE-202?-1", "cve-2026-1", True),
        ("a+b", "aab", False),
        ("a", "ab", False),
    ],
)
def test_names(pattern: str, text: str, *, meant: bool) -> None:
    """A star stands for any text, and case does not matter."""
    assert matches_text(pattern, text) is meant
