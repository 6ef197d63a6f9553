"""The rare parts of a Semgrep match: quoted literals, a vulnerable package, a data flow, a place in the history."""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from aggregator.model.location import Component, Location
from aggregator.normalize.components import component_purl
from aggregator.normalize.paths import normalize_path
from aggregator.normalize.secret_forms import literals_in
from aggregator.normalize.text import clean_text
from aggregator.readers.entries import line_of

_DEEPEST = 6


class _Found(Struct, frozen=True):
    package: str = ""
    version: str = ""
    ecosystem: str = ""
    lockfile_path: str | None = None


class _DependencyMatch(Struct, frozen=True):
    found_dependency: _Found
    lockfile: str | None = None


class _ScaInfo(Struct, frozen=True):
    dependency_match: _DependencyMatch


class _Metavar(Struct, frozen=True):
    abstract_content: str = ""


class _History(Struct, frozen=True):
    git_commit: str = ""


class _Trace(Struct, frozen=True):
    taint_source: object = None


def literals_of(metavars: Raw, lines: str) -> tuple[str, ...]:
    """What stands in quotes in the metavariables, else in the matched lines: where a secret would be."""
    found = [literal for text in _texts_of(metavars) for literal in literals_in(text)]
    return tuple(dict.fromkeys(found or literals_in(lines)))


def _texts_of(metavars: Raw) -> list[str]:
    """The texts of the metavariables; none where Semgrep withholds them, whatever word it writes instead."""
    try:
        bound = msgspec.json.decode(metavars, type=dict[str, _Metavar] | None) if metavars else None
    except msgspec.ValidationError:
        return []
    return [variable.abstract_content for variable in (bound or {}).values()]


def component_of(sca_info: Raw, fixes: tuple[tuple[str, str], ...], roots: tuple[str, ...]) -> Component | None:
    """The package a supply-chain match found; ``None`` when it names none.

    ``fixes`` are the packages of the advisory with their fixed versions: only this package's are its own.
    """
    info = msgspec.json.decode(sca_info, type=_ScaInfo | None)
    if info is None or not info.dependency_match.found_dependency.package:
        return None
    found = info.dependency_match.found_dependency
    lockfile = found.lockfile_path or info.dependency_match.lockfile or ""
    purl = component_purl(found.ecosystem, found.package)
    fixed = (version for package, version in fixes if component_purl(found.ecosystem, package) == purl)
    return Component(
        purl=purl,
        name=clean_text(found.package),
        version=clean_text(found.version),
        fixed_versions=tuple(dict.fromkeys(fixed)),
        path=normalize_path(lockfile, roots),
    )


def commit_of(historical_info: Raw) -> str:
    """The commit a secret was found in when it is no longer in the files; empty otherwise."""
    history = msgspec.json.decode(historical_info, type=_History | None) if historical_info else None
    return history.git_commit[:40] if history and history.git_commit.isalnum() else ""


def source_of(dataflow_trace: Raw, roots: tuple[str, ...]) -> Location | None:
    """Where tainted data comes in. Its place is nested differently in every generation of Semgrep."""
    trace = msgspec.json.decode(dataflow_trace, type=_Trace | None)
    return _first_location(trace.taint_source, roots, 0) if trace else None


def _first_location(value: object, roots: tuple[str, ...], depth: int) -> Location | None:
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict) and isinstance(value.get("path"), str):
        start, end = _point(value.get("start")), _point(value.get("end"))
        return Location(normalize_path(value["path"], roots), *start, *end)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in items:
        location = _first_location(item, roots, depth + 1)
        if location:
            return location
    return None


def _point(value: object) -> tuple[int | None, int | None]:
    numbers = (value.get("line"), value.get("col")) if isinstance(value, dict) else (None, None)
    line, column = (line_of(number) if isinstance(number, int) else None for number in numbers)
    return line, column
