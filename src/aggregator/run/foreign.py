"""Reports that call the checkout's files by a folder that is none of it, and what to write so that they are known."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.report import ReadFailure, Report
from aggregator.normalize.paths import is_inside

_MOST_LOOKED_FOR = 200
"""So many files of a report tell enough."""
_MOST_FOLDERS = 30
_LEAST_RELATIVE = 2


def advised(reports: Iterable[Report | ReadFailure], root: Path | None) -> Iterator[Report | ReadFailure]:
    """The reports; those whose paths only end like files of the checkout at ``root`` with a remark that says so."""
    for report in reports:
        if root is None or isinstance(report, ReadFailure):
            yield report
            continue
        paths = _paths(report)
        folder = foreign_folder(paths, os.path.realpath(root)) if paths else ""
        yield replace(report, diagnostics=(*report.diagnostics, _advice(report, folder))) if folder else report


def foreign_folder(paths: Iterable[str], root: str) -> str:
    """The folder by which most of these paths name files that the checkout holds; empty when none does.

    Of relative paths two at least have to tell of it, and no folder of the checkout may be called so: a build puts
    files where others of the same name are not far.
    """
    named = sorted(paths)
    absolute = [path for path in named if path.startswith("/")]
    relative = [path for path in named if is_inside(path)]
    folder, _ = _told_by_most(absolute, root)
    if folder:
        return folder
    folder, count = _told_by_most(relative, root)
    return folder if count >= _LEAST_RELATIVE and not os.path.lexists(Path(root, folder)) else ""


def _told_by_most(paths: Sequence[str], root: str) -> tuple[str, int]:
    looked_for = paths[:_MOST_LOOKED_FOR]
    folders = Counter(folder for path in looked_for if (folder := _folder_of(path, root)))
    folder, count = next(iter(folders.most_common(1)), ("", 0))
    return (folder, count) if 2 * count > len(looked_for) else ("", 0)


def _paths(report: Report) -> set[str]:
    places = (result.location for scan in report.scans for result in scan.results)
    return {where.path for where in places if where is not None}


def _folder_of(path: str, root: str) -> str:
    """What stands before the longest end of a path that is a file of the checkout; empty when all of it is one."""
    parts = path.split("/")
    for count in range(2 if path.startswith("/") else 0, min(len(parts), _MOST_FOLDERS)):
        try:
            is_there = Path(root, *parts[count:]).is_file()
        except (OSError, ValueError):  # too long a name, or one that no file can have
            is_there = False
        if is_there:
            return "/".join(parts[:count])
    return ""


def _advice(report: Report, folder: str) -> Diagnostic:
    return Diagnostic(
        code="paths-outside",
        level=Level.WARNING,
        subject=report.name,
        reason=f"It names files of the checkout below {folder}, where its tool saw them, so nothing else "
        "that is known of these files is used.",
        next_step=f"Name {folder} under paths.roots in the policy, or start the tool inside the checkout.",
    )
