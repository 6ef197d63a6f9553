"""An entry: what one tool says about one problem in one scan, once repeated rows are folded."""

from __future__ import annotations

from collections.abc import Container, Iterable

from msgspec import Struct

from aggregator.model.location import Location
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result

Region = tuple[int, int, int, int]
Order = tuple[str, str, str, Region, tuple[str, str, str, str, str, str]]

_CLOUD = Kind.CLOUD
_IN_COMPONENTS = frozenset({Kind.SCA, Kind.CONTAINER, Kind.LICENSE})


class Entry(Struct, frozen=True, gc=False):
    """Rows of one scan that are the same problem.

    Attributes:
        results: in canonical order; the first speaks for all.
        format: the reader's format, which tells a second export of one scan from a second scan.
        home: the product and environment, in one word; empty where there is only the run's own.
        is_here: whether it lies in a file that the checkout holds under this name.
    """

    results: tuple[Result, ...]
    format: str
    home: str = ""
    is_here: bool = False

    @property
    def result(self) -> Result:
        """The row that speaks for the entry."""
        return self.results[0]


def collapse(scans: Iterable[tuple[str, Scan]], here: Container[str] = ()) -> list[Entry]:
    """Fold the rows that one scan repeats, and return entries in canonical order.

    ``scans`` pairs each scan with its report's format; reports of one tool, scope and format are parts of one scan.
    ``here`` are the files that the checkout is known to hold.
    Rows fold when the rule and the whole subject are equal; messages may differ, except for cloud resources, whose ids
    are not unique in practice (prowler #7050).
    """
    parts: dict[tuple[str, str, str], dict[object, list[Result]]] = {}
    for format_, scan in scans:
        groups = parts.setdefault((format_, scan.tool, scan.scope), {})
        for result in scan.results:
            groups.setdefault(subject_of(result), []).append(result)
    entries = [
        Entry(tuple(_in_order(rows)), key[0], "", (where := rows[0].location) is not None and where.path in here)
        for key, groups in parts.items()
        for rows in groups.values()
    ]
    entries.sort(key=_place_in_order)
    return entries


def _in_order(rows: list[Result]) -> list[Result]:
    return rows if len(rows) == 1 else sorted(rows, key=order_of)


def _place_in_order(entry: Entry) -> Order:
    return order_of(entry.results[0])


def order_of(result: Result) -> Order:
    """The canonical order of results: by tool, place and rule; reports and their rows may come in any order."""
    where = result.location
    if where is None:
        region, path = (0, 0, 0, 0), where_of(result)
    else:
        region, path = region_of(where), where.path
    block = result.resource.uid if result.resource is not None else ""
    said = (result.kind, block, result.message, result.scope, result.report, result.pointer)
    return (result.tool, path, result.rule_id, region, said)


def region_of(where: Location) -> Region:
    """First line and column, last line and column; 0 for what is not known."""
    return (where.start_line or 0, where.start_column or 0, where.end_line or 0, where.end_column or 0)


def where_of(result: Result) -> str:
    """The subject in one short line, for ordering and for people."""
    if result.location is not None:
        return in_file(result.location)
    if result.component is not None:
        return f"{result.component.path} {result.component.purl}".strip()
    if result.resource is not None:
        return result.resource.uid
    if result.endpoint is not None:
        endpoint = result.endpoint
        return f"{endpoint.method} {endpoint.host}{endpoint.path} {endpoint.parameter}".strip()
    return result.scope


def in_file(where: Location) -> str:
    """A place in a file as people write it: ``app.py:12``."""
    return f"{where.path}:{where.start_line}" if where.start_line else where.path


def subject_of(result: Result) -> object:
    """What a row is about, in full: equal rows of one scan are one."""
    kind = result.kind
    if kind is _CLOUD:
        return (result.rule_id, result.resource, result.location, result.message)
    if (component := result.component) is not None and kind in _IN_COMPONENTS:
        problem = result.vulnerability_ids[0] if result.vulnerability_ids else result.rule_id
        return (kind, problem, component.purl, component.path, component.image)
    return (result.rule_id, result.location, result.resource, result.endpoint, result.component, result.secret)
