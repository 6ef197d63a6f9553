"""ZAP's alerts as results, gathered into one scan for each site."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from aggregator.knowledge.active_rules import unless_passive
from aggregator.knowledge.site_problems import site_of, site_problem_of
from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.location import Endpoint
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Severity
from aggregator.normalize.text import clean_text
from aggregator.normalize.urls import normalize_method, split_url, template_path
from aggregator.normalize.weakness import parse_weaknesses
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import refusal
from aggregator.readers.zap.alerts import Alert, Instance, Session

_TOOL = "ZAP"
_RISKS = {
    "0": (Severity.INFO, "Informational"),
    "1": (Severity.LOW, "Low"),
    "2": (Severity.MEDIUM, "Medium"),
    "3": (Severity.HIGH, "High"),
}
_CONFIDENCE = {"1": 30, "2": 60, "3": 90, "4": 100}
_FALSE_POSITIVE = Suppression("false_positive", "marked as a false positive in ZAP")
_NODE_PARAMETERS = re.compile(r"\s*\([^/]*\)\s*$")
_RUN_AGAIN = "Look at ZAP's own log, then run the scan again."


class _Entry(Struct, frozen=True):
    """One place of an alert.

    Attributes:
        place: where ZAP met it; of a problem of the whole site, one of the pages that show it.
    """

    alert: Alert
    endpoint: Endpoint
    pointer: str
    place: Endpoint


def scans_of(session: Session, context: ReadContext) -> tuple[tuple[Scan, ...], tuple[Diagnostic, ...]]:
    """The scans of a session, by site in the report's order, and the diagnostics."""
    entries: dict[tuple[str, Endpoint], _Entry] = {}
    for site in session.sites:
        for alert in site.alerts:
            for entry in _entries_of(alert, site.host):
                # An alert stands under every site whose name begins its URL: the first is as good as the second.
                key = (_rule_id(alert), entry.place)
                known = entries.setdefault(key, entry)
                if _is_false(known.alert) and not _is_false(alert):  # one false alarm does not hide a real one
                    entries[key] = entry
    own = dict.fromkeys(site.host for site in session.sites)
    hosts = [*own, *dict.fromkeys(entry.endpoint.host for entry in entries.values() if entry.endpoint.host not in own)]
    diagnostics = [refusal(context.name, pointer, "it has not the shape of an alert.") for pointer in session.refused]
    diagnostics += _unknown_risks(session, context)
    scans = [_scan(session, host, list(entries.values()), context, is_listed=host in own) for host in hosts]
    if scans and session.refused:
        scans[0] = replace(scans[0], refused=len(session.refused))
    return tuple(scans), tuple(diagnostics)


def _scan(session: Session, host: str, entries: list[_Entry], context: ReadContext, *, is_listed: bool) -> Scan:
    scope = host or context.place
    here = [entry for entry in entries if entry.endpoint.host == host]
    knows_all = is_listed and not session.trouble
    return Scan(
        tool=_TOOL,
        scope=scope,
        report=context.name,
        tool_version=clean_text(session.version),
        completeness=Completeness.PARTIAL if session.trouble else Completeness.COMPLETE,
        reason=session.trouble,
        next_step=_RUN_AGAIN if session.trouble else "",
        coverage=Coverage(extent=Extent.SCOPE if knows_all else Extent.UNKNOWN, active=_active(here)),
        results=tuple(_result(entry, scope, context) for entry in here),
        rules=tuple({_rule_id(entry.alert): _rule(entry.alert) for entry in here}.values()),
        place=context.place,
    )


def _active(entries: list[_Entry]) -> frozenset[str]:
    return frozenset(filter(None, (unless_passive(_TOOL, _rule_id(entry.alert)) for entry in entries)))


def _entries_of(alert: Alert, host: str) -> list[_Entry]:
    if alert.is_systemic or not alert.instances:
        first = alert.instances[0] if alert.instances else None
        place = Endpoint(_endpoint(first, host).host if first else host)
        return [_Entry(alert, place, first.pointer if first else alert.pointer, place)]
    problem = site_problem_of(_TOOL, _rule_id(alert))
    places = [(_endpoint(instance, host), instance.pointer) for instance in alert.instances]
    return [_Entry(alert, site_of(place, problem) if problem else place, pointer, place) for place, pointer in places]


def _endpoint(instance: Instance, host: str) -> Endpoint:
    """The place: the path of ZAP's site tree before the URL's, for the tree has no values in it."""
    own, path, _ = split_url(instance.uri)
    if instance.node:
        path = split_url(_NODE_PARAMETERS.sub("", instance.node))[1]
    return Endpoint(own or host, template_path(path), normalize_method(instance.method), clean_text(instance.parameter))


def _result(entry: _Entry, scope: str, context: ReadContext) -> Result:
    alert = entry.alert
    rule_id = _rule_id(alert)
    severity, word = _RISKS.get(alert.risk, (Severity.INFO, ""))
    return Result(
        kind=Kind.DAST,
        tool=_TOOL,
        scope=scope,
        report=context.name,
        pointer=entry.pointer,
        rule_id=rule_id,
        rule_aliases=(clean_text(alert.plugin),) if alert.plugin and alert.plugin != rule_id else (),
        title=clean_text(alert.name) or rule_id,
        message=f"Seen at {entry.place.method} {entry.place.path}." if entry.place != entry.endpoint else "",
        severity=severity,
        native_severity=word,
        confidence=_CONFIDENCE.get(alert.confidence),
        weaknesses=_weaknesses(alert),
        endpoint=entry.endpoint,
        suppression=_FALSE_POSITIVE if _is_false(alert) else None,
    )


def _is_false(alert: Alert) -> bool:
    return alert.confidence == "0"


def _rule_id(alert: Alert) -> str:
    return clean_text(alert.reference or alert.plugin or alert.name)


def _weaknesses(alert: Alert) -> tuple[int, ...]:
    return parse_weaknesses(alert.cwe, [tag for tag in alert.tags if tag.upper().startswith("CWE-")])


def _rule(alert: Alert) -> Rule:
    links = tuple(link for link in plain(alert.links).split() if link.startswith(("https://", "http://")))
    return Rule(
        _rule_id(alert),
        name=clean_text(alert.name),
        description=plain(alert.description),
        help=plain(alert.solution),
        help_uri=links[0] if links else "",
        references=links,
        tags=tuple(clean_text(tag) for tag in alert.tags),
    )


def plain(markup: str) -> str:
    """The text of HTML paragraphs, one a line. What has no paragraphs is plain text already."""
    from html import unescape  # noqa: PLC0415 - costs 2 ms

    if "<p>" not in markup:
        return clean_text(markup).strip()
    paragraphs = re.split(r"</?p>", markup)
    lines = [clean_text(unescape(paragraph)).strip() for paragraph in paragraphs]
    return "\n".join(line for line in lines if line)


def _unknown_risks(session: Session, context: ReadContext) -> list[Diagnostic]:
    return [
        Diagnostic(
            code="severity-unknown",
            level=Level.WARNING,
            subject=context.name,
            reason="a risk that nobody knows was taken for INFO.",
            pointer=alert.pointer,
        )
        for site in session.sites
        for alert in site.alerts
        if alert.risk not in _RISKS
    ]
