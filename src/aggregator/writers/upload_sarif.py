"""``upload.sarif``: what the Security tab gets, a projection of the state and not of this scan.

GitHub closes what an upload of a category no longer holds. So a category that a scan observed, at least in part, holds
every finding that is not closed and whose upload identity lies there, seen this time or not; accepted findings too
(they are dismissed through the API; leaving them out would say *fixed*). A category that was not observed is omitted,
because an empty run would close its alerts. A category nobody was ever given to is omitted as well.

GitHub's limits are met here, never left to be cut there: a finding that a limit leaves out stays out while those before
it in the category's queue are open, and a newcomer never takes the place of one that was shown.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Finding, UploadIdentity
from aggregator.model.outcome import Outcome
from aggregator.model.report import Scan
from aggregator.model.result import Rule
from aggregator.model.state import Tracked
from aggregator.uploads import category_of
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
from aggregator.writers.sarif_model import stream_log
from aggregator.writers.sarif_notes import notification
from aggregator.writers.sarif_rules import GITHUB, RuleUse, describe_rule, rules_by_id

if TYPE_CHECKING:
    from sarif_om import Invocation, Run

MAX_RUNS = 20
MAX_RESULTS = 5000
MAX_COMPRESSED = 10_000_000
_MESSAGE = 1000


class Category(Struct, frozen=True):
    """One SARIF run: what is shown, in the order of the queue, and how many a limit leaves out."""

    name: str
    driver: str
    shown: tuple[tuple[UploadIdentity, Tracked], ...]
    left_out: int


def is_worth_sending(outcome: Outcome) -> bool:
    """Whether the log has a run: GitHub refuses one without, and there is nothing to say in it."""
    observed = _observed(outcome)
    return any(item.upload is not None and item.upload.category in observed for item in outcome.state.findings)


def render_upload(outcome: Outcome) -> Iterator[bytes]:
    """The log in chunks; with no category it has no runs, and must not be sent."""
    limit = MAX_RESULTS
    while limit:
        chunks = _fitting(outcome, limit)
        if chunks is not None:
            return chunks
        # Halves, not the largest number that fits: the cut stays where it is while the file grows and shrinks a little.
        limit //= 2
    # Runs without results would close every alert; no run says nothing.
    return stream_log(())


def _fitting(outcome: Outcome, limit: int) -> Iterator[bytes] | None:
    """The log with at most ``limit`` results a run, or nothing when GitHub would refuse its size."""
    chunks: list[bytes] = []
    size = 0
    rest = _render(outcome, limit)
    for chunk in rest:
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_COMPRESSED:
            break
    else:
        return iter(chunks)
    packer = zlib.compressobj(level=1, wbits=31)
    packed = sum(len(packer.compress(chunk)) for chunk in chain(chunks, rest)) + len(packer.flush())
    return _render(outcome, limit) if packed <= MAX_COMPRESSED else None


def categories(outcome: Outcome, limit: int = MAX_RESULTS) -> tuple[Category, ...]:
    """What is uploaded, by category name; beyond GitHub's number of runs the oldest categories are kept."""
    observed = _observed(outcome)
    known: defaultdict[tuple[str, str], list[tuple[int, str, UploadIdentity, Tracked]]] = defaultdict(list)
    for item in outcome.state.findings:
        identity = item.upload
        if identity is not None and identity.category in observed:
            known[identity.category, identity.driver].append((identity.turn, item.id, identity, item))
    kept = sorted(known)
    if len(kept) > MAX_RUNS:
        kept = sorted(sorted(kept, key=lambda key: min(entry[3].first_seen for entry in known[key]))[:MAX_RUNS])
    return tuple(_category(key, known[key], limit) for key in kept)


def _category(key: tuple[str, str], known: list[tuple[int, str, UploadIdentity, Tracked]], limit: int) -> Category:
    # Turn, then id: nothing behind the two is ever compared.
    queue = [entry for entry in known if entry[3].closed_at is None]
    shown = tuple((identity, item) for _, _, identity, item in nsmallest(limit, queue))
    return Category(*key, shown, len(queue) - len(shown))


def _observed(outcome: Outcome) -> dict[str, list[Scan]]:
    product = outcome.context.line.product
    scans: defaultdict[str, list[Scan]] = defaultdict(list)
    for scan in outcome.scans:
        if scan.completeness is not Completeness.FAILED:
            scans[category_of(product, scan.tool, scan.scope)].append(scan)
    return scans


def _render(outcome: Outcome, limit: int) -> Iterator[bytes]:
    observed = _observed(outcome)
    parts = categories(outcome, limit)
    shown = {item.id for part in parts for _, item in part.shown}
    seen = {finding.id: finding for finding in outcome.findings if finding.id in shown and finding.sources}
    return stream_log(_run(part, rules_by_id(observed[part.name]), seen) for part in parts)


def _run(part: Category, rules: dict[str, Rule], seen: dict[str, Finding]) -> tuple[Run, Iterator[SarifResult]]:
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
    return f"{clip(body, _MESSAGE)}\n\nFound by {clip(tools, _MESSAGE)}. Onefold {item.id}"


def _place(item: Tracked) -> Place:
    """The place with a whole region: GitHub's page lists all four numbers."""
    location = place_of(item)
    region = region_at(location)
    line = region.start_line
    column = region.start_column or 1
    whole = Region(line, column, region.end_line or line, region.end_column or column)
    return Place(PhysicalLocation(artifact_at(location.path), whole))
