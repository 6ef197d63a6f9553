"""Whose the findings are: the checkout's CODEOWNERS file, and the policy."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from aggregator.model.outcome import Outcome
from aggregator.owners import LARGEST, PLACES, Owners, owners_by_id, read_owners
from aggregator.policy import Policy


def find_owners(root: Path | None) -> Owners:
    """The owners that the first CODEOWNERS file below the root names; nobody where there is none that can be read."""
    for place in PLACES if root is not None else ():
        path = Path(root or "", place)
        with suppress(OSError):
            data = path.read_bytes()
            return read_owners(data.decode("utf-8-sig", "replace")) if len(data) < LARGEST else Owners()
    return Owners()


def with_owners(outcome: Outcome, root: Path | None, policy: Policy) -> Outcome:
    """The outcome with whose its findings are, and whether that may be said aloud."""
    owners = owners_by_id(outcome.findings, find_owners(root), policy.owners, outcome.context.line)
    return replace(outcome, owners=owners, mentions=policy.github.mentions) if owners else outcome
