"""``openvex.json``: what is known about the vulnerabilities of packages, in OpenVEX 0.2.0 (openvex/spec).

The product is ours: the repository at its commit, or an image; the package is its subcomponent, because what we say of
a package holds where we use it and nowhere else. Nobody has judged an open finding, so it is under investigation; a
verified one is affected. An accepted risk is affected and says what is done about it, never *not affected*: that is
said only where people decided just that and gave a justification or a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.json import Encoder

from aggregator.model.finding import Disposition, Finding
from aggregator.model.outcome import Context, Outcome
from aggregator.writers.vex_products import package_purls, product_purl

CONTEXT = "https://openvex.dev/ns/v0.2.0"
_AFFECTED, _INVESTIGATED, _NOT_AFFECTED, _FIXED = "affected", "under_investigation", "not_affected", "fixed"
_WORST_FIRST = (_AFFECTED, _INVESTIGATED, _NOT_AFFECTED, _FIXED)
_BY_TOOL = "tool"
_encode = Encoder().encode


class Vulnerability(Struct, frozen=True, omit_defaults=True):
    """A vulnerability: the CVE where there is one, and its other names."""

    name: str
    aliases: tuple[str, ...] = ()


class Package(Struct, frozen=True, rename={"id": "@id"}):
    """A subcomponent, by package URL."""

    id: str


class Product(Struct, frozen=True, rename={"id": "@id"}):
    """What the statement is about."""

    id: str
    subcomponents: tuple[Package, ...]


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement; which of the texts there are depends on the status."""

    vulnerability: Vulnerability
    products: tuple[Product, ...]
    status: str
    timestamp: datetime | None = None
    status_notes: str = ""
    justification: str = ""
    impact_statement: str = ""
    action_statement: str = ""


class Document(Struct, frozen=True, kw_only=True, rename={"context": "@context", "id": "@id"}):
    """The document; its id is made from all the rest."""

    context: str = CONTEXT
    id: str = ""
    author: str
    timestamp: datetime
    version: int = 1
    tooling: str = "Onefold"
    statements: tuple[Statement, ...]


def has_statements(outcome: Outcome) -> bool:
    """Whether there is anything to say: a document without a statement is none."""
    return any(map(_is_told, outcome.findings))


def render_vex(outcome: Outcome) -> Iterator[bytes]:
    """The document as one chunk; the same outcome gives the same bytes."""
    from uuid import NAMESPACE_URL, uuid5  # noqa: PLC0415 - costs 3 ms, and few ask for VEX

    document = Document(
        author=outcome.context.product_type or outcome.context.line.product,
        timestamp=outcome.now,
        statements=tuple(_statements(outcome.findings, outcome.context)),
    )
    id_ = uuid5(NAMESPACE_URL, _encode(document).decode()).urn
    yield _encode(_identified(document, id_)) + b"\n"


def _identified(document: Document, id_: str) -> Document:
    return Document(id=id_, author=document.author, timestamp=document.timestamp, statements=document.statements)


def _is_told(finding: Finding) -> bool:
    return finding.component is not None and bool(finding.component.purl and finding.vulnerability_ids)


def _statements(findings: Iterable[Finding], context: Context) -> Iterator[Statement]:
    """One for each vulnerability of a package in a product; where its findings differ, the worst word holds for all."""
    told: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.component is not None and _is_told(finding):
            told[_name(finding), product_purl(finding.component, context), finding.component.purl].append(finding)
    for (name, product, _), alike in sorted(told.items()):
        worst = min(alike, key=lambda finding: (_WORST_FIRST.index(_status(finding)), finding.id))
        components = [each.component for each in alike if each.component]
        packages = {purl for each in components for purl in package_purls(each, is_fixed=_status(worst) is _FIXED)}
        aliases = {alias for each in alike for alias in each.vulnerability_ids} - {name}
        yield _statement(
            worst,
            Vulnerability(name, tuple(sorted(aliases))),
            Product(product, tuple(Package(purl) for purl in sorted(packages))),
        )


def _name(finding: Finding) -> str:
    ids = finding.vulnerability_ids
    return next((id_ for id_ in ids if id_.startswith("CVE-")), ids[0])


def _status(finding: Finding) -> str:
    if finding.closed_at is not None:
        return _FIXED
    decision = finding.decision
    match decision.disposition:
        case Disposition.VERIFIED | Disposition.RISK_ACCEPTED | Disposition.MITIGATED:
            return _AFFECTED
        case Disposition.NOT_AFFECTED if decision.origin != _BY_TOOL and (decision.justification or decision.reason):
            return _NOT_AFFECTED
        case _:
            return _INVESTIGATED


def _statement(finding: Finding, vulnerability: Vulnerability, product: Product) -> Statement:
    decision, status = finding.decision, _status(finding)
    is_denied = status is _NOT_AFFECTED
    # The schema wants one of the two, and a word that programs read before one that they do not.
    is_justified = is_denied and bool(decision.justification)
    is_doubted = status is _INVESTIGATED and decision.disposition is not Disposition.OPEN
    notes = [_sentence(decision.reason)] if is_justified or is_doubted else []
    return Statement(
        vulnerability=vulnerability,
        products=(product,),
        status=status,
        timestamp=finding.closed_at if status is _FIXED else decision.decided_at,
        status_notes=" ".join(filter(None, (*notes, _decided(finding)))),
        justification=decision.justification if is_justified else "",
        impact_statement=decision.reason if is_denied and not is_justified else "",
        action_statement=_action(finding) if status is _AFFECTED else "",
    )


def _sentence(text: str) -> str:
    """The text with an end, so that another sentence may follow."""
    return f"{text}." if text and text[-1] not in ".!?" else text


def _decided(finding: Finding) -> str:
    """Who said so and for how long."""
    decision = finding.decision
    if finding.closed_at is not None or decision.disposition is Disposition.OPEN:
        return ""
    until = "" if decision.expires_at is None else f", until {decision.expires_at:%Y-%m-%d %H:%M} UTC"
    who = decision.author or decision.origin
    return f"{decision.disposition.value.replace('_', ' ').capitalize()}{f', by {who}' if who else ''}{until}."


def _action(finding: Finding) -> str:
    """What is done about it; the specification asks for it wherever something is affected."""
    decision, component = finding.decision, finding.component
    fixes = component.fixed_versions if component is not None else ()
    if decision.disposition is Disposition.RISK_ACCEPTED:
        done = f"The risk is accepted. {_sentence(decision.reason)}".rstrip()
    elif decision.disposition is Disposition.MITIGATED:
        done = f"It is mitigated elsewhere. {_sentence(decision.reason)}".rstrip()
    else:
        done = "No fixed version is known yet." if not fixes else ""
    return " ".join(filter(None, (done, f"Fixed in {', '.join(fixes)}." if fixes else "")))
