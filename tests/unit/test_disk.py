"""Files are put in place whole, whatever happens on the way."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator.disk import write_whole


def test_every_chunk_is_there_in_order(tmp_path: Path) -> None:
    """However many there are, in folders made for the file."""
    chunks = [bytes([number]) * number for number in range(250)]
    write_whole(tmp_path / "deep" / "x", iter(chunks))
    assert (tmp_path / "deep" / "x").read_bytes() == b"".join(chunks)


def test_written_files_can_be_read_by_everybody(tmp_path: Path) -> None:
    """A later step of the job, running as somebody else, can read what was written."""
    write_whole(tmp_path / "x", [b""])
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


def test_interrupted_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """When writing stops half-way the old file is whole and nothing else lies beside it."""
    path = tmp_path / "merged.sarif"
    path.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"new, but only ha"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, chunks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller gets the disk's own error, and no half file stays."""
    path = tmp_path / "findings.json"
    path.write_bytes(b"old")
    real = Path.open

    def full(self: Path, *args: Any, **kwargs: Any) -> Any:
        file = real(self, *args, **kwargs)
        with real(Path("/dev/full"), "wb") as nothing:
            os.dup2(nothing.fileno(), file.fileno())
        return file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, [b"x" * 100_000] * 20)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_durable_file_is_on_the_disk_before_it_is_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are flushed and synced while the old file still stands."""
    path = tmp_path / "state.json"
    path.write_bytes(b"old")
    seen: list[tuple[int, bytes]] = []
    monkeypatch.setattr(os, "fsync", lambda handle: seen.append((os.fstat(handle).st_size, path.read_bytes())))
    write_whole(path, [b"new"], is_durable=True)
    assert seen == [(3, b"old")]
    assert path.read_bytes() == b"new"
