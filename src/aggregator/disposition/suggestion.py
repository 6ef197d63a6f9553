"""The exception to write for one finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from aggregator.disposition.selection import selects
from aggregator.model.finding import Finding
from aggregator.policy import ExceptionRule

USUAL_DAYS = 90
"""How long a suggested exception holds where the policy allows it."""
REASON = "why this is acceptable"
NOBODY = "your-team"
_LONGEST = 500


def suggest(
    finding: Finding, known: Sequence[Finding], owners: Iterable[str], now: datetime, longest: int | None = None
) -> ExceptionRule:
    """An exception that means this finding and no other of those ``known``, by what will still be true of it later.

    Its owner is the first of ``owners`` who can be written there. It ends after the ``longest`` days that the policy
    allows for the finding's severity, or sooner.

    A vulnerable package is named by vulnerability and package, which outlive tools, versions, files and a lost state,
    with its manifest where that is needed to mean no other. Anything else is named by its id, which is carried over
    moves, renames and changes of tools.
    """
    owner = next(filter(_is_name, owners), NOBODY)
    last_day = now.date() + timedelta(days=min(longest or USUAL_DAYS, USUAL_DAYS))
    candidates = [
        ExceptionRule(
            status="risk_accepted",
            reason=REASON,
            owner=owner,
            decided=now.date(),
            expires=last_day,
            expect=1,
            id=selector.get("id"),
            vulnerability=selector.get("vulnerability"),
            purl=selector.get("purl"),
            path=selector.get("path"),
        )
        for selector in _selectors(finding)
    ]
    *durable, by_id = candidates
    alone = (rule for rule in durable if [other.id for other in known if selects(rule, other)] == [finding.id])
    return next(alone, by_id)


def _selectors(finding: Finding) -> Iterator[dict[str, str]]:
    """From the most durable on; the last is the id, which always means the finding alone."""
    component = finding.component
    if component is not None and finding.vulnerability_ids:
        package = {"vulnerability": finding.vulnerability_ids[0], "purl": component.purl}
        # A path inside an image names versions.
        manifest = {**package, "path": "" if component.image else component.path}
        for selector in (package, manifest):
            if all(map(_is_writable, selector.values())):
                yield selector
    yield {"id": finding.id}


def _is_name(text: str) -> bool:
    return text.isascii() and text.isprintable() and text == text.strip() and 0 < len(text) <= _LONGEST


def _is_writable(text: str) -> bool:
    """Whether a report's text may stand in the file: it means itself, as text and as a pattern."""
    return _is_name(text) and not text.startswith("!") and not {"*", "?", "\\", "@"} & set(text)
