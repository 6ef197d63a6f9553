"""A zip file that is the same for the same content: members in order of name, without dates, owners and places."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct


class Paper(Struct, frozen=True):
    """One member.

    Attributes:
        name: its path inside the bundle.
        what: what it is, one sentence for the list.
        content: makes its bytes, in chunks.
    """

    name: str
    what: str
    content: Callable[[], Iterable[bytes]]


class Sealed(Struct, frozen=True):
    """What was written: a member's name, size and SHA-256."""

    name: str
    what: str
    bytes: int
    sha256: str


def bundle(papers: Iterable[Paper], seal: Callable[[tuple[Sealed, ...]], Iterable[Paper]]) -> Iterator[bytes]:
    """The zip file in chunks.

    Args:
        papers: the members; two of one name are a mistake of ours.
        seal: the members that tell of the others; they come last.
    """
    drain = _Drain()
    with ZipFile(drain, "w") as archive:
        sealed = []
        for paper in sorted(papers, key=lambda paper: paper.name):
            sealed.append(_write(archive, paper))
            yield from drain.emptied()
        for paper in seal(tuple(sealed)):
            _write(archive, paper)
            yield from drain.emptied()
    yield from drain.emptied()


def _write(archive: ZipFile, paper: Paper) -> Sealed:
    digest, size = sha256(), 0
    with archive.open(_member(paper.name), "w", force_zip64=True) as file:
        for chunk in paper.content():
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return Sealed(paper.name, paper.what, size, digest.hexdigest())


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = ZIP_DEFLATED
    member.create_system = 3  # Unix, whatever it is written on
    member.external_attr = (stat.S_IFREG | 0o644) << 16
    return member


class _Drain:
    """What ``ZipFile`` writes to when nobody wants the whole file in memory: it can only be written."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep it until somebody takes it."""
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to let go."""

    def emptied(self) -> Iterator[bytes]:
        """What was written since the last time."""
        taken, self._chunks = self._chunks, []
        yield from taken
