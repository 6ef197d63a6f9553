"""What OSV-Scanner writes, and the records of the OSV schema in it; only the fields used."""

from __future__ import annotations

from msgspec import Raw, Struct, field

NOTHING = Raw()


class Envelope(Struct, frozen=True):
    """The whole report; ``image_metadata`` shows that an image was scanned (version 2)."""

    results: Raw = NOTHING
    image: Raw = field(default=NOTHING, name="image_metadata")


class Source(Struct, frozen=True):
    """A lock file by its absolute path; ``os`` for the database of an operating system."""

    path: str = ""
    type: str = ""


class Manifest(Struct, frozen=True):
    """One lock file, or one database of an operating system's packages."""

    source: Source = Source()
    packages: Raw = NOTHING


class Name(Struct, frozen=True, gc=False):
    """A package; of a distribution's, ``name`` is the source package's, and what is installed stands apart."""

    name: str
    version: str | None = None
    ecosystem: str | None = None
    commit: str | None = None
    installed: str | None = field(default=None, name="os_package_name")


class Analysis(Struct, frozen=True, gc=False):
    """What an analysis of the code found about one advisory."""

    called: bool = True
    unimportant: bool = False


class Group(Struct, frozen=True, gc=False):
    """Advisories about one vulnerability."""

    ids: list[str]
    aliases: list[str] | None = None
    max_severity: str | None = None
    analysis: dict[str, Analysis] | None = field(default=None, name="experimental_analysis")
    old_analysis: dict[str, Analysis] | None = field(default=None, name="experimentalAnalysis")


class Event(Struct, frozen=True, gc=False):
    """Where a range of versions begins or ends."""

    fixed: str | None = None


class Range(Struct, frozen=True, gc=False):
    """A range of versions; of type ``GIT`` it names commits."""

    type: str = ""
    events: list[Event] | None = None


class Package(Struct, frozen=True, gc=False):
    """The package that an advisory names."""

    name: str | None = None


class Details(Struct, frozen=True, gc=False):
    """What the database adds; every database its own."""

    severity: object = None
    weaknesses: object = field(default=None, name="cwe_ids")
    own_weaknesses: object = field(default=None, name="cwes")


class Affected(Struct, frozen=True, gc=False):
    """One package that an advisory is about."""

    package: Package | None = None
    ranges: list[Range] | None = None
    details: Details | None = field(default=None, name="database_specific")


class Rating(Struct, frozen=True, gc=False):
    """A CVSS vector."""

    score: str = ""


class Reference(Struct, frozen=True, gc=False):
    """A link."""

    url: str = ""


class Advisory(Struct, frozen=True, gc=False):
    """A record of the OSV schema."""

    id: str
    summary: str | None = None
    details: str | None = None
    aliases: list[str] | None = None
    severity: list[Rating] | None = None
    affected: list[Affected] | None = None
    references: list[Reference] | None = None
    specific: Details | None = field(default=None, name="database_specific")


class Packages(Struct, frozen=True, gc=False):
    """One package of a manifest."""

    package: Name
    advisories: Raw = field(default=NOTHING, name="vulnerabilities")
    groups: Raw = NOTHING
    license_violations: Raw = NOTHING
