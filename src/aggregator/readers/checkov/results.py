"""Checkov's checks as results: a misconfigured block, a secret, a vulnerable package."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from msgspec import Raw

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.location import Location, Resource
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Severity
from aggregator.normalize.credentials import severity_of_credential
from aggregator.normalize.paths import is_inside, normalize_path
from aggregator.normalize.resources import address_in_terraform, type_in_address
from aggregator.normalize.rule_ids import id_of_name
from aggregator.normalize.secret_digests import seal_detected
from aggregator.normalize.severity import severity_of_word
from aggregator.normalize.text import clean_text
from aggregator.normalize.weakness import HARD_CODED_CREDENTIALS
from aggregator.readers.base import ReadContext
from aggregator.readers.checkov import TOOL
from aggregator.readers.checkov.packages import package_result
from aggregator.readers.checkov.shapes import Check, Outcome, Passed
from aggregator.readers.entries import T, decode_present, line_of, refusal

SECRETS = "secrets"

_NO_COMMENT = frozenset({"", "No comment provided"})
_SHA1 = 40
# Frameworks whose blocks have an address; elsewhere what stands in its place is made from a line or a position.
_ADDRESSED = frozenset(
    ("arm", "bicep", "cloudformation", "helm", "kubernetes", "kustomize", "serverless", "terraform", "terraform_plan")
)
_TERRAFORM = frozenset(("terraform", "terraform_plan"))


class Records:
    """Turns the checks of a report into results, remembering what many of them share.

    Attributes:
        refused: one diagnostic for each entry that cannot be read.
        digests: SHA-1 of the secrets: as telling as their values.
    """

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.refused: list[Diagnostic] = []
        self.diagnostics: list[Diagnostic] = []
        self.digests: set[str] = set()
        self._rules: dict[str, Rule] = {}
        self._strange: set[str] = set()
        self._folder = ""

    def results(
        self, raw: Raw, framework: str, scope: str, pointer: str, *, are_skipped: bool = False
    ) -> tuple[Result, ...]:
        """The results of one list of checks."""
        found = []
        for index, check in self._sound(raw, Check, pointer):
            result = self._result(check, framework, scope, f"{pointer}/{index}")
            found.append(_suppressed(result, check.check_result) if are_skipped else result)
        return tuple(found)

    def passed(self, raw: Raw, pointer: str) -> list[Passed]:
        """The checks that passed."""
        return [check for _, check in self._sound(raw, Passed, pointer)]

    def unparsed(self, raw: Raw, pointer: str) -> frozenset[str]:
        """The files that Checkov could not parse, where it names them."""
        return frozenset(self.path_of_absolute(name) for _, name in self._sound(raw, str, pointer))

    def count(self, said: object, pointer: str) -> int:
        """A total. What is none counts as one refused entry."""
        if isinstance(said, int):
            return said
        if said is not None:
            self.refused.append(refusal(self.context.name, pointer, "it is no number."))
        return 0

    def rules(self, results: Iterable[Result]) -> tuple[Rule, ...]:
        """The rules that results name, each once."""
        return tuple(self._rules[rule_id] for rule_id in dict.fromkeys(result.rule_id for result in results))

    def path_of(self, path: str | None, absolute: str | None) -> str:
        """The path below the root of the repository; below Checkov's working folder where that is not known."""
        if path and absolute and not self._folder and absolute.endswith(path):
            self._folder = absolute[: -len(path)]
        return _path(path or "", absolute or "", self.context.roots)

    def path_of_absolute(self, absolute: str) -> str:
        """As :meth:`path_of`, of a file of which only the whole path is told."""
        return _path(absolute.removeprefix(self._folder) if self._folder else "", absolute, self.context.roots)

    def _sound(self, raw: Raw, kind: type[T], pointer: str) -> Iterable[tuple[int, T]]:
        """The sound entries of a list; one that is no list counts as one refused entry."""
        listed = decode_present(raw, kind, pointer, self.context.name)
        self.refused.extend(listed.refused)
        return listed.entries

    def _result(self, check: Check, framework: str, scope: str, pointer: str) -> Result:
        title = clean_text(check.short_description or check.check_name or "").strip() or clean_text(check.check_id)
        path = self.path_of(check.repo_file_path or check.file_path, check.file_abs_path)
        rule_id = clean_text(check.check_id)
        # By position, in the order of the fields: names cost msgspec several times as much as places.
        base = Result(
            Kind.IAC,
            TOOL,
            scope,
            self.context.name,
            pointer,
            rule_id,
            title,
            Severity.MEDIUM,
            _word_of(check.severity) if check.severity is not None else "",
            title,
            location=_location(path, check.file_line_range),
        )
        if check.vulnerability_details is not None:
            result = package_result(base, check, check.vulnerability_details)
        elif framework == SECRETS or rule_id.startswith("CKV_SECRET_"):
            result = self._secret(base, check)
        else:
            result = _block(base, check, framework, self._severity(base, Severity.MEDIUM))
        self._learn(result, check)
        return result

    def _secret(self, base: Result, check: Check) -> Result:
        """A secret: neither its line, half masked as it is, nor the digest of its value is kept."""
        digest = (check.resource or "")[-_SHA1:]
        self.digests.add(digest)
        where = base.location
        return msgspec.structs.replace(
            base,
            kind=Kind.SECRET,
            severity=self._severity(base, _opens(base.title)),
            weaknesses=HARD_CODED_CREDENTIALS,
            # The end it gives is the line below.
            location=Location(where.path, where.start_line, end_line=where.start_line) if where else None,
            secret=seal_detected(_kind_id(base.title), digest, self.context.seal_key),
        )

    def _severity(self, base: Result, usual: Severity) -> Severity:
        """Checkov rates only for those who have an API key."""
        word = base.native_severity
        if not word:
            return usual
        known = severity_of_word(word)
        if known is None and word not in self._strange:
            self._strange.add(word)
            reason = "a severity that nobody knows was taken for the usual one."
            self.diagnostics.append(
                Diagnostic("severity-unknown", Level.WARNING, base.report, reason, pointer=f"{base.pointer}/severity")
            )
        return known or usual

    def _learn(self, result: Result, check: Check) -> None:
        if result.rule_id not in self._rules:
            details = check.vulnerability_details
            link = check.guideline or (details.link if details else None)
            description = "" if result.kind is Kind.SECRET else clean_text(check.description or "")
            self._rules[result.rule_id] = Rule(
                result.rule_id, name=result.title, description=description, help_uri=clean_text(link or "")
            )


@lru_cache(maxsize=1 << 10)
def _opens(kind: str) -> Severity:
    """How bad a leaked credential of this kind is."""
    return severity_of_credential(_kind_id(kind))


@lru_cache(maxsize=1 << 10)
def _kind_id(kind: str) -> str:
    return id_of_name(kind)


def _block(base: Result, check: Check, framework: str, severity: Severity) -> Result:
    address = clean_text(check.resource or "").strip() if framework in _ADDRESSED else ""
    if framework in _TERRAFORM:
        address = address_in_terraform(address)
    return msgspec.structs.replace(
        base,
        severity=severity,
        resource=Resource(address, type=type_in_address(address)) if address else None,
        # With a resource the address identifies; code lines may hold secrets and are kept only where nothing else does.
        snippet="" if address else _code_of(check.code_block),
    )


def _suppressed(result: Result, outcome: Outcome | None) -> Result:
    comment = clean_text((outcome.suppress_comment if outcome else None) or "").strip()
    reason = "marked in the source" if comment in _NO_COMMENT else comment
    disposition = "false_positive" if "false positive" in reason.lower() else "suppressed"
    return msgspec.structs.replace(result, suppression=Suppression(disposition, reason))


def _word_of(severity: object) -> str:
    """A word, or an object with a name."""
    named = severity.get("name") if isinstance(severity, dict) else severity
    return clean_text(named) if isinstance(named, str) else ""


def _location(path: str, lines: tuple[int, ...] | None) -> Location | None:
    """0 stands for the first line, as in Checkov's SARIF."""
    if not path:
        return None
    if not lines:
        return Location(path)
    start = line_of(lines[0]) or 1
    return Location(path, start, end_line=max(line_of(lines[-1]) or 1, start))


def _code_of(raw: Raw) -> str:
    """The flagged lines out of ``[[number, text], ...]``."""
    try:
        lines = msgspec.json.decode(raw or b"null", type=list[tuple[int, str]] | None)
    except msgspec.ValidationError:
        return ""
    return "".join(text for _, text in lines or ())


@lru_cache(maxsize=1 << 14)
def _path(relative: str, absolute: str, roots: tuple[str, ...]) -> str:
    whole = normalize_path(absolute, roots)
    return (
        whole if is_inside(whole) and absolute.startswith("/") else normalize_path(relative.lstrip("/"), roots) or whole
    )
