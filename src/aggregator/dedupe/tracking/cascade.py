"""Recognise last run's problems in this run's entries: a one-to-one cascade from strong to weak evidence.

Exact evidence is used up over the whole run before weaker evidence is looked at, so that something that moved cannot
steal the identity of something that stayed. Where weaker evidence is ambiguous, nothing is matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.homes import HomesByName
from aggregator.dedupe.tracking.joined_scopes import match_joined_scopes
from aggregator.dedupe.tracking.ledger import Files, Known, Ledger, Match, Tracking
from aggregator.dedupe.tracking.past_places import match_said_again
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard, followed_scopes, renamed_scopes
from aggregator.dedupe.tracking.scope_turns import back_again, left_behind, taken_at_their_word
from aggregator.dedupe.tracking.testimony import Testimony
from aggregator.dedupe.tracking.unchanged import match_unchanged
from aggregator.model.passage import NOT_KNOWN, History
from aggregator.model.state import Tracked

__all__ = ["Files", "Known", "Match", "Tracking", "track"]


def track(
    entries: Sequence[Entry],
    keys: Sequence[tuple[str, ...]],
    previous: Iterable[Tracked],
    files: Files,
    history: History = NOT_KNOWN,
    homes: HomesByName | None = None,
    heard: Heard = NOTHING_HEARD,
) -> Tracking:
    """Match entries to remembered sources of the same tool and scope, one to one.

    ``keys`` stand beside ``entries``. Closed findings are remembered too, so that what comes back in its place is
    recognised; weaker evidence never brings one back.
    ``files`` tells which files exist now, so that none of them counts as renamed, and what stands in them, so that no
    line counts as moved which stands where it stood, unread; and of which resources a report has a row.
    ``history`` tells what became of files since the state was made, where that is known.
    ``homes`` tell products apart, where there are several: a scope of one is never taken for a scope of another.
    ``heard`` tells which scopes there are without findings too, so that none of them counts as renamed.
    """
    known = [Known(tracked, sighting) for tracked in previous for sighting in tracked.sightings]
    if not known:
        return Tracking({}, ())
    scopes = renamed_scopes(entries, keys, known, heard, homes)
    ledger = Ledger(entries, keys, known, files.standing, Testimony(history) if history else None, scopes)
    match_said_again(ledger)
    match_unchanged(ledger)
    if ledger.old and ledger.new:
        from aggregator.dedupe.tracking.changed import match_changed  # noqa: PLC0415 - a first run knows nothing

        match_changed(ledger, files, history)
    joined = match_joined_scopes(ledger, heard, homes) if ledger.old and ledger.new else ()
    if not scopes:
        return replace(ledger.answer(), kept=joined)
    followed = followed_scopes(scopes, entries, known, ledger.matches)
    renamed, begun = taken_at_their_word(followed, heard)
    return replace(
        ledger.answer(),
        renamed=renamed,
        older=left_behind(renamed, heard),
        begun=begun,
        back=back_again(followed, heard),
        kept=_kept(ledger, renamed),
    )


def _kept(ledger: Ledger, renamed: Mapping[tuple[str, str], str]) -> tuple[Known, ...]:
    """What was recognised under another scope's name although its own goes on, at least until the next run.

    A report about a part showed it, or one that may take turns with its own.
    """
    found = ((match.known, ledger.entries[new].results[0].scope) for new, match in sorted(ledger.matches.items()))
    return tuple(
        known
        for known, scope in found
        if known.sighting.scope != scope
        and (known.sighting.tool, known.sighting.scope) not in renamed
        and known.tracked.closed_at is None
    )
