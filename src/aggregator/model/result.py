"""One entry of one report, in SARIF's word a *result*, after its reader has normalised it."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.severity import Cvss, Severity
from aggregator.model.word import Word


class Kind(Word):
    """What sort of problem it is; each kind has its own identity and merging rules."""

    SAST = "sast"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    SCA = "sca"
    CONTAINER = "container"
    IAC = "iac"
    CLOUD = "cloud"
    DAST = "dast"
    LICENSE = "license"


IN_FILES = frozenset({Kind.SAST, Kind.SECRET, Kind.IAC})
"""The kinds that lie at a place in a file."""


ACCEPTED = "The service accepts this secret."
"""The sentence of a message by which a reader passes on that a tool asked: the secret works."""


UNTOLD = "untold"
"""Stands for a commit where a tool looks into the history and does not say of which commit a place is, if of any."""


class Suppression(Struct, frozen=True, gc=False, omit_defaults=True):
    """The tool itself says that this entry is not to be acted on (SARIF 2.1.0, 3.35).

    Attributes:
        disposition: the people's view it stands for, a value of :class:`aggregator.model.finding.Disposition`.
        reason: the justification the report gives, or what the mark is called there.
    """

    disposition: str
    reason: str = ""


class Rule(Struct, frozen=True, gc=False, omit_defaults=True):
    """What a tool says about one of its rules (SARIF ``reportingDescriptor``, 3.49).

    Attributes:
        id: the rule id that results carry.
        help: remediation and background, Markdown or plain text.
        tags: the tool's own labels, in its order.
    """

    id: str
    name: str = ""
    description: str = ""
    help: str = ""
    help_uri: str = ""
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Result(Struct, frozen=True, gc=False, omit_defaults=True):
    """One entry of one report.

    Attributes:
        tool: the tool's canonical name (``Semgrep``, ``Trivy``).
        scope: what the scan looked at: target, image, account, site or category; the report's place where the
            format names none.
        report: the report it stands in, as the user named it.
        pointer: the entry inside the report (RFC 6901 for JSON, an XPath for XML).
        rule_id: canonical rule id; ``rule_aliases`` holds other names the rule goes by.
        title: the rule's sentence, the same for every result of the rule.
        message: the instance's own text; redacted before it leaves the read stage.
        severity: ours; ``native_severity`` is the tool's own word.
        confidence: 0-100, or ``None`` when the tool does not say.
        weaknesses: CWE numbers, the primary one first.
        vulnerability_ids: CVE, GHSA and others, the primary one first.
        snippet: the flagged text, for identity only; never written to any output.
        secret: keyed digest of a secret's value, comparable within a run only; never stored.
        native_id: the tool's own fingerprint: evidence, never the key. Empty when absent or a placeholder.
        commit: the commit in whose file the location is, or :data:`UNTOLD`; empty: in the files that were scanned.
    """

    kind: Kind
    tool: str
    scope: str
    report: str
    pointer: str
    rule_id: str
    title: str
    severity: Severity
    native_severity: str = ""
    message: str = ""
    rule_aliases: tuple[str, ...] = ()
    confidence: int | None = None
    weaknesses: tuple[int, ...] = ()
    vulnerability_ids: tuple[str, ...] = ()
    cvss: Cvss | None = None
    location: Location | None = None
    related: tuple[Location, ...] = ()
    component: Component | None = None
    resource: Resource | None = None
    endpoint: Endpoint | None = None
    suppression: Suppression | None = None
    snippet: str = ""
    secret: str = ""
    native_id: str = ""
    commit: str = ""
