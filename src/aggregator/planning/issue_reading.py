"""Which of our issues are worth a closer look, and which to look for: few, so that calls stay few."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from aggregator.model.finding import AGREEMENT, Standing
from aggregator.model.overruled import words_by
from aggregator.model.state import State
from aggregator.planning.issue_memory import heard_until, rolling_in
from aggregator.planning.issue_words import LABELS, NOT_PLANNED, ORIGIN
from aggregator.planning.observed import SeenIssue
from aggregator.writers.issue_marks import ROLLING

_MARGIN = timedelta(days=2)
"""How long before the last hearing a comment may be and still be read again: clocks differ, and lists lag behind."""
_MOST = 100
"""Issues that nobody touched of late and that are read in one run: each takes two calls, of some hundreds."""
_NUMBER = re.compile(r"/issues/([1-9]\d{0,14})\Z")


class Reading:
    """Tells for each issue whether to ask for its comments and who closed it; without a state for all."""

    def __init__(self, state: State | None) -> None:
        self._since = None if state is None else heard_until(state) - _MARGIN
        self._left = _MOST
        self._contradicted: set[str] = set()
        self._asking: set[str] = set()
        self._heard: set[str] = set()
        self._fixed: set[str] = set()
        self._late: set[str] = set()
        self._deciders: dict[tuple[str, datetime | None], str] = {}
        rolling = "" if state is None else rolling_in(state)
        self._ours = {rolling} - {""}
        self._named = [] if state is None else [_numbered((rolling,))]
        for tracked in state.findings if state is not None else ():
            said = words_by(tracked.decision, ORIGIN)
            self._ours.update(tracked.tickets)
            if said:
                self._heard.update(tracked.tickets)
                places = (*tracked.tickets, rolling)
                self._deciders.update(((url, word.decided_at), word.author) for url in places for word in said)
            if tracked.closed_at is not None and not tracked.decision.disposition.silences:
                self._fixed.update(tracked.tickets)
            if not tracked.tickets or tracked.closed_at is not None:
                continue
            issues = _numbered(tracked.tickets)
            self._named.append(issues)
            if tracked.decision.origin not in ("", AGREEMENT, ORIGIN) or (said and len(issues) > 1):
                # What holds was said elsewhere, or nothing tells on which of the issues.
                self._contradicted.update(tracked.tickets)
            if tracked.standing is Standing.BREACHED:
                self._late.update(tracked.tickets)
            if not tracked.decision.disposition.silences:
                self._asking.update(tracked.tickets)

    def decider(self, url: str, said_at: datetime) -> str:
        """Who the state remembers to have decided there then; empty for nobody."""
        return self._deciders.get((url, said_at), "")

    def names(self, url: str) -> bool:
        """Whether the state remembers it as ours: nobody else can bring it to do so."""
        return url in self._ours

    def wants(self, issue: SeenIssue) -> bool:
        """Whether somebody may have said something on it that the state does not know.

        Of those that nobody touched of late only so many are read: what was heard there is remembered.
        """
        touched_at = issue.updated_at
        if self._since is None or touched_at is None or touched_at >= self._since or issue.key == ROLLING:
            return True
        is_read = self._left > 0 and self._is_doubtful(issue)
        self._left -= is_read
        return is_read

    def _is_doubtful(self, issue: SeenIssue) -> bool:
        """Whether it matters what stands there, though nobody touched it.

        What is fixed may come back under a decision that was made on the issue, of which it remembers nothing itself.
        Where it is locked no answer takes a label off that counts less than a command.
        """
        url = issue.url
        if url in self._contradicted or (issue.is_locked and not LABELS.keys().isdisjoint(issue.labels)):
            return True
        if issue.is_open:  # people may have opened it after the last word
            return issue.state_reason == "reopened" and url not in self._late
        is_decided = issue.state_reason == NOT_PLANNED or url in self._heard
        return url in self._asking or (url in self._fixed and is_decided)

    def lacking(self, listed: Collection[int]) -> dict[int, str]:
        """The addresses of issues that the state names and a list lacks, by number, the newest first.

        A finding needs one issue: where one of its own is listed, its others are not looked for.
        """
        lost = {number: named[number] for named in self._named if named.keys().isdisjoint(listed) for number in named}
        return dict(sorted(lost.items(), reverse=True))


def _numbered(addresses: Iterable[str]) -> dict[int, str]:
    found = ((_NUMBER.search(address), address) for address in addresses)
    return {int(number[1]): address for number, address in found if number}
