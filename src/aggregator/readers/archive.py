"""Packed reports: gzip and zip, opened within limits."""

from __future__ import annotations

import io
import zlib

from aggregator.model.errors import UnreadableReport

_LARGEST = 1 << 30
"""No report of ours comes near one gibibyte; a bomb stops here."""
_FREE = 64 << 20
_STEEPEST = 500
"""Expanded size over packed size, looked at beyond ``_FREE`` bytes: repetitive reports reach about one hundred."""
_LAYERS = 2


def unpack(data: bytes) -> bytes:
    """What gzip or zip hold, at most two layers deep; anything else comes back as it is.

    A zip must hold exactly one file. Raises ``UnreadableReport`` beyond the limits or when it is damaged.
    """
    for _ in range(_LAYERS):
        if data.startswith(b"\x1f\x8b"):
            data = _gunzip(data)
        elif data.startswith(b"PK\x03\x04"):
            data = _unzip(data)
    return data


def _gunzip(data: bytes) -> bytes:
    limit = _limit(len(data))
    pieces: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest.startswith(b"\x1f\x8b"):
            member = zlib.decompressobj(wbits=31)
            pieces.append(member.decompress(rest, limit + 1 - size))
            size += len(pieces[-1])
            if size > limit:
                raise _too_large()
            if not member.eof:
                raise _damaged("gzip")
            rest = member.unused_data
    except zlib.error:
        raise _damaged("gzip") from None
    return b"".join(pieces)


def _unzip(data: bytes) -> bytes:
    import zipfile  # noqa: PLC0415 - costs 9 ms

    limit = _limit(len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            members = [member for member in members if not member.filename.startswith("__MACOSX/")]
            if len(members) != 1:
                raise UnreadableReport(
                    f"it is a zip archive of {len(members)} files, not of one report.", "Unpack it before the run."
                )
            with archive.open(members[0]) as file:
                content = file.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError):
        raise _damaged("zip") from None
    if len(content) > limit:
        raise _too_large()
    return content


def _limit(packed: int) -> int:
    return min(_LARGEST, max(_FREE, packed * _STEEPEST))


def _too_large() -> UnreadableReport:
    return UnreadableReport("it expands beyond every sensible size.", "Check where the archive comes from.")


def _damaged(form: str) -> UnreadableReport:
    return UnreadableReport(
        f"it is a {form} archive that is damaged, encrypted or cut short.", "Pack it again, or pass it unpacked."
    )
