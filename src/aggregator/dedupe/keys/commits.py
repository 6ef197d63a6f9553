"""What a scanner of the history finds: its place is one of the commit that it names, whatever the files say now.

Of such a place nothing ever changes: the same commit, path and line are the same problem. All that is told of lines of
the checkout, where they went and what stands around them, says nothing about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from aggregator.dedupe.entry import region_of
from aggregator.model.result import UNTOLD, Result

PAST = "v2:past:"
"""The last key of what stands in a file of a commit that is not the one checked out."""
_COMMIT = "v2:commit:"


def commit_keys(result: Result, head: str) -> tuple[str, ...]:
    """The key of a place in a commit, and the mark of one in a commit that is not ``head``; none without a commit."""
    where = result.location
    if result.commit in ("", UNTOLD) or where is None:
        return ()
    parts = (result.tool, result.rule_id, result.commit, where.path, *map(str, region_of(where)))
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
    return (f"{_COMMIT}{digest}",) if result.commit == head else (f"{_COMMIT}{digest}", PAST)


def commit_in(keys: Sequence[str]) -> str:
    """The key of a place in a commit; empty for a source that names none."""
    return next((key for key in keys[-2:] if key.startswith(_COMMIT)), "")
