"""What it means that a file is not in the checkout: it was deleted, never there, or left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from aggregator.model.finding import Sighting
from aggregator.model.report import Scan
from aggregator.model.state import Tracked

_GONE = "is gone from the checkout"
_SEPARATOR = "\x1f"


def gone(path: str, tool: str) -> str:
    """The proof that a finding is no more where its file was deleted."""
    return f"{path} {_GONE}, and {tool} ran without it."


def doubt_of_deletion(tracked: Tracked, sighting: Sighting) -> str:
    """Why a file may be missing without having been deleted, as the end of a sentence; empty when it was deleted.

    A build that did not run leaves its files out, and so does a job that fetches one repository less. What had been
    taken for deleted and came back may do so again.
    """
    if sighting.is_uncommitted:
        return "; it is none of the repository's own files"
    life = (past for past in tracked.history if past.to in {"absent", "reopened"})
    if any(_GONE in one.reason and two.to == "reopened" for one, two in pairwise(life)):
        return "; it was gone before and came back"
    return ""


def parts_named(scan: Scan, unfetched: Mapping[str, str]) -> frozenset[str]:
    """The parts that the checkout leaves out and of which a report names files: its scanner had more than that."""
    return frozenset(unfetched[place] for place in _places(scan) if place in unfetched)


def _places(scan: Scan) -> Iterator[str]:
    yield from (result.location.path for result in scan.results if result.location is not None)
    yield from (target.partition(_SEPARATOR)[2] for target in scan.coverage.targets)
