"""What a Grype report is about: an image, or a folder whose place in the repository prefixes every path."""

from __future__ import annotations

from posixpath import join

import msgspec
from msgspec import Struct

from aggregator.normalize.images import image_repository, image_scope
from aggregator.normalize.paths import is_inside, normalize_path
from aggregator.normalize.text import clean_text
from aggregator.readers.base import ReadContext
from aggregator.readers.grype.shapes import Envelope, Image, Source


class Subject(Struct, frozen=True):
    """The scanned thing.

    Attributes:
        image: the image's repository; empty outside images.
        folder: the scanned folder below the repository root.
        distro: the operating system's name, for packages without a package URL.
    """

    scope: str
    image: str = ""
    folder: str = ""
    distro: str = ""
    roots: tuple[str, ...] = ()

    def path(self, raw: str) -> str:
        """A path inside the image, or below the repository root."""
        path = normalize_path(raw, self.roots).lstrip("/")
        return join(self.folder, path) if self.folder and is_inside(path) and path != self.folder else path


def subject_of(envelope: Envelope, context: ReadContext) -> Subject:
    """What a report says it is about."""
    source = envelope.source or Source()
    distro = clean_text((envelope.distro.name if envelope.distro else None) or "").strip()
    if source.type == "image":
        name = _image_name(msgspec.json.decode(source.target, type=Image))
        image, scope = image_repository(name) or context.place, image_scope(name) or context.place
        return Subject(scope, image=image, distro=distro, roots=context.roots)
    target = msgspec.json.decode(source.target) if memoryview(source.target) else ""
    if source.type not in ("directory", "file") or not isinstance(target, str):
        return Subject(context.place, distro=distro, roots=context.roots)
    folder = normalize_path(target, context.roots)
    if not is_inside(folder):
        return Subject(context.place, distro=distro, roots=context.roots)
    return Subject(folder, folder=folder, distro=distro, roots=context.roots)


def _image_name(image: Image) -> str:
    """By what the caller asked for; a file or a digest is named by the image's own tags."""
    asked = clean_text(image.user_input or "").strip()
    is_named = asked and not asked.startswith("sha256:") and not asked.endswith((".tar", ".tar.gz"))
    names = [clean_text(name) for name in (*(image.tags or ()), *(image.repo_digests or ()))]
    return asked if is_named or not names else names[0]
