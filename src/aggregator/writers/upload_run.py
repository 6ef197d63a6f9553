"""One category of ``upload.sarif`` as a SARIF run: its rules, its results in the queue's order, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from aggregator.model.diagnostic import Level
from aggregator.model.finding import Finding, UploadIdentity
from aggregator.model.result import Rule
from aggregator.model.state import Tracked
from aggregator.writers.escape import clip
from aggregator.writers.places import place_of
from aggregator.writers.sarif import (
    PhysicalLocation,
    Place,
    Region,
    SarifResult,
    artifact_at,
    level_of,
    message_of,
    region_at,
)
from aggregator.writers.sarif_notes import notification
from aggregator.writers.sarif_rules import GITHUB, RuleUse, describe_rule
from aggregator.writers.upload_categories import Category

if TYPE_CHECKING:
    from sarif_om import Invocation, Run

_MESSAGE = 1000

SIGNATURE = "Onefold"
"""Stands before the finding's id at the very end of every message: alerts are recognised by the two."""


def run_of(part: Category, rules: dict[str, Rule], seen: dict[str, Finding]) -> tuple[Run, Iterator[SarifResult]]:
    """The run without results, and its results.

    Args:
        part: what is shown.
        rules: what the reports of this run say about the category's rules, by id.
        seen: the findings that this run saw, by id; what they say stands in the messages.
    """
    from sarif_om import Run, RunAutomationDetails, Tool, ToolComponent  # noqa: PLC0415 - costs 75 ms

    uses = _uses(part.shown)
    ids = sorted(uses)
    driver = ToolComponent(name=part.driver)
    driver.rules = [describe_rule(id_, uses[id_], rules.get(id_), GITHUB) for id_ in ids]
    run = Run(
        tool=Tool(driver=driver),
        automation_details=RunAutomationDetails(id=part.name),
        invocations=[_cut(part.left_out)] if part.left_out else None,
    )
    places = {id_: index for index, id_ in enumerate(ids)}
    return run, (_result(identity, item, seen.get(item.id), places) for identity, item in part.shown)


def _cut(left_out: int) -> Invocation:
    """Say aloud what a limit of GitHub's leaves out of the file."""
    from sarif_om import Invocation  # noqa: PLC0415 - costs 75 ms

    text = f"{left_out} more findings are left out: GitHub takes no more of one run. merged.sarif holds all of them."
    return Invocation(
        execution_successful=True, tool_execution_notifications=[notification(Level.WARNING, text, "upload-cut")]
    )


def _uses(shown: Iterable[tuple[UploadIdentity, Tracked]]) -> dict[str, RuleUse]:
    """The rules by the id that code scanning knows them by; one severity a rule, the worst."""
    uses: dict[str, RuleUse] = {}
    for identity, item in shown:
        use = uses.get(identity.rule_id)
        if use is None:
            use = uses[identity.rule_id] = RuleUse(item.title, item.severity, set())
        use.add(item.severity, item.weaknesses)
    return uses


def _result(identity: UploadIdentity, item: Tracked, seen: Finding | None, rules: dict[str, int]) -> SarifResult:
    return SarifResult(
        rule_id=identity.rule_id,
        rule_index=rules[identity.rule_id],
        level=level_of(item.severity),
        message=message_of(_text(item, seen)),
        locations=(_place(item),),
        partial_fingerprints={"primaryLocationLineHash": identity.line_hash},
    )


def _text(item: Tracked, seen: Finding | None) -> str:
    """Title first: it is the alert's headline. The id last: the alerts API returns no other word of ours."""
    title = item.title.strip() or item.rule_id
    said = seen.sources[0].message.strip() if seen is not None else ""
    body = title if not said or said == title else said if said.startswith(title) else f"{title}\n{said}"
    tools = ", ".join(sorted({sighting.tool for sighting in item.sightings} | {item.tool}))
    return f"{clip(body, _MESSAGE)}\n\nFound by {clip(tools, _MESSAGE)}. {SIGNATURE} {item.id}"


def _place(item: Tracked) -> Place:
    """The place with a whole region: GitHub's page lists all four numbers."""
    location = place_of(item)
    region = region_at(location)
    line = region.start_line
    column = region.start_column or 1
    whole = Region(line, column, region.end_line or line, region.end_column or column)
    return Place(PhysicalLocation(artifact_at(location.path), whole))
