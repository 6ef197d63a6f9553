"""Container images: the repository that stays the same from one build to the next, and tags that are names."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"[^\W\d]+(?:[._-]+[^\W\d]+)*")
_COMMIT = re.compile(r"[a-f]{7,}")
_HUB = re.compile(r"^(?:index\.)?docker\.io/(?:library/)?")


@lru_cache(maxsize=1024)
def image_repository(reference: str) -> str:
    """An image reference without tag and digest; Docker Hub's own prefix is left out, as people leave it out."""
    return _HUB.sub("", _parts(reference)[0])


def image_scope(reference: str) -> str:
    """What a scan of an image looks at: the repository, and its tag where that is the name of a line (``prod``).

    Two lines have two contents, and each is looked at by itself. A tag with a number in it, or a commit, is one more
    build of the same line, and so is ``latest``, which is what no tag means.
    """
    repository, tag = image_repository(reference), _parts(reference)[1]
    return (
        f"{repository}:{tag}" if tag != "latest" and _NAME.fullmatch(tag) and not _COMMIT.fullmatch(tag) else repository
    )


def _parts(reference: str) -> tuple[str, str]:
    """Name and tag of a reference, without its digest."""
    name = reference.partition("@")[0]
    *folders, last = name.split("/")  # before the last slash a colon opens a registry's port
    alone, _, tag = last.partition(":")
    return "/".join((*folders, alone)), tag


def image_name(repository: str) -> str:
    """What stays of a repository's name when the image is kept in another registry, or under another owner."""
    return repository.rpartition("/")[2]
