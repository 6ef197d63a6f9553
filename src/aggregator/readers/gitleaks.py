"""Gitleaks: JSON of version 8 (every variant) and of versions 3 to 7.

The report is a bare array: it carries no version, no scan time and no list of rules. ``[]`` is a clean scan, and so is
the ``null`` that older versions wrote. Nothing that stands beside a secret in the file is kept.

Which commits were looked at (``--log-opts``), it does not say either: only a report whose leaks name no commit shows
that the files as they are were scanned, all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from aggregator.model.coverage import Coverage, Extent
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.location import Location
from aggregator.model.report import Report, Scan, Secrets
from aggregator.model.result import Kind, Result, Rule
from aggregator.normalize.columns import gitleaks_columns
from aggregator.normalize.credentials import severity_of_credential
from aggregator.normalize.paths import normalize_path
from aggregator.normalize.rule_ids import id_of_name
from aggregator.normalize.secret_forms import is_masked
from aggregator.normalize.secrets import seal
from aggregator.normalize.text import clean_text
from aggregator.normalize.weakness import HARD_CODED_CREDENTIALS
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import decode_entries, line_of, refusal

FORMAT = "gitleaks-json"
TOOL = "Gitleaks"

_SPECIFIC, _GENERIC = 90, 60


class _Leak(Struct, frozen=True, gc=False):
    """One entry. Capitalised keys are version 8's, the others those of versions 3 to 7."""

    rule_id: str = field(default="", name="RuleID")
    description: str | None = field(default=None, name="Description")
    path: str = field(default="", name="File")
    symlink: str | None = field(default=None, name="SymlinkFile")
    commit: str | None = field(default=None, name="Commit")
    secret: str | None = field(default=None, name="Secret")
    match: str | None = field(default=None, name="Match")
    context: str | None = field(default=None, name="Context")  # 8.0.x's name for Match
    start_line: int | None = field(default=None, name="StartLine")
    end_line: int | None = field(default=None, name="EndLine")
    start_column: int | None = field(default=None, name="StartColumn")
    end_column: int | None = field(default=None, name="EndColumn")
    tags: tuple[str, ...] | None = field(default=None, name="Tags")
    fingerprint: str | None = field(default=None, name="Fingerprint")
    old_rule: str = field(default="", name="rule")
    old_path: str = field(default="", name="file")
    old_line: int | None = field(default=None, name="lineNumber")
    old_commit: str | None = field(default=None, name="commit")
    offender: str | None = None
    line: str | None = None


def sniff(head: Head) -> bool:
    """An array of leaks, of version 8 or of an older one."""
    keys = head.first.keys()
    is_new = {"RuleID", "File"} <= keys and bool({"Secret", "Match", "Context"} & keys)
    return is_new or {"rule", "offender", "commitMessage"} <= keys


def read(data: bytes, context: ReadContext) -> Report:
    """Read a Gitleaks report. An empty array, and ``null``, are a complete clean scan."""
    listed = decode_entries(data, _Leak, "", context.name)
    refused = list(listed.refused)
    results: list[Result] = []
    values: set[str] = set()
    rules: dict[str, Rule] = {}
    in_files = False
    for index, leak in listed.entries:
        values.update(_values_of(leak))
        if not (leak.rule_id or leak.old_rule) or not (leak.path or leak.old_path):
            refused.append(refusal(context.name, f"/{index}", "it names no rule or no file."))
            continue
        result = _result(leak, f"/{index}", context)
        results.append(result)
        in_files = not (leak.commit or leak.old_commit) and (in_files or len(results) == 1)
        if result.rule_id not in rules:
            rules[result.rule_id] = _rule(result, leak)
    extent = Extent.SCOPE if in_files else Extent.UNKNOWN
    return _report(context, results, rules, values, refused, extent)


def _report(
    context: ReadContext,
    results: list[Result],
    rules: dict[str, Rule],
    values: set[str],
    refused: list[Diagnostic],
    extent: Extent,
) -> Report:
    scan = Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        coverage=Coverage(extent=extent),
        results=tuple(results),
        rules=tuple(rules.values()),
        refused=len(refused),
    )
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=(scan,),
        diagnostics=tuple(refused),
        secrets=Secrets(frozenset(values)),
    )


def _values_of(leak: _Leak) -> Iterator[str]:
    """The secret, and the text around it. A path-only hit has none; of a masked one nothing is worth looking for."""
    secret = leak.secret or leak.offender
    if secret and not is_masked(secret):
        yield from (value for value in (secret, leak.match, leak.context, leak.line) if value)


def _result(leak: _Leak, pointer: str, context: ReadContext) -> Result:
    rule_id, alias = _rule_id(leak)
    commit = leak.commit or leak.old_commit or ""
    symlink = normalize_path(leak.symlink, context.roots) if leak.symlink else ""
    return Result(
        kind=Kind.SECRET,
        tool=TOOL,
        scope=context.place,
        report=context.name,
        pointer=pointer,
        rule_id=rule_id,
        rule_aliases=alias,
        title=clean_text(leak.description or leak.old_rule or leak.rule_id),
        message=f"In the history, commit {commit[:40]}." if commit.isalnum() else "",
        severity=severity_of_credential(rule_id),
        confidence=_GENERIC if rule_id.startswith("generic") else _SPECIFIC,
        weaknesses=HARD_CODED_CREDENTIALS,
        location=_location(leak, context),
        related=(Location(symlink),) if symlink else (),
        secret=seal(leak.secret or leak.offender or "", context.seal_key),
        native_id=leak.fingerprint or "",
        commit=commit[:64] if commit.isalnum() else "",
    )


def _rule_id(leak: _Leak) -> tuple[str, tuple[str, ...]]:
    """Old versions name a rule by its display name: that becomes an alias of an id made from it."""
    if leak.rule_id:
        return clean_text(leak.rule_id), ()
    name = clean_text(leak.old_rule)
    return id_of_name(name), (name,)


def _location(leak: _Leak, context: ReadContext) -> Location:
    """Columns are hints for display: Gitleaks counts bytes."""
    path = normalize_path(leak.path or leak.old_path, context.roots)
    start = line_of(leak.start_line or leak.old_line)
    if start is None:
        return Location(path)
    end = max(line_of(leak.end_line) or start, start)
    start_column, end_column = gitleaks_columns(start, line_of(leak.start_column), line_of(leak.end_column))
    if end_column and end == start and end_column < (start_column or 1):
        end_column = None
    return Location(path, start, start_column, end, end_column)


def _rule(result: Result, leak: _Leak) -> Rule:
    tags = tuple(clean_text(tag) for tag in leak.tags or () if not tag.startswith(("decoded:", "decode-depth:")))
    return Rule(result.rule_id, description=result.title, tags=tags)
