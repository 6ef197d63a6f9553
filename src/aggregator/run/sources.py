"""Reads the source files that help to recognise findings, and says which of them are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

MOST_FILES = 20_000
MOST_BYTES_A_FILE = 1024 * 1024
MOST_BYTES = 128 * 1024 * 1024


class Sources(Struct, frozen=True):
    """What the checkout says about the files that findings name.

    Attributes:
        texts: the text by repository path.
        absent: paths that are not in the folder; those that a checkout may leave out are not among them.
        gone: those of them that are not in the repository any more; empty unless the folder is a checkout of it, and
            holds most of what was looked for.
        left_out: paths not read because of a limit.
    """

    texts: Mapping[str, str] = {}
    absent: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
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
    missing = _not_left_out(real, absent)
    is_told = Path(real, ".git").is_dir() and len(absent) <= len(texts)
    return Sources(texts, missing, missing if is_told else frozenset(), left_out)


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


def _not_left_out(root: str, absent: set[str]) -> frozenset[str]:
    """The absent files whose absence proves something: no part of the repository that this checkout does without."""
    if Path(root, ".git", "info", "sparse-checkout").exists():
        return frozenset()
    modules = _submodules(Path(root, ".gitmodules"))
    return frozenset(path for path in absent if not path.startswith(modules))


def _submodules(file: Path) -> tuple[str, ...]:
    """Folders of other repositories, which a checkout may leave empty."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    pairs = (line.partition("=") for line in lines)
    return tuple(f"{value.strip().strip('/')}/" for name, _, value in pairs if name.strip() == "path" and value.strip())
