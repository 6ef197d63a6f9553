"""Follow what moved from the files of one report into those of another one of the same tool.

Where each service of a repository has a report of its own, a file that moves from one to the other leaves the first
report and turns up in the second. Scopes are otherwise kept apart: files of two services may have one name. Here the
lines of the checkout decide, and all that stands around them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Row
from aggregator.model.scope import engagement_in


def match_in_other_scopes(ledger: Ledger) -> None:
    """Pair what one rule flags in one text between the same neighbours, one against one over all scopes of its tool.

    Not while the old file holds the line still, unread. What two reports say of one file is for correlation to fold.
    """
    theirs = _by_sign(ledger.old_row(index) for index in ledger.alive(ledger.old) if ledger.old_place(index))
    ours = _by_sign(ledger.new_row(index) for index in ledger.new if ledger.new_place(index)) if theirs else {}
    for sign, old in theirs.items():
        new = ours.get(sign, [])
        if len(old) == len(new) == 1 and old[0].path != new[0].path and ledger.may_have_left(old[0].index):
            ledger.take(old[0].index, new[0].index, "high", "moved-context")


def _by_sign(rows: Iterable[Row]) -> dict[Hashable, list[Row]]:
    found: dict[Hashable, list[Row]] = {}
    for row in rows:
        around = row.around
        if around.head and any(around.above) and any(around.below):
            tool, scope, rule = row.family
            found.setdefault((tool, engagement_in(scope), rule, around, row.shape), []).append(row)
    return found
