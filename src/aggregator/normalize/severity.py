"""Severity: every tool's words and scores on one scale of five steps."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from aggregator.model.severity import Cvss, Severity

_WORDS: dict[str, Severity] = {
    "critical": Severity.CRITICAL,
    "blocker": Severity.CRITICAL,
    "high": Severity.HIGH,
    "important": Severity.HIGH,
    "error": Severity.HIGH,
    "major": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "moderate": Severity.MEDIUM,
    "warning": Severity.MEDIUM,
    "warn": Severity.MEDIUM,
    "low": Severity.LOW,
    "minor": Severity.LOW,
    "note": Severity.LOW,
    "recommendation": Severity.LOW,
    "info": Severity.INFO,
    "information": Severity.INFO,
    "informational": Severity.INFO,
    "negligible": Severity.INFO,
    "none": Severity.INFO,
    # Semgrep's deprecated words: listings, not problems.
    "inventory": Severity.INFO,
    "experiment": Severity.INFO,
}

_PREFIXED = ("3.0", "3.1", "4.0")
_HIGHEST = 10.0
_FLOORS = (
    (Severity.CRITICAL, 9.0),
    (Severity.HIGH, 7.0),
    (Severity.MEDIUM, 4.0),
    (Severity.LOW, 0.1),
    (Severity.INFO, 0.0),
)
_FLOORS_V2 = ((Severity.HIGH, 7.0), (Severity.MEDIUM, 4.0), (Severity.LOW, 0.0))


@lru_cache(maxsize=1024)
def severity_of_word(word: str) -> Severity | None:
    """The step a severity or level word stands for, in any case; ``None`` for a word nobody knows.

    A level's ``error``, ``warning`` and ``note`` are high, medium and low: a level has no word for critical.
    """
    return _WORDS.get(word.strip().lower())


def severity_of_score(score: float, version: str = "") -> Severity:
    """The step of a CVSS score or a SARIF ``security-severity`` (FIRST's qualitative scale).

    CVSS v2 (``version`` starting ``2``) has neither critical nor none. A score that is not a number from 0.0 to 10.0
    says nothing and is INFO.
    """
    if not 0.0 <= score <= _HIGHEST:  # NaN as well
        return Severity.INFO
    floors = _FLOORS_V2 if version.startswith("2") else _FLOORS
    return next(step for step, floor in floors if score >= floor)


@lru_cache(maxsize=1 << 14)
def cvss_of_vector(vector: str, source: str = "", score: float | None = None) -> Cvss | None:
    """A rating from a vector as published: v2 without prefix, v3 and v4 with it or without.

    The score is computed from the vector; ``score`` is used only where the vector cannot be understood, and then
    stands alone. ``None`` when neither can be used.
    """
    from cvss import CVSS2, CVSS3, CVSS4  # noqa: PLC0415 - costs 12 ms
    from cvss.exceptions import CVSSError  # noqa: PLC0415 - as above

    text = vector.strip().strip("()")
    body, version = _split_vector(text)
    try:
        if version == "2.0":
            return Cvss("2.0", float(CVSS2(body).base_score), body, source)
        if version == "4.0":
            return Cvss("4.0", float(CVSS4(f"CVSS:4.0/{body}").base_score), f"CVSS:4.0/{body}", source)
        rating = CVSS3(f"CVSS:{version}/{body}")
        return Cvss(version, float(rating.base_score), f"CVSS:{version}/{body}", source)
    except (CVSSError, ArithmeticError, LookupError, ValueError):
        if score is None or not 0.0 < score <= _HIGHEST:
            return None
        return Cvss(version, score, "", source)


def preferred_cvss(ratings: Iterable[Cvss]) -> Cvss | None:
    """Of the ratings of one source the one to show: the newest version of CVSS that rates at all."""
    usable = [rating for rating in ratings if rating.score > 0.0]
    return max(usable, key=lambda rating: rating.version, default=None)


def _split_vector(text: str) -> tuple[str, str]:
    if text.upper().startswith("CVSS:"):
        prefix, _, body = text.partition("/")
        return body, prefix[5:] if prefix[5:] in _PREFIXED else "3.1"
    if "Au:" in text:
        return text, "2.0"
    return text, "4.0" if "/AT:" in text else "3.1"
