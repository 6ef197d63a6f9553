"""The key that people supply so that a secret is known again from run to run, and a new one on an old line is new."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Self

SHORTEST = 32
"""Characters; a key that can be guessed would give the secrets away that its digests stand for."""

_KEPT = "."
_NAME_LENGTH = 8


class SecretKey(bytes):
    """A key of a user. Only what it sealed may be stored; it prints as nothing but its kind.

    Attributes:
        name: what tells one key from the next, and nothing about either (8 hex digits).
    """

    name: str

    def __new__(cls, said: str) -> Self:
        """The key made from what the user wrote."""
        made = super().__new__(cls, sha256(f"onefold secret-key\x1f{said}".encode("utf-8", "surrogatepass")).digest())
        made.name = hmac.digest(made, b"name of this key", "sha256").hex()[:_NAME_LENGTH]
        return made

    def __repr__(self) -> str:
        return "<secret key>"

    __str__ = __repr__

    def mark(self, sealed: str, recipe: str = "") -> str:
        """A seal as one that may be stored; one of another ``recipe`` is no more comparable than one of another key."""
        return f"{self.name}{recipe}{_KEPT}{sealed}"


def may_be_stored(sealed: str) -> bool:
    """Whether a user's key made this seal; one of a run's own key is never stored."""
    return _KEPT in sealed


def key_name_of(sealed: str) -> str:
    """The name of the key that made a seal, and of its recipe; empty for the run's own."""
    return sealed.partition(_KEPT)[0] if _KEPT in sealed else ""
