"""A mistake in a policy file, said so that a person can correct it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, get_args

from aggregator.policy.document import Loc
from aggregator.policy.part import Part, written_name
from aggregator.policy.policy import GATE_RULES

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_WORDS = {
    "missing": "is missing",
    "string_type": "must be text (put it in quotes)",
    "string_too_short": "must not be empty",
    "tuple_type": "must be a list",
    "model_type": "must be a group of keys",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "invalid_key": "must be text",
    "string_pattern_mismatch": "must be a gate rule, such as new:high, any:critical kind=sca or breached, or none",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": "must be a day: YYYY-MM-DD",
    "date_from_datetime_inexact": "must be a day: YYYY-MM-DD",
}


def sentence(model: type[Part], mistake: ErrorDetails) -> str:
    """One mistake as a sentence: the key's path, what is wrong with it and the nearest right word, never the value."""
    loc, kind = mistake["loc"], mistake["type"]
    if kind == "extra_forbidden":
        return _unknown(model, loc)
    near = _nearest(kind, mistake.get("input"), mistake.get("ctx", {}))
    return f"{path(loc)} {_WORDS.get(kind) or _reworded(mistake['msg'])}{near}"


def _nearest(kind: str, said: object, context: dict[str, object]) -> str:
    """What was probably meant, in our own words only."""
    if kind == "string_pattern_mismatch":
        words = GATE_RULES
    elif kind == "literal_error":
        words = tuple(re.findall(r"'(\w+)'", str(context["expected"])))
    else:
        return ""
    near = get_close_matches(str(said).lower(), words, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def path(loc: Loc) -> str:
    """Where a key is: ``expected[0].tool``; ``the file`` for the whole of it."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{_printable(step)}" for step in loc)
    return text.removeprefix(".") or "the file"


def _unknown(model: type[Part], loc: Loc) -> str:
    known = sorted(_keys(model, loc[:-1]))
    near = get_close_matches(written_name(str(loc[-1])).lower(), known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
    return f"{path(loc)} is not a known key; {advice}"


def _keys(model: type[Part], loc: Loc) -> set[str]:
    """The keys that may stand at a place."""
    for step in loc:
        if isinstance(step, str):
            model = _part(model.model_fields[step.replace("-", "_")].annotation)
    return {written_name(field) for field in model.model_fields}


def _part(annotation: object) -> type[Part]:
    """The part that a field holds, itself or in a tuple; only parts have keys."""
    held = (annotation, *get_args(annotation))
    return next(each for each in held if isinstance(each, type) and issubclass(each, Part))


def _reworded(message: str) -> str:
    return message.replace("Input should be", "must be").replace("String should", "should")


def _printable(key: str) -> str:
    kept = "".join(character if character.isprintable() else "?" for character in key)
    return kept if len(kept) <= 60 else f"{kept[:60]}..."  # noqa: PLR2004 - long enough for any real key
