"""A report of Semgrep, match by match."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import UnreadableReport
from aggregator.model.location import Location
from aggregator.model.report import Report, Scan, Secrets
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.normalize.paths import normalize_path
from aggregator.normalize.secrets import seal
from aggregator.normalize.text import clean_text, first_sentence
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import decode_present, line_of, reason_of, refusal
from aggregator.readers.semgrep import FORMAT, TOOL
from aggregator.readers.semgrep.extras import commit_of, component_of, literals_of, source_of
from aggregator.readers.semgrep.health import Said, health_of
from aggregator.readers.semgrep.rules import RuleFacts, facts_of

_WITHHELD = "requires login"


_SECRET = Kind.SECRET


_NO_VALIDATION = frozenset((None, "", "NO_VALIDATOR"))


_SUPPRESSED = Suppression("suppressed", "nosemgrep comment")


_REVOKED = Suppression("mitigated", "the service refuses this secret")


_VALIDATION = {
    "CONFIRMED_VALID": ("The service accepts this secret.",),
    "CONFIRMED_INVALID": ("The service refuses this secret.",),
}


_NOTHING = Raw()


class _Document(Struct, frozen=True):
    results: Raw = _NOTHING
    errors: Raw = _NOTHING
    paths: Raw = _NOTHING
    skipped_rules: Raw = _NOTHING
    time: Raw = _NOTHING
    version: object = None


class _Point(Struct, frozen=True, gc=False):
    line: int
    col: int | None = None


class _Extra(Struct, frozen=True, gc=False):
    message: str | None = None
    severity: str | None = None
    metadata: Raw = _NOTHING
    fingerprint: str | None = None
    lines: str | None = None
    is_ignored: bool | None = None
    validation_state: str | None = None
    metavars: Raw = _NOTHING
    sca_info: Raw = _NOTHING
    dataflow_trace: Raw = _NOTHING
    historical_info: Raw = _NOTHING


class _Match(Struct, frozen=True, gc=False):
    check_id: str
    path: str
    start: _Point
    end: _Point
    extra: _Extra


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read a Semgrep report. One with errors only, that scanned nothing, is a failed scan."""
    document = msgspec.json.decode(data, type=_Document)
    if not document.results:
        raise UnreadableReport("it has no list of results.", "Look at how Semgrep ended.")
    listed = decode_present(document.results, _Match, "/results", context.name)
    matches = _Matches(context)
    results = matches.results(listed.entries)
    said = Said(document.errors, document.paths, document.skipped_rules, document.time)
    health = health_of(said, context.roots, has_results=bool(results))
    scan = Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        tool_version=clean_text(document.version) if isinstance(document.version, str) else "",
        completeness=health.completeness,
        reason=health.reason,
        next_step=health.next_step,
        coverage=health.coverage,
        results=results,
        rules=matches.rules(),
        refused=len(listed.refused) + len(matches.refused),
    )
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=(scan,),
        diagnostics=(*listed.refused, *matches.refused, *matches.diagnostics),
        secrets=Secrets(frozenset(matches.values)),
    )


class _Matches:
    """Turns matches into results, remembering what many of them share."""

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.values: set[str] = set()
        self.refused: list[Diagnostic] = []
        self.diagnostics: list[Diagnostic] = []
        self._facts: dict[tuple[str, str | None, bytes], RuleFacts] = {}
        self._paths: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._messages: dict[str, str | None] = {}

    def rules(self) -> tuple[Rule, ...]:
        """Each rule once, described by its message where all of its results share one."""
        known: dict[str, Rule] = {}
        for facts in self._facts.values():
            known.setdefault(facts.rule.id, facts.rule)
        return tuple(replace(rule, description=self._messages.get(rule.id) or "") for rule in known.values())

    def results(self, entries: Iterable[tuple[int, _Match]]) -> tuple[Result, ...]:
        """All matches as results; one whose rare parts cannot be read is refused alone."""
        found: list[Result] = []
        for index, match in entries:
            try:
                found.append(self.result(index, match))
            except msgspec.ValidationError as error:
                self.refused.append(refusal(self.context.name, f"/results/{index}", reason_of(error)))
        return tuple(found)

    def result(self, index: int, match: _Match) -> Result:
        """One match as a result."""
        extra = match.extra
        key = (match.check_id, extra.severity, bytes(extra.metadata))
        facts = self._facts.get(key) or self._learn(key, index)
        is_validated = extra.validation_state not in _NO_VALIDATION
        kind = _SECRET if is_validated else facts.kind
        # By position, in the order of the fields: names cost msgspec several times as much as places.
        result = Result(
            kind,
            TOOL,
            self.context.place,
            self.context.name,
            f"/results/{index}",
            facts.rule.id,
            facts.title,
            facts.severity,
            extra.severity or "",
            self._message(facts, extra.message) if kind is not _SECRET and not facts.is_secretive else "",
            facts.aliases,
            facts.confidence,
            facts.weaknesses,
            (),
            None,
            self._location(match.path, match.start, match.end),
            suppression=_SUPPRESSED if extra.is_ignored else None,
            snippet=extra.lines if extra.lines and extra.lines != _WITHHELD else "",
            native_id=extra.fingerprint if extra.fingerprint and extra.fingerprint != _WITHHELD else "",
        )
        if kind is _SECRET or facts.is_secretive or extra.sca_info or extra.dataflow_trace:
            return self._special(result, facts, extra)
        return result

    def _learn(self, key: tuple[str, str | None, bytes], index: int) -> RuleFacts:
        check_id, severity, metadata = key
        facts = self._facts[key] = facts_of(check_id, severity or "", metadata)
        if not facts.knows_severity:
            self.diagnostics.append(
                Diagnostic(
                    code="severity-unknown",
                    level=Level.WARNING,
                    subject=self.context.name,
                    reason="a severity that nobody knows was taken for INFO.",
                    pointer=f"/results/{index}/extra/severity",
                )
            )
        return facts

    def _message(self, facts: RuleFacts, raw: str | None) -> str:
        text = self._texts.get(raw or "")
        if text is None:
            text = self._texts[raw or ""] = clean_text(raw or "")
        if self._messages.setdefault(facts.rule.id, text) != text:
            self._messages[facts.rule.id] = None
        return text

    def _location(self, raw: str, start: _Point, end: _Point) -> Location:
        path = self._paths.get(raw)
        if path is None:
            path = self._paths[raw] = normalize_path(raw, self.context.roots)
        return Location(path, line_of(start.line), line_of(start.col), line_of(end.line), line_of(end.col))

    def _special(self, result: Result, facts: RuleFacts, extra: _Extra) -> Result:
        """What few results have: a secret, a package, a data flow."""
        if result.kind is Kind.SECRET or facts.is_secretive:
            result = self._with_secret(result, extra)
        if extra.sca_info:
            result = self._with_component(result, facts, extra.sca_info)
        if extra.dataflow_trace:
            source = source_of(extra.dataflow_trace, self.context.roots)
            result = replace(result, related=(source,) if source and source != result.location else ())
        return result

    def _with_secret(self, result: Result, extra: _Extra) -> Result:
        """Give the values away for masking; keep neither them nor the line they stand in, nor the message.

        A message has its metavariables expanded, and logged out nothing tells which words of it they are.
        """
        values = literals_of(extra.metavars, result.snippet)
        self.values.update(values)
        if result.kind is not Kind.SECRET:
            return replace(result, snippet="", message=result.title)
        state = extra.validation_state or ""
        commit = commit_of(extra.historical_info)
        sentences = (
            f"{result.title}.",
            *_VALIDATION.get(state, ()),
            *((f"In the history, commit {commit}.",) if commit else ()),
        )
        return replace(
            result,
            snippet="",
            secret=seal(values[0], self.context.seal_key) if len(values) == 1 else "",
            message=" ".join(sentences),
            confidence=100 if state == "CONFIRMED_VALID" else result.confidence,
            suppression=result.suppression or (_REVOKED if state == "CONFIRMED_INVALID" else None),
            commit=commit,
        )

    def _with_component(self, result: Result, facts: RuleFacts, sca_info: Raw) -> Result:
        component = component_of(sca_info, facts.fixes, self.context.roots)
        if component is None:
            return result
        return replace(
            result,
            kind=Kind.SCA,
            # The rule of a vulnerability has no name, and its message is the same for everybody.
            title=first_sentence(result.message) or result.title,
            component=component,
            vulnerability_ids=facts.vulnerability_ids,
        )
