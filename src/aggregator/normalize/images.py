"""Container images: the repository that stays the same from one build to the next."""

from __future__ import annotations

import re
from functools import lru_cache

_HUB = re.compile(r"^(?:index\.)?docker\.io/(?:library/)?")


@lru_cache(maxsize=1024)
def image_repository(reference: str) -> str:
    """An image reference without tag and digest; Docker Hub's own prefix is left out, as people leave it out."""
    name = reference.partition("@")[0]
    if ":" in name.rpartition("/")[2]:  # in the first part a colon opens a registry's port
        name = name.rpartition(":")[0]
    return _HUB.sub("", name)


def image_name(repository: str) -> str:
    """What stays of a repository's name when the image is kept in another registry, or under another owner."""
    return repository.rpartition("/")[2]
