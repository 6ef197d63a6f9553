"""A zip file that is the same for the same content: members in order of name, without dates, owners and places."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct

_CHUNK = 1 << 20


class Paper(Struct, frozen=True):
    """One member.

    Attributes:
        name: its path inside the bundle.
        what: what it is, one sentence for the list.
        content: makes its bytes, in chunks, each time the same.
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
    """The zip file in chunks; packed, it is small enough to be held.

    Each member's size stands before it: programs that unpack while they read stumble over sizes that follow.

    Args:
        papers: the members; two of one name are a mistake of ours.
        seal: the members that tell of the others; they come last.
    """
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        sealed = tuple(_write(archive, paper) for paper in sorted(papers, key=lambda paper: paper.name))
        for paper in seal(sealed):
            _write(archive, paper)
    packed.seek(0)
    while chunk := packed.read(_CHUNK):
        yield chunk


def _write(archive: ZipFile, paper: Paper) -> Sealed:
    """Made twice: only what is known to be large is written in the larger form that some programs do not read."""
    digest, size = sha256(), 0
    for chunk in paper.content():
        digest.update(chunk)
        size += len(chunk)
    with archive.open(_member(paper.name, size), "w") as file:
        for chunk in paper.content():
            file.write(chunk)
    return Sealed(paper.name, paper.what, size, digest.hexdigest())


def _member(name: str, size: int) -> ZipInfo:
    member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = ZIP_DEFLATED
    member.file_size = size
    member.create_system = 3  # Unix, whatever it is written on
    member.external_attr = (stat.S_IFREG | 0o644) << 16
    return member
