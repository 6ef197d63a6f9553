"""What Jira says about fields that it does not take."""

from __future__ import annotations

import json
from typing import Any

from aggregator.sinks.jira.access import Flavour
from tests.fakes.jira import shapes
from tests.fakes.jira.world import World

_LONGEST_SUMMARY = 255


def complaints(world: World, fields: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    """By field; under the empty name what is said about the whole."""
    errors: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in world.screens and name not in world.required:
            errors[name] = f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
        elif wrong := _wrong(world, name, value):
            errors[name] = wrong
    if is_new:
        project = fields.get("project", {}).get("key", "")
        if world.projects.get(project) == "archived":
            errors[""] = (f"The project {project} is archived.",)
        lacking = {name: f"{title} is required." for name, title in world.required.items() if name not in fields}
        errors |= lacking
    return errors


def _wrong(world: World, name: str, value: Any) -> str:
    checks = {
        "project": lambda: value["key"] in world.projects,
        "issuetype": lambda: value["name"] in world.issue_types,
        "summary": lambda: 0 < len(value) < _LONGEST_SUMMARY and "\n" not in value,
        "description": lambda: _is_text(world, value),
        "labels": lambda: all(label and not any(letter.isspace() for letter in label) for label in value),
        "priority": lambda: value["name"] in world.priorities,
        "components": lambda: all(each["name"] in world.components for each in value),
        "assignee": lambda: _is_assignable(world, value),
        "duedate": lambda: len(value) == len("2026-11-23"),
    }
    check = checks.get(name)
    return "" if check is None or check() else f"{name} is not valid: {value}"


def _is_text(world: World, value: Any) -> bool:
    if len(value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))) > world.longest:
        return False  # assumed of Cloud: that it counts the document and not its text
    return shapes.is_document(value) if world.flavour is Flavour.CLOUD else isinstance(value, str)


def _is_assignable(world: World, value: dict[str, str]) -> bool:
    given = value.get("accountId" if world.flavour is Flavour.CLOUD else "name")
    return any(each.id == given for each in world.assignable)
