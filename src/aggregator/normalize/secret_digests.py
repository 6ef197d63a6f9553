"""Digests of secrets by the detectors of detect-secrets, which Checkov uses too: of what they are, and of what not.

A detector hashes what its pattern captures. Of some kinds that is not the value: of a GitHub token it is ``ghp``, of a
private key its first line, and where a pattern takes in quotes or blanks they are hashed with it.
"""

from __future__ import annotations

from hashlib import sha1

from aggregator.normalize.secrets import seal_digest

_IN_PART = frozenset(
    (
        *("artifactory-credentials", "azure-storage-account-access-key", "github-token", "gitlab-token"),
        *("json-web-token", "npm-tokens", "private-key"),
    )
)
_OF_NOTHING = sha1(b"", usedforsecurity=False).hexdigest()


def seal_detected(kind: str, digest: str, key: bytes) -> str:
    """The seal of a value of which a detector tells the SHA-1; empty where the digest is not of the whole value.

    ``kind`` is the detector's secret type as an id (``github-token``): equal digests of such a kind do not mean equal
    secrets, and different ones not different secrets.
    """
    return "" if kind in _IN_PART or digest == _OF_NOTHING else seal_digest(digest, key)
