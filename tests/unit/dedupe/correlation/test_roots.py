"""Tests of :mod:`aggregator.dedupe.correlation.roots`: files that tools name from different folders."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation.roots import with_one_root
from aggregator.dedupe.entry import Entry
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import flaw, folded, report, vulnerability


def names(*results: Result) -> list[str]:
    """The files of the results, as correlation names them."""
    renamed = with_one_root([Entry((result,), result.tool) for result in results])
    return [entry.results[0].location.path if entry.results[0].location else "" for entry in renamed]


LONG, SHORT = "src/main/java/org/shop/Cart.java", "org/shop/Cart.java"


@pytest.mark.parametrize(
    ("one", "two", "name"),
    [
        (LONG, SHORT, LONG),
        ("/home/ci/shop/src/cart.py", "src/cart.py", "src/cart.py"),
        ("/home/ci/shop/cart.py", "cart.py", "cart.py"),
    ],
)
def test_one_file_has_one_name(one: str, two: str, name: str) -> None:
    """A name that ends with the whole of another one is the same file's; the relative, longer name is kept."""
    assert names(flaw(path=one), flaw(path=two, tool="SpotBugs")) == [name, name]


@pytest.mark.parametrize(
    "paths",
    [
        ("src/cart.py", "cart.py"),
        ("a/src/cart.py", "b/src/cart.py"),
        ("old/src/cart.py", "new/src/art.py"),
    ],
)
def test_other_files_keep_their_names(paths: tuple[str, str]) -> None:
    """A bare file name ends too many names, and what only looks alike is another file."""
    one, two = paths
    assert names(flaw(path=one), flaw(path=two, tool="SpotBugs")) == [one, two]


def test_two_that_fit_are_none() -> None:
    """Where two longer names end alike, nobody can tell which one is meant."""
    paths = ["a/src/cart.py", "b/src/cart.py"]
    assert names(*(flaw(path=path) for path in paths), flaw(path="src/cart.py", tool="X"))[-1] == "src/cart.py"


def test_three_names_of_one_file() -> None:
    """A class's name, a name in the repository and one on a machine are one file's."""
    absolute = flaw(path=f"/home/ci/shop/{LONG}", tool="PMD")
    assert set(names(flaw(path=LONG), flaw(path=SHORT, tool="SpotBugs"), absolute)) == {LONG}


def test_tools_that_share_a_name_share_a_root() -> None:
    """Two tools that call one file alike look from one folder: then other names are other files."""
    shared = (flaw(path="setup.py"), flaw(path="setup.py", tool="X"))
    assert names(*shared, flaw(path=LONG), flaw(path=SHORT, tool="X"))[2:] == [LONG, SHORT]


def test_one_tool_never_names_a_file_twice() -> None:
    """Names of one tool are names of different files."""
    assert names(flaw(path=LONG), flaw(path=SHORT)) == [LONG, SHORT]
    assert names(flaw(path=LONG), flaw(path=SHORT), flaw(path=SHORT, tool="X"))[:2] == [LONG, SHORT]


def test_only_results_in_files() -> None:
    """Packages and results without a place are left alone, and repeated rows move together."""
    nowhere = replace(flaw(tool="X"), location=None)
    entries = [
        Entry((flaw(path=LONG), flaw(path=LONG)), "a"),
        Entry((flaw(path=SHORT, tool="X"), nowhere), "b"),
        Entry((nowhere,), "b"),
        Entry((vulnerability(),), "c"),
    ]
    renamed = with_one_root(entries)
    assert [len(entry.results) for entry in renamed] == [2, 2, 1, 1]
    assert renamed[2:] == entries[2:]
    assert renamed[1].results == (replace(flaw(path=SHORT, tool="X"), location=flaw(path=LONG).location), nowhere)
    container = replace(vulnerability(), location=flaw(path=SHORT).location, kind=Kind.SCA)
    assert with_one_root([*entries, Entry((container,), "d")])[-1].results == (container,)


def test_findings_of_two_roots_are_one() -> None:
    """The results of two tools with two roots fold, and each keeps the path its tool told."""
    (finding,) = folded(
        report(flaw(path=LONG)), report(flaw("SQL_INJECTION_JDBC", path=SHORT, tool="SpotBugs"))
    ).findings
    assert sorted(each.location.path for each in finding.sources if each.location) == [SHORT, LONG]
