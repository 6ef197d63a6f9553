"""The package a vulnerability is in: SARIF has no place for it, so each tool writes it somewhere else."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from aggregator.model.location import Component
from aggregator.normalize.components import component_purl
from aggregator.normalize.text import clean_text
from aggregator.readers.sarif.log import Descriptor

_TRIVY_PACKAGE = re.compile(r"^Package: (.+)$", re.MULTILINE)
_TRIVY_INSTALLED = re.compile(r"^Installed Version: (.*)$", re.MULTILINE)
_TRIVY_FIXED = re.compile(r"^Fixed Version: (.*)$", re.MULTILINE)
_OSV_PACKAGE = re.compile(r"Package '(.+?)@([^'@]*)' is vulnerable")
_GRYPE_PACKAGE = re.compile(r"in (\S+) package: (.+?), version (\S+)")
_GRYPE_IMAGE = re.compile(r" was found in image (\S+) at: ")
_CHECKOV_PACKAGE = re.compile(r"[^_]+_(.+)@([^@]*)")

# Lock files and manifests tell the ecosystem where the tool does not.
_ECOSYSTEMS = {
    "requirements.txt": "pypi", "pipfile.lock": "pypi", "poetry.lock": "pypi", "uv.lock": "pypi", "setup.py": "pypi",
    "pyproject.toml": "pypi", "package-lock.json": "npm", "package.json": "npm", "yarn.lock": "npm",
    "pnpm-lock.yaml": "npm", "go.mod": "golang", "go.sum": "golang", "pom.xml": "maven", "build.gradle": "maven",
    "gradle.lockfile": "maven", "gemfile.lock": "gem", "gemfile": "gem", "composer.lock": "composer",
    "composer.json": "composer", "cargo.lock": "cargo", "packages.lock.json": "nuget", "pubspec.lock": "pub",
    "mix.lock": "hex", "podfile.lock": "cocoapods", "package.resolved": "swift", "conan.lock": "conan",
}  # fmt: skip


def component_of(tool: str, rule_id: str, message: str, rule: Descriptor | None, names: list[str]) -> Component | None:
    """The package a result is about, without its place; ``None`` when the tool does not say."""
    if tool == "Trivy":
        return _of_trivy(message)
    if tool == "OSV-Scanner":
        return _first(_OSV_PACKAGE.search(message))
    if tool == "Grype":
        return _of_grype(message, rule)
    if tool == "Checkov":
        return _first(_CHECKOV_PACKAGE.fullmatch(rule_id))
    return next((component for name in names if (component := _of_coordinates(name))), None)


def image_in(tool: str, message: str) -> str:
    """The image that a message names, where the log has no better place for it; empty without one."""
    found = _GRYPE_IMAGE.search(message) if tool == "Grype" else None
    return clean_text(found.group(1)) if found else ""


def located(component: Component, path: str, image: str) -> Component:
    """The component in its manifest or image, with the ecosystem the manifest tells where the tool did not."""
    purl = component.purl
    if purl.startswith("pkg:generic/"):
        ecosystem = _ECOSYSTEMS.get(path.rpartition("/")[2].lower())
        purl = component_purl(ecosystem, component.name) if ecosystem else purl
    return msgspec.structs.replace(component, purl=purl, path="" if image else path, image=image)


@lru_cache(maxsize=4096)
def _of_trivy(message: str) -> Component | None:
    name, installed = _TRIVY_PACKAGE.search(message), _TRIVY_INSTALLED.search(message)
    if not name:
        return None
    fixed = _TRIVY_FIXED.search(message)
    versions = [version.strip() for version in fixed.group(1).split(",")] if fixed else []
    return Component(
        purl=component_purl("", clean_text(name.group(1))),
        name=clean_text(name.group(1)),
        version=clean_text(installed.group(1)) if installed else "",
        fixed_versions=tuple(version for version in versions if version),
    )


def _of_grype(message: str, rule: Descriptor | None) -> Component | None:
    match = _GRYPE_PACKAGE.search(message)
    if match is None:
        return None
    ecosystem, name, version = match.groups()
    purl = next((purl for purl in _purls(rule) if f"/{name}@" in purl or purl.endswith(f"/{name}")), "")
    return Component(component_purl(purl or ecosystem, name), name, version)


def _purls(rule: Descriptor | None) -> list[str]:
    """Grype lists the packages a rule was found in under its properties."""
    bag = msgspec.json.decode(bytes(memoryview(rule.properties)) or b"null") if rule else None
    purls = bag.get("purls") if isinstance(bag, dict) else None
    return [purl for purl in purls if isinstance(purl, str)] if isinstance(purls, list) else []


def _first(match: re.Match[str] | None) -> Component | None:
    if match is None:
        return None
    name, version = clean_text(match.group(1)), clean_text(match.group(2))
    return Component(component_purl("", name), name, version)


def _of_coordinates(text: str) -> Component | None:
    """``name@version`` of Snyk, a package URL, or ``type/name@version`` of Black Duck."""
    name, at, version = clean_text(text).rpartition("@")
    if not at or not name:
        return None
    if name.startswith("pkg:"):
        return Component(component_purl(name), name.rpartition("/")[2], version)
    return Component(component_purl("", name), name, version)
