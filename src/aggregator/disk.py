"""Files on this machine's disk: whole or not at all."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

WORLD_READABLE = 0o644
"""Whatever the umask: the job's later steps run as somebody else."""
_FEW = 4
"""Chunks: a document of no more is written faster than a thread is started."""


def write_whole(path: Path, chunks: Iterable[bytes], *, is_durable: bool = False) -> None:
    """Put the bytes in place in one step: a reader sees the old file or the new one, never half of either.

    Folders are made. ``is_durable`` waits until the disk has them, so that not even a power cut leaves half. Raises
    ``OSError`` when the disk will not have them, and what ``chunks`` raises; then the old file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with beside.open("xb") as file:
            _write(file, iter(chunks))
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        beside.chmod(WORLD_READABLE)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _write(file: BinaryIO, chunks: Iterator[bytes]) -> None:
    file.writelines(islice(chunks, _FEW))
    if (more := next(chunks, None)) is not None:
        _write_behind(file, chain((more,), chunks))


def _write_behind(file: BinaryIO, chunks: Iterable[bytes]) -> None:
    """Write in a thread of its own while the next chunks are made: the disk takes a sixth of a large run."""
    from concurrent.futures import Future, ThreadPoolExecutor  # noqa: PLC0415 - only large documents need it

    waiting: deque[Future[int]] = deque()
    with ThreadPoolExecutor(1) as thread:
        for chunk in chunks:
            waiting.append(thread.submit(file.write, chunk))
            if len(waiting) > _FEW:
                waiting.popleft().result()
        for each in waiting:
            each.result()
