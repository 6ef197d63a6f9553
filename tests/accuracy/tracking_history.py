"""Both versions of a tree as commits of a real repository, the later one checked out: what Onefold reads at work."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from tests.accuracy.scanners import HOME, Files

SOMEBODY = {
    "GIT_AUTHOR_NAME": "Nobody",
    "GIT_AUTHOR_EMAIL": "nobody@example.invalid",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "Nobody",
    "GIT_COMMITTER_EMAIL": "nobody@example.invalid",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class Checkout(NamedTuple):
    """A repository in which the later tree is checked out, and the commits of both."""

    root: Path
    old: str
    new: str


def checked_out(old: Files, new: Files, shelf: Path = HOME / "checkouts") -> Checkout:
    """The checkout of two trees; from the shelf when it was made before."""
    root = shelf / digest(old, new)
    if not (root / ".git" / "made").is_file():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        git(root, "init", "--quiet")
        commit(root, old, "old")
        commit(root, new, "new")
        (root / ".git" / "made").touch()
    older, newer = git(root, "rev-list", "--reverse", "HEAD").decode().split()
    return Checkout(root, older, newer)


def commit(root: Path, files: Files, message: str) -> None:
    """Make the tree the whole content of the repository, in one commit."""
    for entry in root.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)


def git(root: Path, *arguments: str) -> bytes:
    """Run git as nobody in particular, without anybody's settings."""
    command = ["git", "-c", "core.autocrlf=false", "-c", "core.quotePath=false", *arguments]
    return subprocess.run(command, cwd=root, env={**os.environ, **SOMEBODY}, check=True, capture_output=True).stdout


def digest(*trees: Files) -> str:
    """A short name of trees: the same files, the same name."""
    name = blake2b(digest_size=12)
    for tree in trees:
        for path in sorted(tree):
            name.update(f"\x1f{path}\x1f{len(tree[path])}\x1f".encode())
            name.update(tree[path])
        name.update(b"\x1e")
    return name.hexdigest()
