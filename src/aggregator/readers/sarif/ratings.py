"""How bad a result is: its own words before its rule's, a score or a word before the level (3.27.10, 3.50.3)."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.normalize.credentials import severity_of_credential
from aggregator.normalize.rule_ids import id_of_name
from aggregator.normalize.severity import severity_of_score, severity_of_word
from aggregator.readers.sarif.facts import Facts
from aggregator.readers.sarif.producers import CONSTANT_LEVEL, CONSTANT_PRECISION
from aggregator.readers.sarif.properties import Properties

_PRECISION = {"low": 30, "medium": 60, "high": 80, "very-high": 90}
_CONFIDENCE = {"LOW": 30, "MEDIUM": 60, "HIGH": 90}
_UNDECIDED = frozenset({"open", "review"})
_UNDECIDED_CONFIDENCE = 30
_LEVELS = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.INFO}

# Nuclei scores a template of unknown severity above every critical one, whose score is 9.4.
_NUCLEI_UNKNOWN = 9.5


class Rating(Struct, frozen=True, gc=False):
    """A severity with the report's own word for it, and the confidence."""

    severity: Severity
    native: str
    confidence: int | None


def rate(tool: str, facts: Facts, own: Properties, level: str | None, kind: str) -> Rating:
    """The rating of a result with these properties, this level and this kind."""
    effective = _level(level or facts.level, kind)
    severity, native = _severity(tool, facts, own, effective, kind)
    if tool == "CodeQL" and facts.properties.score is None and severity.rank > Severity.MEDIUM.rank:
        severity = Severity.MEDIUM  # a rule about quality: its level says nothing about security
    return Rating(severity, native, _confidence(tool, facts, own, kind))


def _level(level: str, kind: str) -> str:
    if level in _LEVELS:
        return level
    # A kind other than "fail" has no level (3.27.10); tools leave an "open" one's to the rule.
    return "none" if kind == "informational" else "warning"


def _severity(tool: str, facts: Facts, own: Properties, level: str, kind: str) -> tuple[Severity, str]:
    if kind == "informational":
        return Severity.INFO, kind
    if tool == "Gitleaks":
        return severity_of_credential(facts.rule.id), ""
    if tool == "Nuclei" and facts.properties.score == _NUCLEI_UNKNOWN:
        return Severity.INFO, "unknown"
    rated = _tagged(tool, facts.properties) or _stated(own, facts.properties)
    if rated is None and tool in CONSTANT_LEVEL and level != "none":
        return _unrated(facts), ""
    return rated or (_LEVELS[level], level)


def _unrated(facts: Facts) -> Severity:
    """What a result is where all have one level."""
    return severity_of_credential(id_of_name(facts.title)) if facts.kind is Kind.SECRET else Severity.MEDIUM


def _stated(own: Properties, rules: Properties) -> tuple[Severity, str] | None:
    """By a score or a word of the result, else of its rule; any score before any word."""
    for score in (own.score, rules.score):
        if score is not None:
            return severity_of_score(score), f"{score:g}"
    for word in (own.word, rules.word):
        if word and (severity := severity_of_word(word)):
            return severity, word
    return None


def _tagged(tool: str, rules: Properties) -> tuple[Severity, str] | None:
    """The true severity where a tool writes it among its tags, and a constant or an inflated level elsewhere."""
    at = {"Trivy": -1, "gosec": 1}.get(tool)
    if at is None or len(rules.tags) <= abs(at):
        return None
    word = rules.tags[at]
    if word == "UNKNOWN" and rules.score is None:
        return Severity.INFO, word
    severity = severity_of_word(word)
    return (severity, word) if severity else None


def _confidence(tool: str, facts: Facts, own: Properties, kind: str) -> int | None:
    if kind in _UNDECIDED:
        return _UNDECIDED_CONFIDENCE
    tagged = next((tag.partition(" ")[0] for tag in facts.properties.tags if tag.upper().endswith(" CONFIDENCE")), "")
    named = _CONFIDENCE.get((own.confidence or tagged).upper())
    if named is not None or tool in CONSTANT_PRECISION:
        return named
    if facts.kind is Kind.SECRET and tool == "Gitleaks":
        return 60 if facts.rule.id.startswith("generic") else 90
    return _PRECISION.get(facts.properties.precision.lower())
