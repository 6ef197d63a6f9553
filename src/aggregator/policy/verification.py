"""What verifies a finding without anybody looking at it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aggregator.policy.part import Part


class Verification(Part):
    """When an open finding counts as verified."""

    tools: Annotated[int, Field(strict=True, ge=2, le=10)] | None = Field(
        None, description="So many tools report it. Default: only people verify."
    )
