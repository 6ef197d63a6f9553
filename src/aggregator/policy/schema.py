"""JSON Schemas of the files people write, for editors."""

from __future__ import annotations


def policy_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``.github/onefold.yml``."""
    raise NotImplementedError


def exceptions_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``.github/onefold-exceptions.yml``."""
    raise NotImplementedError
