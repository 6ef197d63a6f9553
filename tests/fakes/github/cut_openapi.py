"""Cuts GitHub's description of its REST API down to the operations that Onefold uses.

    npm pack @octokit/openapi@VERSION, unpack, then
    python tests/fakes/github/cut_openapi.py package/generated/api.github.com.json

A ``KeyError`` says that GitHub has renamed or withdrawn an operation. What is written is JSON Schema 2020-12 inside
OpenAPI 3.1: ``nullable`` has become a type of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CUT = Path(__file__).with_name("openapi.json")
REPO = "/repos/{owner}/{repo}"
OPERATIONS = (
    ("get", f"{REPO}/actions/artifacts"),
    ("get", f"{REPO}/actions/artifacts/{{artifact_id}}"),
    ("get", f"{REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}"),
    ("get", f"{REPO}/actions/runs/{{run_id}}"),
    ("get", f"{REPO}/actions/runs/{{run_id}}/artifacts"),
    ("get", f"{REPO}/actions/workflows/{{workflow_id}}/runs"),
    ("get", f"{REPO}/code-scanning/alerts"),
    ("patch", f"{REPO}/code-scanning/alerts/{{alert_number}}"),
    ("get", f"{REPO}/code-scanning/analyses"),
    ("post", f"{REPO}/code-scanning/sarifs"),
    ("get", f"{REPO}/code-scanning/sarifs/{{sarif_id}}"),
    ("get", f"{REPO}/collaborators/{{username}}/permission"),
    ("get", f"{REPO}/commits"),
    ("get", f"{REPO}/compare/{{basehead}}"),
    ("get", f"{REPO}/git/ref/{{ref}}"),
    ("get", f"{REPO}/issues"),
    ("post", f"{REPO}/issues"),
    ("patch", f"{REPO}/issues/comments/{{comment_id}}"),
    ("get", f"{REPO}/issues/{{issue_number}}"),
    ("patch", f"{REPO}/issues/{{issue_number}}"),
    ("get", f"{REPO}/issues/{{issue_number}}/comments"),
    ("post", f"{REPO}/issues/{{issue_number}}/comments"),
    ("post", f"{REPO}/issues/{{issue_number}}/labels"),
    ("delete", f"{REPO}/issues/{{issue_number}}/labels/{{name}}"),
    ("get", f"{REPO}/pulls"),
    ("get", f"{REPO}/pulls/{{pull_number}}"),
)
# What these hold are names that GitHub chose, not words of the language.
NAMED = {"properties", "patternProperties", "headers", "responses", "content"}
PROSE = {"description", "summary", "externalDocs", "example", "examples", "tags", "title", "operationId"}


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """Keep the operations and all that they refer to, without prose."""
    paths: dict[str, Any] = {}
    for method, path in OPERATIONS:
        paths.setdefault(path, {})[method] = bare(whole["paths"][path][method])
    components: dict[str, dict[str, Any]] = {}
    wanted = sorted(set(references(paths)))
    while wanted:
        _, _, kind, name = wanted.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = bare(whole["components"][kind][name])
            wanted += sorted(set(references(components[kind][name])))
    return {
        "openapi": "3.1.0",
        "info": {key: whole["info"][key] for key in ("title", "version", "license")},
        "paths": paths,
        "components": components,
    }


def bare(node: Any, *, names: bool = False) -> Any:
    """The node without prose and extensions, its ``nullable`` resolved; of ``names`` every key is kept."""
    if isinstance(node, list):
        return [bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: bare(value, names=not names and key in NAMED)
        for key, value in node.items()
        if names or not (key in PROSE or key.startswith("x-"))
    }
    return kept if names else without_nullable(kept)


def without_nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.0's ``nullable`` in the words of JSON Schema."""
    if not schema.pop("nullable", False):
        return schema
    if isinstance(schema.get("type"), str):
        values = {"enum": [*schema["enum"], None]} if "enum" in schema and None not in schema["enum"] else {}
        return schema | {"type": [schema["type"], "null"]} | values
    return {"anyOf": [schema, {"type": "null"}]} if schema else schema


def references(node: Any) -> Iterator[str]:
    """Everything that the node refers to."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


if __name__ == "__main__":
    described = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    CUT.write_text(json.dumps(cut(described), indent=1, sort_keys=True) + "\n", encoding="utf-8")
