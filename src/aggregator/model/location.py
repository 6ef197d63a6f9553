"""Where a problem is: in a file, a component, a cloud resource or behind an endpoint."""

from __future__ import annotations

from msgspec import Struct


class Location(Struct, frozen=True, gc=False, omit_defaults=True):
    """A place in a file, in SARIF's terms (2.1.0, 3.29 and 3.30).

    Attributes:
        path: relative to the repository root, POSIX separators, case kept.
        start_line: 1-based; ``None`` when the tool names the file only.
        start_column: 1-based.
        end_line: 1-based, inclusive.
        end_column: 1-based, exclusive (SARIF 3.30.8).
    """

    path: str
    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class Component(Struct, frozen=True, gc=False, omit_defaults=True):
    """A package that a product is made of.

    Attributes:
        purl: package URL without version, qualifiers and subpath (purl-spec): the component's identity.
        name: the package's name as people write it.
        version: the installed version; an attribute, never identity.
        fixed_versions: versions that carry the fix, as the tool prints them.
        path: the manifest, lock file or file inside an image that brings the component; may be empty.
        image: the image's repository without tag and digest; empty outside images.
        other_versions: further versions that are installed in the same place, as lock files of npm hold them.
    """

    purl: str
    name: str
    version: str = ""
    fixed_versions: tuple[str, ...] = ()
    path: str = ""
    image: str = ""
    other_versions: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version that is installed there, as far as tools told one."""
        return tuple(version for version in (self.version, *self.other_versions) if version)


class Resource(Struct, frozen=True, gc=False, omit_defaults=True):
    """A cloud resource, or the resource address of an infrastructure-as-code block.

    Attributes:
        uid: the full id (ARN, Azure resource id, ``aws_s3_bucket.logs``), the only part that may carry identity.
    """

    uid: str
    provider: str = ""
    account: str = ""
    region: str = ""
    type: str = ""
    name: str = ""


class Endpoint(Struct, frozen=True, gc=False, omit_defaults=True):
    """A place behind HTTP.

    Attributes:
        host: lower case, with the port when it is not the scheme's own.
        path: templated: ids, hex strings, dates and numbers stand as ``{}``.
        method: upper case; empty when the tool does not say.
        parameter: the parameter's name, never its value.
    """

    host: str
    path: str = "/"
    method: str = ""
    parameter: str = ""
