"""A mistake in a policy file, said so that a person can correct it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from aggregator.model.errors import UsageError
from aggregator.policy.document import Loc
from aggregator.policy.gate_rule import parse_rule, split_rules
from aggregator.policy.keys import keys_of, places_of
from aggregator.policy.nearest import nearest, very_near
from aggregator.policy.part import Part, written_name
from aggregator.policy.policy import GATE_RULE

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_MOST_KEYS = 14
_MOST_PLACES = 3
_OF_ENTRY = frozenset({"selector"})
_LINES_OFF = frozenset({"on", "off"})
_WORDS = {
    "missing": "is missing",
    "string_too_short": "must not be empty",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": "must be a day: YYYY-MM-DD",
    "date_from_datetime_inexact": "must be a day: YYYY-MM-DD",
    "dict_type": "must be a group of keys",
    "mapping_type": "must be a group of keys",
    "tuple_type": "must be a list; begin each entry with a dash, or write [ ] around it",
}
_BOUNDS = {
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
    "too_short": "must have {min_length} or more entries",
}


def told(model: type[Part], mistakes: Iterable[ErrorDetails]) -> list[tuple[Loc, str]]:
    """Each mistake's place and its sentence: the key's path, what is wrong and the nearest right word, no value."""
    listed = list(mistakes)
    places = {each["loc"] for each in listed}
    return [(each["loc"], _sentence(model, each)) for each in listed if not _is_consequence(each, places)]


def _is_consequence(mistake: ErrorDetails, places: set[Loc]) -> bool:
    """Whether a list is too short only because its entries are wrong, which is said already."""
    loc = mistake["loc"]
    return mistake["type"] == "too_short" and any(len(each) > len(loc) and each[: len(loc)] == loc for each in places)


def _sentence(model: type[Part], mistake: ErrorDetails) -> str:
    loc, kind, said = mistake["loc"], mistake["type"], mistake.get("input")
    if kind == "extra_forbidden":
        return _unknown(model, loc)
    if kind == "invalid_key":
        return f"{path(loc[:-1])} has a key that is no text; put it in quotes"
    if kind == "model_type":
        return f"{path(loc)} must be a group of keys{_group(model, loc, said)}"
    place = path(loc[:-1] if kind in _OF_ENTRY else loc)
    return f"{place} {_WORDS.get(kind) or _what(kind, said, mistake.get('ctx', {}), mistake['msg'])}"


def _what(kind: str, said: object, context: Mapping[str, Any], message: str) -> str:
    """What must stand there instead."""
    if kind == "string_pattern_mismatch" and context["pattern"] == GATE_RULE:
        rule = "must be a gate rule, such as new:high, any:critical kind=sca or breached, or none"
        return f"{rule}{_rule_meant(str(said))}"
    if kind == "literal_error":
        return f"must be {context['expected']}{_meant(said, str(context['expected']))}"
    if kind == "string_type":
        return f"must be text{_no_text(said)}"
    if kind == "int_type":
        return f"must be a whole number{_bare(said)}"
    number = _BOUNDS.get(kind)
    if number is not None:
        hint = "; 0.3 is 30 %" if context.get("le") == 1 else ""
        return number.format(**context) + hint
    return message.replace("Input should be", "must be").replace("String should", "should")


def _meant(said: object, expected: str) -> str:
    """The word that was probably meant; YAML makes other things of ``on`` and ``off``."""
    words = re.findall(r"'([\w-]+)'", expected)
    if isinstance(said, bool):
        return "; put on and off in quotes" if _LINES_OFF & set(words) else ""
    near = nearest(str(said), words) if isinstance(said, str) else ""
    return f"; did you mean {near}?" if near else ""


def _no_text(said: object) -> str:
    if isinstance(said, dict):
        return "; a colon with a blank after it makes a group of keys, so put it in quotes"
    return ", not a list" if isinstance(said, list) else " (put it in quotes)"


def _bare(said: object) -> str:
    return ", without quotes or anything beside it" if isinstance(said, str) and said[:1].isdecimal() else ""


def _rule_meant(said: str) -> str:
    """What is wrong with a gate rule, in the words of those who read rules."""
    if len(split_rules(said)) > 1:
        return "; make each rule an entry of its own"
    try:
        parse_rule(said)
    except UsageError as error:
        if "risk" in said:
            return "; a risk is written risk>=80, with 100 at most"
        return f"; {error.next_step[:1].lower()}{error.next_step[1:].removesuffix('.')}"
    return "; write it in small letters with one blank between its words"


def _group(model: type[Part], loc: Loc, said: object) -> str:
    """Which keys the group has, where they are few; or where a list of that name belongs."""
    if loc == ("exceptions",) and isinstance(said, list):
        return "; exceptions themselves stand in .github/onefold-exceptions.yml"
    known = sorted(keys_of(model, loc))
    return f": {', '.join(known)}" if 0 < len(known) <= _MOST_KEYS else ""


def path(loc: Loc) -> str:
    """Where a key is: ``expected[0].tool``; ``the file`` for the whole of it."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{_printable(step)}" for step in loc)
    return text.removeprefix(".") or "the file"


def _unknown(model: type[Part], loc: Loc) -> str:
    said, known = written_name(str(loc[-1])), keys_of(model, loc[:-1])
    elsewhere = places_of(model, said.lower())
    meant = very_near(said, known)
    if not meant and 0 < len(elsewhere) <= _MOST_PLACES:
        meant = " or ".join(elsewhere)
    meant = meant or nearest(said, known)
    advice = f"did you mean {meant}?" if meant else f"known here: {', '.join(sorted(known))}"
    return f"{path(loc)} is not a known key; {advice}"


def _printable(key: str) -> str:
    kept = "".join(character if character.isprintable() else "?" for character in key)
    return kept if len(kept) <= 60 else f"{kept[:60]}..."  # noqa: PLR2004 - long enough for any real key
