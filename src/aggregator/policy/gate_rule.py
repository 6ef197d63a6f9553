"""The gate's rules as people write them: ``new:high kind=secret``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from aggregator.knowledge.tools import own_name
from aggregator.model.errors import UsageError
from aggregator.model.finding import Baseline, Finding, Standing
from aggregator.model.result import Kind
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.policy.nearest import nearest

SUBJECTS = ("new", "any", "breached", "none")
SEVERITIES = tuple(severity.value.lower() for severity in WORST_FIRST)
KINDS = tuple(kind.value for kind in Kind)
FILTERS = ("kind", "tool", "product", "risk", "kev")
_SEPARATOR = re.compile(r",\s+|[\r\n]+")
_UNTOLD = str.maketrans("", "", " -_")
_RISK = re.compile(r"risk>=(100|\d{1,2})")
_KEV = "kev"
_LISTS = ("kind=", "tool=", "product=")
_FILTERED = "any:high kind=secret,sca tool=semgrep risk>=80 kev"
_EXAMPLE = "new:high, any:critical, breached or none"


class GateRule(Struct, frozen=True):
    """One rule; everything it says must hold of a finding.

    Attributes:
        subject: ``new``, ``any``, ``breached``, ``none``, or empty where the rule does not say: what is new in a run
            about a change, any elsewhere.
        severity: that or worse.
        kinds: one of them; empty for every kind.
        tools: a tool that reported it, written as people like: case, blanks, ``-`` and ``_`` do not matter, nor
            which of its names.
        risk: the risk score, that or more.
        kev: only what is known to be exploited, as CISA's catalogue says.
        products: one of them, written as people like.
        own: the product of what says no other one.
    """

    subject: str = ""
    severity: Severity = Severity.INFO
    kinds: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    risk: int = 0
    kev: bool = False
    products: tuple[str, ...] = ()
    own: str = ""

    def about(self, *, is_change: bool, product: str = "") -> GateRule:
        """The rule with its subject said, and the run's product where it asks for one."""
        rule = self if self.subject else replace(self, subject="new" if is_change else "any")
        return replace(rule, own=product) if rule.products else rule

    def meets(self, finding: Finding) -> bool:
        """Whether an open finding is what the rule watches for; the rule's subject is said."""
        return self._fits(finding) and (not self.kev or is_exploited(finding) is True)

    def is_in_doubt(self, finding: Finding) -> bool:
        """Whether it would be, if only somebody knew whether it is exploited."""
        return self.kev and self._fits(finding) and is_exploited(finding) is None

    def _fits(self, finding: Finding) -> bool:
        if finding.severity.rank < self.severity.rank or not self._watches(finding):
            return False
        if self.risk and (finding.risk is None or finding.risk.score < self.risk):
            return False
        if self.products and folded(self.product_of(finding)) not in self.products:
            return False
        return (not self.kinds or finding.kind in self.kinds) and (not self.tools or bool(self.told_by(finding)))

    def _watches(self, finding: Finding) -> bool:
        if self.subject == "new":
            return finding.baseline is Baseline.NEW
        return self.subject == "any" or finding.standing is Standing.BREACHED

    def product_of(self, finding: Finding) -> str:
        """The finding's product, by its own name."""
        return finding.belonging.product or self.own

    def told_by(self, finding: Finding) -> tuple[str, ...]:
        """The tools of the rule that reported the finding, by their own names."""
        told = dict.fromkeys((finding.tool, *(sighting.tool for sighting in finding.sightings)))
        return tuple(tool for tool in told if folded_tool(tool) in self.tools)


def is_exploited(finding: Finding) -> bool | None:
    """Whether CISA's catalogue names it; ``None`` where no catalogue was read."""
    terms = () if finding.risk is None else finding.risk.terms
    term = next((term for term in terms if term.name == _KEV), None)
    return term is not None and (None if term.points is None else term.points > 0)


def parse_rule(text: str) -> GateRule:
    """Read one rule: a subject, a severity, then filters. Raises ``UsageError`` that offers the nearest right word."""
    head, *filters = text.lower().split() or [""]
    rule = GateRule()
    if _is_filter(head):
        filters = [head, *filters]
    elif head in SEVERITIES:
        rule = GateRule(severity=Severity(head.upper()))
    else:
        rule = _headed(head)
    if rule.subject == "none" and filters:
        raise UsageError("The gate rule none takes no filter.", "Write none alone.")
    for each in filters:
        rule = _filtered(rule, each)
    return rule


def split_rules(said: str) -> tuple[str, ...]:
    """The rules of one text: apart by commas or line ends, or by blanks where the next word begins a rule.

    A comma without a blank belongs to a list of kinds or tools, unless what follows begins a rule.
    """
    rules: list[str] = []
    for part in _SEPARATOR.split(said):
        begins = True
        for piece, apart in _pieces(part):
            if begins or apart or _begins(piece):
                rules.append(piece)
            else:
                rules[-1] += f" {piece}"
            begins = False
    return tuple(rules)


def _pieces(part: str) -> Iterator[tuple[str, bool]]:
    """Words, and whether a comma parts each from the word before."""
    for word in part.split():
        pieces: list[str] = []
        for piece in filter(None, word.split(",")):
            in_list = pieces and pieces[-1].startswith(_LISTS) and not _is_filter(piece) and not _begins(piece)
            if in_list:
                pieces[-1] += f",{piece}"
            else:
                pieces.append(piece)
        yield from ((piece, place > 0) for place, piece in enumerate(pieces))


def _begins(piece: str) -> bool:
    """Whether a word begins a rule; one with a colon was meant to."""
    return ":" in piece or piece.lower() in SUBJECTS or piece.lower() in SEVERITIES


def _is_filter(word: str) -> bool:
    return "=" in word or word == _KEV


def _headed(head: str) -> GateRule:
    subject, colon, severity = head.partition(":")
    if subject not in SUBJECTS:
        raise refused(subject, SUBJECTS, (*SEVERITIES, *FILTERS), _EXAMPLE)
    if not colon:
        return GateRule(subject)
    if subject == "none":
        raise UsageError("The gate rule none takes no severity.", "Write none alone.")
    if severity not in SEVERITIES:
        raise refused(severity, SEVERITIES, (), f"{subject}:{SEVERITIES[0]}", f"{subject}:")
    return GateRule(subject, Severity(severity.upper()))


def _filtered(rule: GateRule, word: str) -> GateRule:
    if word == _KEV:
        return replace(rule, kev=True)
    if risk := _RISK.fullmatch(word):
        return replace(rule, risk=int(risk[1]))
    name, _, said = word.partition("=")
    values = tuple(filter(None, said.split(",")))
    if f"{name}=" not in _LISTS or not values:
        name = name.rstrip("<>")
        raise refused("" if name in FILTERS else name, FILTERS, (), _FILTERED)
    if name == "tool":
        return replace(rule, tools=(*rule.tools, *map(folded_tool, values)))
    if name == "product":
        return replace(rule, products=(*rule.products, *map(folded, values)))
    for kind in values:
        if kind not in KINDS:
            raise refused(kind, KINDS, (), "kind=secret")
    return replace(rule, kinds=(*rule.kinds, *values))


def folded_tool(name: str) -> str:
    """As :func:`folded`, of the tool's one name."""
    return folded(own_name(name))


def folded(name: str) -> str:
    """A name as rules compare it: without case, blanks, ``-`` and ``_``."""
    return name.translate(_UNTOLD).lower()


def refused(word: str, right: tuple[str, ...], also: tuple[str, ...], example: str, before: str = "") -> UsageError:
    """That a word is not known, and what stands ``before`` it is; never with the word itself."""
    near = nearest(word, (*right, *also))
    advice = f"Did you mean {before}{near}?" if near else f"Write one of {', '.join(right)}, for example {example}."
    return UsageError("A gate rule (fail-on) is not known.", advice)
