"""What all parts of a policy file share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Days = Annotated[int, Field(strict=True, ge=0, le=3650)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


def written_name(field: str) -> str:
    """A field's name as people write it in YAML: ``fail_on`` is written ``fail-on``."""
    return field.replace("_", "-")


class Part(BaseModel):
    """Frozen, closed to unknown keys, and built when first used (building costs time at every start)."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, alias_generator=written_name, populate_by_name=True
    )
