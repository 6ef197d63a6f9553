"""Tests of :mod:`aggregator.dedupe.folders`: tools that call the same files by another folder than before."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.folders import Change, changed_folders, in_todays_folders
from aggregator.model.location import Location
from aggregator.model.report import Scan
from aggregator.model.state import Line, RunRef, State, Tracked
from tests.builders import NOW, finding, result, scan, tracked

GOSEC = ("gosec", "repo")
CAME, WENT = Change(came="/src/"), Change(went="/src/")


def gosec(*paths: str) -> Scan:
    """A scan that found something in these files, and something that is in none."""
    rows = (result(location=Location(path, 3) if path else None) for path in (*paths, ""))
    return scan(tool="gosec", scope="repo", results=tuple(rows))


def remembered(*sources: tuple[str, str | None]) -> Tracked:
    """A finding with these sources: tool and path."""
    one = tracked(finding(result(location=Location(sources[0][1], 3) if sources[0][1] else None)))
    (seen,) = one.sightings
    sightings = (
        replace(seen, tool=tool, scope="repo", location=Location(path, 3) if path else None) for tool, path in sources
    )
    return replace(one, sightings=tuple(sightings))


def state(*findings: Tracked) -> State:
    return State(line=Line("shop"), run=RunRef("1"), at=NOW, findings=findings)


def paths(of: State) -> list[tuple[str | None, list[str | None]]]:
    """The path of each finding, and those of its sources."""
    return [(_path(each.location), [_path(seen.location) for seen in each.sightings]) for each in of.findings]


def _path(where: Location | None) -> str | None:
    return where.path if where is not None else None


@pytest.mark.parametrize(
    ("before", "now", "present", "change"),
    [
        ({"app/a.go", "main.go"}, ("/src/app/a.go", "/src/main.go"), set(), CAME),
        ({"/src/app/a.go", "/src/main.go"}, ("app/a.go", "main.go"), set(), WENT),
        ({"app/a.go", "gone.go"}, ("/src/app/a.go", "/src/new.go"), set(), CAME),
        ({"a.go", "b/a.go"}, ("/src/a.go", "/src/b/a.go"), set(), CAME),  # not b/ of the longer one
        ({"main.go"}, ("shop/main.go",), {"main.go"}, Change(came="shop/")),
        ({"shop/main.go"}, ("main.go",), {"main.go"}, Change(went="shop/")),
        ({"main.go"}, ("shop/main.go",), set(), None),  # nobody knows whether there are two
        ({"main.go"}, ("shop/main.go",), {"main.go", "shop/main.go"}, None),  # there are two
        ({"main.go", "a.go"}, ("/src/main.go", "a.go"), set(), None),  # one is named as it was
        ({"main.go", "a.go"}, ("/src/main.go", "/lib/a.go"), set(), None),  # two changes
        ({"main.go"}, ("/src/other.go",), set(), None),
        ({"main.go"}, ("https://shop.example/main.go",), {"main.go"}, None),
        ({"main.go"}, ("../shop/main.go",), {"main.go"}, None),
        ({"main.go"}, (), set(), None),
    ],
)
def test_change_of_folder(before: set[str], now: tuple[str, ...], present: set[str], change: Change | None) -> None:
    """A tool names no file as it did, and most of what ends alike says the same; nothing is guessed."""
    assert changed_folders({GOSEC: before}, [gosec(*now)], present).get(GOSEC) == change


def test_every_report_of_a_scope_counts() -> None:
    """One that goes on naming files as before keeps the others from moving them; other scopes tell nothing."""
    moved, stayed = gosec("/src/main.go"), gosec("a.go", "/src/b.go")
    assert changed_folders({GOSEC: {"main.go", "a.go"}}, [moved, stayed, moved], set()) == {}
    assert changed_folders({GOSEC: {"main.go", "a.go"}}, [moved, moved], set()) == {GOSEC: CAME}
    assert changed_folders({("njsscan", "repo"): {"main.go"}}, [moved], set()) == {}


def test_what_is_remembered_is_told_in_todays_paths() -> None:
    """The tool's own sources move, and the finding with them where it stands at the first one's place."""
    before = state(
        remembered(("gosec", "main.go"), ("njsscan", "main.go")),
        remembered(("njsscan", "main.go"), ("gosec", "main.go")),
        remembered(("njsscan", "main.go")),
        remembered(("gosec", None)),
        remembered(("gosec", "/usr/lib/a.go")),
    )
    after = in_todays_folders(before, [gosec("/src/main.go")], set())
    assert paths(after) == [
        ("/src/main.go", ["/src/main.go", "main.go"]),
        ("main.go", ["main.go", "/src/main.go"]),
        ("main.go", ["main.go"]),
        (None, [None]),
        ("/usr/lib/a.go", ["/usr/lib/a.go"]),
    ]
    assert after.findings[2] is before.findings[2]
    assert in_todays_folders(after, [gosec("main.go")], set()) == before


def test_place_of_its_own_stays() -> None:
    """A finding that stands elsewhere than its first source stays there."""
    one = replace(remembered(("gosec", "main.go")), location=Location("page.go", 1))
    after = in_todays_folders(state(one), [gosec("/src/main.go")], set())
    assert paths(after) == [("page.go", ["/src/main.go"])]


def test_nothing_changes_mostly() -> None:
    """Where the files have the names that they had, the state is the same object."""
    before = state(remembered(("gosec", "main.go")))
    assert in_todays_folders(before, [gosec("main.go")], set()) is before
