"""``merged.sarif``: everything this run knows, for any reader of SARIF, uncut.

One run for each tool and scope, one result for each source of a finding; the results of one finding share the
fingerprint ``onefold/v1`` (the finding's id) and point at each other through ``relatedLocations``. What was closed in
this run is there with ``baselineState: absent``; what was merely not seen is not. A failed scan is a run whose
invocation was not successful: SARIF would have it without ``results``, but GitHub's rules refuse that, so the list is
there and empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Baseline, Finding
from aggregator.model.outcome import Outcome
from aggregator.model.report import Scan
from aggregator.model.result import Result
from aggregator.uploads import category_of
from aggregator.writers.merged_result import Taxa, result_of
from aggregator.writers.sarif import SarifResult
from aggregator.writers.sarif_model import stream_log
from aggregator.writers.sarif_notes import invocation_of
from aggregator.writers.sarif_rules import UNCUT, RuleUse, cwe_taxonomy, describe_rule, rules_by_id

if TYPE_CHECKING:
    from sarif_om import Run, ToolComponent


class LogProperties(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the log says about the run as a whole."""

    product: str
    environment: str
    branch: str
    commit: str
    run: str
    verdict: str
    verdict_reason: str
    product_type: str = ""
    engagement: str = ""


class Part(Struct):
    """What one SARIF run is made of; ``entries`` name each source by its finding and its place among the sources."""

    tool: str
    scope: str
    scans: list[Scan]
    entries: list[tuple[Finding, tuple[Result, ...], int]]


def render_merged(outcome: Outcome) -> Iterator[bytes]:
    """The log in chunks."""
    context = outcome.context
    properties = LogProperties(
        product=context.line.product,
        environment=context.line.environment,
        branch=context.line.branch,
        commit=context.commit,
        run=context.run.id,
        verdict=outcome.verdict.ruling.value,
        verdict_reason=outcome.verdict.reason,
        product_type=context.product_type,
        engagement=context.examination or context.engagement,
    )
    return stream_log((_run(part, outcome) for part in _parts(outcome)), properties)


def _parts(outcome: Outcome) -> list[Part]:
    """The runs in order of tool and scope."""
    parts: dict[tuple[str, str], Part] = {}
    for scan in outcome.scans:
        parts.setdefault((scan.tool, scan.scope), Part(scan.tool, scan.scope, [], [])).scans.append(scan)
    for finding in outcome.findings:
        sources = finding.sources or _last_sources(finding)
        for index, source in enumerate(sources):
            key = (source.tool, source.scope)
            part = parts.get(key)
            if part is None:
                part = parts[key] = Part(*key, [], [])
            part.entries.append((finding, sources, index))
    return [parts[key] for key in sorted(parts)]


def _last_sources(finding: Finding) -> tuple[Result, ...]:
    """What the state remembers of the sources of a finding that was closed in this run."""
    if finding.baseline is not Baseline.ABSENT:
        return ()
    return tuple(
        Result(
            kind=finding.kind,
            tool=sighting.tool,
            scope=sighting.scope,
            report="",
            pointer="",
            rule_id=sighting.rule_id,
            title=finding.title,
            severity=sighting.severity,
            weaknesses=finding.weaknesses,
            vulnerability_ids=finding.vulnerability_ids,
            location=sighting.location,
        )
        for sighting in finding.sightings
    )


def _run(part: Part, outcome: Outcome) -> tuple[Run, Iterator[SarifResult]]:
    from sarif_om import Run, RunAutomationDetails, Tool, ToolComponentReference  # noqa: PLC0415 - costs 75 ms

    rules = rules_by_id(part.scans)
    uses = _uses(part)
    ids = sorted(rules.keys() | uses.keys())
    weaknesses = tuple(sorted({number for use in uses.values() for number in use.weaknesses}))
    driver = _driver(part)
    driver.rules = [describe_rule(id_, uses.get(id_), rules.get(id_), UNCUT) for id_ in ids]
    driver.supported_taxonomies = [ToolComponentReference(name="CWE", index=0)] if weaknesses else None
    notes = _notes(outcome.diagnostics)
    category = category_of(outcome.context.line, part.tool, part.scope)
    run = Run(
        tool=Tool(driver=driver),
        automation_details=RunAutomationDetails(id=f"{category}{outcome.context.run.id}"),
        invocations=[invocation_of(scan, notes[scan.report]) for scan in part.scans] or None,
        taxonomies=[cwe_taxonomy(weaknesses)] if weaknesses else None,
        properties={"scope": part.scope, "commit": outcome.context.commit},
    )
    places = {id_: index for index, id_ in enumerate(ids)}
    taxa = Taxa(weaknesses)
    return run, (result_of(finding, sources, index, places, taxa) for finding, sources, index in part.entries)


def _driver(part: Part) -> ToolComponent:
    from sarif_om import ToolComponent  # noqa: PLC0415 - costs 75 ms

    versions = sorted({scan.tool_version for scan in part.scans if scan.tool_version})
    return ToolComponent(name=part.tool, version=versions[-1] if versions else None)


def _uses(part: Part) -> dict[str, RuleUse]:
    uses: dict[str, RuleUse] = {}
    for _, sources, index in part.entries:
        source = sources[index]
        use = uses.get(source.rule_id)
        if use is None:
            use = uses[source.rule_id] = RuleUse(source.title, source.severity, set(source.weaknesses))
        elif source.severity is not use.severity or not use.weaknesses.issuperset(source.weaknesses):
            use.add(source.severity, source.weaknesses)
    return uses


def _notes(diagnostics: tuple[Diagnostic, ...]) -> defaultdict[str, list[Diagnostic]]:
    by_subject: defaultdict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in diagnostics:
        by_subject[diagnostic.subject].append(diagnostic)
    return by_subject
