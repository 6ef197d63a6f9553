"""What the schemas of Cloud say about a call; what they do not know, nobody may ask or answer."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator, ValidationError, validators

HERE = Path(__file__).parent
_PATH_WORDS = {"projectIdOrKey", "issueIdOrKey", "idOrName"}


@functools.cache
def _calls() -> dict[str, dict[str, Any]]:
    calls: dict[str, dict[str, Any]] = json.loads((HERE / "cloud.schema.json").read_text())["calls"]
    return calls


@functools.cache
def _validator(call: str, side: str) -> Draft202012Validator | None:
    schema = _calls()[call][side]
    return None if schema is None else Draft202012Validator(schema)


@functools.cache
def _document_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((HERE / "adf.schema.json").read_text())
    return schema


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    """The types of nodes that a part of the schema is about; empty for any."""
    if "$ref" in schema:
        return _types_of(schema["$ref"].rpartition("/")[2])
    if "allOf" in schema:
        return next((types for part in schema["allOf"] if (types := _types(part))), frozenset())
    return frozenset(schema.get("properties", {}).get("type", {}).get("enum", ()))


@functools.cache
def _types_of(name: str) -> frozenset[str]:
    return _types(_document_schema()["definitions"][name])


def _any_of(validator: Any, choices: list[Any], instance: Any, schema: Any) -> Iterator[ValidationError]:
    """As the standard's keyword: what is about other types of nodes is passed over first, for speed."""
    if isinstance(instance, dict) and "type" in instance:
        choices = [each for each in choices if instance["type"] in (_types(each) or {instance["type"]})]
    yield from _ANY_OF(validator, choices, instance, schema)


_ANY_OF = Draft4Validator.VALIDATORS["anyOf"]
_EXTEND: Any = validators.extend


@functools.cache
def _documents() -> Any:
    return _EXTEND(Draft4Validator, {"anyOf": _any_of})(_document_schema())


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
    return bool(_documents().is_valid(value))
