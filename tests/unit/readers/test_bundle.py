"""Tests of :mod:`aggregator.readers.bundle`."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from aggregator.model.errors import UnreadableReport
from aggregator.readers import bundle
from aggregator.readers.bundle import Member, Passed, is_bundle, open_bundle


def zipped(files: dict[str, bytes], link: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = ((stat.S_IFLNK if name == link else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, content)
    return packed.getvalue()


def test_every_file_is_found_by_path() -> None:
    """All files come with their paths, in order; folders are no files."""
    data = zipped({"b/report.json": b"2", "a.json": b"1", "b/": b""})
    assert is_bundle(data)
    assert is_bundle(zipped({}))
    assert open_bundle(zipped({})) == ()
    assert open_bundle(data) == (Member("a.json", b"1"), Member("b/report.json", b"2"))


def test_bundles_in_bundles_are_opened_once() -> None:
    """A zip inside is opened; one inside that is left to whoever reads it."""
    innermost = zipped({"deep.json": b"3"})
    inner = zipped({"deep.zip": innermost, "report.json": b"2"})
    assert open_bundle(zipped({"inner.zip": inner})) == (
        Member("inner.zip/deep.zip", innermost),
        Member("inner.zip/report.json", b"2"),
    )


@pytest.mark.parametrize("name", ["../up.json", "/etc/passwd", "a/../../b", "C:/x.json", "a\\b.json", "./a", "a//b"])
def test_paths_stay_inside(name: str) -> None:
    """A path that leads out, or is written oddly, is passed over with a reason."""
    (item,) = open_bundle(zipped({name: b"1"}))
    assert item == Passed(item.path, "its path leads out of the archive.")


def test_links_are_passed_over() -> None:
    """A link is never followed."""
    assert open_bundle(zipped({"link": b"/etc/passwd"}, link="link")) == (Passed("link", "it is a link."),)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 100, zipped({"a": b"1" * 99})[:-30]])
def test_a_damaged_archive_is_an_error(data: bytes) -> None:
    """What is cut short or no archive at all is refused whole."""
    with pytest.raises(UnreadableReport, match="damaged"):
        open_bundle(data)


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files, too many bytes and too steep a compression are refused."""
    steep = zipped({"zeros": b"\0" * 4_000_000})
    monkeypatch.setattr(bundle, "_FREE", 1000)
    with pytest.raises(UnreadableReport, match="every sensible size"):
        open_bundle(steep)
    monkeypatch.setattr(bundle, "MOST_FILES", 2)
    with pytest.raises(UnreadableReport, match="every sensible size"):
        open_bundle(zipped(dict.fromkeys("abc", b"")))
    monkeypatch.setattr(bundle, "LARGEST", 5)
    with pytest.raises(UnreadableReport, match="every sensible size"):
        open_bundle(zipped({"a": b"123", "b": b"456"}))


def test_a_huge_table_of_contents_is_not_read() -> None:
    """An archive that announces a table of gigabytes is refused before it is looked at."""
    data = zipped({"a": b"1"})
    end = data.rindex(b"PK\x05\x06")
    with pytest.raises(UnreadableReport, match="every sensible size"):
        open_bundle(data[: end + 12] + b"\xff\xff\xff\xff" + data[end + 16 :])
