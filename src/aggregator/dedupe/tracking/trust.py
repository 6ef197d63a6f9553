"""Whose fingerprints are to be believed: those that do not contradict what the checkout or the reports show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Family, Row, same_text

_MOST_CONTRADICTED = 0.1

Source = tuple[str, str]
"""Tool and scope."""


def liars(ledger: Ledger, shared: Iterable[tuple[list[int], list[int]]]) -> frozenset[Source]:
    """The tools and scopes whose own fingerprints contradict exact evidence in more than a tenth of what they share.

    A fingerprint contradicts it when it joins two different texts although the old text stands unchanged in the file:
    it names a place, or counts, and whatever comes there gets it.
    """
    told: Counter[Source] = Counter()
    lied: Counter[Source] = Counter()
    texts: set[tuple[Family, str, str]] | None = None
    for old, new in shared:
        if not ledger.old_place(old[0]) or not ledger.new_place(new[0]):
            continue
        one, two = ledger.old_row(old[0]), ledger.new_row(new[0])
        told[one.family[:2]] += 1
        if same_text(one, two) is False:
            texts = _texts(ledger) if texts is None else texts
            lied[one.family[:2]] += any((one.family, one.path, text) in texts for text in one.texts if text)
    return frozenset(source for source, times in lied.items() if times > _MOST_CONTRADICTED * told[source])


def _texts(ledger: Ledger) -> set[tuple[Family, str, str]]:
    """Every text that is still unrecognised, by rule and file."""
    rows: list[Row] = [ledger.new_row(index) for index in ledger.new if ledger.new_place(index)]
    return {(row.family, row.path, text) for row in rows for text in row.texts if text}
