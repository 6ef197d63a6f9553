"""pip-audit: JSON of version 2 (``dependencies`` and ``fixes``) and the bare array that version 1 wrote.

The report names neither the file it audited nor any severity, so a package stands in a manifest that nobody knows, and
every vulnerability is taken for a medium one. A dependency that was skipped was not looked at: a report with one says
nothing about what it does not list. Only the project itself, installed for editing, is skipped without loss.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from aggregator.model.coverage import Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.location import Component
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result, Rule
from aggregator.model.severity import Severity
from aggregator.normalize.components import component_purl
from aggregator.normalize.text import clean_text
from aggregator.readers.advisories import advice, advisory_name, cleaned, headline, names_of_one
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import decode_entries, decode_present, keys_of_first, refusal

FORMAT = "pip-audit-json"
TOOL = "pip-audit"

_MISSING = Raw(b"null")
_EDITABLE = "editable"


class _Envelope(Struct, frozen=True):
    """The whole report since version 2."""

    dependencies: Raw


class _Dependency(Struct, frozen=True, gc=False):
    """One package: audited, or skipped with a reason."""

    name: str
    version: str | None = None
    vulns: Raw = _MISSING
    skip_reason: str | None = None


class _Vulnerability(Struct, frozen=True, gc=False):
    """One vulnerability of one package; aliases and description are optional outputs."""

    id: str
    fix_versions: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    description: str | None = None


def sniff(head: Head) -> bool:
    """A list of dependencies, of which the first was audited or skipped; with ``fixes`` it may be empty."""
    if head.shape == "array":
        return _is_dependency(frozenset(head.first))
    listed = head.keys.get("dependencies")
    if listed is None or bytes(memoryview(listed)[:1]) != b"[":
        return False
    first = keys_of_first(listed)
    return bool(first and _is_dependency(first)) or (
        first == frozenset() and head.keys.keys() == {"dependencies", "fixes"}
    )


def read(data: bytes, context: ReadContext) -> Report:
    """Read a pip-audit report. Without dependencies it is a complete clean scan."""
    is_old = data[:1] == b"["
    listed = data if is_old else msgspec.json.decode(data, type=_Envelope).dependencies
    audit = _Audit(context)
    audit.read(listed, "" if is_old else "/dependencies")
    scan = Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        coverage=Coverage(extent=Extent.UNKNOWN if audit.skipped else Extent.SCOPE),
        results=tuple(audit.results),
        rules=tuple(audit.rules.values()),
        refused=len(audit.refused),
    )
    skipped = (_skipped(context.name, audit.skipped),) if audit.skipped else ()
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=(scan,),
        diagnostics=(*audit.refused, *skipped),
    )


def _is_dependency(keys: frozenset[str]) -> bool:
    return "name" in keys and not keys.isdisjoint(("vulns", "skip_reason"))


class _Audit:
    """Collects the results of all dependencies.

    Attributes:
        skipped: dependencies that should have been looked at and were not.
    """

    def __init__(self, context: ReadContext) -> None:
        self.results: list[Result] = []
        self.rules: dict[str, Rule] = {}
        self.refused: list[Diagnostic] = []
        self.skipped = 0
        self._context = context

    def read(self, raw: Raw | bytes, pointer: str) -> None:
        """Read a list of dependencies."""
        listed = decode_entries(raw, _Dependency, pointer, self._context.name)
        self.refused += listed.refused
        for index, dependency in listed.entries:
            if dependency.skip_reason is not None:
                self.skipped += _EDITABLE not in dependency.skip_reason
                continue
            for at, vulnerability in self._vulnerabilities(dependency, f"{pointer}/{index}/vulns"):
                self._add(dependency, vulnerability, at)

    def _vulnerabilities(self, dependency: _Dependency, pointer: str) -> Iterator[tuple[str, _Vulnerability]]:
        listed = decode_present(dependency.vulns, _Vulnerability, pointer, self._context.name)
        self.refused += listed.refused
        for index, vulnerability in listed.entries:
            yield f"{pointer}/{index}", vulnerability

    def _add(self, dependency: _Dependency, vulnerability: _Vulnerability, pointer: str) -> None:
        result = _result(dependency, vulnerability, pointer, self._context)
        if not result.rule_id:
            self.refused.append(refusal(self._context.name, pointer, "it names no vulnerability."))
            return
        self.results.append(result)
        if result.rule_id not in self.rules:
            description = clean_text(vulnerability.description or "")
            self.rules[result.rule_id] = Rule(result.rule_id, name=result.title, description=description)


def _result(dependency: _Dependency, vulnerability: _Vulnerability, pointer: str, context: ReadContext) -> Result:
    rule_id = advisory_name(vulnerability.id)
    fixed = cleaned(vulnerability.fix_versions)
    name, version = clean_text(dependency.name), clean_text(dependency.version or "")
    return Result(
        kind=Kind.SCA,
        tool=TOOL,
        scope=context.place,
        report=context.name,
        pointer=pointer,
        rule_id=rule_id,
        title=headline(vulnerability.description or "") or rule_id,
        message=advice(name, version, rule_id, fixed),
        severity=Severity.MEDIUM,
        vulnerability_ids=names_of_one(vulnerability.id, vulnerability.aliases or ()),
        component=Component(component_purl("pypi", name), name, version, fixed),
    )


def _skipped(report: str, count: int) -> Diagnostic:
    what = "1 dependency was" if count == 1 else f"{count} dependencies were"
    return Diagnostic(
        code="dependencies-skipped",
        level=Level.NOTE,
        subject=report,
        reason=f"{what} not audited, so the report closes nothing.",
        next_step="Where pip-audit can never know them, declare its reports complete in the policy.",
    )
