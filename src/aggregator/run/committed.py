"""Tells which files are the repository's own: those of the commit that is checked out."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

_DIGITS = (40, 64)
"""Of a commit's id: SHA-1, SHA-256."""


def committed_files(root: str, paths: Collection[str]) -> frozenset[str] | None:
    """Those of the files that the commit has which is checked out at ``root``; ``None`` where that cannot be told.

    What a build made and what was fetched beside the repository is not among them, wherever it lies.
    """
    if not paths or not Path(root, ".git").is_dir():
        return None
    from aggregator.run.repository import open_repository  # noqa: PLC0415 - brings dulwich along

    for digits in _DIGITS:
        if (repository := open_repository(Path(root), digits)) is None:
            return None
        try:
            head = repository.head()
            if len(head) == digits:
                tree = repository.tree_of(head)
                return None if tree is None else frozenset(path for path in paths if repository.file(tree, path))
        finally:
            repository.close()
    return None
