"""Which transition of a workflow brings about what we intend: any workflow, by the kind of status it leads to."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from aggregator.planning.jira_actions import Intent
from aggregator.sinks.jira.rows import Named, ScreenField, TransitionRow

_DONE, _NEW = "done", "new"
_NOTHING_DONE = re.compile(
    r"\b(?:won ?t(?:\b|fix|do)|cancel|reject|declin|den(?:y|ied)|dismiss|discard|withdr[ae]w|ignor|duplicat|invalid"
    r"|abandon|not an?\b|false|cannot|can ?t\b|obsolete|out of scope)"
)
"""Names of what ends a ticket without anything being done."""
_INK = re.compile(r"[\W_]+")
_SHOWN = 5


class Move(Struct, frozen=True):
    """A transition and what it asks for: values of fields by id."""

    transition: str
    fields: Mapping[str, object] = {}


class NoMove(Struct, frozen=True):
    """Why there is none.

    Attributes:
        lacking: ids and names of fields that every fitting transition asks for and that we cannot fill; empty when none
            fits.
        untrue: the statuses of the category done that it could be moved to, when each would say what is not so.
    """

    lacking: tuple[tuple[str, str], ...] = ()
    untrue: tuple[str, ...] = ()


def move_for(
    transitions: Iterable[TransitionRow],
    intent: Intent,
    resolutions: Sequence[str],
    filled: Container[str] = (),
    never: Sequence[str] | None = None,
) -> Move | NoMove:
    """The best transition for an intent.

    Args:
        transitions: those that the ticket offers now.
        intent: ``done`` or ``reopen``.
        resolutions: names of resolutions, or of statuses that say as much, the best first.
        filled: ids of fields that have a value already: what a move does not name stays as it is.
        never: names that would not be true of what is fixed; with them no way will do that ends it without anything
            being done. ``None`` where any end will do.
    """
    leading = [each for each in transitions if each.isAvailable and _leads(each, intent)]
    fitting = [each for each in leading if never is None or _is_true(each, resolutions, never)]
    ranked = sorted(fitting, key=lambda each: _rank(each, intent, resolutions))
    lacking: dict[str, str] = {}
    for each in ranked:
        fields, missing = _filled(each.fields, intent, resolutions, never or ())
        if all(id_ in filled for id_ in missing):
            return Move(each.id, fields)
        lacking |= missing
    untrue = () if fitting else tuple(dict.fromkeys(each.to.name for each in leading))
    return NoMove(tuple(lacking.items())[:_SHOWN], untrue[:_SHOWN])


def _names(transition: TransitionRow) -> tuple[str, str]:
    return transition.to.name, transition.name


def _is_true(transition: TransitionRow, resolutions: Sequence[str], never: Sequence[str]) -> bool:
    """Of what is fixed: the name that people gave to that is, whatever else it says."""
    if _plain(transition.to.name) in map(_plain, resolutions):
        return True
    return not any(_denies(name, never) for name in _names(transition))


def _denies(name: str, never: Sequence[str]) -> bool:
    """Whether it says that nothing was done, or that nothing was to be done."""
    return _means_nothing_done(name) or _plain(name) in map(_plain, never)


def _means_nothing_done(name: str) -> bool:
    return _NOTHING_DONE.search(_INK.sub(" ", name).lower()) is not None


def _leads(transition: TransitionRow, intent: Intent) -> bool:
    category = transition.to.statusCategory.key
    return category == _DONE if intent == "done" else category not in {_DONE, "undefined"}


def _rank(transition: TransitionRow, intent: Intent, resolutions: Sequence[str]) -> tuple[int, int, int, str]:
    """Smaller is better: what is named like a resolution, then what means work done, or work to do; then by id."""
    names = _names(transition)
    if intent == "reopen":
        is_new = transition.to.statusCategory.key == _NEW
        return 0 if is_new else 1, 0 if "reopen" in " ".join(names).lower() else 1, *_number(transition.id)
    wanted = [_plain(name) for name in resolutions]
    named = min((wanted.index(_plain(name)) for name in names if _plain(name) in wanted), default=len(wanted))
    return named, 1 if any(map(_means_nothing_done, names)) else 0, *_number(transition.id)


def _number(id_: str) -> tuple[int, str]:
    """Ids are numbers in practice; what is none comes last."""
    return (int(id_), "") if id_.isascii() and id_.isdecimal() and len(id_) < 10 else (10**9, id_)  # noqa: PLR2004


def _filled(
    screen: Mapping[str, ScreenField], intent: Intent, resolutions: Sequence[str], never: Sequence[str]
) -> tuple[dict[str, object], dict[str, str]]:
    """Values for a transition's screen, and the fields, with their names, that want one which we do not have."""
    fields: dict[str, object] = {}
    lacking: dict[str, str] = {}
    for id_, asked in screen.items():
        if id_ == "resolution" and intent == "done":
            chosen = _resolution(asked, resolutions, never)
            if chosen is not None:
                fields[id_] = {"id": chosen.id}
                continue
        if asked.required and not asked.hasDefaultValue:
            lacking[id_] = asked.name or id_
    return fields, lacking


def _resolution(asked: ScreenField, wanted: Sequence[str], never: Sequence[str]) -> Named | None:
    """The first of those that are wanted; where one has to be given, the first that Jira offers and that means done."""
    offered = [each for value in asked.allowedValues if (each := _named(value)) is not None]
    by_name = {_plain(each.name): each for each in reversed(offered)}
    chosen = next((by_name[_plain(name)] for name in wanted if _plain(name) in by_name), None)
    if chosen is None and asked.required and not asked.hasDefaultValue:
        return next((each for each in offered if not _denies(each.name, never)), None)
    return chosen


def _named(value: object) -> Named | None:
    try:
        named = msgspec.convert(value, Named)
    except msgspec.ValidationError:
        return None
    return named if named.id else None


def _plain(name: str) -> str:
    """Case, blanks and signs do not matter."""
    return _INK.sub("", name).lower()
