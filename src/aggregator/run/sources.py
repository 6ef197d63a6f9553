"""Reads the source files that help to recognise findings, and says which of them are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from aggregator.run.committed import committed_files

MOST_FILES = 20_000
MOST_BYTES_A_FILE = 1024 * 1024
MOST_BYTES = 128 * 1024 * 1024
_SPARSE = "."
"""What a sparse checkout leaves out is one part, wherever it lies."""


class Sources(Struct, frozen=True):
    """What the checkout says about the files that findings name.

    Attributes:
        texts: the text by repository path.
        absent: paths that are not in the folder; those that this checkout leaves out are not among them.
        gone: the same; empty unless the folder is a checkout of the repository, and holds most of what was looked for.
        uncommitted: files that the checked-out commit does not have, be they in the folder or not; where the commit
            cannot be told, those that are not in the folder.
        unfetched: by path the part of the repository that this checkout does without, where that holds the file.
        left_out: paths not read because of a limit.
    """

    texts: Mapping[str, str] = {}
    absent: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    uncommitted: frozenset[str] = frozenset()
    unfetched: Mapping[str, str] = {}
    left_out: int = 0


def read_sources(root: Path | None, paths: Iterable[str]) -> Sources:
    """Read the named files below the root: only regular files, no link is followed, nothing outside is touched."""
    if root is None or not root.is_dir():
        return Sources()
    real = os.path.realpath(root)
    texts: dict[str, str] = {}
    absent: set[str] = set()
    budget, left_out = MOST_BYTES, 0
    for path in sorted(set(paths)):
        if len(texts) >= MOST_FILES or budget <= 0:
            left_out += 1
            continue
        data = read_below(real, path)
        if data is None:
            absent.add(path)
        elif len(data) > MOST_BYTES_A_FILE:
            left_out += 1
        elif data:
            budget -= len(data)
            texts[path] = data.decode("utf-8", errors="replace")
    committed = committed_files(real, texts.keys() | absent)
    unfetched = _unfetched(real, absent, committed)
    missing = frozenset(absent - unfetched.keys())
    is_told = Path(real, ".git").is_dir() and len(absent) <= len(texts)
    return Sources(
        texts,
        absent=missing,
        gone=missing if is_told else frozenset(),
        uncommitted=missing if committed is None else missing.union(texts) - committed,
        unfetched=unfetched,
        left_out=left_out,
    )


def read_below(root: str, path: str) -> bytes | None:
    """The file's bytes, one more than the limit at most; ``None`` when there is none; empty when it is not ours."""
    wanted = os.path.join(root, path)  # noqa: PTH118 - strings, many of them
    if os.path.isabs(path) or ".." in path.split("/") or "\0" in path:  # noqa: PTH117
        return b""
    if not os.path.lexists(wanted):
        return None
    if os.path.realpath(wanted) != os.path.normpath(wanted) or not os.path.isfile(wanted):  # noqa: PTH113
        return b""
    try:
        with open(wanted, "rb") as file:  # noqa: PTH123
            return file.read(MOST_BYTES_A_FILE + 1)
    except OSError:
        return b""


def _unfetched(root: str, absent: set[str], committed: frozenset[str] | None) -> dict[str, str]:
    """The absent files whose absence proves nothing, each with the part of the repository that is left out here."""
    unfetched = {}
    if Path(root, ".git", "info", "sparse-checkout").exists():
        unfetched = dict.fromkeys(absent if committed is None else absent & committed, _SPARSE)
    for module in _submodules(Path(root, ".gitmodules")):
        below = [path for path in absent if path.startswith(module)]
        if below and _is_left_empty(Path(root, module)):
            unfetched |= dict.fromkeys(below, module)
    return unfetched


def _is_left_empty(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is None
    except OSError:
        return True


def _submodules(file: Path) -> tuple[str, ...]:
    """Folders of other repositories, which a checkout may leave empty."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    pairs = (line.partition("=") for line in lines)
    return tuple(f"{value.strip().strip('/')}/" for name, _, value in pairs if name.strip() == "path" and value.strip())
