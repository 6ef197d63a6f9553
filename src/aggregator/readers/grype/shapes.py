"""What Grype writes; only the fields used."""

from __future__ import annotations

from msgspec import Raw, Struct, field

NOTHING = Raw()


class Program(Struct, frozen=True):
    """Grype itself."""

    version: str | None = None


class Image(Struct, frozen=True):
    """The target of an image scan."""

    user_input: str | None = field(default=None, name="userInput")
    tags: list[str] | None = None
    repo_digests: list[str] | None = field(default=None, name="repoDigests")


class Source(Struct, frozen=True):
    """What was scanned; ``target`` is a text for everything but an image."""

    type: str = ""
    target: Raw = NOTHING


class Distro(Struct, frozen=True):
    """The operating system of an image."""

    name: str | None = None


class Envelope(Struct, frozen=True):
    """The whole report."""

    matches: Raw
    ignored: Raw = field(default=NOTHING, name="ignoredMatches")
    source: Source | None = None
    distro: Distro | None = None
    descriptor: Program | None = None


class Metrics(Struct, frozen=True, gc=False):
    """What a rating comes to."""

    score: float | None = field(default=None, name="baseScore")


class Rating(Struct, frozen=True, gc=False):
    """One CVSS rating."""

    vector: str | None = None
    source: str | None = None
    metrics: Metrics | None = None


class Fix(Struct, frozen=True, gc=False):
    """Versions that carry the fix."""

    versions: list[str] | None = None


class Weakness(Struct, frozen=True, gc=False):
    """A weakness, beside the CVE it belongs to."""

    cwe: str | None = None


class Vulnerability(Struct, frozen=True, gc=False):
    """An advisory; what stands under ``relatedVulnerabilities`` has the same shape."""

    id: str
    source: str | None = field(default=None, name="dataSource")
    severity: str | None = None
    urls: list[str] | None = None
    description: str | None = None
    cvss: list[Rating] | None = None
    cwes: list[Weakness] | None = None
    fix: Fix | None = None


class Place(Struct, frozen=True, gc=False):
    """A file that shows a package to be there, or only supports it."""

    path: str | None = None
    annotations: dict[str, str] | None = None


class Artifact(Struct, frozen=True, gc=False):
    """The package."""

    name: str
    version: str | None = None
    type: str | None = None
    purl: str | None = None
    locations: list[Place] | None = None


class Ignore(Struct, frozen=True, gc=False):
    """A rule that took a match out."""

    reason: str | None = None
    status: str | None = field(default=None, name="vex-status")
    justification: str | None = field(default=None, name="vex-justification")


class Match(Struct, frozen=True, gc=False):
    """One vulnerability of one package."""

    vulnerability: Vulnerability
    artifact: Artifact
    related: list[Vulnerability] | None = field(default=None, name="relatedVulnerabilities")
    ignored_by: list[Ignore] | None = field(default=None, name="appliedIgnoreRules")
