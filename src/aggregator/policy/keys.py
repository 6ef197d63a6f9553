"""Which keys a policy file has, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from aggregator.policy.document import Loc
from aggregator.policy.part import Part, written_name


def keys_of(model: type[Part], loc: Loc) -> set[str]:
    """The keys that may stand at a place; none where people choose them."""
    part: type[Part] | None = model
    for step in loc:
        if isinstance(step, str) and part is not None:
            field = part.model_fields.get(step.replace("-", "_"))
            part = None if field is None else _part(field.annotation)
    return set() if part is None else {written_name(field) for field in part.model_fields}


def places_of(model: type[Part], name: str) -> tuple[str, ...]:
    """Every place of a key, as it is written: ``gate.fail-on``, ``expected[].tool``."""
    return tuple(place for place, key in _all(model, "") if key == name)


def _all(model: type[Part], above: str) -> Iterator[tuple[str, str]]:
    """Every key with its place, from the top."""
    for field, about in model.model_fields.items():
        key = written_name(field)
        yield f"{above}{key}", key
        below = _part(about.annotation)
        if below is not None:
            dash = "" if below is about.annotation else "[]"
            yield from _all(below, f"{above}{key}{dash}.")


def _part(annotation: object) -> type[Part] | None:
    """The part that a field holds, itself or in a list or group; only parts have keys."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((part for each in get_args(annotation) if (part := _part(each)) is not None), None)
