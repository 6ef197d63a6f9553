"""The JSON Schema of ``findings.json``, made from the published Structs."""

from __future__ import annotations

from msgspec.json import schema

from aggregator.writers.published import SCHEMA_VERSION, PublishedReport


def findings_schema() -> dict[str, object]:
    """The schema (JSON Schema 2020-12) as it stands in ``schemas/findings.schema.json``."""
    head: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Onefold findings, version {SCHEMA_VERSION}",
    }
    return head | schema(PublishedReport)
