"""GitHub's own description of its REST API, as a judge of what is asked and of what the fake answers."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator

DOCUMENT: dict[str, Any] = json.loads(Path(__file__).with_name("openapi.json").read_text(encoding="utf-8"))


class Call(NamedTuple):
    """One request, as the description understands it.

    Attributes:
        fields: of the body.
        login: whose token it is; ``granted``: what that may do.
    """

    method: str
    template: str
    values: dict[str, str]
    query: dict[str, str]
    fields: dict[str, Any]
    login: str = ""
    granted: frozenset[str] = frozenset()

    def may(self, *permissions: str) -> bool:
        """Whether one of these permissions is granted."""
        return not self.granted.isdisjoint(permissions)


def understood(method: str, url: str, body: bytes = b"") -> Call:
    """The operation that is asked for; an ``AssertionError`` when there is none, or it does not take what is sent."""
    parts = urlsplit(url)
    found = _operation(method.lower(), parts.path)
    assert found is not None, f"GitHub's description has no {method} {parts.path}"
    template, values = found
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = _parameters(method.lower(), template)
    for place, sent in (("query", query), ("path", values)):
        for name, text in sent.items():
            assert (place, name) in known, f"{template} has no {place} parameter {name!r}"
            wrong = _mistakes(known[place, name], _typed(known[place, name], text))
            assert wrong == (), f"{place} parameter {name} of {template}: {wrong}"
    return Call(method, template, values, query, _fields(method.lower(), template, body))


def _fields(method: str, template: str, body: bytes) -> dict[str, Any]:
    """The body's fields: GitHub passes over those that it does not know, so a misspelt one would be lost."""
    described = _resolved(DOCUMENT["paths"][template][method].get("requestBody", {}))
    if not described:
        assert body == b"", f"{method} {template} takes no body"
        return {}
    schema = described["content"]["application/json"]["schema"]
    fields: dict[str, Any] = json.loads(body)
    wrong = _mistakes(json.dumps(schema), fields)
    assert wrong == (), f"body of {method} {template}: {wrong}"
    unknown = set(fields) - _names(schema)
    assert not unknown, f"{method} {template} knows no {sorted(unknown)}"
    return fields


def _names(schema: dict[str, Any]) -> set[str]:
    schema = _resolved(schema)
    variants = [each for kind in ("allOf", "anyOf", "oneOf") for each in schema.get(kind, ())]
    return set(schema.get("properties", ())).union(*map(_names, variants))


@cache
def check_reply(method: str, template: str, status: int, body: bytes) -> None:
    """An ``AssertionError`` when GitHub would not answer so."""
    reply = _resolved(DOCUMENT["paths"][template][method.lower()]["responses"][str(status)])
    content = reply.get("content", {}).get("application/json")
    if content is None:
        assert body == b"", f"{template} answers {status} without a body"
        return
    wrong = _mistakes(json.dumps(content["schema"]), json.loads(body))
    assert wrong == (), f"the fake's answer to {template}: {wrong[:3]}"


def sample(name: str) -> dict[str, Any]:
    """The least that satisfies a schema of the description; texts are empty and numbers 0."""
    value: dict[str, Any] = json.loads(_sample_text(name))
    return value


@cache
def _sample_text(name: str) -> str:
    return json.dumps(_least(DOCUMENT["components"]["schemas"][name]))


def _least(schema: dict[str, Any]) -> Any:
    schema = _resolved(schema)
    if "anyOf" in schema or "oneOf" in schema:
        return _least((schema.get("anyOf") or schema["oneOf"])[-1])
    kinds = schema.get("type", "null")
    kind = kinds[-1] if isinstance(kinds, list) else kinds
    if kind == "object":
        return {name: _least(schema["properties"][name]) for name in schema.get("required", ())}
    if "enum" in schema:
        return schema["enum"][0]
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "null": None}[kind]


@cache
def _operation(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The template with the fewest blanks that fits; a ``/`` inside a value is sent escaped."""
    for template in sorted(DOCUMENT["paths"], key=lambda each: each.count("{")):
        pattern = "".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[a-z_]+\})", template)
        )
        fits = re.fullmatch(pattern, path)
        if fits is not None and method in DOCUMENT["paths"][template]:
            return template, {name: unquote(value) for name, value in fits.groupdict().items()}
    return None


@cache
def _parameters(method: str, template: str) -> dict[tuple[str, str], str]:
    declared = map(_resolved, DOCUMENT["paths"][template][method].get("parameters", ()))
    return {(each["in"], each["name"]): json.dumps(each["schema"]) for each in declared}


def _typed(schema: str, text: str) -> object:
    """A parameter's text as the value it stands for."""
    kind = _resolved(json.loads(schema)).get("type")
    if kind == "integer" and re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


def _mistakes(schema: str, value: object) -> tuple[str, ...]:
    return tuple(f"{error.json_path}: {error.message[:200]}" for error in _validator(schema).iter_errors(value))


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({"allOf": [json.loads(schema)], "components": DOCUMENT["components"]})


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = DOCUMENT["components"][kind][name]
    return node
