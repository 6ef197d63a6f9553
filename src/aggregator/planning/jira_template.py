"""What people wrote for new tickets, with the findings' words in the place of the braces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.writers.escape import clip, plain
from aggregator.writers.finding_words import steady_place
from aggregator.writers.summary_cells import day, many

if TYPE_CHECKING:
    from pydantic import JsonValue

_TITLE = 120
_PLACE = 90
_NAME = 60


class Template:
    """Fills templates with the words of some findings, the worst first.

    Args:
        title: what they are called together.
        place: where they are together.
        due: they; at least one.
        outcome: the run's.
    """

    def __init__(self, title: str, place: str, due: Sequence[Finding], outcome: Outcome) -> None:
        worst, home = due[0], outcome.context.home(due[0])
        days = [each.due_at for each in due if each.due_at is not None]
        words = {
            "severity": worst.severity.value,
            "title": clip(title, _TITLE),
            "place": clip(place, _PLACE),
            "rule": clip(worst.rule_id, _TITLE),
            "tool": clip(worst.tool, _NAME),
            "product": home.product,
            "environment": home.environment,
            "id": worst.id,
            "owner": clip(worst.owners[0].removeprefix("@"), _NAME) if worst.owners else "",
            "count": str(len(due)),
            "due": day(min(days)) if days else "",
        }
        self._words: Mapping[str, str] = {name: plain(word) for name, word in words.items()}

    def text(self, template: str) -> str:
        """One text."""
        return template.format_map(self._words)

    def label(self, template: str) -> str:
        """One label: what a placeholder brought must not bring blanks along."""
        return "-".join(self.text(template).split())

    def field(self, value: JsonValue) -> str:
        """A field's value as JSON, every text in it filled."""
        return msgspec.json.encode(self._filled(value)).decode()

    def _filled(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        if isinstance(value, dict):
            return {name: self._filled(each) for name, each in value.items()}
        return value


def of_one(finding: Finding, outcome: Outcome) -> Template:
    """For a ticket about one finding."""
    return Template(plain(finding.title) or "Untitled", plain(steady_place(finding)), (finding,), outcome)


def of_several(title: str, due: Sequence[Finding], outcome: Outcome, place: str = "") -> Template:
    """For a ticket about several findings; without a ``place`` they are where they all are, or in so many places."""
    places = {plain(steady_place(each)) for each in due}
    where = place or (next(iter(places)) if len(places) == 1 else many(len(places), "place"))
    return Template(title, where, due, outcome)
