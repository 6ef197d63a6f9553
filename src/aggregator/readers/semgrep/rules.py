"""What Semgrep's metadata says about a rule, worked out once for each rule of a report."""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

from aggregator.knowledge.weaknesses import is_about_credentials
from aggregator.model.result import Kind, Rule
from aggregator.model.severity import Severity
from aggregator.normalize.rule_ids import ABOUT_SECRETS, canonical_semgrep_rule, is_about_secrets, sentence_of
from aggregator.normalize.severity import severity_of_word
from aggregator.normalize.text import clean_text
from aggregator.normalize.vulnerability_ids import normalize_vulnerability_ids
from aggregator.normalize.weakness import HARD_CODED_CREDENTIALS, SECRETIVE, parse_weaknesses

_CONFIDENCE = {"LOW": 30, "MEDIUM": 60, "HIGH": 90}
_REGISTRY = "/r/"
_SUPPLY_CHAIN = "ssc-"


class Metadata(Struct, frozen=True, gc=False):
    """The keys used of a rule's ``metadata``; rules are written by people, so most may have any shape."""

    cwe: object = None
    owasp: object = None
    category: object = None
    technology: object = None
    references: object = None
    confidence: object = None
    impact: object = None
    source: object = None
    shortlink: object = None
    product: object = None
    description: object = field(default=None, name="short_description")
    sca_severity: object = field(default=None, name="sca-severity")
    sca_id: object = field(default=None, name="sca-vuln-database-identifier")
    sca_fixes: object = field(default=None, name="sca-fix-versions")


class RuleFacts(Struct, frozen=True):
    """What all results of a rule share.

    Attributes:
        is_secretive: what the rule matches is a secret, whatever its kind.
        fixes: packages of a supply-chain rule, each with a version that is fixed.
        knows_severity: the report's word for the severity is one that is known.
    """

    rule: Rule
    aliases: tuple[str, ...]
    title: str
    kind: Kind
    severity: Severity
    knows_severity: bool
    confidence: int | None
    weaknesses: tuple[int, ...]
    vulnerability_ids: tuple[str, ...]
    fixes: tuple[tuple[str, str], ...]
    is_secretive: bool


def facts_of(check_id: str, native_severity: str, metadata: bytes) -> RuleFacts:
    """The facts of a rule. Metadata that is no object counts as absent."""
    try:
        about = msgspec.json.decode(metadata, type=Metadata) if metadata else Metadata()
    except msgspec.ValidationError:
        about = Metadata()
    rule_id, aliases = canonical_semgrep_rule(
        clean_text(check_id), _text(about.source).partition(_REGISTRY)[2].strip("/")
    )
    technology = _texts(about.technology)
    weaknesses = parse_weaknesses(about.cwe)
    is_secret = (
        _text(about.product) == "secrets" or not ABOUT_SECRETS.isdisjoint(technology) or is_about_secrets(check_id)
    )
    is_credential = is_secret or is_about_credentials("Semgrep", rule_id)
    severity = _severity(native_severity, about)
    return RuleFacts(
        rule=_rule(rule_id, about, technology),
        aliases=aliases,
        title=_text(about.description) or sentence_of(rule_id),
        kind=Kind.SECRET if is_secret else _kind_of(rule_id),
        severity=severity or Severity.INFO,
        knows_severity=severity is not None,
        confidence=_CONFIDENCE.get(_text(about.confidence).upper()),
        weaknesses=weaknesses or (HARD_CODED_CREDENTIALS if is_credential else ()),
        vulnerability_ids=normalize_vulnerability_ids(_texts(about.sca_id)),
        fixes=_fixes(about.sca_fixes),
        is_secretive=is_credential or not SECRETIVE.isdisjoint(weaknesses),
    )


def _severity(word: str, about: Metadata) -> Severity | None:
    if _text(about.sca_severity):
        return severity_of_word(_text(about.sca_severity))
    severity = severity_of_word(word)
    matters = _text(about.category) == "security" and _text(about.impact).upper() in ("MEDIUM", "HIGH")
    return Severity.LOW if severity is Severity.INFO and word.upper() == "INFO" and matters else severity


def _rule(rule_id: str, about: Metadata, technology: tuple[str, ...]) -> Rule:
    tags = (_text(about.category), *technology, *_texts(about.owasp))
    return Rule(
        rule_id,
        help_uri=_text(about.source) or _text(about.shortlink),
        references=_texts(about.references),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
    )


def _kind_of(rule_id: str) -> Kind:
    return Kind.SCA if rule_id.startswith(_SUPPLY_CHAIN) else Kind.SAST


def _fixes(value: object) -> tuple[tuple[str, str], ...]:
    """Out of ``[{"package": "1.2.3"}, ...]``."""
    pairs = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    named = ((_text(package), _text(version)) for pair in pairs for package, version in pair.items())
    return tuple((package, version) for package, version in named if version)


def _text(value: object) -> str:
    return clean_text(value).strip() if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(_text(item) for item in items if _text(item)))
