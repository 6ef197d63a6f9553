"""What runs have left on disk: states and ``findings.json``, as files, in folders, or in the zip files of artifacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from aggregator.cli.record_arguments import EXPORTS
from aggregator.cli.screen import Screen
from aggregator.cli.state_files import content_of
from aggregator.model.errors import StateError, UsageError
from aggregator.run.words import harmless
from aggregator.state import decode, version_of
from aggregator.stores.name import OURS
from aggregator.writers.board_part import GENERATOR
from aggregator.writers.board_sources import Remembered, board_from
from aggregator.writers.dashboard_data import Board
from aggregator.writers.published import PublishedReport
from aggregator.writers.published_findings import read_findings

_SUFFIXES = (".json", ".zip")
_KEYS, _HEAD = (b'"schema_version":', b'"product":'), 2000
"""What stands in the first so many bytes of a state and of a ``findings.json``."""
_WHAT = "Name states (files, folders, zip files of artifacts) or findings.json files."


class _Head(Struct):
    """The keys that tell the two kinds of files apart."""

    schema_version: str
    line: msgspec.Raw = msgspec.Raw(b"")
    verdict: msgspec.Raw = msgspec.Raw(b"")


class Record(Struct, frozen=True):
    """One file that a run has left.

    Attributes:
        content: the file's bytes, a state's unpacked.
        state: ``None`` when it is a ``findings.json``; then ``report`` is there.
    """

    content: bytes
    state: Remembered | None = None
    report: PublishedReport | None = None


def records(paths: Sequence[str], screen: Screen) -> tuple[Record, ...]:
    """Read everything the paths name, folders with all that is below them.

    A file that is named must be one of ours; what else lies in a folder is passed over. Raises ``UsageError`` and
    ``StateError``.
    """
    found = tuple(record for path in map(Path, paths) for record in _below(path, screen))
    if not found:
        raise UsageError("There is no state and no findings.json.", _WHAT)
    return found


def board_of_records(found: Iterable[Record], source_url: str) -> Board:
    """One board of them all, made by this version."""
    from aggregator import __version__  # noqa: PLC0415 - costs 15 ms

    found = tuple(found)
    states = (record.state for record in found if record.state is not None)
    reports = (record.report for record in found if record.report is not None)
    return board_from(states, reports, source_url, f"{GENERATOR} {__version__}")


def _below(path: Path, screen: Screen) -> Iterator[Record]:
    if not path.is_dir():
        record = _record(path, content_of(path))
        if record is None:
            raise UsageError(f"{path} is neither a state nor a findings.json.", _WHAT)
        yield record
        return
    files = sorted(each for each in path.rglob("*") if _may_be_record(each))
    ours = 0
    for file in files:
        record = _inside(file, screen)
        if record is not None:
            ours += 1
            yield record
    if not ours:
        screen.warn(f"{harmless(str(path))} holds no state and no findings.json")


def _may_be_record(path: Path) -> bool:
    """A search follows no link, and our own bundle beside a findings.json needs no word."""
    is_ours = path.suffix in _SUFFIXES and path.name != EXPORTS["evidence"]
    return is_ours and path.is_file() and not path.is_symlink()


def _inside(file: Path, screen: Screen) -> Record | None:
    """The record of a file in a folder; a zip file of something else is passed over and said."""
    try:
        data = content_of(file)
    except StateError as error:
        if file.name.startswith(OURS):
            raise
        screen.warn(harmless(f"passed over: {error}"))
        return None
    return _record(file, data)


def _record(file: Path, data: bytes) -> Record | None:
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        is_whole = isinstance(error, msgspec.ValidationError)
        if file.name.startswith(OURS) or (not is_whole and all(key in data[:_HEAD] for key in _KEYS)):
            # Without it things would look better than they are.
            raise StateError(f"{file} is damaged or cut off.", "Download it again, or leave it out.") from None
        return None
    if bytes(head.line):
        return Record(data, Remembered(decode(data, str(file)), version_of(data, str(file))))
    return Record(data, report=_report(file, data)) if bytes(head.verdict) else None


def _report(file: Path, data: bytes) -> PublishedReport:
    try:
        return read_findings(data)
    except UsageError:
        raise UsageError(
            f"{file} is no findings.json that this version of Onefold reads.", "Run onefold again, or leave it out."
        ) from None
