"""Slips of the pen in the policy: names and paths that mean nothing in this run, and nearly mean something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from aggregator.knowledge.tools import SPELLINGS, own_name
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding
from aggregator.model.report import Scan
from aggregator.model.state import ScopeRecord
from aggregator.policy import Policy
from aggregator.policy.gate_rule import folded, folded_tool, parse_rule
from aggregator.policy.globs import matches_path, matches_text
from aggregator.policy.nearest import nearest
from aggregator.policy.risk import ASIDE
from aggregator.policy.selector import Homed, path_of

_NEAR_TOOL = 0.8
_NEAR_PRODUCT = 0.75
"""A product has a short name: two letters of four that changed places are as near as this."""
_NO_TOOL = "a tool that is not known and never reported anything"


class Known:
    """What names in the policy can mean in this run; found out when it is asked for.

    Args:
        policy: for the products that it names.
        own: the product of findings that say no other.
        scans: of this run.
        scopes: what was ever looked at.
        findings: all that are known.
    """

    def __init__(
        self,
        policy: Policy,
        own: str,
        scans: Iterable[Scan],
        scopes: Iterable[ScopeRecord],
        findings: Iterable[Finding],
    ) -> None:
        self._policy = policy
        self._own = own
        self._looked = frozenset((*(scan.tool for scan in scans), *(scope.tool for scope in scopes)))
        self._findings = tuple(findings)

    @cached_property
    def tools(self) -> Mapping[str, str]:
        """Every tool that is known or ever reported, as rules spell it, with its own name."""
        told = (tool for each in self._findings for tool in (each.tool, *(seen.tool for seen in each.sightings)))
        reported = sorted({*self._looked, *told})
        return {each: own_name(each) for each in SPELLINGS} | {folded_tool(each): each for each in reported}

    @cached_property
    def products(self) -> Mapping[str, str]:
        """Every product to which anything belongs or could belong, as rules spell it, with its own name."""
        written = (
            *(rule.name for rule in self._policy.products),
            *(rule.product for rule in self._policy.engagements),
        )
        names = {self._own, *written, *(finding.belonging.product for finding in self._findings)}
        return {folded(each): each for each in sorted(names - {""})}

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every file in which anything was found."""
        places = (each.location.path for finding in self._findings for each in finding.sightings if each.location)
        return frozenset((*map(path_of, self._findings), *places))


def slips(policy: Policy, known: Known) -> Iterator[Diagnostic]:
    """What of the policy is probably not what was meant, and would do nothing without a word.

    A warning where the right word is near. Gate rules are named in any case, as a note: a gate that asks about nothing
    looks like one that passes. Elsewhere a word that is like none is no slip, for one policy may serve many
    repositories.
    """
    for text in policy.gate.fail_on:
        yield from _rule(text, known)
    yield from _tools(policy, known)
    yield from _homes(policy, known)
    yield from _folders(policy, known)


def _rule(text: str, known: Known) -> Iterator[Diagnostic]:
    rule = parse_rule(text)
    for tool in rule.tools:
        if tool not in known.tools:
            meant, step = nearest(tool, known.tools, cutoff=_NEAR_TOOL), "have the tool's reports read"
            yield _unmet("gate-tool-unknown", text, f"{tool}, {_NO_TOOL}", meant and f"tool={meant}", step)
    for product in rule.products:
        if product not in known.products:
            meant, step = nearest(product, known.products, cutoff=_NEAR_PRODUCT), "list it under `products`"
            what = f"{product}, a product to which nothing belongs"
            yield _unmet("gate-product-unknown", text, what, meant and f"product={meant}", step)


def _unmet(code: str, text: str, what: str, meant: str, step: str) -> Diagnostic:
    return Diagnostic(
        code,
        Level.WARNING if meant else Level.NOTE,
        "fail-on",
        f"The rule {text} names {what}: nothing meets it.",
        f"Did you mean {meant}?" if meant else f"Correct the name, or {step}.",
    )


def _tools(policy: Policy, known: Known) -> Iterator[Diagnostic]:
    lists = {
        "closing.complete": policy.closing.complete,
        "upload.already-uploaded": policy.upload.already_uploaded,
        "upload.retired": policy.upload.retired,
    }
    named = ((key, tool, folded_tool(tool)) for key, tools in lists.items() for tool in tools)
    for key, tool, plain in named:
        # The first is asked for speed alone.
        if plain not in SPELLINGS and plain not in known.tools:
            meant = nearest(plain, known.tools, cutoff=_NEAR_TOOL)
            yield from _slip("policy-tool-unknown", key, f"It names {tool}, {_NO_TOOL}.", known.tools.get(meant, ""))


def _homes(policy: Policy, known: Known) -> Iterator[Diagnostic]:
    """Rules about a product to which nothing belongs; a pattern may wait for one."""
    chapters: dict[str, tuple[Homed, ...]] = {
        "sla.rules": policy.sla.rules,
        "risk.marks": policy.risk.marks,
        "owners": policy.owners,
    }
    named = {(key, rule.product): rule.product for key, rules in chapters.items() for rule in rules if rule.product}
    for (key, _), said in named.items():
        if "*" not in said and not any(matches_text(said, each) for each in known.products.values()):
            meant = known.products.get(nearest(folded(said), known.products, cutoff=_NEAR_PRODUCT), "")
            reason = f"A rule is about the product {said}, and nothing belongs to it."
            yield from _slip("policy-product-unknown", key, reason, meant)


def _folders(policy: Policy, known: Known) -> Iterator[Diagnostic]:
    """Folders without the ``/`` by which they mean what lies below."""
    for key, pattern in _patterns(policy):
        if not _meets(pattern, known.paths) and _meets(f"{pattern}/", known.paths):
            reason = f"{pattern} is no file in which anything was found, but findings lie below it."
            yield from _slip("policy-path-folder", key, reason, f"{pattern}/")


def _patterns(policy: Policy) -> Iterator[tuple[str, str]]:
    """Every path that could be meant as a folder, with its key, once."""
    written = [
        *((f"products ({rule.name})", path) for rule in policy.products for path in rule.paths),
        *(("sla.rules", rule.path) for rule in policy.sla.rules),
        *(("risk.marks", rule.path) for rule in policy.risk.marks),
        *(("risk.aside", path) for path in policy.risk.aside if path not in ASIDE),
    ]
    return ((key, path) for key, path in dict.fromkeys(written) if path is not None and not path.endswith("/"))


def _meets(pattern: str, paths: Iterable[str]) -> bool:
    return any(matches_path(pattern, path) for path in paths)


def _slip(code: str, key: str, reason: str, meant: str) -> Iterator[Diagnostic]:
    if meant:
        yield Diagnostic(code, Level.WARNING, key, reason, f"Did you mean {meant}?")
