"""The nearest right word for one that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_CLOSE = 0.85
_SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        # Keys, as other programs call them.
        "author": "owner",
        "cve": "vulnerability",
        "end": "expires",
        "expiration": "expires",
        "expiry": "expires",
        "file": "path",
        "line": "path",
        "package": "purl",
        "threshold": "fail-on",
        "until": "expires",
        "why": "reason",
        # Values.
        "accepted": "risk_accepted",
        "dependency": "sca",
        "docker": "container",
        "fp": "false_positive",
        "moderate": "medium",
        "terraform": "iac",
        "web": "dast",
        "wont_fix": "risk_accepted",
        "wontfix": "risk_accepted",
    }
)


def nearest(said: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The known word that was probably meant: one like it, one that begins with it, a synonym; empty for none."""
    from difflib import get_close_matches  # noqa: PLC0415 - costs 1 ms, and few runs meet a slip

    words = sorted(known)
    plain = said.lower()
    meant = _SYNONYMS.get(plain.replace("-", "_"), "")
    if meant in words:
        return meant
    close = get_close_matches(plain, words, n=1, cutoff=cutoff)
    begun = [word for word in words if len(plain) > 2 and word.startswith(plain)]  # noqa: PLR2004 - a letter is no hint
    return next(iter((*close, *begun)), "")


def very_near(said: str, known: Iterable[str]) -> str:
    """The known word of which this is a mere slip; empty for none."""
    return nearest(said, known, cutoff=_CLOSE)
