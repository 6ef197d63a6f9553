"""What readers of vulnerable packages say alike: names of advisories, the sentence about one, a rating's step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from aggregator.model.severity import Cvss, Severity
from aggregator.normalize.severity import severity_of_score, severity_of_word
from aggregator.normalize.text import clean_text, first_sentence
from aggregator.normalize.vulnerability_ids import normalize_vulnerability_ids


@lru_cache(maxsize=1 << 13)
def advisory_name(native: str) -> str:
    """An advisory's id in the spelling that all tools share; an id of no known scheme as it is."""
    own = clean_text(native).strip()
    return next(iter(normalize_vulnerability_ids((own,))), own)


def names_of_one(native: str, others: Iterable[str]) -> tuple[str, ...]:
    """The advisory's own name and its aliases, the best known first.

    Two CVEs are two vulnerabilities: an advisory of a distribution fixes several at once, and then ``others`` are what
    it is about, no other names of it.
    """
    own = advisory_name(native)
    known = normalize_vulnerability_ids((own, *others)) or (own,)
    if sum(name.startswith("CVE-") for name in known) > 1:
        return (own,)
    return known


def advice(package: str, version: str, name: str, fixed: Sequence[str]) -> str:
    """What is wrong and what to do, in one sentence."""
    fix = f"fixed in {', '.join(fixed)}" if fixed else "no fixed version is known"
    return f"{f'{package} {version}'.strip()} is affected by {name}; {fix}."


def rated(word: str, cvss: Cvss | None, unrated: Severity = Severity.INFO) -> Severity:
    """The step of the tool's word; without one that says anything the rating's step; else ``unrated``."""
    known = severity_of_word(word)
    if known is not None:
        return known
    return severity_of_score(cvss.score, cvss.version) if cvss else unrated


@lru_cache(maxsize=1 << 13)
def headline(text: str) -> str:
    """The first sentence of an advisory; many packages have the same one."""
    return first_sentence(text)


def cleaned(texts: Iterable[str] | None) -> tuple[str, ...]:
    """Versions or links without what is empty."""
    return tuple(clean for text in texts or () if (clean := clean_text(text).strip()))
