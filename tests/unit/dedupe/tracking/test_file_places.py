"""Tests of :mod:`aggregator.dedupe.tracking.file_places`: what is known by its file, and what is not."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.result import Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report


def account(name: str) -> Result:
    """What a tool says of a resource in a file, without a line."""
    return replace(flaw(path="main.bicep", line=None, resource=f"accounts/{name}"), pointer=f"/{name}")


def kept(before: list[str], after: list[str], *, closed: bool = False) -> set[str]:
    """The accounts whose findings have an id that one of the run before had."""
    first = folded(report(*map(account, before))).findings
    second = folded(report(*map(account, after)), previous=remember(first, closed=closed), now=LATER).findings
    known = {finding.id for finding in first}
    return {finding.sources[0].pointer[1:] for finding in second if finding.id in known}


def test_of_a_file_alone_another_resource_is_another_finding() -> None:
    """Where no line is named, a resource that was not there is new, be it the only one of its rule in the file."""
    assert kept(["logs"], ["logs"]) == {"logs"}
    assert kept(["logs"], ["payments"]) == set()
    assert kept(["logs", "backup"], ["payments", "backup"]) == {"backup"}
    assert kept(["logs"], ["logs"], closed=True) == {"logs"}
    assert kept(["logs"], ["payments"], closed=True) == set()
