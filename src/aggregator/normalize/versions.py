"""Versions of packages: which of two is the later, by the rules of their own ecosystem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from univers.versions import Version

_PLAUSIBLE = re.compile(r"[vV]?[0-9][0-9A-Za-z.+~:^_-]{0,99}", re.ASCII)
_CLASSES = {
    "alpm": "ArchLinuxVersion",
    "apk": "AlpineLinuxVersion",
    "cargo": "SemverVersion",
    "composer": "ComposerVersion",
    "conan": "ConanVersion",
    "deb": "DebianVersion",
    "gem": "RubygemsVersion",
    "github": "SemverVersion",
    "golang": "GolangVersion",
    "hex": "SemverVersion",
    "maven": "MavenVersion",
    "npm": "SemverVersion",
    "nuget": "NugetVersion",
    "pub": "SemverVersion",
    "pypi": "PypiVersion",
    "rpm": "RpmVersion",
    "swift": "SemverVersion",
}
"""The rules by type of package URL; of other types nobody says which version is the later."""


def rank_versions(purl: str, texts: Iterable[str]) -> Mapping[str, int]:
    """A number for each text that is a version of the package, the later the higher; equal versions share one.

    Texts that are no version are left out: all, where the ecosystem's rules are not known.
    """
    known = _CLASSES.get(purl.removeprefix("pkg:").partition("/")[0])
    if known is None:
        return {}
    read = [(text, version) for text in sorted(set(texts)) if (version := _read(known, text)) is not None]
    return _ranked(read)


@lru_cache(maxsize=1 << 14)
def _read(known: str, text: str) -> Version | None:
    from univers import versions  # noqa: PLC0415 - costs 60 ms, and only runs about packages need it

    if not _PLAUSIBLE.fullmatch(text):
        return None
    try:
        version: Version = getattr(versions, known)(text)
    except Exception:  # noqa: BLE001 - each ecosystem's parser has errors of its own
        return None
    return version


def _ranked(read: list[tuple[str, Version]]) -> Mapping[str, int]:
    read.sort(key=_version)
    ranks: dict[str, int] = {}
    last: tuple[int, Version] | None = None
    for place, (text, version) in enumerate(read):
        if last is None or last[1] < version:
            last = (place, version)
        ranks[text] = last[0]
    return ranks


def _version(entry: tuple[str, Version]) -> Version:
    return entry[1]
