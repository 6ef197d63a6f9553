"""What a reimport leaves as it was, told from a finding's history since it was last pushed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from aggregator.model.finding import Disposition
from aggregator.model.state import Tracked
from aggregator.planning.defectdojo_actions import Edit
from aggregator.writers.defectdojo_findings import DojoFinding

_OPEN = frozenset({Disposition.OPEN.value, Disposition.VERIFIED.value})
_SILENT = frozenset(each.value for each in Disposition if each.silences)
_GONE = frozenset({"absent", Disposition.MITIGATED.value})
_ARRIVED = frozenset({"new", "reopened"})
_REFRESHED = ("severity ", "title ", "version ")
"""How a history begins to say what DefectDojo shows and does not refresh; files and lines it knows findings by."""


def edits_of(items: Iterable[Tracked], told: Iterable[DojoFinding], since: datetime) -> Iterator[Edit]:
    """The open findings that DefectDojo would go on showing as they were: silenced, or with another severity."""
    for item, each in zip(items, told, strict=True):
        reopens = _was_silenced(item, since)
        if each.active and (reopens or _was_refreshed(item, since)):
            yield Edit(each.unique_id_from_tool, each.title, each.severity, each.component_version, reopens)


def may_be_closed_there(items: Iterable[Tracked], told: Iterable[DojoFinding], since: datetime) -> bool:
    """Whether what is silenced here may stand there as closed: the first reimport does no more than open it."""
    return any(any(each.flags) and _is_back_or_judged(item, since) for item, each in zip(items, told, strict=True))


def _is_back_or_judged(item: Tracked, since: datetime) -> bool:
    """What was closed and forgotten here is new when it is back, and still closed there."""
    was_gone = any(step.to in _GONE for step in item.history)
    return any(step.at > since and (step.to in _ARRIVED or (was_gone and step.to in _SILENT)) for step in item.history)


def _was_silenced(item: Tracked, since: datetime) -> bool:
    is_silent = False
    for step in item.history:
        if step.to in _OPEN and is_silent and step.at > since:
            return True
        is_silent = step.to in _SILENT or (is_silent and step.to not in _OPEN)
    return False


def _was_refreshed(item: Tracked, since: datetime) -> bool:
    return any(
        step.to == "updated"
        and step.at > since
        and any(said.startswith(_REFRESHED) for said in step.reason.split("; "))
        for step in item.history
    )
