"""In which commit's file a scanner of the history found a secret, as far as its log tells."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from aggregator.model.result import UNTOLD
from aggregator.readers.sarif.log import Entry, Location
from aggregator.readers.sarif.producers import IN_HISTORY

_LONGEST = 64


class _Commit(Struct, frozen=True):
    id: str = ""


class _GitMetadata(Struct, frozen=True):
    commit: _Commit = _Commit()


class _Properties(Struct, frozen=True):
    git_metadata: _GitMetadata = _GitMetadata()


def commit_of(tool: str, entry: Entry, location: Location | None) -> str:
    """The commit; :data:`UNTOLD` where the tool leaves open whether it is one; empty for the files as they are.

    Gitleaks tells it with the fingerprints, and an empty one for a file; Kingfisher with the location.
    """
    if tool not in IN_HISTORY:
        return ""
    told = (entry.partial_fingerprints or {}).get("commitSha")
    if told == "":
        return ""
    found = told if isinstance(told, str) else _in_properties(location)
    return found[:_LONGEST] if found.isalnum() else UNTOLD


def _in_properties(location: Location | None) -> str:
    try:
        said = bytes(memoryview(location.properties)) if location else b""
        return msgspec.json.decode(said or b"{}", type=_Properties).git_metadata.commit.id
    except msgspec.ValidationError:
        return ""
