"""Reads what a run needs from the machine: reports, policy, exceptions, earlier state."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from os import fsencode, urandom
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.errors import UsageError
from aggregator.model.report import ReadFailure, Report, Secrets
from aggregator.normalize.secret_key import SecretKey
from aggregator.policy import ExceptionRule, Policy, read_exceptions, read_policy
from aggregator.readers.registry import read_report, tool_of
from aggregator.run.console import Console
from aggregator.run.foreign import advised
from aggregator.run.found import STDIN, Found, find_reports, missing, seen_from_here
from aggregator.run.words import harmless
from aggregator.settings import Settings, Surroundings

if TYPE_CHECKING:
    from aggregator.run.collect import Collected
    from aggregator.run.outside import GitHub

CONFIG = Path(".github/onefold.yml")
EXCEPTIONS = Path(".github/onefold-exceptions.yml")
_Read = TypeVar("_Read")


class Rules(Struct, frozen=True):
    """What people wrote down for all runs."""

    policy: Policy
    exceptions: tuple[ExceptionRule, ...] = ()


def read_rules(settings: Settings) -> Rules:
    """The policy and the exceptions: the named files, or the usual ones if there are any.

    Raises ``UsageError`` with the mistakes of both.
    """
    if settings.source_root is not None and not settings.source_root.is_dir():
        raise UsageError(
            f"The source root {settings.source_root} is no folder.", "Name the checkout of the repository."
        )
    config, rules = rule_files(settings)
    wrong: list[UsageError] = []
    policy = _understood(read_policy, config, "config", wrong)
    exceptions = _understood(read_exceptions, rules, "exceptions", wrong)
    if wrong:
        raise UsageError("\n".join(map(str, wrong)))
    return Rules(policy or Policy.default(), exceptions or ())


def rule_files(settings: Settings) -> tuple[Path | None, Path | None]:
    """Where the policy and the exceptions are: as named, or the usual places if something is there."""
    base = settings.source_root or Path()
    return settings.config or _present(base / CONFIG), settings.exceptions or _present(base / EXCEPTIONS)


def _present(path: Path) -> Path | None:
    """The file, by either ending that YAML has. Raises ``UsageError`` where both are there: which one is meant?"""
    there = [each for each in (path, path.with_suffix(".yaml")) if each.is_file()]
    if len(there) > 1:
        raise UsageError(f"{there[0]} and {there[1]} are both there, and one alone can count.", "Remove the other.")
    return next(iter(there), None)


def _understood(
    read: Callable[[str, str], _Read], path: Path | None, key: str, wrong: list[UsageError]
) -> _Read | None:
    """What a file says; nothing where there is no file, or where it is ``wrong``."""
    try:
        return None if path is None else read(_text(path, key), str(path))
    except UsageError as error:
        wrong.append(error)
        return None


def _text(path: Path, key: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: this is no UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as error:
        step = f"Check --{key}, or the action's input {key}."
        raise UsageError(f"{path} cannot be read: {error.strerror}.", step) from None


def read_reports(
    settings: Settings,
    around: Surroundings,
    more_roots: Sequence[str],
    console: Console,
    collected: Iterable[Collected | ReadFailure] = (),
) -> tuple[Report | ReadFailure, ...]:
    """Every report the settings name, those ``collected`` too, in a fixed order, and what could not be read."""
    ours = [path for path in (settings.out, settings.state_folder) if path is not None]
    here = workspace_roots(settings, around)
    search = find_reports([seen_from_here(argument, here) for argument in settings.reports], ours)
    roots = workspace_roots(settings, around, more_roots)
    key = _seal_key(settings)
    read: list[Report | ReadFailure] = []
    for number, file in enumerate(search.files, 1):
        console.status(f"Reading {number} of {len(search.files)}: {harmless(file.name)}")
        read.append(_read(file, roots, key))
    failures = (*search.failures, *_barren(search.files, read))
    read += (replace(each, name=_shown(each.name), place=_shown(each.place)) for each in failures)
    for item in collected:
        console.status(f"Reading {harmless(item.name)}")
        read.append(item if isinstance(item, ReadFailure) else _read_collected(item, roots, key))
    known = advised(read, settings.source_root)
    return tuple(sorted(known, key=lambda report: (report.place, report.name)))


def _shown(name: str) -> str:
    r"""A file's name as documents can hold it: bytes that are no UTF-8 as ``\xff``, so that no two become one."""
    return fsencode(name).decode(errors="backslashreplace")


def _barren(files: Iterable[Found], read: Iterable[Report | ReadFailure]) -> list[ReadFailure]:
    """Folders and patterns that caught files and no report: no better than empty ones, which are failures."""
    caught: dict[tuple[str, str], list[bool]] = {}
    for file, report in zip(files, read, strict=True):
        if file.sweep:
            passed_over = isinstance(report, ReadFailure) and report.ignored
            caught.setdefault((file.sweep, file.pinned), []).append(passed_over)
    reason = "no report was recognised in any file of it."
    return [missing(sweep, tool, reason) for (sweep, tool), passed_over in caught.items() if all(passed_over)]


def our_secrets(settings: Settings) -> Iterator[Report]:
    """What opens services is a secret of the run's as any that a report gives away, so it is masked like those."""
    if secrets := settings.secrets:
        yield Report(name="our inputs", place="", format="onefold", scans=(), secrets=Secrets(secrets))


def _seal_key(settings: Settings) -> bytes:
    """The user's key; without one a key that nobody knows and that is forgotten after the run."""
    said = settings.secret_key.get_secret_value()
    return SecretKey(said) if said else urandom(32)


def _read(file: Found, roots: tuple[str, ...], key: bytes) -> Report | ReadFailure:
    name, place = _shown(file.name), _shown(file.place)
    try:
        data = sys.stdin.buffer.read() if file.name == STDIN else Path(file.name).read_bytes()
    except OSError as error:
        return ReadFailure(
            name=name,
            place=place,
            reason=f"it cannot be read: {error.strerror}.",
            next_step="Check its permissions and the disk.",
            tool=tool_of(file.pinned),
        )
    return read_report(data, name, place=place, pinned=file.pinned, roots=roots, seal_key=key, swept=file.swept)


def collected(
    settings: Settings, around: Surroundings, github: GitHub, follows: int | None
) -> Iterator[Collected | ReadFailure]:
    """What the artifacts hold that the settings name: those of the run that this one ``follows``, or of this run."""
    if not settings.artifacts:
        return
    run_id = str(follows or around.run_id)
    if github.missing or not run_id.isdecimal():
        reason = f"artifacts cannot be fetched: {github.missing or 'nobody says which run this is.'}"
        yield from (
            ReadFailure(name=name, place=name, reason=reason, next_step="Name files under `reports` instead.")
            for name in sorted(set(settings.artifacts))
        )
        return
    from aggregator.run.collect import collect  # noqa: PLC0415 - brings the services' code along
    from aggregator.stores.artifact_shelf import ArtifactShelf  # noqa: PLC0415 - as above

    yield from collect(settings.artifacts, int(run_id), ArtifactShelf(*github.reach))


def _read_collected(file: Collected, roots: tuple[str, ...], key: bytes) -> Report | ReadFailure:
    return read_report(
        file.data, file.name, place=file.place, pinned=file.pinned, roots=roots, seal_key=key, swept=True
    )


def workspace_roots(settings: Settings, around: Surroundings, more: Sequence[str] = ()) -> tuple[str, ...]:
    """Prefixes that scanners may have put before a repository path: of this machine, the container and the host."""
    roots = {"/github/workspace", *more}
    if around.workspace:
        roots.add(around.workspace.rstrip("/"))
    if around.repository:
        name = around.repository.rpartition("/")[2]
        roots.add(f"/home/runner/work/{name}/{name}")
    if settings.source_root is not None:
        roots.add(str(settings.source_root.resolve()))
    return tuple(sorted(roots - {"", "/"}, key=lambda root: (-len(root), root)))


def is_incomplete(reports: Iterable[Report | ReadFailure]) -> bool:
    """Whether a report is missing or wholly unusable."""
    return any(_unusable(report) for report in reports)


def _unusable(report: Report | ReadFailure) -> bool:
    if isinstance(report, ReadFailure):
        return not report.ignored
    return bool(report.scans) and all(scan.completeness is Completeness.FAILED for scan in report.scans)
