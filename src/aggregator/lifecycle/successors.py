"""What took the place of a cloud resource that a report has no row of: the next revision, or another pod."""

from __future__ import annotations

from aggregator.model.coverage import Completeness
from aggregator.model.location import Resource
from aggregator.model.report import Scan
from aggregator.normalize.lasting import lasting_uid

_ROW = "\x1f"


class Successors:
    """Looks for them in the rows of complete reports."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[str, list[str]]] = {}

    def proof(self, scan: Scan, rule_id: str, resource: Resource) -> str:
        """Why the resource is gone, one sentence; empty where nothing shows it.

        A report that has a row of its rule for another one of the same name, and none for itself, no longer knows it.
        """
        lasting = lasting_uid(resource.provider, resource.type, resource.uid)
        if not lasting or scan.completeness is not Completeness.COMPLETE:
            return ""
        others = [
            uid
            for uid in self._checked(scan).get(rule_id, ())
            if lasting_uid(resource.provider, resource.type, uid) == lasting
        ]
        return f"{scan.tool} checked {min(others)} in its place and no longer knows {resource.uid}." if others else ""

    def _checked(self, scan: Scan) -> dict[str, list[str]]:
        """The resources that the report has rows of, by rule; the account is that of the scope."""
        found = self._rows.get(id(scan))
        if found is None:
            found = self._rows[id(scan)] = {}
            for row in scan.coverage.evaluated or ():
                rule, _, uid = row.partition(_ROW)
                found.setdefault(rule, []).append(uid)
        return found
