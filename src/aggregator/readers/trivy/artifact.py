"""What a Trivy report is about: an image, or a folder whose place in the repository prefixes every path."""

from __future__ import annotations

import re
from contextlib import suppress
from posixpath import basename, join

import msgspec
from msgspec import Struct

from aggregator.normalize.images import image_repository, image_scope
from aggregator.normalize.paths import is_inside, normalize_path
from aggregator.normalize.text import clean_text
from aggregator.readers.trivy.shapes import Metadata

# Targets that name an ecosystem, not a file; the path stands in PkgPath.
_PSEUDO_TARGETS = frozenset(
    ("Java", "Node.js", "Python", "Ruby", "Conda", "Rust Binary", "Kubernetes", "OS Packages", "Loose File License(s)")
)
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://(?:[^/@]*@)?", re.IGNORECASE)


class Artifact(Struct, frozen=True):
    """The scanned thing.

    Attributes:
        scope: the image's line, the folder, or the report's place where the report names neither.
        image: the image's repository without tag and digest; empty outside images.
        folder: the scanned folder below the repository root; empty when it is the root or unknown.
        system: the image's operating system; empty where none is told.
    """

    scope: str
    image: str = ""
    folder: str = ""
    roots: tuple[str, ...] = ()
    system: str = ""

    def path(self, target: str) -> str:
        """A target's path: inside the image, or below the repository root."""
        if target in _PSEUDO_TARGETS:
            return ""
        path = normalize_path(target, self.roots)
        if not self.folder or not is_inside(path):
            return path
        # A single file may be the artifact itself; its target is the file's name.
        return self.folder if path == basename(self.folder) else join(self.folder, path)


def artifact_of(name: str, kind: str, metadata: Metadata | None, place: str, roots: tuple[str, ...]) -> Artifact:
    """What a report says it is about."""
    cleaned = clean_text(name).strip()
    if kind == "container_image":
        tags = [*((metadata and metadata.repo_tags) or ()), *((metadata and metadata.repo_digests) or ())]
        is_named = bool(cleaned) and not cleaned.startswith("sha256:") and not cleaned.endswith((".tar", ".tar.gz"))
        reference = cleaned if is_named or not tags else clean_text(tags[0])
        system = _system_in(metadata) if metadata else ""
        return Artifact(image_scope(reference) or place, image_repository(reference) or place, "", roots, system)
    url = _URL.match(cleaned)
    if url:
        return Artifact(
            scope=cleaned[url.end() :].partition("?")[0].removesuffix(".git").strip("/") or place, roots=roots
        )
    folder = normalize_path(cleaned, roots)
    if not is_inside(folder):
        return Artifact(scope=place, roots=roots)
    return Artifact(scope=folder, folder=folder if kind in ("filesystem", "repository") else "", roots=roots)


class _System(Struct, frozen=True, rename="pascal"):
    family: str | None = None


def _system_in(metadata: Metadata) -> str:
    with suppress(msgspec.DecodeError):
        return clean_text(msgspec.json.decode(metadata.system, type=_System).family or "")
    return ""
