"""Tests of :mod:`aggregator.dedupe.folders`: tools that call the same files by another folder than before."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.folders import Change, changed_folders, in_todays_folders
from aggregator.model.checkout import Checkout
from aggregator.model.coverage import Coverage
from aggregator.model.location import Location
from aggregator.model.report import Scan
from aggregator.model.state import Line, RunRef, State, Tracked
from tests.builders import NOW, finding, result, scan, tracked

GOSEC = ("gosec", "repo")
CAME, WENT = Change(came="/src/"), Change(went="/src/")
NOWHERE = Checkout()


def gosec(*paths: str, looked_at: frozenset[str] | None = None) -> Scan:
    """A scan that found something in these files, and something that is in none."""
    rows = (result(location=Location(path, 3) if path else None) for path in (*paths, ""))
    return scan(tool="gosec", scope="repo", results=tuple(rows), coverage=Coverage(paths=looked_at))


MOVED = gosec("/src/main.go", "/src/a.go")


def checkout(present: str, absent: str = "") -> Checkout:
    return Checkout(frozenset(present.split()), frozenset(absent.split()))


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
    ("before", "now", "change"),
    [
        ("app/a.go main.go", "/src/app/a.go /src/main.go", CAME),
        ("/src/app/a.go /src/main.go", "app/a.go main.go", WENT),
        ("app/a.go app/b.go gone.go", "/src/app/a.go /src/app/b.go /src/new.go", CAME),
        ("a.go b/a.go c.go", "/src/a.go /src/b/a.go", CAME),  # not b/ of the longer one
        ("/src/a.go /src/b/a.go /src/c.go", "a.go b/a.go c.go", WENT),  # who a.go was may be doubted
        ("main.go a.go", "/src/main.go a.go", None),  # one is named as it was
        ("main.go a.go", "/src/main.go /lib/a.go", None),  # two changes
        ("main.go", "/src/main.go", None),  # one may be another
        ("main.go a.go", "/src/main.go /src/a.go /src/b.go /src/c.go", None),  # not most of them
        ("main.go a.go", "shop/main.go shop/a.go", None),  # nobody knows whether there are two
        ("shop/main.go shop/a.go", "/src/main.go /src/a.go", None),  # nor what is in them
        ("main.go a.go", "/src/other.go /src/new.go", None),
        ("main.go a.go", "", None),
    ],
)
def test_change_of_folder_without_a_checkout(before: str, now: str, change: Change | None) -> None:
    """Absolute names end as the relative ones do; nothing is guessed."""
    scans = [gosec(*now.split())]
    assert changed_folders({GOSEC: set(before.split())}, scans, NOWHERE).get(GOSEC) == change


@pytest.mark.parametrize(
    ("before", "now", "known", "change"),
    [
        ("main.go a.go", "/src/main.go /src/a.go", checkout("main.go a.go"), CAME),
        ("main.go a.go", "/src/main.go /src/a.go", checkout("other.go"), None),  # not of this checkout
        ("main.go a.go", "shop/main.go shop/a.go", checkout("main.go a.go", "shop/main.go shop/a.go"), "shop"),
        ("main.go a.go", "shop/main.go shop/a.go", checkout("main.go a.go"), None),  # they could not be looked for
        ("main.go a.go", "shop/main.go shop/a.go", checkout("main.go a.go shop/main.go shop/a.go"), None),  # two each
        ("main.go a.go", "shop/main.go shop/a.go", checkout("shop/main.go shop/a.go", "main.go a.go"), "shop"),
        ("shop/main.go shop/a.go", "/src/main.go /src/a.go", checkout("shop/main.go shop/a.go"), "exchanged"),
        ("shop/main.go shop/a.go", "web/main.go web/a.go", checkout("web/main.go web/a.go", "shop/main.go"), None),
    ],
)
def test_change_of_folder(before: str, now: str, known: Checkout, change: Change | str | None) -> None:
    """The checkout holds each file by one of the two names; files that moved within it are followed otherwise."""
    named = {"shop": Change(came="shop/"), "exchanged": Change("shop/", "/src/")}
    wanted = named[change] if isinstance(change, str) else change
    scans = [gosec(*now.split())]
    assert changed_folders({GOSEC: set(before.split())}, scans, known).get(GOSEC) == wanted


def test_every_report_of_a_scope_counts() -> None:
    """One that goes on naming files as before keeps the others from moving them; other scopes tell nothing."""
    before = {GOSEC: {"main.go", "a.go"}}
    moved, stayed, clean = gosec("/src/main.go", "/src/a.go"), gosec("a.go", "/src/b.go"), {"main.go"}
    assert changed_folders(before, [moved, stayed, moved], NOWHERE) == {}
    assert changed_folders(before, [moved, gosec(looked_at=frozenset(clean))], NOWHERE) == {}
    assert changed_folders(before, [moved, gosec(looked_at=frozenset({"b.go"})), moved], NOWHERE) == {GOSEC: CAME}
    assert changed_folders({("njsscan", "repo"): {"main.go", "a.go"}}, [moved], NOWHERE) == {}


def test_what_is_remembered_is_told_in_todays_paths() -> None:
    """The tool's own sources move, and the finding with them where it stands at the first one's place."""
    before = state(
        remembered(("gosec", "main.go"), ("njsscan", "main.go")),
        remembered(("njsscan", "main.go"), ("gosec", "main.go")),
        remembered(("njsscan", "main.go")),
        remembered(("gosec", None)),
        remembered(("gosec", "/usr/lib/z.go")),
        remembered(("gosec", "a.go")),
    )
    after = in_todays_folders(before, [MOVED], NOWHERE)
    assert paths(after) == [
        ("/src/main.go", ["/src/main.go", "main.go"]),
        ("main.go", ["main.go", "/src/main.go"]),
        ("main.go", ["main.go"]),
        (None, [None]),
        ("/usr/lib/z.go", ["/usr/lib/z.go"]),
        ("/src/a.go", ["/src/a.go"]),
    ]
    assert after.findings[2] is before.findings[2]
    assert in_todays_folders(after, [gosec("main.go", "a.go")], NOWHERE) == before


def test_place_of_its_own_stays() -> None:
    """A finding that stands elsewhere than its first source stays there."""
    one = replace(remembered(("gosec", "main.go")), location=Location("page.go", 1))
    after = in_todays_folders(state(one, remembered(("gosec", "a.go"))), [MOVED], NOWHERE)
    assert paths(after) == [("page.go", ["/src/main.go"]), ("/src/a.go", ["/src/a.go"])]


def test_a_new_name_is_not_known_to_be_nobodys() -> None:
    """What was in no commit by its name of then may be in one by that of today; what is called as it was stays so."""
    moved, stayed = (
        replace(each, is_uncommitted=True) for each in remembered(("gosec", "/src/a.go"), ("gosec", "gen.go")).sightings
    )
    then = state(remembered(("gosec", "/src/main.go")), replace(remembered(("gosec", "")), sightings=(moved, stayed)))
    (_, now) = in_todays_folders(then, [gosec("main.go", "a.go")], NOWHERE).findings
    assert [(each.location and each.location.path, each.is_uncommitted) for each in now.sightings] == [
        ("a.go", False),
        ("gen.go", True),
    ]


def test_nothing_changes_mostly() -> None:
    """Where the files have the names that they had, the state is the same object."""
    before = state(remembered(("gosec", "main.go")))
    assert in_todays_folders(before, [gosec("main.go")], NOWHERE) is before
