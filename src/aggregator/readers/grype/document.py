"""A report of Grype, match by match."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from aggregator.model.coverage import Coverage
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.report import Report, Scan
from aggregator.model.result import Result, Rule
from aggregator.normalize.text import clean_text
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import decode_entries, reason_of, refusal
from aggregator.readers.grype import FORMAT, TOOL
from aggregator.readers.grype.matches import advisory_rule, match_result
from aggregator.readers.grype.shapes import Envelope, Match
from aggregator.readers.grype.subject import Subject, subject_of


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read a Grype report. Without matches it is a complete clean scan."""
    envelope = msgspec.json.decode(data, type=Envelope)
    subject = subject_of(envelope, context)
    matches = _Matches(subject, context)
    matches.read(envelope.matches, "/matches")
    matches.read(envelope.ignored, "/ignoredMatches")
    version = (envelope.descriptor.version if envelope.descriptor else None) or ""
    scan = Scan(
        tool=TOOL,
        scope=subject.scope,
        report=context.name,
        tool_version="" if version.startswith("[") else clean_text(version).removeprefix("v"),
        coverage=Coverage(system=subject.distro if subject.image else ""),
        results=tuple(matches.results),
        rules=tuple(matches.rules.values()),
        refused=len(matches.refused),
    )
    return Report(
        name=context.name, place=context.place, format=FORMAT, scans=(scan,), diagnostics=tuple(matches.refused)
    )


class _Matches:
    """Collects the results. A rule's text comes from the first match that names it."""

    def __init__(self, subject: Subject, context: ReadContext) -> None:
        self.results: list[Result] = []
        self.rules: dict[str, Rule] = {}
        self.refused: list[Diagnostic] = []
        self._subject = subject
        self._context = context

    def read(self, raw: Raw, pointer: str) -> None:
        """Read one list of matches."""
        for index, match in self._sound(raw, pointer):
            at = f"{pointer}/{index}"
            result = match_result(match, at, self._subject, self._context.name, TOOL)
            if not result.rule_id:
                self.refused.append(refusal(self._context.name, at, "it names no vulnerability."))
                continue
            self.results.append(result)
            if result.rule_id not in self.rules:
                self.rules[result.rule_id] = advisory_rule(match.vulnerability, result)

    def _sound(self, raw: Raw, pointer: str) -> Iterator[tuple[int, Match]]:
        try:
            listed = decode_entries(raw, Match, pointer, self._context.name)
        except msgspec.ValidationError as error:
            self.refused.append(refusal(self._context.name, pointer, reason_of(error)))
            return
        self.refused += listed.refused
        yield from listed.entries
