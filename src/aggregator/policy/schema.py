"""JSON Schemas of the files people write, for editors and for ``onefold schema``."""

from __future__ import annotations

from aggregator.policy.exception import ExceptionsFile
from aggregator.policy.part import Part
from aggregator.policy.policy import Policy

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def policy_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``.github/onefold.yml``."""
    return _schema(Policy, "Onefold policy")


def exceptions_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``.github/onefold-exceptions.yml``."""
    return _schema(ExceptionsFile, "Onefold exceptions")


def _schema(model: type[Part], title: str) -> dict[str, object]:
    return {"$schema": DIALECT, **model.model_json_schema(by_alias=True), "title": title}
