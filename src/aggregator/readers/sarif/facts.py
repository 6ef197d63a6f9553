"""What all results of a rule share, worked out once for each rule of a run."""

from __future__ import annotations

from msgspec import Struct

from aggregator.knowledge.weaknesses import is_about_credentials
from aggregator.model.result import Kind, Rule
from aggregator.normalize.rule_ids import (
    bandit_name,
    canonical_semgrep_rule,
    canonical_trivy_check,
    id_of_name,
    sentence_of,
)
from aggregator.normalize.text import clean_text
from aggregator.normalize.vulnerability_ids import normalize_vulnerability_ids
from aggregator.normalize.weakness import HARD_CODED_CREDENTIALS, SECRETIVE, parse_weaknesses
from aggregator.readers.sarif.log import Descriptor, Reference
from aggregator.readers.sarif.messages import text_of, title_of
from aggregator.readers.sarif.producers import SEMGREP_LIKE, kind_of, vulnerability_in
from aggregator.readers.sarif.properties import Properties, properties_of

_REGISTRY = "semgrep.dev/r/"


class Facts(Struct, frozen=True):
    """The facts of one rule.

    Attributes:
        rule: what is published of it; its id is the canonical one, ``native_id`` the log's.
        level: the level its configuration gives; empty when it gives none.
        vulnerability: the id its own id begins with; empty for a rule about code.
        is_secretive: what the rule matches is a secret, whatever its kind: no snippet is kept.
    """

    rule: Rule
    native_id: str
    title: str
    kind: Kind
    level: str
    properties: Properties
    aliases: tuple[str, ...] = ()
    weaknesses: tuple[int, ...] = ()
    vulnerability: str = ""
    vulnerability_ids: tuple[str, ...] = ()
    is_secretive: bool = False


def facts_of(tool: str, rule: Descriptor | None, rule_id: str, message: str, *, is_image: bool) -> Facts:
    """The facts of the rule that a result names ``rule_id``; ``rule`` is its description, if the log has one."""
    properties = properties_of(rule.properties) if rule else Properties()
    native = rule_id or (rule.id if rule and rule.id else "")
    kind = kind_of(tool, native, properties.tags, is_image=is_image)
    canonical, aliases = _names_of(tool, rule, native, kind)
    vulnerability = vulnerability_in(native) if kind in (Kind.SCA, Kind.CONTAINER) else ""
    is_credential = kind is Kind.SECRET or is_about_credentials(tool, canonical)
    weaknesses = weaknesses_of(rule, properties) or (HARD_CODED_CREDENTIALS if is_credential else ())
    return Facts(
        rule=_published(rule, canonical, properties, kind),
        native_id=native,
        title=_title_of(tool, rule, canonical, message),
        kind=kind,
        level=(rule.default_configuration.level or "") if rule and rule.default_configuration else "",
        properties=properties,
        aliases=aliases,
        weaknesses=weaknesses,
        vulnerability=vulnerability,
        vulnerability_ids=_vulnerability_ids(tool, rule, vulnerability, kind),
        is_secretive=is_credential or not SECRETIVE.isdisjoint(weaknesses),
    )


def _title_of(tool: str, rule: Descriptor | None, rule_id: str, message: str) -> str:
    if tool in SEMGREP_LIKE:
        return sentence_of(rule_id)
    title = title_of(rule, rule_id, message)
    return bandit_name(title, (rule.help_uri if rule else None) or "") if tool == "Bandit" else title


def canonical_id(tool: str, rule: Descriptor) -> str:
    """The id that results of a listed rule carry."""
    properties = properties_of(rule.properties)
    kind = kind_of(tool, rule.id or "", properties.tags, is_image=False)
    return _names_of(tool, rule, rule.id or "", kind)[0]


def weaknesses_of(rule: Descriptor | None, properties: Properties) -> tuple[int, ...]:
    """CWE numbers of a rule: from relationships to the CWE taxonomy, tags and property bags."""
    relationships = (relationship.target for relationship in rule.relationships or ()) if rule else ()
    related = [target.id for target in relationships if target and target.id and is_cwe(target)]
    tags = [tag for tag in properties.tags if "cwe" in tag.lower()]
    return parse_weaknesses(related, tags, *properties.weaknesses)


def is_cwe(target: Reference) -> bool:
    """Whether a reference names the CWE taxonomy; other taxonomies number their taxa too."""
    return bool(target.tool_component and (target.tool_component.name or "").upper() == "CWE")


def _names_of(tool: str, rule: Descriptor | None, native: str, kind: Kind) -> tuple[str, tuple[str, ...]]:
    """The canonical rule id, and the other names the rule goes by."""
    listed = clean_text(rule.id) if rule and rule.id else ""
    native = clean_text(native)
    if tool in SEMGREP_LIKE:
        return canonical_semgrep_rule(native, ((rule.help_uri if rule else "") or "").partition(_REGISTRY)[2])
    if tool == "Gitleaks" and " " in native:  # up to version 7 rules have display names only
        return id_of_name(native), (native,)
    if kind in (Kind.SCA, Kind.CONTAINER) and (vulnerability := vulnerability_in(native)):
        return vulnerability, ()
    if tool == "Trivy" and kind is Kind.IAC:
        canonical = canonical_trivy_check(native)
        return canonical, () if canonical == native else (native,)
    if rule and native in (rule.deprecated_ids or ()):
        return listed, (native,)
    # CA5350/md5 is a variant of CA5350, which people and other tools know.
    return native, (listed,) if listed and listed != native else ()


def _published(rule: Descriptor | None, rule_id: str, properties: Properties, kind: Kind) -> Rule:
    if rule is None:
        return Rule(rule_id)
    # Scanners of secrets put the first match into the description of the rule.
    is_safe = kind is not Kind.SECRET
    return Rule(
        rule_id,
        name=clean_text(rule.name or ""),
        description=text_of(rule.full_description if is_safe and rule.full_description else rule.short_description),
        help=clean_text((rule.help.markdown or rule.help.text or "") if rule.help and is_safe else ""),
        help_uri=clean_text(rule.help_uri or ""),
        tags=tuple(clean_text(tag) for tag in properties.tags),
    )


def _vulnerability_ids(tool: str, rule: Descriptor | None, vulnerability: str, kind: Kind) -> tuple[str, ...]:
    if kind not in (Kind.SCA, Kind.CONTAINER):
        return ()
    ids = [vulnerability]
    if rule:
        ids += rule.deprecated_ids or ()
        if tool.startswith("Snyk"):
            ids.append(text_of(rule.full_description))  # "(CVE-2021-1) xlsx@0.16.2", or the package alone
    return normalize_vulnerability_ids(ids)
