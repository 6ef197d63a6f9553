"""One run of a log (3.14) as a scan."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.coverage import Completeness, Coverage
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.report import Scan
from aggregator.model.result import Result
from aggregator.normalize.images import image_repository
from aggregator.normalize.text import clean_text
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import decode_entries, reason_of, refusal
from aggregator.readers.sarif.facts import canonical_id
from aggregator.readers.sarif.health import Health, health_of
from aggregator.readers.sarif.log import Entry, Invocation, Run, ToolComponent
from aggregator.readers.sarif.packages import image_in
from aggregator.readers.sarif.places import Places
from aggregator.readers.sarif.producers import tool_name
from aggregator.readers.sarif.properties import properties_of
from aggregator.readers.sarif.results import Origin, Results
from aggregator.readers.sarif.rules import RuleBook
from aggregator.readers.sarif.taxa import Taxonomies

_ENTRY = msgspec.json.Decoder(Entry)
# What makes one run differ from the next: a time, a number, an id.
_RUN_ID = re.compile(r"[0-9TZ:.+_-]{6,}|\d+|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class ReadRun(Struct, frozen=True):
    """A scan, what went wrong in reading it, the secret values it gave away, and the days it names (by pointer)."""

    scan: Scan
    diagnostics: tuple[Diagnostic, ...]
    values: frozenset[str]
    detected: dict[str, datetime]


def read_run(run: Run, pointer: str, context: ReadContext) -> ReadRun:
    """Read one run; ``pointer`` is its place in the log (``/runs/0``)."""
    tool = tool_name(run.tool.driver.name)
    book = RuleBook(run, pointer, context.name)
    places = Places(run, pointer, context.name, context.roots, tool)
    invocations = decode_entries(run.invocations, Invocation, f"{pointer}/invocations", context.name)
    called = [invocation for _, invocation in invocations.entries]
    image = _image_of(run, tool)
    scope = category_of(run) or image or context.place
    results = Results(Origin(tool, scope, image, book, places, Taxonomies(run, context.name), called, context))
    read, refused = _read_all(run, results, f"{pointer}/results", context.name)
    health = health_of(tool, run, called, places, is_garbled=bool(invocations.refused))
    scan = Scan(
        tool=tool,
        scope=scope,
        report=context.name,
        tool_version=_version_of(run.tool.driver, tool),
        completeness=health.completeness,
        reason=health.reason,
        next_step=health.next_step,
        coverage=_covered(tool, health, book, called, read),
        results=tuple(_with_unique_ids(read)),
        rules=results.rules(),
        passed=results.passed,
        refused=len(refused),
    )
    diagnostics = (*book.diagnostics, *invocations.refused, *refused)
    return ReadRun(scan, diagnostics, frozenset(results.values), results.detected)


def _image_of(run: Run, tool: str) -> str:
    """The repository of the image that was looked at: as the run tells it, or its first result; empty without one."""
    name = properties_of(run.properties).texts.get("imageName", "")
    for raw in () if name else (run.results or ())[:1]:
        with suppress(msgspec.ValidationError):
            message = _ENTRY.decode(raw).message
            name = image_in(tool, (message.text if message else None) or "")
    return image_repository(clean_text(name))


def _read_all(run: Run, results: Results, pointer: str, report: str) -> tuple[list[Result], list[Diagnostic]]:
    """The results, and a diagnostic for each that cannot be read."""
    read: list[Result] = []
    refused: list[Diagnostic] = []
    for index, raw in enumerate(run.results or ()):
        place = f"{pointer}/{index}"
        try:
            entry = _ENTRY.decode(raw)
            if entry.rule_id or _says_anything(entry):
                read += results.read(entry, place)
            else:
                refused.append(refusal(report, place, "it names no rule and no place, and has no message."))
        except msgspec.ValidationError as error:
            refused.append(refusal(report, place, reason_of(error)))
    return read, refused


def _says_anything(entry: Entry) -> bool:
    """Whether a result that names no rule by its id tells what was found, or where."""
    said = entry.message
    is_named = entry.rule is not None or entry.rule_index is not None
    return is_named or bool(entry.locations) or (said is not None and bool(said.text or said.markdown or said.id))


def join(first: Scan, second: Scan) -> Scan:
    """Two runs of one tool on one scope as one scan: as healthy as the worse of them."""
    worst = max((first, second), key=lambda scan: list(Completeness).index(scan.completeness))
    rules = {rule.id: rule for rule in (*second.rules, *first.rules)}
    both = first.coverage.rules is not None and second.coverage.rules is not None
    extent = max((first.coverage.extent, second.coverage.extent))  # "unknown" comes after "scope"
    return replace(
        worst,
        tool_version=first.tool_version or second.tool_version,
        coverage=Coverage(
            extent=extent,
            unread=first.coverage.unread | second.coverage.unread,
            rules=(first.coverage.rules or frozenset()) | (second.coverage.rules or frozenset()) if both else None,
            unrun_rules=first.coverage.unrun_rules & second.coverage.unrun_rules,
        ),
        results=(*first.results, *second.results),
        rules=tuple(rules.values()),
        passed=first.passed + second.passed,
        refused=first.refused + second.refused,
    )


def _covered(tool: str, health: Health, book: RuleBook, called: list[Invocation], read: list[Result]) -> Coverage:
    """What the run looked at.

    Where the log lists more rules than have results, those ran; else it names none of the others but what was off.
    """
    disabled = {id(rule) for rule in book.disabled(called)}
    listed = {canonical_id(tool, rule) for rule in book if rule.id and id(rule) not in disabled}
    off = {canonical_id(tool, rule) for rule in book if rule.id and id(rule) in disabled}
    seen = {result.rule_id for result in read}
    known = seen | {alias for result in read for alias in result.rule_aliases}
    if listed - known:
        return Coverage(extent=health.extent, unread=health.unread, rules=frozenset(listed | seen))
    return Coverage(extent=health.extent, unread=health.unread, unrun_rules=frozenset(off - listed - known))


def _version_of(driver: ToolComponent, tool: str) -> str:
    version = driver.version or driver.semantic_version or driver.dotted_quad_file_version or ""
    if tool == "Gitleaks":
        return ""  # it writes v8.0.0 whatever its version
    return clean_text(version).strip().removeprefix("v")


def category_of(run: Run) -> str:
    """The run's category without what names the single run (3.17.3); empty when it has none."""
    category = clean_text((run.automation_details.id if run.automation_details else None) or "").strip()
    parts = [part for part in category.split("/") if not _RUN_ID.fullmatch(part)]
    named = "/".join(parts).rstrip("/")
    if "/" in category and parts and parts[-1] == category.rpartition("/")[2]:
        # The last part names the run, whatever it looks like; but a category is more than slashes.
        named = "/".join(parts[:-1]).rstrip("/") or named
    return named


def _with_unique_ids(read: list[Result]) -> list[Result]:
    """Take away the fingerprints that several results share: they tell nothing apart."""
    counts = Counter(result.native_id for result in read if result.native_id)
    if len(counts) == sum(counts.values()):
        return read
    return [replace(result, native_id="") if counts[result.native_id] > 1 else result for result in read]
