"""Files on this machine's disk: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

WORLD_READABLE = 0o644
"""Whatever the umask: the job's later steps run as somebody else."""


def write_whole(path: Path, chunks: Iterable[bytes], *, is_durable: bool = False) -> None:
    """Put the bytes in place in one step: a reader sees the old file or the new one, never half of either.

    Folders are made. ``is_durable`` waits until the disk has them, so that not even a power cut leaves half. Raises
    ``OSError`` when the disk will not have them, and what ``chunks`` raises; then the old file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with beside.open("xb") as file:
            file.writelines(chunks)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        beside.chmod(WORLD_READABLE)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
