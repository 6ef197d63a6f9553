"""The checkout's CODEOWNERS file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from aggregator.owners import LARGEST, NOBODY, PLACES, Owners, read_owners


def find_owners(root: Path | None) -> Owners:
    """The owners that the first CODEOWNERS file below the root names; nobody where there is none that can be read.

    Without a root it is looked for where the policy is, in the working directory.
    """
    for place in PLACES:
        path = Path(root or "", place)
        with suppress(OSError):
            data = path.read_bytes()
            return read_owners(data.decode("utf-8-sig", "replace")) if len(data) < LARGEST else NOBODY
    return NOBODY
