"""Secrets that may be remembered: keys from seals that a key of the user made, and from no other.

A seal is comparable only with those of the same key, so it carries the key's name. When the user changes the key, no
old seal says anything any more, and secrets are known again by their places, as without a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from aggregator.model.result import Result
from aggregator.normalize.secret_key import key_name_of, may_be_stored

_HERE, _MOVED, _VALUE = "v1:secret:", "v1:moved-secret:", "v1:value:"


def secret_keys(result: Result) -> tuple[str, ...]:
    """The keys of a secret, strongest first: in this file, anywhere, and the bare seal, by which tools compare.

    None without a key of the user. The rule is no part of them: a value is the same problem under any name.
    """
    sealed = result.secret
    if not may_be_stored(sealed):
        return ()
    where = result.location.path if result.location else result.resource.uid if result.resource else result.scope
    return (
        _HERE + _digest(result.tool, where, sealed),
        _MOVED + _digest(result.tool, sealed),
        _VALUE + sealed,
    )


def without_seals(keys: Sequence[str]) -> Sequence[str]:
    """The keys that are there whatever key the user gives, or none."""
    if not keys or not keys[0].startswith(_HERE):  # nearly all
        return keys
    return [key for key in keys if not key.startswith((_HERE, _MOVED, _VALUE))]


def secrets_differ(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether two sources (by their keys) are about different secrets: what stands in a place is then a new problem.

    Never while one of them has no seal, or another key made it.
    """
    ours = kept_secret(new)
    theirs = kept_secret(old) if ours else ""
    return bool(theirs) and ours != theirs and key_name_of(ours) == key_name_of(theirs)


def kept_secret(keys: Sequence[str]) -> str:
    """The seal that a source was remembered by; empty when there is none."""
    if not keys or not keys[0].startswith(_HERE):  # nearly all
        return ""
    return next((key.removeprefix(_VALUE) for key in keys if key.startswith(_VALUE)), "")


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
