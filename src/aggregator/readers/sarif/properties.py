"""Property bags (3.8): free-form by design, read once into the few values that writers agree on."""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct

from aggregator.readers.sarif.log import EMPTY

_DEEPEST_TAGS = 200


class Properties(Struct, frozen=True, gc=False):
    """What is known of a property bag.

    Attributes:
        score: ``security-severity`` as a number; ``None`` when it is absent or says nothing.
        word: the first severity word of the keys that hold one.
        quality: CodeQL's ``problem.severity``, which is not about security.
        weaknesses: values of ``cwe`` keys, as written.
        texts: all other plain texts at the top, by key.
    """

    score: float | None = None
    word: str = ""
    quality: str = ""
    precision: str = ""
    confidence: str = ""
    tags: tuple[str, ...] = ()
    weaknesses: tuple[object, ...] = ()
    texts: dict[str, str] = {}


NONE = Properties()
_WORD_KEYS = ("security-severity", "severity", "issue_severity", "securityRisk", "DevSkimSeverity")
_QUALITY = frozenset({"error", "warning", "recommendation"})


def properties_of(raw: Raw) -> Properties:
    """The property bag; an empty one when it is absent or no object."""
    if raw is EMPTY:  # most results have none
        return NONE
    content = bytes(memoryview(raw))
    return _decoded(content) if len(content) > len(b"{}") else NONE


@lru_cache(maxsize=4096)
def _decoded(content: bytes) -> Properties:
    bag = msgspec.json.decode(content)
    if not isinstance(bag, dict):
        return NONE
    texts = {key: value for key, value in bag.items() if isinstance(value, str)}
    quality = texts.get("problem.severity", "")
    words = [texts.get(key, "") for key in _WORD_KEYS]
    words.append(_nested(bag.get("problem")))
    words.append("" if quality.lower() in _QUALITY else quality)
    return Properties(
        score=_score(bag.get("security-severity")),
        word=next((word for word in words if word and _score(word) is None), ""),
        quality=quality,
        precision=texts.get("precision", ""),
        confidence=texts.get("issue_confidence") or texts.get("confidence", ""),
        tags=_tags(bag.get("tags")),
        weaknesses=tuple(bag[key] for key in ("cwe", "CWE") if key in bag),
        texts=texts,
    )


def _score(value: object) -> float | None:
    """A score above 0 and up to 10; zero and anything else is no score."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and 0 < value <= 10 else None  # noqa: PLR2004 - the scale's end


def _nested(problem: object) -> str:
    """Snyk's infrastructure rules: ``problem: {severity: high}``."""
    severity = problem.get("severity") if isinstance(problem, dict) else None
    return severity if isinstance(severity, str) else ""


def _tags(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(tag for tag in value if isinstance(tag, str))[:_DEEPEST_TAGS]
