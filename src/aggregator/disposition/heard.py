"""What was heard elsewhere: decisions that people stated about a finding, and where the exceptions contradict them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.statement import Statement, Statements
from aggregator.policy import ExceptionRule


class Heard:
    """Finds the statements about a finding, and counts those that an exception contradicts."""

    def __init__(self, statements: Statements) -> None:
        self.is_empty = not statements.said
        self.origins = statements.origins
        self._said: defaultdict[str, list[Statement]] = defaultdict(list)
        for statement in statements.said:
            self._said[statement.finding].append(statement)
        self._differences: Counter[tuple[str, str, Disposition, Disposition]] = Counter()

    def about(self, finding: Finding) -> Sequence[Statement]:
        """What was said about it, by its id or one it had before."""
        said = list(self._said.get(finding.id, ()))
        for alias in finding.aliases:
            said += self._said.get(alias, ())
        return said

    def compare(self, statements: Iterable[Statement], rules: Iterable[ExceptionRule], now: datetime) -> None:
        """Remember where the two say different things about one finding; the rules hold, a statement may be over."""
        holding = tuple(rules)
        for statement in statements:
            said = statement.decision
            if said.expires_at is not None and said.expires_at <= now:
                continue
            for rule in holding:
                if said.disposition != rule.status:
                    self._differences[statement.where, rule.place, said.disposition, Disposition(rule.status)] += 1

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """One message for each pair of places that differ."""
        return tuple(_differ(*pair, count) for pair, count in sorted(self._differences.items()))


def _differ(where: str, place: str, said: Disposition, written: Disposition, count: int) -> Diagnostic:
    stricter = min(said, written, key=lambda each: each.strictness)
    many = "1 finding" if count == 1 else f"{count} findings"
    reason = (
        f"About {many} {where} says {_words(said)} and the exception says {_words(written)}; "
        f"the stricter holds: {_words(stricter)}."
    )
    return Diagnostic("decisions-differ", Level.WARNING, place, reason, "Change one of the two.")


def _words(disposition: Disposition) -> str:
    return disposition.value.replace("_", " ")


def decisions(statements: Iterable[Statement]) -> list[Decision]:
    """The decisions alone."""
    return [statement.decision for statement in statements]
