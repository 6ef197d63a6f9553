"""Small results and a memory of them, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from aggregator.dedupe.fold import Folded, fold
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard
from aggregator.model.coverage import Coverage
from aggregator.model.finding import Finding
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.passage import NOT_KNOWN, History
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import Tracked

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def flaw(
    rule: str = "sql-injection",
    path: str = "app.py",
    line: int | None = 10,
    *,
    end: int | None = None,
    columns: tuple[int, int] | None = None,
    tool: str = "Semgrep",
    scope: str = "semgrep.json",
    kind: Kind = Kind.SAST,
    cwes: tuple[int, ...] = (),
    snippet: str = "",
    message: str = "",
    native_id: str = "",
    secret: str = "",
    resource: str = "",
    aliases: tuple[str, ...] = (),
    severity: Severity = Severity.HIGH,
) -> Result:
    """Build a result in a file."""
    first, last = columns or (None, None)
    return Result(
        kind=kind,
        tool=tool,
        scope=scope,
        report=scope,
        pointer=f"/{path}/{line}/{rule}/{columns}",
        rule_id=rule,
        title=f"About {rule}",
        severity=severity,
        message=message,
        rule_aliases=aliases,
        weaknesses=cwes,
        location=Location(path, line, first, end or line, last),
        resource=Resource(resource) if resource else None,
        snippet=snippet,
        native_id=native_id,
        secret=secret,
    )


def vulnerability(
    name: str = "CVE-2026-1",
    *,
    others: tuple[str, ...] = (),
    package: str = "pkg:pypi/jinja2",
    version: str = "2.0",
    manifest: str = "requirements.txt",
    image: str = "",
    tool: str = "Trivy",
) -> Result:
    """Build a result about a component."""
    return Result(
        kind=Kind.CONTAINER if image else Kind.SCA,
        tool=tool,
        scope=f"{tool}.json",
        report=f"{tool}.json",
        pointer=f"/{name}/{package}/{manifest}/{version}",
        rule_id=name,
        title=name,
        severity=Severity.HIGH,
        vulnerability_ids=(name, *others),
        component=Component(package, package, version, path=manifest, image=image),
    )


def misconfigured(rule: str = "s3_public", uid: str = "arn:aws:s3:::logs", region: str = "eu-west-1") -> Result:
    """Build a result about a cloud resource."""
    return Result(
        kind=Kind.CLOUD,
        tool="Prowler",
        scope="aws:1",
        report="prowler.json",
        pointer=f"/{rule}/{uid}/{region}",
        rule_id=rule,
        title=rule,
        severity=Severity.HIGH,
        resource=Resource(uid, "aws", "1", region),
    )


def reflected(
    rule: str = "40012", path: str = "/find", parameter: str = "q", tool: str = "ZAP", host: str = "shop.example"
) -> Result:
    """Build a result behind an endpoint."""
    return Result(
        kind=Kind.DAST,
        tool=tool,
        scope=host,
        report=f"{tool}.json",
        pointer=f"/{rule}/{path}/{parameter}",
        rule_id=rule,
        title=rule,
        severity=Severity.HIGH,
        weaknesses=(79,),
        endpoint=Endpoint(host, path, "GET", parameter),
    )


def report(*results: Result, format_: str = "", covered: Iterable[str] = ()) -> Report:
    """Wrap results of one tool and scope in a report; the format follows the tool unless it is given."""
    first = results[0]
    scan = Scan(
        tool=first.tool,
        scope=first.scope,
        report=first.report,
        coverage=Coverage(paths=frozenset(covered) or None),
        results=results,
    )
    return Report(name=first.report, place=first.report, format=format_ or first.tool, scans=(scan,))


def folded(
    *reports: Report,
    previous: Sequence[Tracked] = (),
    sources: Mapping[str, str] | None = None,
    now: datetime = NOW,
    history: History = NOT_KNOWN,
    heard: Heard = NOTHING_HEARD,
) -> Folded:
    """Run all stages of deduplication."""
    return fold(
        reports,
        previous,
        product="shop",
        sources=sources or {},
        redact=lambda text: text.replace("hunter2", "[redacted]"),
        now=now,
        history=history,
        heard=heard,
    )


def remember(findings: Iterable[Finding], *, closed: bool = False) -> tuple[Tracked, ...]:
    """What the state would know of findings, as far as deduplication asks."""
    return tuple(
        Tracked(
            id=each.id,
            kind=each.kind,
            title=each.title,
            severity=each.severity,
            rule_id=each.rule_id,
            tool=each.tool,
            first_seen=NOW,
            last_seen=NOW,
            clock_start=NOW,
            aliases=each.aliases,
            weaknesses=each.weaknesses,
            vulnerability_ids=each.vulnerability_ids,
            location=each.location,
            component=each.component,
            resource=each.resource,
            endpoint=each.endpoint,
            sightings=each.sightings,
            closed_at=NOW if closed else None,
        )
        for each in findings
    )
