"""A zip file of many reports, as workflow artifacts are: opened within limits, nothing written anywhere."""

from __future__ import annotations

import io
import posixpath
import stat
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from aggregator.model.errors import UnreadableReport

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MOST_FILES = 2000
LARGEST = 2 << 30
"""Bytes of all members together, unpacked."""
_FREE = 64 << 20
_STEEPEST = 500
"""Unpacked size over packed size, looked at beyond ``_FREE`` bytes: repetitive reports reach about one hundred."""
_LAYERS = 2
_ZIP = b"PK\x03\x04"
"""A file's beginning; of an archive without files the end comes first."""
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 0xFFFF
_LARGEST_DIRECTORY = 4 << 20
"""Bytes of the table of contents; that of two thousand files takes a twentieth."""


class Member(Struct, frozen=True):
    """One file of a bundle; ``path`` is relative, with slashes, and stays inside."""

    path: str
    data: bytes


class Passed(Struct, frozen=True):
    """A member that is not read, and why. ``path`` is only for showing."""

    path: str
    reason: str


def is_bundle(data: bytes) -> bool:
    """Whether these bytes begin like a zip file."""
    return data.startswith((_ZIP, _END))


def open_bundle(data: bytes) -> tuple[Member | Passed, ...]:
    """Every file in it, by path; zip files inside are opened too, one layer deep.

    Raises ``UnreadableReport`` when it is damaged or beyond the limits.
    """
    found = sorted(_files(data, "", _LAYERS, [0, 0]), key=lambda item: item.path)
    return tuple(found)


def _files(data: bytes, prefix: str, layers: int, spent: list[int]) -> Iterator[Member | Passed]:
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415 - costs 9 ms

    _check_directory(data)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield from _opened(archive, info, prefix, layers, spent)
    except (BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError):
        raise UnreadableReport(
            "it is a zip archive that is damaged, encrypted or cut short.", "Upload it again."
        ) from None


def _check_directory(data: bytes) -> None:
    """Before a table of contents is read: one of millions of rows would take gigabytes of memory."""
    end = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT))
    if end >= 0 and int.from_bytes(data[end + 12 : end + 16], "little") > _LARGEST_DIRECTORY:
        raise _too_large()


def _opened(archive: ZipFile, info: ZipInfo, prefix: str, layers: int, spent: list[int]) -> Iterator[Member | Passed]:
    path = prefix + info.filename
    if reason := _refusal(info):
        yield Passed(path, reason)
        return
    content = _content(archive, info, spent)
    # A report in a zip of its own is unpacked by whoever reads it; a zip of several is a bundle in the bundle.
    if is_bundle(content) and layers > 1:
        yield from _files(content, f"{path}/", layers - 1, spent)
    else:
        yield Member(path, content)


def _refusal(info: ZipInfo) -> str:
    """Why a member is passed over; empty when it is not."""
    name = info.filename
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link."
    if name.startswith("/") or ":" in name.split("/")[0] or "\\" in name or "\0" in info.orig_filename:
        return "its path leads out of the archive."
    if posixpath.normpath(name) != name or name.startswith("../"):
        return "its path leads out of the archive."
    return ""


def _content(archive: ZipFile, info: ZipInfo, spent: list[int]) -> bytes:
    """The member's bytes; ``spent`` counts the files and bytes of the whole bundle."""
    spent[0] += 1
    room = min(LARGEST - spent[1], max(_FREE, info.compress_size * _STEEPEST))
    with archive.open(info) as file:
        content = file.read(room + 1)
    spent[1] += len(content)
    if len(content) > room or spent[0] > MOST_FILES:
        raise _too_large()
    return content


def _too_large() -> UnreadableReport:
    return UnreadableReport("it expands beyond every sensible size.", "Check where the archive comes from.")
