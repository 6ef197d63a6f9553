"""Closed vocabularies: enums of plain strings."""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """Base of every vocabulary in the model; a member is its string.

    The hash is the string's own: that of ``Enum`` is a Python function, and words are looked up for every finding by
    every stage. Hot code also keeps members in constants of its module: up to Python 3.11 reaching one through its
    class costs as much as a small function call.
    """

    __hash__ = str.__hash__
