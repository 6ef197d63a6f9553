"""How a DefectDojo brings a test into line with a report.

The rules are those of DefectDojo/django-DefectDojo; each names the file there that it mirrors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from tests.fakes.defectdojo.report import Row

Algorithm = Literal["hash_code", "unique_id_from_tool"]


@dataclass(eq=False)
class OneTest:
    """A test, as far as reimports change it."""

    id: int
    title: str
    test_type: str
    scan_type: str
    environment: str
    rows: list[Row] = field(default_factory=list)
    branch_tag: str = ""
    commit_hash: str = ""
    build_id: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass
class Counts:
    """What one reimport did."""

    new: int = 0
    closed: int = 0
    reactivated: int = 0
    untouched: int = 0


class Reimport:
    """One reimport into one test (dojo/importers/default_reimporter.py, ``DefaultReImporter``)."""

    def __init__(self, test: OneTest, algorithm: Algorithm, numbers: list[int]) -> None:
        self.test = test
        self.algorithm = algorithm
        self.numbers = numbers
        self.now = datetime(2026, 11, 22, tzinfo=UTC)
        self.unchanged: set[Row] = set()
        self.reactivated: set[Row] = set()
        self.new: set[Row] = set()

    def run(self, rows: list[Row], *, close_old_findings: bool) -> Counts:
        """``process_findings``, then ``close_old_findings``."""
        original = set(self.test.rows)
        # What the closing looks at was read before anything changed, but for three flags (#12291).
        was_mitigated = {row for row in original if row.is_mitigated and row.mitigated}
        for row in rows:
            row.hash_code = hash_code(row)
            matches = self._matches(row)
            if matches:
                self._merge(row, matches[0])
            else:
                self._create(row)
        to_mitigate = original - self.reactivated - self.unchanged
        closed = [row for row in to_mitigate if row not in was_mitigated] if close_old_findings else []
        for row in closed:
            self._mitigate(row)
        untouched = self.unchanged - to_mitigate - self.new - self.reactivated
        return Counts(len(self.new), len(closed), len(self.reactivated), len(untouched))

    def hide_duplicates(self, rows: list[Row]) -> None:
        """``dedupe_batch_of_findings`` (dojo/finding/deduplication.py), within an engagement.

        A new row that equals an older one is hidden, but not when that one is mitigated.
        """
        name = "unique_id_from_tool" if self.algorithm == "unique_id_from_tool" else "hash_code"
        for row in sorted(self.new, key=lambda each: each.id):
            older = [each for each in rows if each.id < row.id and not each.duplicate]
            same = [each for each in older if getattr(each, name) == getattr(row, name)]
            if same and not min(same, key=lambda each: each.id).is_mitigated:
                row.fields |= {"duplicate": True, "active": False, "verified": False}

    def _matches(self, row: Row) -> list[Row]:
        """``match_finding_to_candidate_reimport``: the lowest id wins, within the test only."""
        if self.algorithm == "unique_id_from_tool":
            same = [
                r
                for r in self.test.rows
                if row.unique_id_from_tool and r.unique_id_from_tool == row.unique_id_from_tool
            ]
        else:
            same = [r for r in self.test.rows if r.hash_code == row.hash_code]
        return sorted(same, key=lambda each: each.id)

    def _merge(self, row: Row, known: Row) -> None:
        """``process_matched_finding``."""
        if known.false_p or known.out_of_scope or known.risk_accepted:
            same = all(known.fields[flag] == row.fields[flag] for flag in ("false_p", "out_of_scope", "risk_accepted"))
            if same or (known.risk_accepted and not known.active):
                self.unchanged.add(known)
        elif known.is_mitigated:
            self._merge_mitigated(row, known)
        else:
            self._merge_active(row, known)

    def _merge_mitigated(self, row: Row, known: Row) -> None:
        """``process_matched_mitigated_finding``: whatever the report says of it but *mitigated* opens it."""
        if row.is_mitigated:
            self.unchanged.add(known)
            return
        known.fields |= {"mitigated": None, "is_mitigated": False, "active": not known.duplicate}
        known.notes.append("Re-activated by re-upload.")
        self.reactivated.add(known)

    def _merge_active(self, row: Row, known: Row) -> None:
        """``process_matched_active_finding``: nothing that describes it is refreshed."""
        if row.is_mitigated:
            known.fields |= {"mitigated": row.mitigated, "is_mitigated": True, "active": False}
        elif row.risk_accepted or row.false_p or row.out_of_scope:
            flags = {flag: row.fields[flag] for flag in ("risk_accepted", "false_p", "out_of_scope")}
            known.fields |= flags | {"active": False}
        else:
            self.unchanged.add(known)
        for name in ("component_name", "component_version"):
            known.fields[name] = known.fields[name] or row.fields[name]

    def _create(self, row: Row) -> None:
        """``process_finding_that_was_not_matched``: the row is a candidate for those after it."""
        row.id = number(self.numbers)
        self.test.rows.append(row)
        self.new.add(row)

    def _mitigate(self, row: Row) -> None:
        """``BaseImporter.mitigate_finding``; a risk acceptance goes with it (dojo/risk_acceptance/helper.py)."""
        row.fields |= {
            "active": False,
            "is_mitigated": True,
            "mitigated": row.mitigated or self.now,
            "risk_accepted": False,
        }
        row.notes.append("Mitigated by re-upload.")


def number(numbers: list[int]) -> int:
    """The next of the ids, which only grow."""
    numbers[0] += 1
    return numbers[0]


def hash_code(row: Row) -> str:
    """``compute_hash_code_legacy`` (dojo/finding/models.py): how findings are known again unless somebody says."""
    joined = f"{row.title}{row.cwe}{row.line}{row.file_path}{row.description}"
    return sha256(joined.casefold().strip().encode()).hexdigest()
