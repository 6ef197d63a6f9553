"""JSON Schema of the state file."""

from __future__ import annotations

from typing import Any

import msgspec

from aggregator.model.state import SCHEMA_VERSION, State

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def state_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a state file."""
    (root,), parts = msgspec.json.schema_components((State,), ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {"$schema": DIALECT, **root, "$defs": parts, "title": f"Onefold state {SCHEMA_VERSION}"}
    return schema
