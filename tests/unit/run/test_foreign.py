"""Tests of :mod:`aggregator.run.foreign`: reports that name the checkout's files by another machine's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.model.location import Location
from aggregator.model.report import ReadFailure, Report
from aggregator.run.foreign import advised, foreign_folder
from tests.builders import result, scan


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("main.go", "app/a.go", "app/b.go"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def report(*paths: str) -> Report:
    """A report about these files, and about something that is in none."""
    places = (Location(path, 3) if path else None for path in (*paths, ""))
    rows = tuple(result(location=where) for where in places)
    return Report(name="gosec.sarif", place="gosec.sarif", format="sarif", scans=(scan(results=rows),))


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        (("/src/main.go", "/src/app/a.go"), "/src"),
        (("/work/shop/app/b.go",), "/work/shop"),
        (("/src/main.go", "/src/app/a.go", "/src/app/gone.go"), "/src"),
        (("/usr/lib/main.go", "/usr/lib/b.go"), ""),  # not most of them
        (("/src/gone.go",), ""),
        (("/main.go",), ""),
        ((f"/src/{'x' * 300}.go", "/src/a\0.go"), ""),
        (("/" + "a/" * 60 + "main.go",), ""),
        (("shop/main.go", "shop/app/a.go"), "shop"),
        (("work/shop/app/a.go", "work/shop/app/b.go", "work/shop/app/gone.go"), "work/shop"),
        (("/src/main.go", "shop/main.go", "shop/app/a.go"), "/src"),
        (("main.go", "app/a.go"), ""),
        (("shop/main.go",), ""),  # one may be another file of the same name
        (("gen/main.go", "out/app/a.go"), ""),
        (("gen/main.go", "gen/app/a.go", "app/a.go", "app/b.go"), ""),  # not most of them
        (("app/main.go", "app/app/a.go"), ""),  # that folder is the checkout's own
        ((f"{'x' * 300}/main.go", f"{'x' * 300}/app/a.go"), "x" * 300),
        (("../shop/main.go", "../shop/app/a.go", "https://shop/main.go"), ""),
    ],
)
def test_foreign_folder(checkout: Path, paths: tuple[str, ...], folder: str) -> None:
    """It is what stands before the ends of most paths that are files of the checkout, and is no folder of it."""
    assert foreign_folder(paths, str(checkout)) == folder


def test_advice(checkout: Path) -> None:
    """It says what to write; reports whose paths are the checkout's, or lead elsewhere, are left as they are."""
    failure = ReadFailure(name="a.json", place="a.json", reason="it is empty.", next_step="Pin its tool.")
    at_home, elsewhere = report("main.go"), report("/usr/lib/c.go")
    read: list[Report | ReadFailure] = [report("/src/main.go"), at_home, elsewhere, failure]
    first, *others = advised(read, checkout)
    assert all(one is two for one, two in zip(others, (at_home, elsewhere, failure), strict=True))
    assert isinstance(first, Report)
    (remark,) = first.diagnostics
    assert (remark.code, remark.level, remark.subject) == ("paths-outside", "warning", "gosec.sarif")
    assert remark.next_step == "Name /src under paths.roots in the policy, or start the tool inside the checkout."


def test_without_a_checkout_nothing_is_advised() -> None:
    """Nobody knows which files there are."""
    read = report("/src/main.go")
    assert list(advised([read], None)) == [read]
