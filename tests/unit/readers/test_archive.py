import gzip
import io
import zipfile

import pytest

from aggregator.model.errors import UnreadableReport
from aggregator.readers import archive
from aggregator.readers.archive import unpack


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def test_plain_bytes_stay_as_they_are() -> None:
    """Only what is packed is unpacked."""
    assert unpack(b"[]") == b"[]"


def test_gzip_members_are_joined() -> None:
    """A gzip file may hold several members, one after the other."""
    assert unpack(gzip.compress(b"[1,") + gzip.compress(b"2]")) == b"[1,2]"


def test_a_zip_of_one_report_is_opened() -> None:
    """Folders and a Mac's own notes are no reports."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.mkdir("reports")
        packed.writestr("__MACOSX/report.json", "x")
        packed.writestr("reports/report.json", "[]")
    assert unpack(buffer.getvalue()) == b"[]"


def test_one_archive_inside_another_is_opened() -> None:
    """Two layers, as a downloaded artifact may have them; a third stays packed."""
    assert unpack(zipped(report=gzip.compress(b"[]"))) == b"[]"
    assert unpack(gzip.compress(gzip.compress(gzip.compress(b"[]"))))[:2] == b"\x1f\x8b"


@pytest.mark.parametrize("members", [{}, {"a": b"[]", "b": b"[]"}])
def test_a_zip_of_no_or_several_files_is_refused(members: dict[str, bytes]) -> None:
    """Which of several reports is meant nobody can tell."""
    data = zipped(**members) if members else b"PK\x03\x04" + zipped()
    with pytest.raises(UnreadableReport, match="zip archive"):
        unpack(data)


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"[]" * 100)[:-12],
        b"\x1f\x8b" + b"\xff" * 30,
        b"PK\x03\x04" + b"\0" * 30,
        zipped(report=b"[]" * 100)[:-4],
    ],
)
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    """A cut or broken archive is said to be one, and nothing else is raised."""
    with pytest.raises(UnreadableReport, match=r"damaged|zip archive"):
        unpack(data)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped(report=data)])
def test_a_bomb_is_not_blown_up(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expansion stops at the limit."""
    monkeypatch.setattr(archive, "_LARGEST", 1000)
    assert callable(pack)
    with pytest.raises(UnreadableReport, match="expands beyond"):
        unpack(pack(b"0" * 1001))
    assert unpack(pack(b"0" * 1000)) == b"0" * 1000
