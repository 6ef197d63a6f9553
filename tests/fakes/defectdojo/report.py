"""What a DefectDojo makes of a report of generic findings.

The rules are those of DefectDojo/django-DefectDojo; each names the file there that it mirrors.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

_LISTS = frozenset({"endpoints", "files", "tags", "vulnerability_ids"})
_REQUIRED = frozenset({"title", "severity", "description"})
_KEYS = """
    date cwe cve cvssv3 cvssv3_score mitigation impact steps_to_reproduce severity_justification references active
    verified false_p out_of_scope risk_accepted under_review is_mitigated thread_id mitigated numerical_severity param
    payload line file_path component_name component_version static_finding dynamic_finding scanner_confidence
    unique_id_from_tool vuln_id_from_tool sast_source_object sast_sink_object sast_source_line sast_source_file_path
    nb_occurences publish_date service planned_remediation_date planned_remediation_version effort_for_fixing
"""
ALLOWED = _LISTS | _REQUIRED | frozenset(_KEYS.split())
"""Keys of a finding (dojo/tools/generic/json_parser.py). Later versions take ``cwes``, ``epss_score``, ``fix_version``
and more; those are left out, so that what is taken here every version takes."""
_LONGEST = {
    "title": 511,
    "unique_id_from_tool": 500,
    "vuln_id_from_tool": 500,
    "component_name": 500,
    "component_version": 100,
    "file_path": 4000,
    "cvssv3": 117,
    "service": 200,
}
"""Lengths of the columns (dojo/finding/models.py); what is longer is an error of the database."""
_BOOLEANS = ("active", "verified", "false_p", "out_of_scope", "risk_accepted", "is_mitigated", "static_finding")
SEVERITIES = ("Info", "Low", "Medium", "High", "Critical")
_HOST = re.compile(r"[^\s/?#@<>\"{}|\\^`\[\]]+")


class Refused(Exception):
    """A ``ValueError`` or ``ValidationError`` there: the answer is a 400 with these words."""


class Broken(Exception):
    """An error nobody foresaw: the answer is a 500."""


@dataclass(eq=False)
class Row:
    """A row of the table of findings."""

    fields: dict[str, Any]
    id: int = 0
    hash_code: str = ""
    notes: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def is_open(self) -> bool:
        """What its lists show as open: active and no duplicate."""
        return bool(self.active and not self.duplicate)


def parse(report: bytes, test_type: str) -> tuple[str, list[Row]]:
    """The test type and the findings (dojo/tools/generic/parser.py, json_parser.py).

    A type makes a test type of its own: ``<type> Scan (Generic Findings Import)`` (dojo/importers/base_importer.py).
    """
    try:
        data = json.loads(report)
    except ValueError as error:
        raise Refused(str(error)) from None
    named = data.get("type", test_type)
    name = test_type if named == test_type else f"{named} Scan ({test_type})"
    rows = [_row(dict(item)) for item in data.get("findings", [])]
    return name, _without_repeated_ids(rows)


def _without_repeated_ids(rows: list[Row]) -> list[Row]:
    """An id that stands twice in a report is taken from both (dojo/importers/base_importer.py)."""
    ids = [row.unique_id_from_tool for row in rows]
    for row in rows:
        if ids.count(row.unique_id_from_tool) > 1:
            row.fields["unique_id_from_tool"] = None
    return rows


def _row(item: dict[str, Any]) -> Row:
    """One finding, or a complaint about the whole report."""
    missing = sorted(_REQUIRED - item.keys())
    if missing:
        raise Refused(f"Required fields are missing: {missing}")
    not_allowed = sorted(item.keys() - ALLOWED)
    if not_allowed:
        raise Refused(f"Not allowed fields are present: {not_allowed}")
    fields: dict[str, Any] = {
        "date": date(2030, 1, 1),
        "cwe": 0,
        "line": None,
        "file_path": None,
        "unique_id_from_tool": None,
        "component_name": None,
        "component_version": None,
        "active": True,
        "verified": False,
        "false_p": False,
        "out_of_scope": False,
        "risk_accepted": False,
        "is_mitigated": False,
        "mitigated": None,
        "duplicate": False,
    } | item
    _check(fields)
    for name in ("date", "mitigated"):
        if isinstance(fields[name], str):
            moment = datetime.fromisoformat(fields[name])
            fields[name] = moment.date() if name == "date" else moment
    return Row(fields)


def _check(fields: dict[str, Any]) -> None:
    """What saving a finding trips over: words, types, lengths (dojo/finding/models.py, base_importer.py)."""
    if fields["severity"] not in SEVERITIES:
        raise Refused(f'Finding severity "{fields["severity"]}" is not supported.')
    if not all(isinstance(fields.get(name, False), bool) for name in _BOOLEANS):
        raise Refused("value must be either True or False.")
    texts = [(fields.get(name) or "", limit) for name, limit in _LONGEST.items()]
    texts += [(name, 50) for name in fields.get("vulnerability_ids", ())]
    for text, limit in texts:
        if len(text) > limit:
            raise Broken(f"value too long for type character varying({limit})")
    if not all(_HOST.fullmatch(endpoint.split("/")[0]) for endpoint in fields.get("endpoints", ())):
        raise Refused("Invalid URL format")
    if "\\u0000" in json.dumps(fields, default=str):
        raise Broken("A string literal cannot contain NUL (0x00) characters.")
