"""Lock files that give way to those of another tool: each in its folder, or one for several."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition
from aggregator.model.result import Result
from aggregator.model.state import Tracked
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report
from tests.unit.dedupe.tracking.test_moved_packages import in_image, locked, recognised

ACCEPTED = Decision(Disposition.RISK_ACCEPTED, reason="build only")


def known(paths: Iterable[str]) -> dict[str, Tracked]:
    """What is remembered of a vulnerability in each of these lock files, by path."""
    tracked = remember(folded(report(*map(locked, paths))).findings)
    return {each.component.path: each for each in tracked if each.component}


def carried_on(previous: Iterable[Tracked], path: str) -> str:
    """The path of the finding that goes on in the only lock file there is now; empty where it is a new one."""
    previous = tuple(previous)
    (finding,) = folded(report(locked(path)), previous=previous, now=LATER).findings
    return next((each.component.path for each in previous if each.id == finding.id and each.component), "")


def test_all_folders_at_once() -> None:
    """Services that change the format of their lock files together keep their findings, each its own."""
    folders = ("apps/a/", "apps/b/", "")
    before = [locked(f"{folder}requirements.txt", name) for folder in folders for name in ("CVE-2026-1", "CVE-2026-2")]
    after = [locked(f"{folder}uv.lock", name) for folder in folders for name in ("CVE-2026-1", "CVE-2026-2")]
    assert recognised(before, after) == {
        f"{folder}uv.lock": (f"{folder}requirements.txt", "medium") for folder in folders
    }


def test_a_lock_file_that_stays_gives_nothing_away() -> None:
    """One that is there still, or one of two that came to its folder, is not what went."""
    before = [*map(locked, ("a/yarn.lock", "b/yarn.lock"))]
    after = [*map(locked, ("a/pnpm-lock.yaml", "b/pnpm-lock.yaml"))]
    assert recognised(before, after, present=["a/yarn.lock"]) == {"b/pnpm-lock.yaml": ("b/yarn.lock", "medium")}
    assert recognised(before, [*after, locked("b/bun.lock")]) == {"a/pnpm-lock.yaml": ("a/yarn.lock", "medium")}


def test_folders_of_an_image() -> None:
    """A file that came to a folder of an image is not one whose package was mended there."""
    before, after = map(in_image, ("a/x.jar", "b/x.jar")), map(in_image, ("a/y.jar", "b/y.jar"))
    assert recognised(before, after) == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("requirements.txt", "requirements-dev.txt"), "poetry.lock"),
        (("requirements/base.txt", "requirements/dev.txt"), "uv.lock"),
        (("web/a/package-lock.json", "web/b/package-lock.json", "web/c/yarn.lock"), "web/pnpm-lock.yaml"),
    ],
)
def test_one_for_several(old: tuple[str, ...], new: str) -> None:
    """The lock file that stands for several goes on with what was known first."""
    previous = known(old)
    first = replace(previous[old[1]], first_seen=previous[old[1]].first_seen.replace(year=2020))
    assert carried_on([*previous.values(), first], new) == old[1]


def test_one_for_several_is_not_silenced_by_one() -> None:
    """What was accepted in one of several lock files is not accepted of all: what was open stays so."""
    previous = known(("requirements-dev.txt", "requirements.txt"))
    said = replace(previous["requirements-dev.txt"], decision=ACCEPTED)
    early = replace(said, first_seen=said.first_seen.replace(year=2020))
    assert carried_on([early, previous["requirements.txt"]], "uv.lock") == "requirements.txt"
    both = replace(previous["requirements.txt"], decision=ACCEPTED)
    assert carried_on([early, both], "uv.lock") == "requirements-dev.txt"


def test_each_folder_goes_to_the_nearest() -> None:
    """Several lock files that each stand for several take what went in their own folders, and none what is beside."""
    before: list[Result] = [locked(f"{folder}/{name}.txt") for folder in ("a", "b/c") for name in ("base", "dev")]
    after = [*map(locked, ("a/uv.lock", "b/uv.lock"))]
    found = recognised(before, after)
    assert {path: old.rpartition("/")[0] for path, (old, _) in found.items()} == {"a/uv.lock": "a", "b/uv.lock": "b/c"}
    assert recognised(before, [locked("d/uv.lock")]) == {}
    assert recognised(before, [*after, locked("b/poetry.lock")]).keys() == {"a/uv.lock"}
    assert recognised([*before, flaw()], [locked("uv.lock"), locked("poetry.lock")]) == {}


def test_what_went_to_its_own_is_not_for_another() -> None:
    """A lock file that took another one's place is taken; what else was in its folder is gone."""
    before = map(locked, ("a/go.sum", "a/b/yarn.lock"))
    assert recognised(before, map(locked, ("a/uv.lock", "q/uv.lock"))) == {"a/uv.lock": ("a/go.sum", "medium")}
