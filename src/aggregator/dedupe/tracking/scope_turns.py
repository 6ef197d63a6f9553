"""Which new names of scopes are believed: reports that take turns look like one that is renamed over and over."""

from __future__ import annotations

from collections import Counter

from aggregator.dedupe.tracking.scope_renames import Heard, Renames, Scope, words_of

_HABIT = 2
"""From so many names that a scope had before on, yet another one is no wonder."""


def taken_at_their_word(followed: Renames, heard: Heard) -> tuple[dict[Scope, str], dict[Scope, str]]:
    """Which of the ``followed`` scopes have their new name from now on, and which only if the next run says so too.

    A name that differs in numbers alone is another one of the same scope, and so is one more name of a scope that had
    several before. Any other may be that of a scope which takes turns with the old one, as a nightly scan does with
    that of a push; and a name that is back shows that the two do: that is neither.
    """
    names = Counter((tool, name) for (tool, _), name in heard.earlier.items())
    at_once: dict[Scope, str] = {}
    begun: dict[Scope, str] = {}
    for (tool, old), new in followed.items():
        if (tool, new) not in heard.earlier:
            sure = names[tool, old] >= _HABIT or words_of(old) == words_of(new)
            (at_once if sure else begun)[tool, old] = new
    return at_once, begun


def back_again(followed: Renames, heard: Heard) -> dict[Scope, str]:
    """The names that are back, by those that their findings went on under."""
    return {(tool, old): new for (tool, old), new in followed.items() if (tool, new) in heard.earlier}


def left_behind(renamed: Renames, heard: Heard) -> dict[Scope, str]:
    """The new names of scopes by those that they had before their old ones: what was left under them goes along."""
    return {
        (tool, name): renamed[tool, old]
        for (tool, name), old in heard.earlier.items()
        if (tool, old) in renamed and (tool, name) not in heard.now
    }
