"""Real repositories for tests, made by the git program with nobody's configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_OURS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
_WHO = {f"GIT_{role}_{what}": "test@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_WHEN = {f"GIT_{role}_DATE": "2026-01-01T00:00:00Z" for role in ("AUTHOR", "COMMITTER")}


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """Run git in a folder; what it prints when it is ``given`` something."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        env=around | _OURS | _WHO | _WHEN,
        input=given,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


class Checkout:
    """A repository and its checkout.

    Args:
        root: where it is made.
        options: of ``git init``.
    """

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        git(root, "init", "--quiet", "--initial-branch=main", *options)

    def commit(self, files: dict[str, str | bytes | None]) -> str:
        """Write files, remove those that are ``None``, commit all that is there; the commit."""
        for path, content in files.items():
            file = self.root / path
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--allow-empty", "--message=change")
        return git(self.root, "rev-parse", "HEAD")
