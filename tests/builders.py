"""Small builders of model values for tests: say only what the test is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Baseline, Finding, Observation, Sighting
from aggregator.model.location import Location
from aggregator.model.outcome import Context, Outcome, Ruling, Totals, Verdict
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRef, State, Tracked
from aggregator.totals import count

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BEFORE = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
LINE = Line("shop", "", "main")
RUN = RunRef("4711")

_TRACKED = frozenset(Tracked.__struct_fields__)


def result(**fields: Any) -> Result:
    """One Semgrep result at ``app.py:12``, except as given."""
    given: dict[str, Any] = {
        "kind": Kind.SAST,
        "tool": "Semgrep",
        "scope": "src",
        "report": "semgrep.json",
        "pointer": "/results/0",
        "rule_id": "python.sql-injection",
        "title": "SQL query built from user input",
        "severity": Severity.HIGH,
        "native_severity": "ERROR",
        "weaknesses": (89,),
        "location": Location("app.py", 12, 5, 12, 40),
    }
    return Result(**given | fields)


def sighting(source: Result, **fields: Any) -> Sighting:
    """What the state remembers of a source."""
    given: dict[str, Any] = {
        "tool": source.tool,
        "scope": source.scope,
        "rule_id": source.rule_id,
        "severity": source.severity,
        "keys": (f"v1:{source.rule_id}",),
        "last_seen": NOW,
        "location": source.location,
    }
    return Sighting(**given | fields)


def finding(*sources: Result, **fields: Any) -> Finding:
    """A finding of these sources (one by default), unchanged since ``BEFORE``, except as given."""
    sources = sources or (result(),)
    primary = sources[0]
    seen = fields.get("observation", Observation.OBSERVED) is Observation.OBSERVED
    seen = seen and fields.get("baseline") is not Baseline.ABSENT
    given: dict[str, Any] = {
        "id": "F-1111111111",
        "kind": primary.kind,
        "title": primary.title,
        "severity": primary.severity,
        "rule_id": primary.rule_id,
        "tool": primary.tool,
        "weaknesses": primary.weaknesses,
        "vulnerability_ids": primary.vulnerability_ids,
        "location": primary.location,
        "component": primary.component,
        "resource": primary.resource,
        "endpoint": primary.endpoint,
        "sources": sources if seen else (),
        "sightings": tuple(sighting(source) for source in sources),
        "baseline": Baseline.UNCHANGED,
        "first_seen": BEFORE,
        "last_seen": NOW,
        "clock_start": BEFORE,
    }
    return Finding(**given | fields)


def scan(source: Result | None = None, **fields: Any) -> Scan:
    """The complete scan that a result came from."""
    source = source or result()
    given: dict[str, Any] = {"tool": source.tool, "scope": source.scope, "report": source.report}
    return Scan(**given | fields)


def tracked(item: Finding) -> Tracked:
    """What the state remembers of a finding."""
    fields = {name: value for name, value in _fields(item).items() if name in _TRACKED}
    dates = {name: fields[name] or NOW for name in ("first_seen", "last_seen", "clock_start")}
    return Tracked(**fields | dates)


def _fields(item: Finding) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


def totals(**fields: Any) -> Totals:
    """All zero, except as given."""
    given: dict[str, Any] = dict.fromkeys(Totals.__struct_fields__, 0)
    tables: dict[str, Any] = {"by_severity": {}, "by_tool": {}, "mean_days_to_remediate": {}, "by_product": {}}
    return Totals(**given | tables | fields)


def outcome(*findings: Finding, **fields: Any) -> Outcome:
    """A second run with these findings, one complete scan for each tool and scope among their sources."""
    given: dict[str, Any] = {
        "context": Context(line=LINE, run=RUN),
        "now": NOW,
        "is_baseline": False,
        "findings": findings,
        "scans": tuple(_scans(findings)),
        "totals": count(findings, fields.get("scans") or tuple(_scans(findings)), product=LINE.product),
        "verdict": Verdict(Ruling.PASS, "No rule is broken."),
        "diagnostics": (),
        "state": State(line=LINE, run=RUN, at=NOW, findings=tuple(tracked(item) for item in findings)),
    }
    return Outcome(**given | fields)


def _scans(findings: Iterable[Finding]) -> Iterable[Scan]:
    sources = {(s.tool, s.scope, s.report): s for item in findings for s in item.sources}
    return (scan(sources[key]) for key in sorted(sources))


def note(**fields: Any) -> Diagnostic:
    """A diagnostic about ``semgrep.json``."""
    given: dict[str, Any] = {"code": "report-odd", "level": Level.WARNING, "subject": "semgrep.json", "reason": "Odd."}
    return Diagnostic(**given | fields)
