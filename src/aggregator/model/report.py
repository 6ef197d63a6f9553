"""A report as its reader hands it on: one file, one or more scans."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.coverage import Completeness, Coverage
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.moment import Moment
from aggregator.model.result import Result, Rule


class Secrets:
    """Secret values on their way to the redactor. They print as a count and cannot be serialised."""

    __slots__ = ("_values",)

    def __init__(self, values: frozenset[str] = frozenset()) -> None:
        self._values = values

    def reveal(self) -> frozenset[str]:
        """The values; for the redactor alone."""
        return self._values

    def __repr__(self) -> str:
        return f"<{len(self._values)} secrets>"


class Scan(Struct, frozen=True, kw_only=True):
    """One tool's work on one scope, as one report tells it.

    Attributes:
        tool_version: empty when the format does not carry it.
        scope: what was looked at; the report's place where the format names none.
        report: the report's name as the user gave it.
        place: the report's place, where its coverage goes by it (``Coverage.active``); else empty.
        completeness: ``failed`` scans have no results and cover nothing.
        reason: why it is partial or failed; one sentence, empty when complete.
        next_step: what to do about it.
        rules: descriptions of the rules that the results name, and others the report lists.
        passed: rows that say *no problem here*; ``manual``: rows that ask a person to look. Neither are results.
        refused: entries that could not be read; each has a diagnostic.
    """

    tool: str
    scope: str
    report: str
    tool_version: str = ""
    completeness: Completeness = Completeness.COMPLETE
    reason: str = ""
    next_step: str = ""
    coverage: Coverage = Coverage()
    results: tuple[Result, ...] = ()
    rules: tuple[Rule, ...] = ()
    passed: int = 0
    manual: int = 0
    refused: int = 0
    place: str = ""


class Report(Struct, frozen=True, kw_only=True):
    """One readable file.

    Attributes:
        name: the file as the user named it, for messages.
        place: the file's place below the folder or pattern it was found by: stable from run to run.
        format: the reader's ``FORMAT``, for example ``semgrep-json``.
        detected: when the report says that a result was first detected, by pointer; in what Onefold itself wrote,
            by the finding's id. Not checked against any clock.
    """

    name: str
    place: str
    format: str
    scans: tuple[Scan, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    secrets: Secrets = Secrets()
    detected: dict[str, Moment] = {}


class ReadFailure(Struct, frozen=True, kw_only=True):
    """One file that is no usable report: said aloud, and never a reason to close anything.

    Attributes:
        tool: the tool it came from, when a pin or the content tells; empty otherwise.
        ignored: the file was swept up by a folder or glob and is no report at all: a note, not a failure.
        unopened: nobody looked into it, because it is a link or the like; it is ignored as well.
    """

    name: str
    place: str
    reason: str
    next_step: str
    tool: str = ""
    ignored: bool = False
    unopened: bool = False
