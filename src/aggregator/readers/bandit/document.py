"""A report of Bandit, issue by issue."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from msgspec import Raw, Struct

from aggregator.model.location import Location
from aggregator.model.report import Report, Scan, Secrets
from aggregator.model.result import Kind, Result, Rule
from aggregator.model.severity import Severity
from aggregator.normalize.paths import normalize_path
from aggregator.normalize.rule_ids import bandit_name
from aggregator.normalize.secrets import mask, seal
from aggregator.normalize.severity import severity_of_word
from aggregator.normalize.text import clean_text
from aggregator.normalize.weakness import SECRETIVE, parse_weaknesses
from aggregator.readers.bandit import FORMAT, TOOL
from aggregator.readers.bandit.health import health_of, said_of
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import decode_present, line_of

_CONFIDENCE = {"LOW": 30, "MEDIUM": 60, "HIGH": 90}


_PASSWORDS = frozenset({"B105", "B106", "B107"})


_HARD_CODED_PASSWORD = (259,)


_LITERAL = re.compile(r"'(.+)'", re.DOTALL)


_NOTHING = Raw()


class _Document(Struct, frozen=True):
    results: Raw = _NOTHING
    errors: Raw = _NOTHING
    metrics: Raw = _NOTHING


class _Issue(Struct, frozen=True, gc=False):
    """One result. ``line_range`` may begin above ``line_number``, which is where the flagged argument stands."""

    test_id: str
    filename: str
    test_name: str | None = None
    issue_text: str | None = None
    issue_severity: str | None = None
    issue_confidence: str | None = None
    issue_cwe: Raw = _NOTHING
    line_number: int | None = None
    line_range: tuple[int, ...] | None = None
    col_offset: int | None = None
    end_col_offset: int | None = None
    code: str | None = None
    more_info: str | None = None


class _Facts(Struct, frozen=True):
    """What all results of a test with one weakness share."""

    rule: Rule
    title: str
    weaknesses: tuple[int, ...]
    is_secretive: bool


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read a Bandit report. One with errors only, that looked at no file, is a failed scan."""
    document = msgspec.json.decode(data, type=_Document)
    listed = decode_present(document.results, _Issue, "/results", context.name)
    issues = _Issues(context)
    results = tuple([issues.result(index, issue) for index, issue in listed.entries])
    health = health_of(document.errors, document.metrics, context.roots, results)
    scan = Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        completeness=health.completeness,
        reason=health.reason,
        next_step=health.next_step,
        coverage=health.coverage,
        results=results,
        rules=tuple({facts.rule.id: facts.rule for facts in issues.facts.values()}.values()),
        refused=len(listed.refused),
    )
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=(scan,),
        diagnostics=(*listed.refused, *said_of(health, context.name)),
        secrets=Secrets(frozenset(issues.values)),
    )


class _Issues:
    """Turns issues into results, remembering what many of them share."""

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.values: set[str] = set()
        self.facts: dict[tuple[str, bytes], _Facts] = {}
        self._texts: dict[str, str] = {}

    def result(self, index: int, issue: _Issue) -> Result:
        """One issue as a result."""
        key = (issue.test_id, bytes(issue.issue_cwe))
        facts = self.facts.get(key)
        if facts is None:
            facts = self.facts[key] = _facts_of(issue)
        severity = issue.issue_severity or ""
        message, value = self._message(issue.issue_text or "", is_secretive=facts.is_secretive)
        # By position, in the order of the fields: names cost msgspec several times as much as places.
        return Result(
            Kind.SAST,
            TOOL,
            self.context.place,
            self.context.name,
            f"/results/{index}",
            facts.rule.id,
            facts.title,
            severity_of_word(severity) or Severity.MEDIUM,
            severity,
            message,
            (),
            _CONFIDENCE.get((issue.issue_confidence or "").upper()),
            facts.weaknesses,
            (),
            None,
            _location(issue, self.context.roots),
            snippet="" if facts.is_secretive else _flagged(issue),
            secret=seal(value, self.context.seal_key) if value else "",
        )

    def _message(self, raw: str, *, is_secretive: bool) -> tuple[str, str]:
        """The message, and the password that stood in it; empty where none did."""
        if is_secretive:
            return self._without_password(clean_text(raw))
        text = self._texts.get(raw)
        if text is None:
            text = self._texts[raw] = clean_text(raw)
        return text, ""

    def _without_password(self, text: str) -> tuple[str, str]:
        literal = _LITERAL.search(text)
        if literal is None:
            return text, ""
        self.values.add(literal[1])
        return mask(text, literal[1]), literal[1]


def _facts_of(issue: _Issue) -> _Facts:
    """Before version 1.7.3 there is no weakness; which tests find passwords, everybody knows."""
    rule_id = clean_text(issue.test_id)
    cwe: object = msgspec.json.decode(issue.issue_cwe) if issue.issue_cwe else None
    weaknesses = parse_weaknesses(cwe) or (_HARD_CODED_PASSWORD if rule_id in _PASSWORDS else ())
    name = clean_text(issue.test_name or "")
    return _Facts(
        rule=Rule(rule_id, name=name, help_uri=clean_text(issue.more_info or "")),
        title=bandit_name(name, issue.more_info or "") or rule_id,
        weaknesses=weaknesses,
        is_secretive=not SECRETIVE.isdisjoint(weaknesses),
    )


def _location(issue: _Issue, roots: tuple[str, ...]) -> Location:
    """Columns begin at 0 and the end is exclusive; -1 says nothing."""
    path = normalize_path(issue.filename, roots)
    start, end = _lines(issue)
    if start is None:
        return Location(path)
    first, last = (
        line_of(offset + 1) if offset is not None else None for offset in (issue.col_offset, issue.end_col_offset)
    )
    if last is not None and end == start and last < (first or 1):
        last = None
    return Location(path, start, first, end, last)


def _lines(issue: _Issue) -> tuple[int | None, int | None]:
    lines = issue.line_range or ()
    start = line_of(lines[0] if lines else issue.line_number)
    return start, max(start, line_of(lines[-1]) or start) if start and lines else start


def _flagged(issue: _Issue) -> str:
    """The flagged lines out of the numbered ones; they begin with the flagged argument, however many were asked for."""
    start, end = _lines(issue)
    if not issue.code or start is None or end is None:
        return ""
    first = max(start, line_of(issue.line_number) or start)
    return "\n".join(_numbered(issue.code.split("\n"), first, end))


def _numbered(lines: Iterable[str], first: int, last: int) -> Iterable[str]:
    for line in lines:
        number, _, text = line.partition(" ")
        if number.isdecimal() and len(number) < 10 and first <= int(number) <= last:  # noqa: PLR2004 - no line beyond
            yield text
