"""A log as a report: its runs, one scan for each tool and category."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import NoReport, UnreadableReport
from aggregator.model.report import Report, Scan, Secrets
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import Entries, decode_entries
from aggregator.readers.sarif import FORMAT
from aggregator.readers.sarif.dates import own_detections
from aggregator.readers.sarif.log import EMPTY, Run
from aggregator.readers.sarif.producers import OWN_CATEGORY, OWN_SUFFIX
from aggregator.readers.sarif.runs import join, read_run


class _Log(Struct, frozen=True):
    version: str | None = None
    runs: list[Run] | None = None


class _UnsoundLog(Struct, frozen=True):
    version: str | None = None
    runs: Raw = EMPTY


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read a log; one of Onefold's own has no scan. Raises ``UnreadableReport`` for another version and for no run."""
    runs = _runs_of(data, context.name)
    scans: dict[tuple[str, str], Scan] = {}
    diagnostics: list[Diagnostic] = list(runs.refused)
    values: set[str] = set()
    detected: dict[str, datetime] = {}
    entries = tuple(runs.entries)
    if any(_is_own(run) for _, run in entries):
        return _read_own([run for _, run in entries], context)
    for index, run in entries:
        read_one = read_run(run, f"/runs/{index}", context)
        scan = read_one.scan
        key = (scan.tool, scan.scope)
        scans[key] = join(scans[key], scan) if key in scans else scan
        diagnostics += read_one.diagnostics
        values |= read_one.values
        detected |= read_one.detected
    if not scans:
        raise UnreadableReport(
            "it has no run that can be read, so nothing tells what was scanned.",
            "Run the tool again; a log that Onefold wrote of a run without findings is no report, leave it out.",
        )
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=tuple(scans.values()),
        diagnostics=tuple(diagnostics),
        secrets=Secrets(frozenset(values)),
        detected=detected,
    )


def _read_own(runs: list[Run], context: ReadContext) -> Report:
    """The days in a log of ours; the earliest where it names several for a finding. Without any, ``NoReport``."""
    detected: dict[str, datetime] = {}
    for run in runs:
        for finding, moment in own_detections(run.results or ()):
            detected[finding] = min(moment, detected.get(finding, moment))
    if not detected:
        raise NoReport("it is Onefold's own output.", "Leave the output folder out of the reports.")
    said = Diagnostic(
        code="own-output",
        level=Level.NOTE,
        subject=context.name,
        reason="it is Onefold's own output: only the days on which findings were first seen were taken from it.",
        next_step="Leave the output folder out of the reports unless the state was lost.",
    )
    return Report(
        name=context.name, place=context.place, format=FORMAT, scans=(), diagnostics=(said,), detected=detected
    )


def _runs_of(data: bytes, report: str) -> Entries[Run]:
    """The runs, in one pass; one by one where one of them is not sound."""
    try:
        log = msgspec.json.decode(data, type=_Log)
    except msgspec.ValidationError:
        unsound = msgspec.json.decode(data, type=_UnsoundLog)
        _refuse_others(unsound.version)
        return decode_entries(unsound.runs, Run, "/runs", report)
    _refuse_others(log.version)
    return Entries(enumerate(log.runs or ()))


def _is_own(run: Run) -> bool:
    """Whether Onefold wrote the run: by its driver in ``upload.sarif``, by its category in both."""
    category = (run.automation_details.id if run.automation_details else None) or ""
    return category.startswith(OWN_CATEGORY) or (run.tool.driver.name or "").endswith(OWN_SUFFIX)


def _refuse_others(version: str | None) -> None:
    if (version or "2.1.0").startswith(("1.", "2.0")):
        reason = f"it is SARIF {(version or '')[:5]}, which is not read."
        raise UnreadableReport(reason, "Let the tool write SARIF 2.1.0, or convert it (Sarif.Multitool transform).")
