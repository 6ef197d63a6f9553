"""Packages under another path: a release that has its version in the path, a lock file that moved with its folder."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from aggregator.model.location import Location
from aggregator.model.passage import NOT_KNOWN, History, Passage
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report, vulnerability

IMAGE = "ghcr.io/acme/shop"


def in_image(path: str, version: str = "2.0", image: str = IMAGE) -> Result:
    """A vulnerability of a package in a file of an image."""
    return replace(vulnerability(manifest=path, version=version, image=image), scope="images.json")


def locked(path: str, name: str = "CVE-2026-1") -> Result:
    """A vulnerability of a package in a lock file of the checkout."""
    return replace(vulnerability(name, manifest=path), location=Location(path))


def recognised(
    old: Iterable[Result],
    new: Iterable[Result],
    *,
    closed: bool = False,
    history: History = NOT_KNOWN,
    present: Iterable[str] = (),
) -> dict[str, tuple[str, str]]:
    """Which path each new path was, and the tier, as far as anybody knows."""
    first = folded(report(*old)).findings
    previous = remember(first, closed=closed)
    paths = {each.id: each.component.path for each in first if each.component}
    second = folded(report(*new, covered=present), previous=previous, history=history, now=LATER).findings
    return {
        each.component.path: (paths[each.id], each.carried[0].tier)
        for each in second
        if each.component and each.id in paths
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("app/{}-1.4.0.jar", "app/{}-1.4.1.jar"),
        ("app/{}-1.4.0-SNAPSHOT.jar", "app/{}-1.4.jar"),
        ("app/{}-2.0.0.RELEASE.jar", "app/{}-2.0.1.Final.jar"),
        ("app/{}-1.4-20260301.101500-1.jar", "app/{}-1.4-20260302.091500-12.jar"),
        ("app/{}-1.0rc1.jar:BOOT-INF/lib/core-2.14.0.jar", "app/{}-1.0.jar:BOOT-INF/lib/core-2.14.1.jar"),
        ("app/{}-17.war", "app/{}-18.war"),
        (
            "opt/{}/python3.11/site-packages/x-65.0.0.dist-info/METADATA",
            "opt/{}/python3.12/site-packages/x-65.5.dist-info/METADATA",
        ),
        ("srv/{}/.pnpm/lodash@4.17.20/package.json", "srv/{}/.pnpm/lodash@4.17.21/package.json"),
        ("srv/{}/rack-2.0.1.gemspec", "srv/{}/rack-2.0.2.gemspec"),
    ],
)
@pytest.mark.parametrize("closed", [False, True])
def test_versions_in_paths(old: str, new: str, closed: bool) -> None:
    """What stands in several places of an image is known in each after a release, and comes back there when closed."""
    names = ("shop", "worker")
    before, after = [in_image(old.format(name)) for name in names], [in_image(new.format(name)) for name in names]
    assert recognised(before, after, closed=closed) == {new.format(name): (old.format(name), "high") for name in names}


def test_another_word_is_no_version() -> None:
    """A jar of another name, a number within a name and a numbered folder are not what changes with a release."""
    for old, new in (
        (("a/shop-1.4.jar", "a/worker-1.4.jar"), ("a/shop-1.4-api.jar", "a/worker-1.4-api.jar")),
        (("s3/app.jar", "s4/app.jar"), ("s5/app.jar", "s6/app.jar")),
        (("lib/x-1a.jar", "lib/y-1a.jar"), ("lib/x-1b.jar", "lib/y-1b.jar")),
    ):
        assert recognised(map(in_image, old), map(in_image, new)) == {}


def test_its_own_version_goes_first() -> None:
    """Two Pythons in one image that only a version tells apart keep their packages, whose version has no dot."""
    path = "usr/lib/python{}/site-packages/x-{}.egg-info"
    before = [in_image(path.format(python, "r05"), "r05") for python in ("3.9", "3.11")]
    after = [in_image(path.format(python, "r06"), "r06") for python in ("3.9", "3.11")]
    assert recognised(before, after) == {
        path.format(python, "r06"): (path.format(python, "r05"), "high") for python in ("3.9", "3.11")
    }


def test_a_version_is_no_part_of_a_longer_one() -> None:
    """Version 1.1 is not the one of Python 3.11, and 3 not that of a number that begins with it."""
    path = "lib/python3.11/{}/x"
    assert (
        recognised(
            [in_image(path.format("a"), "1.1"), in_image(path.format("b"), "3")],
            [in_image(path.format("c"), "1.1"), in_image(path.format("d"), "3")],
        )
        == {}
    )


def test_versions_side_by_side_fail_closed() -> None:
    """Of two copies in one folder that both went up nobody can tell which is which; one that stayed tells the other."""
    path = "lib/core-{}.jar".format
    assert (
        recognised([in_image(path("1.0")), in_image(path("1.1"))], [in_image(path("1.2")), in_image(path("1.3"))]) == {}
    )
    assert recognised(
        [in_image(path("1.0")), in_image(path("1.1"))], [in_image(path("1.1")), in_image(path("1.2"))]
    ) == {
        path("1.1"): (path("1.1"), "certain"),
        path("1.2"): (path("1.0"), "high"),
    }


def test_folders_of_lock_files() -> None:
    """Without history the longest end of the path that stayed tells the lock files of a folder that moved apart."""
    before = [locked(f"apps/{name}/package-lock.json", cve) for name in "abc" for cve in ("CVE-2026-1", "CVE-2026-2")]
    after = [
        locked(f"packages/{name}/package-lock.json", cve) for name in "abc" for cve in ("CVE-2026-1", "CVE-2026-2")
    ]
    assert recognised(before, after) == {
        f"packages/{name}/package-lock.json": (f"apps/{name}/package-lock.json", "medium") for name in "abc"
    }


def test_the_longest_end_goes_first() -> None:
    """A file that kept its folder's name goes before one that kept its own; that only one is left proves nothing."""
    before = map(locked, ("a/x/go.sum", "a/z/go.sum", "a/y/Gemfile.lock", "a/Cargo.lock"))
    after = map(locked, ("b/w/go.sum", "b/x/go.sum", "c/Gemfile.lock", "c/Pipfile.lock"))
    assert recognised(before, after) == {
        "b/x/go.sum": ("a/x/go.sum", "medium"),
        "c/Gemfile.lock": ("a/y/Gemfile.lock", "medium"),
    }


def test_equal_ends_fail_closed() -> None:
    """Lock files that only their folders tell apart, of which all were renamed, are nobody's."""
    before, after = map(locked, ("a/go.sum", "b/go.sum")), map(locked, ("c/go.sum", "d/go.sum"))
    assert recognised(before, after) == {}


def test_history_tells_lock_files_apart() -> None:
    """Where git followed the files, their names say nothing, and what another file shows is not theirs."""
    before = [*map(locked, ("a/go.sum", "b/go.sum"))]
    history = {"a/go.sum": Passage("d/go.sum", ()), "b/go.sum": Passage("c/go.sum", ())}
    assert recognised(before, map(locked, ("c/go.sum", "d/go.sum")), history=history) == {
        "c/go.sum": ("b/go.sum", "high"),
        "d/go.sum": ("a/go.sum", "high"),
    }
    assert recognised(before, [locked("d/go.sum")], history=history) == {"d/go.sum": ("a/go.sum", "high")}
    assert recognised(before[:1], [locked("e/go.sum")], history=history) == {}
    assert recognised(before, map(locked, ("e/b/go.sum", "e/a/go.sum")), history=history) == {}


def test_files_of_an_image_are_none_of_the_checkout() -> None:
    """What git knows of a file by the same name says nothing about an image."""
    history = {"a/go.sum": Passage("d/go.sum", ())}
    before, after = [in_image("a/go.sum")], [in_image("e/go.sum")]
    assert recognised(before, after, history=history) == {"e/go.sum": ("a/go.sum", "medium")}
    again = map(in_image, ("a/x/go.sum", "b/y/go.sum"))
    assert recognised(again, map(in_image, ("c/x/go.sum", "c/y/go.sum")), present=["a/x/go.sum", "b/y/go.sum"]) == {
        "c/x/go.sum": ("a/x/go.sum", "medium"),
        "c/y/go.sum": ("b/y/go.sum", "medium"),
    }


def test_what_is_left_of_history_is_in_doubt() -> None:
    """Of two manifests git followed one; the other one is not what came elsewhere because that alone is left."""
    history = {"a/go.sum": Passage("c/go.sum", ())}
    before, after = map(locked, ("a/go.sum", "b/go.sum")), map(locked, ("c/go.sum", "d/Pipfile.lock"))
    assert recognised(before, after, history=history) == {"c/go.sum": ("a/go.sum", "high")}


def test_what_is_still_there_did_not_move() -> None:
    """A lock file that was mended where it stands is not another one whose name ends like its own."""
    before, after = map(locked, ("a/x/go.sum", "a/y/go.sum")), map(locked, ("b/x/go.sum", "b/y/go.sum"))
    assert recognised(before, after, present=["a/x/go.sum", "b/x/go.sum", "b/y/go.sum"]) == {
        "b/y/go.sum": ("a/y/go.sum", "medium")
    }


def test_what_nobody_looked_at_did_not_move() -> None:
    """The only one of its package is still there: what a new lock file brings is another one."""
    before, after = [locked("web/go.sum")], [locked("till/go.sum")]
    assert recognised(before, after, present=["web/go.sum", "till/go.sum"]) == {}
    assert recognised(before, after, present=["till/go.sum"]) == {"till/go.sum": ("web/go.sum", "medium")}


def test_no_package_is_known_by_what_is_none() -> None:
    """A remembered source whose finding is about something else by now is known by its key alone."""
    (finding,) = folded(report(locked("a/go.sum"))).findings
    (known,) = remember([finding])
    other = replace(known, component=None, kind=Kind.SAST, location=flaw().location)
    (again,) = folded(report(locked("b/go.sum")), previous=[other], now=LATER).findings
    assert again.id == known.id


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("path", ["app/{}-1.4.0.jar", "app/{}-1.4.1.jar"])
def test_an_image_of_another_registry(path: str, closed: bool) -> None:
    """What is in it stays in its place, also after a release, and comes back there when it was closed."""
    before = [in_image(f"app/{name}-1.4.0.jar", image="acme/shop") for name in ("shop", "worker")]
    after = [in_image(path.format(name), image="ghcr.io/acme/shop") for name in ("shop", "worker")]
    assert recognised(before, after, closed=closed) == {
        path.format(name): (f"app/{name}-1.4.0.jar", "high") for name in ("shop", "worker")
    }
    (found, *_) = folded(report(*after), previous=remember(folded(report(*before)).findings, closed=closed)).findings
    assert found.carried[0].key == "moved-image"


def test_another_place_of_another_registry_is_another_one() -> None:
    """Another image, another place in it, or one of two images by the same name, is not recognised."""
    known = in_image("app/shop.jar", image="acme/shop")
    assert recognised([known], [in_image("app/shop.jar", image="acme/blog")]) == {}
    assert recognised([known], [in_image("lib/shop.jar", image="ghcr.io/acme/shop")]) == {}
    assert recognised([known], [in_image("app/shop.jar", image=f"{owner}/shop") for owner in ("a", "b")]) == {}
    assert recognised([in_image("app/shop.jar", image=f"{owner}/shop") for owner in ("a", "b")], [known]) == {}


def test_nothing_of_a_checkout_is_in_an_image() -> None:
    """A manifest and an image that show the same have nothing in common."""
    assert (
        recognised([locked("go.sum")], [in_image("go.sum")])
        == recognised([in_image("go.sum")], [locked("go.sum")])
        == {}
    )


PLAIN, FULL, OTHER = "pkg:generic/x:core", "pkg:maven/x/core", "pkg:npm/x/core"


def called(purl: str, path: str = "", image: str = IMAGE, **fields: str) -> Result:
    """A vulnerability of a package by this name."""
    found = vulnerability(manifest=path, image=image, package=purl, **fields)  # type: ignore[arg-type]
    return replace(found, scope=IMAGE, location=None if image else Location(path))


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize(("then", "now"), [(PLAIN, FULL), (FULL, PLAIN)])
def test_another_format_tells_the_ecosystem(then: str, now: str, closed: bool) -> None:
    """Of images SARIF tells the names of packages alone, JSON all and where they are; of a checkout both the file."""
    for before, after in ((called(then), called(now, "app/shop.jar")), (called(then, "app/shop.jar"), called(now))):
        assert recognised([before], [after], closed=closed) == {
            after.component.path: (before.component.path, "high")  # type: ignore[union-attr]
        }
    path = "libs/shop.jar"
    kept = {path: (path, "high")}
    assert recognised([called(then, path, "")], [called(now, path, "")], closed=closed) == kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([called(PLAIN)], [called(FULL, "a.jar"), called(FULL, "b.jar")]),
        ([called(FULL, "a.jar"), called(FULL, "b.jar")], [called(PLAIN)]),
        ([called(PLAIN)], [called(FULL, "a.jar"), called(OTHER, "b")]),
        ([called(FULL)], [called(OTHER)]),
        ([called(PLAIN)], [called(FULL, image="acme/blog")]),
        ([called(PLAIN)], [called(FULL, name="CVE-2026-2")]),
        ([called(PLAIN)], [called("pkg:maven/y/core")]),
        ([called(PLAIN, "a/x.jar", "")], [called(FULL, "b/x.jar", "")]),
    ],
)
def test_a_name_that_fits_several_is_nobodys(before: list[Result], after: list[Result]) -> None:
    """Two copies, two ecosystems, another image, vulnerability, name or file."""
    assert recognised(before, after) == {}


def test_a_copy_that_came_is_not_one_that_is_closed() -> None:
    """What goes by the full name then and now is told by its place."""
    first = folded(report(called(FULL, "old/a.jar"), called(FULL, "b.jar"))).findings
    gone = [each for each in remember(first, closed=True) if each.component and each.component.path == "old/a.jar"]
    kept = [each for each in remember(first) if each.component and each.component.path == "b.jar"]
    again = folded(report(called(FULL, "c.war"), called(FULL, "b.jar")), previous=[*gone, *kept], now=LATER).findings
    assert {each.id for each in again} & {each.id for each in first} == {kept[0].id}


def test_a_source_goes_by_its_own_name() -> None:
    """Another tool had told the package of the finding; the one of the name comes in its full form, and is known."""
    grype = report(called(FULL, tool="Grype"))
    first = folded(grype, report(called(PLAIN))).findings
    (found,) = folded(grype, report(called(FULL, "app/shop.jar")), previous=remember(first), now=LATER).findings
    assert found.id == first[0].id
    assert [(each.tool, each.tier, each.key) for each in found.carried] == [
        ("Grype", "certain", "component"),
        ("Trivy", "high", "plain-component"),
    ]
    assert len(found.sightings) == 2
