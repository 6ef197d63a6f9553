"""Tests of :mod:`aggregator.stores.packed`."""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.errors import StateError
from aggregator.stores.packed import MEMBER, pack, unpack

STATE = b'{"schema_version":"0.2"}' * 40


def zipped(*members: tuple[zipfile.ZipInfo | str, bytes], comment: bytes = b"", method: int = 8) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", method) as archive:
        warnings.simplefilter("ignore")  # two members of one name
        for name, content in members:
            archive.writestr(name, content)
        archive.comment = comment
    return packed.getvalue()


def member(**fields: object) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(MEMBER)
    for name, value in fields.items():
        setattr(info, name, value)
    return info


def patched(data: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    return data


HONEST = pack(STATE)
BOMB = zipped((MEMBER, bytes(70 << 20)))
SHY_BOMB = BOMB.replace((70 << 20).to_bytes(4, "little"), (1 << 20).to_bytes(4, "little"))
ROW = zipped((MEMBER, STATE)).index(b"PK\x01\x02")

HOSTILE = {
    "raw": (STATE, "no zip file"),
    "empty": (b"", "no zip file"),
    "no-member": (b"PK\x03\x04" + zipped(), "holds 0 files"),
    "cut-short": (HONEST[:-30], "unusual form"),
    "comment": (zipped((MEMBER, STATE), comment=b"hello"), "unusual form"),
    "zip64": (HONEST[:-22] + b"PK\x06\x07" + bytes(16) + HONEST[-22:], "unusual form"),
    "crowd": (zipped(*((f"{number}.json", b"") for number in range(200))), "too many files"),
    "two": (zipped((MEMBER, STATE), ("more.json", b"")), "2 files"),
    "twice": (zipped((MEMBER, STATE), (MEMBER, STATE)), "2 files"),
    "path-escape": (zipped(("../state.json", STATE)), "another name"),
    "absolute": (zipped(("/state.json", STATE)), "another name"),
    "drive": (zipped(("C:state.json", STATE)), "another name"),
    "backslash": (zipped(("..\\state.json", STATE)), "another name"),
    "folder": (zipped(("state.json/", b"")), "another name"),
    "hidden-name": (patched(zipped(("state.json_x", STATE)), (b"json_x", b"json\0x")), "another name"),
    "symlink": (zipped((member(external_attr=(stat.S_IFLNK | 0o777) << 16), b"/etc/passwd")), "a link"),
    "encrypted": (patched(HONEST, (b"\x14\0\0\0\x08", b"\x14\0\1\0\x08")), "encrypted"),
    "lzma": (zipped((MEMBER, STATE), method=zipfile.ZIP_LZMA), "unusual way"),
    "bomb": (BOMB, "beyond every sensible size"),
    "bomb-that-lies": (SHY_BOMB, "damaged"),
    "wrong-sum": (zipped((MEMBER, STATE), method=0).replace(STATE, STATE.replace(b"0.2", b"0.3")), "damaged"),
    "local-header-gone": (b"PK\x03\x04" + HONEST[ROW - 4 :], "damaged"),
}


@pytest.mark.parametrize("row", HOSTILE)
def test_a_hostile_zip_is_refused(row: str) -> None:
    """What is not one honest file is refused with the reason, without repeating a name from it."""
    data, reason = HOSTILE[row]
    with pytest.raises(StateError, match=reason) as error:
        unpack(data)
    assert "passwd" not in error.value.reason


@given(st.binary(max_size=2000))
def test_what_is_packed_is_unpacked(data: bytes) -> None:
    """Unpacking gives back what was packed, and packing twice gives the same bytes."""
    assert unpack(pack(data)) == data
    assert pack(data) == pack(data)


@given(st.integers(0, len(HONEST) - 1), st.binary(min_size=1, max_size=4))
def test_damage_is_never_more_than_an_error(place: int, noise: bytes) -> None:
    """Whatever a few bytes are changed into, the answer is the state or a StateError."""
    data = HONEST[:place] + noise + HONEST[place + len(noise) :]
    with suppress(StateError):
        assert unpack(data) == STATE


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_other_zip_programs_are_read(method: int) -> None:
    """A state that another program packed is read, too."""
    assert unpack(zipped((MEMBER, STATE), method=method)) == STATE


def test_a_repetitive_state_is_no_bomb() -> None:
    """What packs well is read, as long as it is no larger than a state can be."""
    assert len(unpack(zipped((MEMBER, bytes(60 << 20))))) == 60 << 20
