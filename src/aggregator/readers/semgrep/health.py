"""What a Semgrep scan looked at, and what it failed to: ``errors``, ``paths``, ``skipped_rules`` and ``time``.

Only with ``--time`` does Semgrep list the rules that ran.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Raw, Struct

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.normalize.paths import normalize_path

_RUN_AGAIN = "Run Semgrep by hand with the same arguments and read what it prints."

_NOTHING = Raw()
# A rule or a language that has nothing to do with the file: the others did look at it.
_PASSED_OVER = frozenset({"irrelevant_rule", "wrong_language"})


class _Problem(Struct, frozen=True, gc=False):
    level: object = None
    type: object = None
    path: object = None
    rule_id: object = None


class _Skipped(Struct, frozen=True, gc=False):
    path: str = ""
    reason: str = ""


class _Paths(Struct, frozen=True):
    scanned: list[str] | None = None
    skipped: Raw = _NOTHING


class _Time(Struct, frozen=True):
    rules: list[object] | None = None


class Said(Struct, frozen=True):
    """The parts of a report that tell of its health."""

    errors: Raw = _NOTHING
    paths: Raw = _NOTHING
    skipped_rules: Raw = _NOTHING
    time: Raw = _NOTHING


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
    failed = [path for problem in problems for path in _paths_of(problem)]
    unread = frozenset(normalize_path(path, roots) for path in (*failed, *_half_read(looked_at)))
    # A rule that failed on one file is counted there; one that failed without a file did not run at all.
    everywhere = [*(problem for problem in problems if not _has_path(problem)), *_problems(said.skipped_rules)]
    unrun = frozenset(name for problem in everywhere for name in _rule_ids(problem))
    coverage = Coverage(
        extent=Extent.UNKNOWN if scanned is None or any(map(_is_boundless, problems)) else Extent.LISTED,
        paths=None if scanned is None else frozenset(normalize_path(path, roots) for path in scanned),
        unread=unread,
        rules=_rules_run(said.time),
        unrun_rules=unrun,
    )
    if not unrun and not unread and not any(_matters(problem) for problem in problems):
        return Health(Completeness.COMPLETE, coverage)
    return Health(Completeness.PARTIAL, coverage, _shortfall(len(unread), len(unrun)), _RUN_AGAIN)


def _half_read(looked_at: _Paths | None) -> Iterator[str]:
    """Files that are both scanned and skipped: begun and given up. Only ``--verbose`` names what was skipped."""
    if looked_at is None or not looked_at.skipped:
        return
    scanned = frozenset(looked_at.scanned or ())
    try:
        skipped = msgspec.json.decode(looked_at.skipped, type=list[_Skipped] | None)
    except msgspec.ValidationError:
        return
    yield from (item.path for item in skipped or () if item.path in scanned and item.reason not in _PASSED_OVER)


def _rules_run(time: Raw) -> frozenset[str] | None:
    """Every name that a rule which ran may go by: what stands before its own name depends on how Semgrep was called."""
    try:
        rules = msgspec.json.decode(time, type=_Time).rules if time else None
    except msgspec.ValidationError:
        return None
    names = [rule.get("id") if isinstance(rule, dict) else rule for rule in rules or ()]
    found = frozenset(name for rule in names if isinstance(rule, str) for name in _endings(rule))
    return found or None


def _endings(rule_id: str) -> Iterator[str]:
    while rule_id:
        yield rule_id
        rule_id = rule_id.partition(".")[2]


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
