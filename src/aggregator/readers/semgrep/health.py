"""What a Semgrep scan looked at, and what it failed to: ``errors``, ``paths`` and ``skipped_rules``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Raw, Struct

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.normalize.paths import normalize_path

_RUN_AGAIN = "Run Semgrep by hand with the same arguments and read what it prints."

_NOTHING = Raw()


class _Problem(Struct, frozen=True, gc=False):
    level: object = None
    type: object = None
    path: object = None
    rule_id: object = None


class _Paths(Struct, frozen=True):
    scanned: list[str] | None = None


class Said(Struct, frozen=True):
    """The parts of a report that tell of its health."""

    errors: Raw = _NOTHING
    paths: Raw = _NOTHING
    skipped_rules: Raw = _NOTHING


class Health(Struct, frozen=True):
    """How the scan went."""

    completeness: Completeness
    coverage: Coverage
    reason: str = ""
    next_step: str = ""


def health_of(said: Said, roots: tuple[str, ...], *, has_results: bool) -> Health:
    """The scan's health. Raises ``msgspec.DecodeError`` when a part has a shape that Semgrep never writes."""
    problems = _problems(said.errors)
    looked_at = msgspec.json.decode(said.paths or b"null", type=_Paths | None)
    scanned = looked_at.scanned if looked_at else None
    if problems and not scanned and not has_results and any(problem.level == "error" for problem in problems):
        return Health(
            Completeness.FAILED,
            Coverage(extent=Extent.UNKNOWN),
            "Semgrep reports only errors and scanned nothing.",
            _RUN_AGAIN,
        )
    unread = frozenset(normalize_path(path, roots) for problem in problems for path in _paths_of(problem))
    # A rule that failed on one file is counted there; one that failed without a file did not run at all.
    everywhere = [*(problem for problem in problems if not _has_path(problem)), *_problems(said.skipped_rules)]
    unrun = frozenset(name for problem in everywhere for name in _rule_ids(problem))
    coverage = Coverage(
        extent=Extent.UNKNOWN if scanned is None or any(map(_is_boundless, problems)) else Extent.LISTED,
        paths=None if scanned is None else frozenset(normalize_path(path, roots) for path in scanned),
        unread=unread,
        unrun_rules=unrun,
    )
    if not unrun and not any(_matters(problem) for problem in problems):
        return Health(Completeness.COMPLETE, coverage)
    return Health(Completeness.PARTIAL, coverage, _shortfall(len(unread), len(unrun)), _RUN_AGAIN)


def _problem(item: Raw) -> _Problem:
    try:
        return msgspec.json.decode(item, type=_Problem)
    except msgspec.ValidationError:
        return _Problem(level="error")


def _problems(raw: Raw) -> list[_Problem]:
    return [_problem(item) for item in msgspec.json.decode(raw or b"[]", type=list[Raw] | None) or ()]


def _matters(problem: _Problem) -> bool:
    return problem.level != "info" or _has_path(problem)


def _is_boundless(problem: _Problem) -> bool:
    """An error or a warning of which nobody can tell what was left undone."""
    return problem.level != "info" and not _has_path(problem) and not any(_rule_ids(problem))


def _has_path(problem: _Problem) -> bool:
    return any(True for _ in _paths_of(problem))


def _paths_of(problem: _Problem) -> Iterator[str]:
    """The file it is about; ``["PartialParsing", [locations]]`` names them a second time."""
    if isinstance(problem.path, str) and problem.path:
        yield problem.path
    if isinstance(problem.type, list):
        yield from _paths_inside(problem.type[1:])


def _paths_inside(items: Iterable[object]) -> Iterator[str]:
    for item in items:
        locations = item if isinstance(item, list) else [item]
        for location in locations:
            if isinstance(location, dict) and isinstance(location.get("path"), str):
                yield location["path"]


def _rule_ids(problem: _Problem) -> Iterator[str]:
    """The rule and its last segment, by which results name it; ``["IncompatibleRule", {...}]`` names it inside."""
    inside = problem.type[1:] if isinstance(problem.type, list) else ()
    for rule_id in (problem.rule_id, *(item.get("rule_id") for item in inside if isinstance(item, dict))):
        if isinstance(rule_id, str) and rule_id:
            yield rule_id
            yield rule_id.rpartition(".")[2]


def _shortfall(files: int, names: int) -> str:
    if files and names:
        return f"{_files(files)} not fully scanned, and some rules did not run."
    if files:
        return f"{_files(files)} not fully scanned."
    return "Some rules did not run." if names else "Semgrep reports an error that names no file and no rule."


def _files(count: int) -> str:
    return "1 file was" if count == 1 else f"{count} files were"
