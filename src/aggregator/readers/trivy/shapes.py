"""What Trivy writes: JSON of schema version 2 and the bare array of targets before it; only the fields used."""

from __future__ import annotations

from msgspec import Raw, Struct, field

NOTHING = Raw()


class Metadata(Struct, frozen=True, rename="pascal"):
    """About the artifact; the tags tell an image's name when a file or a digest was scanned.

    ``OS`` is told of every image that has one, whatever was looked for in it.
    """

    repo_tags: list[str] | None = None
    repo_digests: list[str] | None = None
    system: Raw = field(default=NOTHING, name="OS")


class Program(Struct, frozen=True, rename="pascal"):
    """Trivy itself, since 0.69."""

    version: str | None = None


class Envelope(Struct, frozen=True, rename="pascal"):
    """The whole report. ``Results`` is left out when no target produced anything."""

    artifact_name: str | None = None
    artifact_type: str | None = None
    metadata: Metadata | None = None
    trivy: Program | None = None
    results: Raw = NOTHING


class Target(Struct, frozen=True, rename="pascal"):
    """One target of a scan. Any list may be absent or ``null``; ``Class`` is absent in old versions."""

    target: str = ""
    class_: str | None = field(default=None, name="Class")
    type: str | None = None
    vulnerabilities: Raw = NOTHING
    misconfigurations: Raw = NOTHING
    secrets: Raw = NOTHING
    licenses: Raw = NOTHING
    modified: Raw = field(default=NOTHING, name="ExperimentalModifiedFindings")
    summary: Raw = field(default=NOTHING, name="MisconfSummary")


class PkgIdentifier(Struct, frozen=True, gc=False):
    """The package's identity, since 0.49."""

    purl: str | None = field(default=None, name="PURL")


class Ratings(Struct, frozen=True, gc=False):
    """One source's CVSS ratings."""

    v2_vector: str | None = field(default=None, name="V2Vector")
    v2_score: float | None = field(default=None, name="V2Score")
    v3_vector: str | None = field(default=None, name="V3Vector")
    v3_score: float | None = field(default=None, name="V3Score")
    v4_vector: str | None = field(default=None, name="V40Vector")
    v4_score: float | None = field(default=None, name="V40Score")


class Vulnerability(Struct, frozen=True, gc=False):
    """One vulnerability of one installed package. ``Status: fixed``: a fix exists, and is not installed."""

    id: str = field(name="VulnerabilityID")
    package: str = field(name="PkgName")
    version: str | None = field(default=None, name="InstalledVersion")
    vendor_ids: list[str] | None = field(default=None, name="VendorIDs")
    package_id: str | None = field(default=None, name="PkgID")
    package_path: str | None = field(default=None, name="PkgPath")
    identifier: PkgIdentifier | None = field(default=None, name="PkgIdentifier")
    fixed_version: str | None = field(default=None, name="FixedVersion")
    status: str | None = field(default=None, name="Status")
    severity: str | None = field(default=None, name="Severity")
    severity_source: str | None = field(default=None, name="SeveritySource")
    cvss: dict[str, Ratings] | None = field(default=None, name="CVSS")
    weaknesses: list[str] | None = field(default=None, name="CweIDs")
    title: str | None = field(default=None, name="Title")
    description: str | None = field(default=None, name="Description")
    url: str | None = field(default=None, name="PrimaryURL")
    references: list[str] | None = field(default=None, name="References")
    fingerprint: str | None = field(default=None, name="Fingerprint")


class CodeLine(Struct, frozen=True, gc=False, rename="pascal"):
    """One line of the flagged code."""

    content: str | None = None
    is_cause: bool = False


class Code(Struct, frozen=True, gc=False, rename="pascal"):
    """The flagged code; the list may be ``null``."""

    lines: list[CodeLine] | None = None


class Cause(Struct, frozen=True, gc=False, rename="pascal"):
    """Where a misconfiguration stands. Without ``StartLine`` it is the whole file."""

    resource: str | None = None
    provider: str | None = None
    start_line: int | None = None
    end_line: int | None = None
    code: Code | None = None


class Misconfiguration(Struct, frozen=True, gc=False):
    """One check of one block. Rules were renamed in 0.69: ``DS002`` and ``AVD-DS-0002`` became ``DS-0002``."""

    id: str = field(name="ID")
    avd_id: str | None = field(default=None, name="AVDID")
    status: str | None = field(default=None, name="Status")
    severity: str | None = field(default=None, name="Severity")
    title: str | None = field(default=None, name="Title")
    description: str | None = field(default=None, name="Description")
    message: str | None = field(default=None, name="Message")
    resolution: str | None = field(default=None, name="Resolution")
    url: str | None = field(default=None, name="PrimaryURL")
    references: list[str] | None = field(default=None, name="References")
    cause: Cause | None = field(default=None, name="CauseMetadata")


class Secret(Struct, frozen=True, gc=False):
    """One secret. ``Match`` and ``Code`` are masked in part only, so they are not even decoded."""

    rule_id: str = field(name="RuleID")
    category: str | None = field(default=None, name="Category")
    severity: str | None = field(default=None, name="Severity")
    title: str | None = field(default=None, name="Title")
    start_line: int | None = field(default=None, name="StartLine")
    end_line: int | None = field(default=None, name="EndLine")


class License(Struct, frozen=True, gc=False, rename="pascal"):
    """One licence of one package or file; ``Confidence`` is a part of one."""

    name: str
    severity: str | None = None
    category: str | None = None
    pkg_name: str | None = None
    file_path: str | None = None
    confidence: float | None = None
    link: str | None = None


class Modified(Struct, frozen=True, rename="pascal"):
    """A finding that an ignore file or a VEX document took out (``--show-suppressed``, since 0.55)."""

    type: str
    status: str | None = None
    statement: str | None = None
    source: str | None = None
    finding: Raw = NOTHING
