"""Components: a package's identity, a package URL without version, qualifiers and subpath; and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote, unquote

from msgspec.structs import replace

from aggregator.model.location import Component
from aggregator.normalize.secret_patterns import mask_marked

_PYPI_SEPARATORS = re.compile(r"[-_.]+")
# Types whose names the purl specification folds to lower case.
_CASELESS = frozenset({"alpm", "apk", "bitbucket", "composer", "deb", "github", "gitlab", "golang", "npm", "pypi"})

# What ecosystems, lock files and distributions are called in reports, and the purl type and namespace they stand for.
_TYPES: dict[str, tuple[str, str]] = {
    word: (purl_type, namespace)
    for purl_type, namespace, words in (
        ("npm", "", "npm yarn pnpm bun node-pkg node javascript"),
        ("pypi", "", "pypi pip pipenv poetry uv python-pkg python"),
        ("golang", "", "golang go gomod gobinary go-module"),
        ("maven", "", "maven jar pom gradle gradle-lockfile sbt sbt-lockfile java java-archive"),
        ("gem", "", "gem rubygems bundler gemspec ruby"),
        ("composer", "", "composer packagist composer-vendor php php-composer"),
        ("cargo", "", "cargo crates.io rustbinary rust-binary rust rust-crate"),
        ("nuget", "", "nuget dotnet-core packages-props dotnet packages.lock.json"),
        ("pub", "", "pub dart dart-pub"),
        ("hex", "", "hex mix elixir erlang"),
        ("swift", "", "swift swiftpm swifturl"),
        ("cocoapods", "", "cocoapods pod"),
        ("conan", "", "conan conancenter"),
        ("conda", "", "conda conda-pkg conda-environment"),
        ("julia", "", "julia"),
        ("github", "", "github github-actions github-action"),
        ("bitnami", "", "bitnami"),
        ("apk", "alpine", "apk alpine"),
        ("apk", "wolfi", "wolfi"),
        ("apk", "chainguard", "chainguard"),
        ("deb", "debian", "deb debian"),
        ("deb", "ubuntu", "ubuntu"),
        ("rpm", "redhat", "rpm redhat rhel red-hat"),
        ("rpm", "amazon", "amazon amazonlinux amzn"),
        ("rpm", "oracle", "oracle oraclelinux ol"),
        ("rpm", "azurelinux", "azurelinux"),
        ("rpm", "cbl-mariner", "cbl-mariner mariner"),
        ("rpm", "opensuse", "opensuse opensuse.leap opensuse-leap opensuse-tumbleweed opensuse.tumbleweed"),
        ("rpm", "suse", "suse sles suse-linux-enterprise-server"),
        ("rpm", "centos", "centos"),
        ("rpm", "rocky", "rocky rockylinux rocky-linux"),
        ("rpm", "alma", "alma almalinux"),
        ("rpm", "fedora", "fedora"),
        ("rpm", "photon", "photon photonos photon-os"),
    )
    for word in words.split()
}
# What a distribution calls itself (os-release), beside what most reports call it: one namespace for each.
_NAMESPACES = {
    word: namespace for word, (_, namespace) in _TYPES.items() if namespace and word not in ("apk", "deb", "rpm")
}
_SYSTEMS = frozenset({"apk", "deb", "rpm"})
_GENERIC = "pkg:generic/"


@lru_cache(maxsize=1 << 15)
def component_purl(purl_or_type: str, name: str = "", namespace: str = "") -> str:
    """The identity of a component: ``pkg:type/namespace/name``, spelled one way.

    Takes a package URL, of which version, qualifiers and subpath are dropped, or an ecosystem's name as reports write
    it (``pip``, ``gomod``, ``debian``) with the package's name; an ecosystem nobody knows is ``generic``. Maven's
    ``group:artifact`` and slashed names are taken apart. Python names follow PEP 503. Empty without a name.
    """
    if purl_or_type[:4].lower() == "pkg:":
        return _spelled(mask_marked(purl_or_type))
    return _spelled(_built(purl_or_type, mask_marked(name), mask_marked(namespace))) if name else ""


def _spelled(purl: str) -> str:
    base = purl[4:].partition("#")[0].partition("?")[0].strip("/")
    slash = base.rfind("/")
    version = base.find("@", slash + 2)  # the sign opening an npm scope, as the name's first letter, is no version
    if version > 0:
        base = base[:version]
    kind, _, rest = base.partition("/")
    kind = kind.lower()
    parts = [quote(_folded(kind, unquote(part)), safe=":") for part in rest.split("/") if part]
    if kind in _SYSTEMS and len(parts) > 1:
        parts[0] = _NAMESPACES.get(parts[0].lower(), parts[0])
    return "/".join((f"pkg:{kind}", *parts)) if kind and parts else ""


def _folded(kind: str, part: str) -> str:
    if kind in _CASELESS:
        part = part.lower()
    return _PYPI_SEPARATORS.sub("-", part) if kind == "pypi" else part


def _built(ecosystem: str, name: str, namespace: str) -> str:
    from packageurl import PackageURL  # noqa: PLC0415 - costs 25 ms

    purl_type, usual = _TYPES.get(ecosystem.strip().lower(), ("generic", ""))
    name = name.strip().strip("/:")
    if not namespace:
        namespace, _, name = name.rpartition(":" if purl_type == "maven" else "/")
    try:
        return PackageURL(purl_type, namespace or usual or None, name).to_string()
    except ValueError:  # a name that the type forbids
        return ""


def is_of_system(purl: str) -> bool:
    """Whether an operating system's package manager installed the package."""
    return purl.partition(":")[2].partition("/")[0] in _SYSTEMS


def is_of_another_system(purl: str, system: str) -> bool:
    """Whether a package is part of another operating system than one called so, as ``pkg:deb/debian/apt`` of Alpine.

    Of one family of systems, only those that call themselves and their packages one name are told apart.
    """
    kind, namespace = _TYPES.get(system.strip().lower(), ("", ""))
    ours, _, rest = purl.removeprefix("pkg:").partition("/")
    if ours not in _SYSTEMS or kind not in _SYSTEMS or ours == kind == "rpm":
        return False
    return ours != kind or ("/" in rest and rest.partition("/")[0] != namespace)


def is_generic(purl: str) -> bool:
    """Whether the tool that named the package told no ecosystem, or one that nobody knows."""
    return purl.startswith(_GENERIC)


@lru_cache(maxsize=1 << 15)
def plain_name(purl: str) -> str:
    """What is left of a component's identity without its ecosystem and its distribution, in one spelling for all.

    A tool that tells no ecosystem has ``group:artifact`` and ``Foo_Bar`` where a package URL has ``group/artifact``
    and ``foo-bar``.
    """
    kind, _, name = purl.partition(":")[2].partition("/")
    name = name.rpartition("/")[2] if kind in _SYSTEMS else name
    return _PYPI_SEPARATORS.sub("-", name.replace(":", "/")).lower()


def completed(component: Component, others: Sequence[Component | None]) -> Component:
    """The component; what it leaves open of its version, its fixes and its manifest is as the first other tells it."""
    if component.version and component.fixed_versions and component.path:
        return component
    known = [other for other in (component, *others) if other is not None]
    return replace(
        component,
        version=next((each.version for each in known if each.version), ""),
        fixed_versions=next((each.fixed_versions for each in known if each.fixed_versions), ()),
        path=next((each.path for each in known if each.path), ""),
    )
