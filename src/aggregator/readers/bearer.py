"""Bearer: JSON by severity (``--format json``) and the list of ``--format jsonv2``.

Neither names the files that were looked at or the rules that ran. A clean scan in the first form is ``{}``, which
nobody can tell from any other; the second names the tool, and the files it could not read. The fingerprints count what
one rule found in one file, so they pass from one finding to the next: they are no identity.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.location import Location
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result, Rule
from aggregator.model.severity import Severity
from aggregator.normalize.paths import is_inside, normalize_path
from aggregator.normalize.severity import severity_of_word
from aggregator.normalize.text import clean_text, first_sentence
from aggregator.normalize.weakness import HARD_CODED_CREDENTIALS, SECRETIVE, parse_weaknesses
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import decode_entries, keys_of_first, line_of, reason_of, refusal

FORMAT = "bearer-json"
TOOL = "Bearer"

_LEVELS = frozenset({"critical", "high", "medium", "low", "warning"})
_OWN_KEYS = frozenset({"cwe_ids", "id", "filename", "line_number"})
_SECRET_RULE = "gitleaks"  # noqa: S105 - the name of a rule
_RUN_AGAIN = "Run Bearer by hand with the same arguments and read what it prints."
_NOTHING = Raw()


class _Document(Struct, frozen=True):
    """``--format jsonv2``."""

    findings: Raw = _NOTHING
    version: str | None = None
    errors: Raw = _NOTHING


class _Columns(Struct, frozen=True, gc=False):
    start: int | None = None
    end: int | None = None


class _Region(Struct, frozen=True, gc=False):
    """Lines and columns begin at 1, the end column is exclusive."""

    start: int | None = None
    end: int | None = None
    column: _Columns | None = None


class _Finding(Struct, frozen=True, gc=False):
    id: str
    filename: str
    title: str | None = None
    description: str | None = None
    documentation_url: str | None = None
    cwe_ids: Raw = _NOTHING
    severity: str | None = None
    line_number: int | None = None
    full_filename: str | None = None
    source: _Region | None = None
    sink: _Region | None = None
    code_extract: str | None = None
    snippet: str | None = None


class _Problem(Struct, frozen=True, gc=False):
    filename: str = ""


class _Facts(Struct, frozen=True):
    """What all findings of a rule share."""

    rule: Rule
    kind: Kind
    title: str
    weaknesses: tuple[int, ...]
    is_secretive: bool


def sniff(head: Head) -> bool:
    """Findings by severity, or the envelope that names Bearer."""
    keys = head.keys.keys()
    if {"source", "findings"} <= keys:
        return bytes(head.keys["source"]) == b'"Bearer"'
    return keys <= _LEVELS and any((keys_of_first(raw) or frozenset()) >= _OWN_KEYS for raw in head.keys.values())


def read(data: bytes, context: ReadContext) -> Report:
    """Read a report of either form."""
    parts = msgspec.json.decode(data, type=dict[str, Raw])
    findings = _Findings(context)
    failed: frozenset[str] = frozenset()
    version = ""
    if "findings" in parts:
        document = msgspec.json.decode(data, type=_Document)
        findings.read(document.findings, "/findings", "")
        failed = _failed(document.errors, context.roots)
        version = clean_text(document.version or "")
    else:
        for level in parts:
            findings.read(parts[level], f"/{clean_text(level)}", clean_text(level))
    return _report(findings, version, failed, context)


def _report(findings: _Findings, version: str, failed: frozenset[str], context: ReadContext) -> Report:
    scan = Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        tool_version=version,
        completeness=Completeness.PARTIAL if failed else Completeness.COMPLETE,
        reason=_shortfall(len(failed)),
        next_step=_RUN_AGAIN if failed else "",
        coverage=Coverage(extent=Extent.UNKNOWN if "" in failed else Extent.SCOPE, unread=failed),
        results=tuple(findings.results),
        rules=tuple(facts.rule for facts in findings.facts.values()),
        refused=len(findings.refused),
    )
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=(scan,),
        diagnostics=(*findings.refused, *findings.diagnostics),
    )


class _Findings:
    """Turns findings into results, remembering what many of them share."""

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.results: list[Result] = []
        self.refused: list[Diagnostic] = []
        self.diagnostics: list[Diagnostic] = []
        self.facts: dict[str, _Facts] = {}
        self._strange: set[str] = set()
        self._paths: dict[tuple[str | None, str], str] = {}

    def read(self, raw: Raw, pointer: str, level: str) -> None:
        """Read a list of findings; ``level`` is the severity of all of them, if they share one."""
        try:
            listed = decode_entries(raw, _Finding, pointer, self.context.name)
        except msgspec.ValidationError as error:
            self.refused.append(refusal(self.context.name, pointer, reason_of(error)))
            return
        self.refused.extend(listed.refused)
        self.results.extend(self._result(finding, level, f"{pointer}/{index}") for index, finding in listed.entries)

    def _result(self, finding: _Finding, level: str, pointer: str) -> Result:
        facts = self.facts.get(finding.id)
        if facts is None:
            facts = self.facts[finding.id] = _facts_of(finding)
        word = finding.severity or level
        path = self._path(finding)
        where = _region(path, finding.sink, finding.line_number)
        # By position, in the order of the fields: names cost msgspec several times as much as places.
        return Result(
            facts.kind,
            TOOL,
            self.context.place,
            self.context.name,
            pointer,
            facts.rule.id,
            facts.title,
            self._severity(word, pointer),
            word,
            facts.title,
            (),
            None,
            facts.weaknesses,
            (),
            None,
            where,
            _related(finding, where) if finding.source is not None else (),
            snippet="" if facts.is_secretive else finding.code_extract or finding.snippet or "",
        )

    def _path(self, finding: _Finding) -> str:
        """Below the root of the repository where that is known, else below the folder that was scanned."""
        key = (finding.full_filename, finding.filename)
        path = self._paths.get(key)
        if path is None:
            whole = normalize_path(finding.full_filename or "", self.context.roots)
            path = whole if is_inside(whole) else normalize_path(finding.filename, self.context.roots)
            self._paths[key] = path
        return path

    def _severity(self, word: str, pointer: str) -> Severity:
        """``warning`` is below ``low``, and the lowest that Bearer knows."""
        if word == "warning":
            return Severity.INFO
        known = severity_of_word(word)
        if known is None and word not in self._strange:
            self._strange.add(word)
            reason = "a severity that nobody knows was taken for MEDIUM."
            self.diagnostics.append(
                Diagnostic("severity-unknown", Level.WARNING, self.context.name, reason, pointer=pointer)
            )
        return known or Severity.MEDIUM


def _facts_of(finding: _Finding) -> _Facts:
    rule_id = clean_text(finding.id)
    title = first_sentence(finding.title or "") or rule_id
    is_secret = rule_id == _SECRET_RULE
    cwe: object = msgspec.json.decode(finding.cwe_ids) if finding.cwe_ids else None
    weaknesses = parse_weaknesses(cwe) or (HARD_CODED_CREDENTIALS if is_secret else ())
    return _Facts(
        rule=Rule(
            rule_id,
            description=title,
            help=clean_text(finding.description or ""),
            help_uri=clean_text(finding.documentation_url or ""),
        ),
        kind=Kind.SECRET if is_secret else Kind.SAST,
        title=title,
        weaknesses=weaknesses,
        is_secretive=is_secret or not SECRETIVE.isdisjoint(weaknesses),
    )


def _related(finding: _Finding, sink: Location) -> tuple[Location, ...]:
    """The source, where it is another place than the sink."""
    if finding.source == finding.sink:
        return ()
    source = _region(sink.path, finding.source, None)
    return (source,) if source.start_line is not None and source != sink else ()


def _region(path: str, region: _Region | None, line: int | None) -> Location:
    """A region; of old reports only its line is known."""
    start = line_of(region.start if region and region.start else line)
    if start is None:
        return Location(path)
    end = max(line_of(region.end if region else None) or start, start)
    columns = (region and region.column) or _Columns()
    first, last = line_of(columns.start), line_of(columns.end)
    if last is not None and end == start and last < (first or 1):
        last = None
    return Location(path, start, first, end, last)


def _failed(raw: Raw, roots: tuple[str, ...]) -> frozenset[str]:
    """The files that could not be read; an empty one stands for an error that names none."""
    items = msgspec.json.decode(raw or b"null", type=list[Raw] | None) or ()
    return frozenset(normalize_path(_file_of(item), roots) for item in items)


def _file_of(item: Raw) -> str:
    try:
        return msgspec.json.decode(item, type=_Problem).filename
    except msgspec.ValidationError:
        return ""


def _shortfall(files: int) -> str:
    if not files:
        return ""
    return "1 file could not be scanned." if files == 1 else f"{files} files could not be scanned."
