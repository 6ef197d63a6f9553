"""Tests of :mod:`aggregator.owners`, after the examples of GitHub's page about code owners."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.owners import read_owners


@pytest.mark.parametrize(
    ("pattern", "path", "is_owned"),
    [
        ("*", "deep/down/a.py", True),
        ("*.js", "web/a.js", True),
        ("*.js", "a.jsx", False),
        ("/build/logs/", "build/logs/deep/a", True),
        ("/build/logs/", "x/build/logs/a", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/deep/a.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("apps/", "x/apps/deep/a.py", True),
        ("apps/", "apps", False),
        ("/docs/", "docs/deep/a.md", True),
        ("/apps/github", "apps/github", True),
        ("/apps/github", "apps/github/deep/a", True),
        ("**/logs", "deep/logs/a", True),
        ("**/logs", "logs", True),
        ("src/**", "src/deep/a.py", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/b", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", False),
        ("A.py", "a.py", False),
        ("with\\ blank/", "with blank/a", True),
        ("a.b", "axb", False),
    ],
)
def test_patterns_mean_what_github_says(pattern: str, path: str, *, is_owned: bool) -> None:
    """A pattern matches as GitHub's own examples do."""
    assert bool(read_owners(f"{pattern} @kim").of(path)) is is_owned


def test_the_last_line_counts() -> None:
    """A later line takes over, also to say that something is nobody's."""
    owners = read_owners("* @kim\n/apps/ @ann @org/team a@b.example\n/apps/free/ # nobody's\n")
    assert owners.of("a.py") == ("@kim",)
    assert owners.of("apps/a.py") == ("@ann", "@org/team", "a@b.example")
    assert owners.of("apps/free/a.py") == ()


def test_comments_and_lines_that_github_refuses_are_passed_over() -> None:
    """A comment names nobody, not even after an owner; negation, ranges and escaped signs are not read."""
    owners = read_owners("# * @eve\n*.py @kim # @eve\n!a.py @eve\n[ab].py @eve\n\\#x @eve\n\n")
    assert owners.of("a.py") == ("@kim",)
    assert owners.of("#x") == ()


def test_only_people_can_be_assigned() -> None:
    """Teams, addresses and what is no login are owners, and nobody to assign."""
    assert read_owners("* @kim @org/team a@b.example @-x kim").people("a") == ("kim",)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read(text: str, path: str) -> None:
    """Whatever stands in the file, reading it fails nobody."""
    read_owners(text).of(path)
