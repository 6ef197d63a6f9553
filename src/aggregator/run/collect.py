"""Reports that other jobs left as artifacts: of this run, or of the one that it follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from aggregator.model.errors import ServiceError, UnreadableReport
from aggregator.model.report import ReadFailure
from aggregator.readers.bundle import Member, is_bundle, open_bundle
from aggregator.readers.registry import tool_of
from aggregator.run.found import PIN
from aggregator.stores.acceptance import Artifact, is_intact
from aggregator.stores.artifact_shelf import ArtifactShelf, newest
from aggregator.stores.name import OURS
from aggregator.stores.packed import LARGEST_PACKED

_CHECK = "Check that its job ran and uploaded it under this name."


class Collected(Struct, frozen=True, kw_only=True):
    """One file out of an artifact.

    Attributes:
        name: as people find it: the artifact's name and the path in it.
        place: the same from run to run; also where the format names no scope the scope.
        pinned: the tool the caller says it came from; empty when the content decides.
    """

    name: str
    place: str
    data: bytes
    pinned: str = ""


def collect(arguments: Sequence[str], run_id: int, shelf: ArtifactShelf) -> Iterator[Collected | ReadFailure]:
    """Every file of the run's artifacts whose names match, in a fixed order.

    Args:
        arguments: names of artifacts, ``*`` for any text, each perhaps as ``tool=...``.
        run_id: whose artifacts.
        shelf: where they are.

    A pattern without artifact, and an artifact that cannot be had, are failures: whatever was in it may be anything.
    """
    try:
        there = shelf.made_by(run_id) if arguments else ()
    except ServiceError as error:
        yield from (_failure(argument, error.reason, error.next_step) for argument in sorted(set(arguments)))
        return
    latest = {artifact.name: artifact for artifact in sorted(there, key=newest)}
    taken: set[str] = set()
    for argument in sorted(set(arguments), key=_pinned_first):
        pin = PIN.fullmatch(argument)
        tool, pattern = (pin[1].lower(), pin[2]) if pin else ("", argument)
        names = [name for name in sorted(latest) if fnmatchcase(name, pattern) and not name.startswith(OURS)]
        if not names:
            yield _failure(argument, "there is no artifact of this name.", _CHECK)
        for name in names:
            if name not in taken:
                yield from _opened(latest[name], tool, shelf)
        taken.update(names)


def _pinned_first(argument: str) -> tuple[bool, str]:
    """One artifact named in several ways: a pin says most."""
    return PIN.fullmatch(argument) is None, argument


def _opened(artifact: Artifact, tool: str, shelf: ArtifactShelf) -> Iterator[Collected | ReadFailure]:
    try:
        data = _fetched(artifact, shelf)
        members = open_bundle(data) if is_bundle(data) else (Member("", data),)
    except (ServiceError, UnreadableReport) as error:
        yield _failure(artifact.name, error.reason, error.next_step, tool)
        return
    for member in members:
        place = f"{artifact.name}/{member.path}".rstrip("/")
        if isinstance(member, Member):
            yield Collected(name=place, place=place, data=member.data, pinned=tool)
        else:
            yield _failure(place, member.reason, "Upload the report itself.", tool, ignored=True)
    if not members:
        yield _failure(artifact.name, "there is no file in this artifact.", _CHECK, tool)


def _fetched(artifact: Artifact, shelf: ArtifactShelf) -> bytes:
    if artifact.expired:
        raise UnreadableReport("this artifact has expired.", "Run the scanner's job again.")
    if artifact.size_in_bytes > LARGEST_PACKED:
        raise UnreadableReport("this artifact is larger than any report.", "Upload the reports alone.")
    data = shelf.content(artifact)
    if not is_intact(data, artifact):
        raise UnreadableReport("this artifact is not what was uploaded: its digest differs.", "Run the job again.")
    return data


def _failure(name: str, reason: str, next_step: str, tool: str = "", *, ignored: bool = False) -> ReadFailure:
    return ReadFailure(name=name, place=name, reason=reason, next_step=next_step, tool=tool_of(tool), ignored=ignored)
