"""Labelled truth of a set of reports: which rows of which tools are one problem, and where our results stand in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from aggregator.model.result import Result

Row = dict[str, Any]


class Truth(NamedTuple):
    """``rows`` by id; ``cluster`` gives each clustered row its cluster's number; ``ambiguous`` pairs are not scored."""

    rows: dict[str, Row]
    cluster: dict[str, int]
    ambiguous: frozenset[frozenset[str]]

    def is_one(self, one: str, two: str) -> bool:
        """Whether two rows are one problem; a row in no cluster stands alone."""
        return one in self.cluster and self.cluster[one] == self.cluster.get(two)

    def tool(self, row: str) -> str:
        """The tool of a row, in lower case."""
        return str(self.rows[row]["tool"]).lower()


def read_truth(path: Path) -> Truth:
    """Read a ``truth.json``: ``findings``, ``clusters`` of their ids, ``ambiguous_pairs``."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return Truth(
        {row["id"]: row for row in document["findings"]},
        {member: number for number, members in enumerate(document["clusters"]) for member in members},
        frozenset(frozenset(pair) for pair in document.get("ambiguous_pairs", ())),
    )


def locate(results: Iterable[Result], truth: Truth) -> dict[str, int]:
    """The result that each row is, by its number; rows that no result is are left out.

    A row is taken once while others fit as well: one tool may say the same of two places on a line. Where the labels
    have a row for each advisory that a tool put into one group, the group's result is all of them.
    """
    buckets: dict[tuple[str, str], list[str]] = {}
    for name, row in truth.rows.items():
        buckets.setdefault((truth.tool(name), _tail(str(row["rule"]))), []).append(name)
    found: dict[str, int] = {}
    fits = [(number, result, _fits(result, buckets, truth)) for number, result in enumerate(results)]
    for number, result, names in sorted(fits, key=lambda each: len(each[2])):
        if names:
            best = min(names, key=lambda name: (name in found, -_closeness(result, truth.rows[name]), name))
            found.setdefault(best, number)
    for number, result, names in fits:
        for name in names if result.component is not None else ():
            found.setdefault(name, number)
    return found


def _fits(result: Result, buckets: dict[tuple[str, str], list[str]], truth: Truth) -> list[str]:
    names = {_tail(name) for name in (result.rule_id, *result.rule_aliases, *result.vulnerability_ids, result.title)}
    tool = result.tool.lower()
    rows = [row for name in sorted(names) for row in buckets.get((tool, name), ())]
    return [row for row in rows if _is_place(result, truth.rows[row])]


def _is_place(result: Result, row: Row) -> bool:
    if "package" in row:
        component = result.component
        return component is not None and _is_package(component.name, component.path, result.report, row)
    where = result.location
    return where is not None and where.path == row["file"] and (where.start_line or 1) == (row["line"] or 1)


def _is_package(name: str, manifest: str, report: str, row: Row) -> bool:
    if _folded(name) != _folded(str(row["package"])):
        return False
    wanted = str(row["norm_file"])
    if manifest:
        return manifest == wanted
    # A tool that names no manifest is told by the name of its report: tool.folder_requirements.json
    return report.rpartition(".")[0].partition(".")[2] == wanted.rpartition(".")[0].replace("/", "_")


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _closeness(result: Result, row: Row) -> int:
    where, points = result.location, 0
    if where is not None:
        points += 2 * bool(where.start_column == row.get("col"))
        points += bool((where.end_line or where.start_line) == row.get("end"))
        points += bool(where.end_column == row.get("ecol"))
    if result.resource is not None and row.get("resource"):
        points += 4 * bool(result.resource.uid == row["resource"])
    return points + 2 * bool(result.rule_id == row["rule"])


def _tail(rule: str) -> str:
    """The last part of a rule's name: paths of configurations and old spellings differ in what stands before."""
    return rule.rsplit(".", 1)[-1].lower()
