"""Which readers there are, and how a file finds the one that reads it: by content, never by name."""

from __future__ import annotations

from collections import Counter
from typing import cast

import msgspec
from msgspec.structs import replace

from aggregator.knowledge.tools import own_name
from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import NoReport, UnreadableReport
from aggregator.model.report import ReadFailure, Report, Scan
from aggregator.readers import (
    bandit,
    bearer,
    checkov,
    detect_secrets,
    gitleaks,
    grype,
    osv_scanner,
    pip_audit,
    prowler,
    salvage,
    sarif,
    semgrep,
    trivy,
    zap,
)
from aggregator.readers.base import Head, ReadContext, Reader
from aggregator.readers.entries import reason_of
from aggregator.readers.intake import Document, take_in

READERS: tuple[Reader, ...] = tuple(
    cast("Reader", module)
    for module in (
        *(sarif, prowler, trivy, zap, semgrep, gitleaks, grype, osv_scanner, pip_audit),
        *(bandit, bearer, checkov, detect_secrets),
    )
)
"""In the order of detection; two that claim one file are an error."""

_RUN_AGAIN = "Run the scanner again and look at how it ended."
_READING_ERRORS = (
    *(msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, LookupError, TypeError, ArithmeticError),
    SyntaxError,  # XML's ParseError is one
)
_LOOK_AT_ENTRIES = "Look at the remarks about them, and tell Onefold if the tool has changed its format."
_CORRECT_PIN = "Correct the pin or the path."
_LET_IT_WRITE_SARIF = "Let it write SARIF."
_PIN = "Pin the tool that wrote it (tool=path), or take the file off the list of reports."
_FOREIGN = "Let the tool write one that it reads, SARIF for example, or take the file off the list of reports."


def read_report(
    data: bytes,
    name: str,
    *,
    place: str = "",
    pinned: str | None = None,
    roots: tuple[str, ...] = (),
    seal_key: bytes = b"onefold",
    swept: bool = False,
) -> Report | ReadFailure:
    """Read one file, whatever it is.

    Args:
        data: the file's bytes, packed or in any encoding.
        name: the file as the user named it, for messages.
        place: its place below the folder it was found in, stable from run to run; ``name`` when not given.
        pinned: the tool that wrote it, when the user says so; says what an empty file stands for.
        roots: workspace prefixes to strip from paths, besides those of the known CI systems.
        seal_key: key of the in-memory digests of secret values.
        swept: a folder or pattern caught it, so it need not be a report at all.

    Returns:
        The report, or why there is none. Never raises for what a file holds.
    """
    context = ReadContext(name=name, place=place or name, roots=roots, seal_key=seal_key)
    try:
        document = take_in(data)
        reader = detect(document.head)
    except UnreadableReport as error:
        return _failure(context, error, tool_of(pinned or ""))
    if pinned:
        return _read_pinned(document, context, reader, pinned)
    if reader is None:
        return _unclaimed(document, context, swept=swept)
    return _read_with(reader, document, context, reader.TOOL, swept=swept)


def tool_of(pinned: str) -> str:
    """The tool that a pin means, by its own name (``zaproxy`` is ZAP); the pin itself for a tool that nobody knows."""
    return next((reader.TOOL for reader in READERS if reader.TOOL and _is_pin_of(reader, pinned)), own_name(pinned))


def detect(head: Head, readers: tuple[Reader, ...] = READERS) -> Reader | None:
    """The one reader that claims the document. Raises ``UnreadableReport`` when several do."""
    claims = [reader for reader in readers if _claims(reader, head)]
    if len(claims) > 1:
        formats = " and ".join(reader.FORMAT for reader in claims)
        raise UnreadableReport(f"it looks like {formats} at once.", "Report this to Onefold, with the tool's name.")
    return claims[0] if claims else None


def _claims(reader: Reader, head: Head) -> bool:
    try:
        return reader.sniff(head)
    except _READING_ERRORS:
        return False


def _read_pinned(document: Document, context: ReadContext, reader: Reader | None, pinned: str) -> Report | ReadFailure:
    own = [known for known in READERS if _is_pin_of(known, pinned)]
    tool = tool_of(pinned)
    if not document.data:
        return _failure(context, UnreadableReport(f"it is empty, and no report of {tool} ever is.", _RUN_AGAIN), tool)
    if reader is None and own and (document.is_broken or _is_empty(document)):
        # Only the pin says who wrote it; the reader knows whether its tool ever writes that.
        return _read_with(own[0], document, context, tool)
    if reader is None and not own and not document.is_broken:
        reason = f"it is pinned to {tool}, and Onefold has no reader for {tool}'s own format."
        return _failure(context, UnreadableReport(reason, _LET_IT_WRITE_SARIF), tool)
    if reader is None or not (reader in own or _is_generic(reader)):
        found = f"it is {reader.FORMAT}" if reader else "its content is something else"
        return _failure(context, UnreadableReport(f"it is pinned to {tool}, but {found}.", _CORRECT_PIN), tool)
    report = _read_with(reader, document, context, tool)
    if isinstance(report, Report) and reader not in own and not _names_tool(report, tool):
        reason = f"it is pinned to {tool}, but another tool wrote it."
        return _failure(context, UnreadableReport(reason, _CORRECT_PIN), tool)
    return report


def _read_with(
    reader: Reader, document: Document, context: ReadContext, tool: str, *, swept: bool = False
) -> Report | ReadFailure:
    if document.is_broken:
        return _failure(context, UnreadableReport(f"{document.damage} so none of it was used.", _RUN_AGAIN), tool)
    try:
        report = _read_twice(reader, document, context)
    except UnreadableReport as error:
        return _failure(context, error, tool, ignored=swept and isinstance(error, NoReport))
    except _READING_ERRORS as error:
        reason = f"it is no sound {reader.FORMAT}: {reason_of(error)}"
        return _failure(context, UnreadableReport(reason, _RUN_AGAIN), tool)
    return _with_damage(_with_refusals(report), document)


def _read_twice(reader: Reader, document: Document, context: ReadContext) -> Report:
    """Read it; when a text in it is no UTF-8, which is checked here alone, mend the document first."""
    try:
        return reader.read(document.data, context)
    except msgspec.ValidationError:
        raise  # a wrong shape is beyond mending
    except (msgspec.DecodeError, UnicodeDecodeError):
        mended = salvage.mend(document.data) or document.data  # what cannot be mended fails once more
    return _with_damage(reader.read(mended, context), replace(document, damage=salvage.GARBLED, is_partial=True))


def _with_refusals(report: Report) -> Report:
    """What the entries were about that could not be read, nobody knows: they are no sign that anything is gone."""
    counts = Counter({scan.tool: 0 for scan in report.scans})
    for scan in report.scans:
        counts[scan.tool] += scan.refused
    scans = tuple(_weakened(scan, counts[scan.tool]) if counts[scan.tool] else scan for scan in report.scans)
    return replace(report, scans=scans) if any(counts.values()) else report


def _weakened(scan: Scan, refused: int) -> Scan:
    """The scan of which, or of whose tool in the same report, so many entries could not be read."""
    if scan.completeness is Completeness.FAILED:
        return scan
    is_nothing = scan.refused and not (scan.results or scan.passed or scan.manual)
    entries = "an entry" if refused == 1 else f"{refused} entries"
    return replace(
        scan,
        completeness=Completeness.FAILED if is_nothing else Completeness.PARTIAL,
        reason=scan.reason or f"{entries} of it could not be read.",
        next_step=scan.next_step or _LOOK_AT_ENTRIES,
        coverage=_left_of(scan.coverage),
    )


def _left_of(coverage: Coverage) -> Coverage:
    """What is still known to have been looked at: rows that say so themselves, and no file and no folder."""
    if coverage.evaluated is not None:
        return coverage
    extent = Extent.SCOPE if coverage.extent is Extent.LISTED else coverage.extent
    return replace(coverage, extent=extent, paths=None, unread=frozenset())


def _with_damage(report: Report, document: Document) -> Report:
    if not document.damage:
        return report
    scans = report.scans
    if document.is_partial:
        scans = tuple(_cut_short(scan, document.damage) for scan in scans)
    return replace(report, scans=scans, diagnostics=(*report.diagnostics, _note(report.name, document.damage)))


def _cut_short(scan: Scan, reason: str) -> Scan:
    # What the lost entries were about, nobody knows: nothing of the scope counts as looked at.
    return replace(
        scan,
        completeness=Completeness.PARTIAL,
        reason=reason,
        next_step=_RUN_AGAIN,
        coverage=Coverage(extent=Extent.UNKNOWN),
    )


def _note(name: str, reason: str) -> Diagnostic:
    return Diagnostic("report-damaged", Level.WARNING, name, reason, _RUN_AGAIN)


def _unclaimed(document: Document, context: ReadContext, *, swept: bool) -> ReadFailure:
    next_step = _PIN
    if _is_empty(document):
        reason = "it is empty, and nothing in it tells which tool wrote it."
    elif document.is_broken:
        reason = f"{document.damage} and nothing in it tells which tool wrote it."
    else:
        reason, next_step = "it is no report in a format that Onefold reads.", _FOREIGN
    return _failure(context, UnreadableReport(reason, next_step), "", ignored=swept and not document.is_broken)


def _failure(context: ReadContext, error: UnreadableReport, tool: str, *, ignored: bool = False) -> ReadFailure:
    return ReadFailure(
        name=context.name,
        place=context.place,
        reason=error.reason,
        next_step=error.next_step,
        tool=tool,
        ignored=ignored,
    )


def _is_empty(document: Document) -> bool:
    """Nothing, ``null`` or ``[]``. No tool writes ``{}`` for anything."""
    return document.head.shape == "empty" or (document.head.shape == "array" and not document.data.strip(b"[] \t\r\n"))


def _is_pin_of(reader: Reader, pinned: str) -> bool:
    return own_name(pinned) == reader.TOOL or pinned.casefold() == reader.FORMAT


def _is_generic(reader: Reader) -> bool:
    """Whether many tools write its format: then a pin names the tool, not the reader."""
    return reader.FORMAT.startswith("sarif")


def _names_tool(report: Report, tool: str) -> bool:
    return any(tool.casefold() in scan.tool.casefold() for scan in report.scans)
