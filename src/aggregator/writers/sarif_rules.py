"""Rules as SARIF describes them, and the CWE taxonomy they point to.

GitHub refuses a rule without texts or with more than twenty tags, and reads severity from the rule alone: each rule
carries the worst severity among its results, as ``security-severity``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from aggregator.model.report import Scan
from aggregator.model.result import Rule
from aggregator.model.severity import Severity
from aggregator.normalize.text import spoken
from aggregator.writers.escape import clip, is_link, markdown
from aggregator.writers.sarif import SECURITY_SEVERITIES, level_of

if TYPE_CHECKING:
    from sarif_om import ReportingDescriptor, ToolComponent

_REFERENCES = 10


class Limits(Struct, frozen=True):
    """How much of a rule is written; the defaults cut nothing."""

    name: int = 1 << 30
    description: int = 1 << 30
    help: int = 1 << 30
    tags: int = 1 << 30


GITHUB = Limits(name=255, description=1024, help=8000, tags=10)
"""GitHub refuses more than twenty tags and keeps ten; names and descriptions have hard ends; help is our own choice."""

UNCUT = Limits()


class RuleUse(Struct):
    """What the results of one rule say about it, gathered while the results are sorted into runs."""

    title: str
    severity: Severity
    weaknesses: set[int]

    def add(self, severity: Severity, weaknesses: Iterable[int]) -> None:
        """Count one more result."""
        if severity.rank > self.severity.rank:
            self.severity = severity
        self.weaknesses.update(weaknesses)


def rules_by_id(scans: Iterable[Scan]) -> dict[str, Rule]:
    """The fullest description of each rule that the scans give."""
    rules: dict[str, Rule] = {}
    for scan in scans:
        for rule in scan.rules:
            known = rules.get(rule.id)
            if known is None or _fullness(rule) > _fullness(known):
                rules[rule.id] = rule
    return rules


def _fullness(rule: Rule) -> tuple[int, str]:
    texts = (rule.description, rule.help, rule.name, rule.help_uri, *rule.references, *rule.tags)
    return sum(map(len, texts)), "\0".join(texts)


def describe_rule(id_: str, use: RuleUse | None, rule: Rule | None, limits: Limits) -> ReportingDescriptor:
    """One rule with all the texts that GitHub requires, none of them empty."""
    from sarif_om import ReportingConfiguration, ReportingDescriptor  # noqa: PLC0415 - costs 75 ms

    rule = rule or Rule(id_)
    name = rule.name.strip()
    title = spoken((use.title if use else "").strip() or name or id_, id_)
    description = rule.description.strip() or title
    severity = use.severity if use else Severity.MEDIUM
    return ReportingDescriptor(
        id=id_,
        name=clip(name, limits.name) if name and name != id_ else None,
        short_description=_text(clip(title, limits.description)),
        full_description=_text(clip(description, limits.description)),
        help=_help(rule, description, limits),
        help_uri=rule.help_uri if is_link(rule.help_uri) else None,
        default_configuration=ReportingConfiguration(level=level_of(severity)) if use else None,
        properties=_properties(rule, use, limits),
    )


def _text(text: str, markdown_text: str | None = None) -> object:
    from sarif_om import MultiformatMessageString  # noqa: PLC0415 - costs 75 ms

    return MultiformatMessageString(text=text, markdown=markdown_text)


def _help(rule: Rule, description: str, limits: Limits) -> object:
    """The rule's own help with its references; as Markdown only our own marks, because GitHub renders that."""
    body = clip(rule.help.strip() or description, limits.help)
    links = [link for link in dict.fromkeys((rule.help_uri, *rule.references)) if is_link(link)][:_REFERENCES]
    if not links:
        return _text(body, _paragraphs(body))
    plain_links = "\n".join(f"- {link}" for link in links)
    marked_links = "\n".join(f"- <{link}>" for link in links)
    return _text(f"{body}\n\nReferences:\n{plain_links}", f"{_paragraphs(body)}\n\nReferences:\n\n{marked_links}")


def _paragraphs(text: str) -> str:
    return "\n\n".join(filter(None, (markdown(part) for part in text.splitlines())))


def _properties(rule: Rule, use: RuleUse | None, limits: Limits) -> dict[str, object]:
    weaknesses = sorted(use.weaknesses) if use else []
    ours = ["security", *(f"external/cwe/cwe-{number:03d}" for number in weaknesses)]
    theirs = (clip(tag, limits.name) for tag in rule.tags if tag.strip())
    tags = list(dict.fromkeys((*ours, *theirs)))[: limits.tags]
    score = SECURITY_SEVERITIES.get(use.severity) if use else None
    return {"tags": tags} if score is None else {"security-severity": score, "tags": tags}


def cwe_taxonomy(weaknesses: Iterable[int]) -> ToolComponent:
    """The part of MITRE's list that a run's results refer to, by number."""
    from sarif_om import ReportingDescriptor, ToolComponent  # noqa: PLC0415 - costs 75 ms

    return ToolComponent(
        name="CWE",
        organization="MITRE",
        information_uri="https://cwe.mitre.org/",
        short_description=_text("The MITRE Common Weakness Enumeration"),
        taxa=[
            ReportingDescriptor(id=str(number), help_uri=f"https://cwe.mitre.org/data/definitions/{number}.html")
            for number in weaknesses
        ],
    )
