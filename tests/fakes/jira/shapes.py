"""What the schemas of Cloud say about a call; what they do not know, nobody may ask or answer."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator

HERE = Path(__file__).parent
_PATH_WORDS = {"projectIdOrKey", "issueIdOrKey"}


@functools.cache
def _calls() -> dict[str, dict[str, Any]]:
    calls: dict[str, dict[str, Any]] = json.loads((HERE / "cloud.schema.json").read_text())["calls"]
    return calls


@functools.cache
def _validator(call: str, side: str) -> Draft202012Validator | None:
    schema = _calls()[call][side]
    return None if schema is None else Draft202012Validator(schema)


@functools.cache
def _documents() -> Draft4Validator:
    return Draft4Validator(json.loads((HERE / "adf.schema.json").read_text()))


def check_query(call: str, query: Mapping[str, str]) -> None:
    """Every parameter is one that the call has."""
    asked = _calls()[call]["asked"] or {}
    known = set(asked.get("properties", {})) - _PATH_WORDS
    assert set(query) <= known, f"{call} knows no {sorted(set(query) - known)}"


def check_asked(call: str, body: object) -> None:
    """The body is one that the call takes."""
    validator = _validator(call, "asked")
    assert validator is not None, f"{call} takes no body"
    assert isinstance(body, dict), "a body is an object"
    unknown = set(body) - set(_calls()[call]["asked"]["properties"])
    assert not unknown, f"{call} knows no {sorted(unknown)}"
    validator.validate({**body, **dict.fromkeys(_PATH_WORDS & set(_calls()[call]["asked"]["properties"]), "SEC-1")})


def check_given(call: str, value: object) -> None:
    """The answer is one that the call gives."""
    validator = _validator(call, "given")
    if validator is not None:
        validator.validate(value)


def is_document(value: object) -> bool:
    """Whether it is a document that Jira takes."""
    return _documents().is_valid(value)
