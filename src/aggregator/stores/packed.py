"""A state packed for the artifact service: a zip file of one member, opened with mistrust."""

from __future__ import annotations

import io
import stat
import struct
import zlib
from typing import TYPE_CHECKING

from aggregator.model.errors import StateError

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MEMBER = "state.json"
LARGEST_PACKED = 128 << 20
"""Bytes. A state of 100 000 findings takes a tenth of it."""
LARGEST = 1 << 30
_FREE = 64 << 20
_STEEPEST = 200
"""Unpacked size over packed size, looked at beyond ``_FREE`` bytes; findings that are all alike reach fifty."""

_END = b"PK\x05\x06"
_END_SIZE = 22
_BIG_END = b"PK\x06\x07"
_BIG_END_SIZE = 20
_LARGEST_DIRECTORY = 4096
"""Bytes of the table of contents: one member's row takes 56."""

_ENCRYPTED = 0x1
_STORED, _DEFLATED = 0, 8


def pack(state: bytes) -> bytes:
    """The same zip file for the same state: no date, no owner."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo  # noqa: PLC0415 - costs 9 ms

    member = ZipInfo(MEMBER, (1980, 1, 1, 0, 0, 0))
    member.compress_type = ZIP_DEFLATED
    member.create_system = 3  # Unix, whatever it is written on
    member.external_attr = (stat.S_IFREG | 0o644) << 16
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(member, state)
    return packed.getvalue()


def unpack(data: bytes) -> bytes:
    """The state's bytes. Raises ``StateError`` with the reason when it is no zip file of one honest ``state.json``.

    The reason never repeats a name or a text from the file.
    """
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415 - as above

    _check_frame(data)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, len(data))
    except (BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError):
        raise StateError("it is a damaged zip file.") from None


def _check_frame(data: bytes) -> None:
    """Before a table of contents is read: one of millions of rows would take gigabytes of memory."""
    if not data.startswith(b"PK\x03\x04"):
        raise StateError("it is no zip file.")
    end = data[-_END_SIZE:]
    big = data[-_END_SIZE - _BIG_END_SIZE : -_END_SIZE]
    if not end.startswith(_END) or big.startswith(_BIG_END):
        raise StateError("it is a zip file of an unusual form.")
    if int.from_bytes(end[12:16], "little") > _LARGEST_DIRECTORY:
        raise StateError("it holds too many files.")


def _read(archive: ZipFile, packed: int) -> bytes:
    members = archive.infolist()
    if len(members) != 1:
        raise StateError(f"it holds {len(members)} files instead of one.")
    limit = min(LARGEST, max(_FREE, packed * _STEEPEST))
    if reason := _refusal(members[0], limit):
        raise StateError(reason)
    with archive.open(members[0]) as file:
        return file.read(members[0].file_size)  # and never more, whatever there is


def _refusal(member: ZipInfo, limit: int) -> str:
    """Why a member is not read; empty when it is. The name is compared as it stands in the file, not as cleaned."""
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it holds a link."
    if member.orig_filename != MEMBER or member.filename != MEMBER:
        return "it holds a file of another name."
    if member.flag_bits & _ENCRYPTED:
        return "it is encrypted."
    if member.compress_type not in {_STORED, _DEFLATED}:
        return "it is packed in an unusual way."
    if member.file_size > limit:
        return "it unpacks beyond every sensible size."
    return ""
