"""What a result says about itself: set aside, recognised by a fingerprint, holding a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter

from aggregator.model.result import Kind, Suppression
from aggregator.normalize.secret_forms import is_masked, literals_in
from aggregator.normalize.secrets import mask, seal
from aggregator.normalize.text import clean_text
from aggregator.readers.sarif.facts import Facts
from aggregator.readers.sarif.log import Entry, Location
from aggregator.readers.sarif.producers import NO_FINGERPRINTS, QUOTE_SECRETS, SEMGREP_LIKE
from aggregator.readers.sarif.properties import Properties

_PENDING = frozenset({"underReview", "rejected"})
_WITHHELD = frozenset({"", "requires login"})
_LINE_HASH = "primaryLocationLineHash"
# The column alone, and a commit's own data, tell no result from another.
_NO_IDENTITY = frozenset(
    {"primaryLocationStartColumnFingerprint", "commitSha", "email", "author", "date", "commitMessage"}
)
# Tools that print the value in the message. Of a whole key file secretlint prints the file's name.
_PRINTED = {
    "Bandit": re.compile(r"'(.+)'", re.DOTALL),
    "ESLint": re.compile(r': "?(.+?)"?\Z', re.DOTALL),
    "secretlint": re.compile(r"(?<!json\))(?<!p12\)): (.+)", re.DOTALL),
}
_MATCH_LINE = re.compile(r"^Match: .*", re.MULTILINE | re.DOTALL)
_FALSE_POSITIVE = re.compile(r"false[ _-]?positive", re.IGNORECASE)


def suppression_of(entry: Entry) -> Suppression | None:
    """The suppression in force: at least one, and none that is under review or rejected (3.35.3)."""
    marks = entry.suppressions or []
    if not marks or any(mark.status in _PENDING for mark in marks):
        return None
    reasons = [clean_text(mark.justification or "").strip() for mark in marks]
    reason = next((reason for reason in reasons if reason and reason != "No comment provided"), "")
    if _FALSE_POSITIVE.search(reason):
        return Suppression("false_positive", reason)
    return Suppression("suppressed", reason or ("marked in the source" if marks[0].kind == "inSource" else ""))


def fingerprint_of(tool: str, entry: Entry) -> str:
    """The tool's own fingerprint with its scheme; a later version of a scheme before an earlier one."""
    if tool in NO_FINGERPRINTS:
        return ""
    full, partial = entry.fingerprints, entry.partial_fingerprints
    if not full:
        if not partial:
            return ""
        line_hash = partial.get(_LINE_HASH)
        if isinstance(line_hash, str):  # what CodeQL writes, and GitHub for everybody else
            return f"{_LINE_HASH}:{clean_text(line_hash)}"
    for scheme, value in _candidates(full or {}, partial or {}):
        text = value.get("value") if isinstance(value, dict) else value  # Black Duck writes an object
        if isinstance(text, str) and text not in _WITHHELD and scheme not in _NO_IDENTITY:
            return clean_text(f"{scheme}:{text}")
    return ""


def _candidates(full: dict[str, object], partial: dict[str, object]) -> Iterator[tuple[str, object]]:
    yield from sorted(full.items(), key=itemgetter(0), reverse=True)
    yield from sorted(partial.items(), key=itemgetter(0), reverse=True)


def secrets_of(tool: str, location: Location | None, own: Properties, message: str) -> tuple[str, ...]:
    """The secret values that a result of a secretive rule prints, for the redactor; the flagged one first."""
    found: tuple[str, ...] = ()
    if tool in SEMGREP_LIKE:
        found = tuple(literals_in(snippet_of(location)))
    elif tool in QUOTE_SECRETS:
        found = (snippet_of(location), own.texts.get("offender", ""))
    elif tool in _PRINTED:
        printed = _PRINTED[tool].search(message)
        found = (printed[1],) if printed else ()
    return tuple(value for value in found if not is_masked(value))


def digest_of(tool: str, values: tuple[str, ...], key: bytes) -> str:
    """The sealed secret of a scanner of secrets."""
    return seal(values[0], key) if values and tool == "Gitleaks" else ""


def message_of(tool: str, facts: Facts, message: str, values: tuple[str, ...]) -> str:
    """The message without what the tool copied from the flagged text.

    Semgrep expands metavariables in it, and nothing tells which words these are: its rule's title stands for it.
    """
    if tool in SEMGREP_LIKE:
        return f"{facts.title}." if facts.kind is Kind.SECRET else facts.title
    if facts.kind is Kind.SECRET and tool == "Trivy":
        message = _MATCH_LINE.sub("", message).rstrip()  # masked in part only
    for value in values:
        message = mask(message, value)
    return message


def snippet_of(location: Location | None) -> str:
    """The flagged text as the log holds it."""
    physical = location.physical_location if location else None
    region = physical.region if physical else None
    return (region.snippet.text or "") if region and region.snippet else ""
