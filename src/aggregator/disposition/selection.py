"""Which findings an exception means."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.knowledge.rule_names import is_in_a_folder, names_of
from aggregator.model.finding import Finding
from aggregator.normalize.components import is_generic, plain_name
from aggregator.policy import ExceptionRule
from aggregator.policy.globs import matches_path, matches_text


def selects(rule: ExceptionRule, finding: Finding, product: str = "") -> bool:
    """Whether every selector of the rule matches.

    One matching source is enough for a rule or a tool, and a rule is meant by every name that its tool gave it; every
    known path must match, because silencing a place must not silence another. ``product`` is that of findings that say
    no other.
    """
    return (
        (rule.id is None or rule.id == finding.id or rule.id in finding.aliases)
        and (rule.vulnerability is None or _has_vulnerability(finding, rule.vulnerability.upper()))
        and ((rule.rule is None and rule.tool is None) or _has_source(finding, rule.tool or "*", rule.rule or "*"))
        and (rule.purl is None or _is_in_package(finding, rule.purl, is_of_one=rule.vulnerability is not None))
        and (
            rule.resource is None
            or (finding.resource is not None and matches_text(rule.resource, finding.resource.uid))
        )
        and (rule.product is None or matches_text(rule.product, finding.belonging.product or product))
        and (rule.path is None or _has_only_paths(finding, rule.path))
    )


def anchor(rule: ExceptionRule) -> str | None:
    """One word that a finding must have to be meant, or ``None`` when the rule has only patterns.

    Of a rule that is the last part of its id: what stands before it may be a folder.
    """
    for word in (rule.id, rule.vulnerability, rule.rule and _last_part(rule.rule)):
        if word is not None and "*" not in word and "?" not in word:
            return word.lower()
    return None


def words(finding: Finding) -> set[str]:
    """The words of a finding that a rule may be anchored to."""
    found = {finding.id, *finding.aliases, *finding.vulnerability_ids}
    found.update(_last_part(name) for _, _, names in _sources(finding) for name in names)
    return {word.lower() for word in found}


def _last_part(rule_id: str) -> str:
    return rule_id.rpartition(".")[2]


def _sources(finding: Finding) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Tool and rule of everything known about the finding, and the rule's names."""
    yield finding.tool, finding.rule_id, names_of(finding.tool, finding.rule_id)
    for sighting in finding.sightings:
        yield sighting.tool, sighting.rule_id, names_of(sighting.tool, sighting.rule_id)
    for source in finding.sources:
        yield source.tool, source.rule_id, names_of(source.tool, source.rule_id, source.rule_aliases)


def _has_source(finding: Finding, tool: str, rule: str) -> bool:
    return any(
        matches_text(tool, of_tool)
        and (any(matches_text(rule, name) for name in names) or is_in_a_folder(rule, of_tool, of_rule))
        for of_tool, of_rule, names in _sources(finding)
    )


def _has_vulnerability(finding: Finding, upper: str) -> bool:
    return any(known.upper() == upper for known in finding.vulnerability_ids)


def _is_in_package(finding: Finding, pattern: str, *, is_of_one: bool) -> bool:
    """Whether the finding is in the package; of one vulnerability, where one side tells no ecosystem, by bare name."""
    if finding.component is None:
        return False
    purl = finding.component.purl
    is_namesake = is_of_one and (is_generic(pattern) or is_generic(purl)) and plain_name(pattern) == plain_name(purl)
    return is_namesake or matches_text(pattern, purl)


def _has_only_paths(finding: Finding, pattern: str) -> bool:
    paths = {source.location.path for source in finding.sources if source.location is not None}
    if finding.location is not None:
        paths.add(finding.location.path)
    if finding.component is not None and finding.component.path:
        paths.add(finding.component.path)
    return bool(paths) and all(matches_path(pattern, path) for path in paths)
