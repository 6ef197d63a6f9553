"""Which documents a run writes besides those that it always writes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from aggregator.policy.part import Part


class Outputs(Part):
    """Documents that are written only when asked for, or only where they make sense."""

    vex: bool = Field(default=False, description="Write openvex.json: packages' vulnerabilities in OpenVEX 0.2.0.")
    dashboard: Literal["auto", "always", "never"] = Field(
        "auto",
        description="dashboard.html, one page for people. auto: up to 20000 findings; always: however many; never.",
    )
    report: bool = Field(default=False, description="Write report.md: everything as one text that can be printed.")
    evidence: bool = Field(
        default=False,
        description="Write evidence.zip: findings, state, decisions, rules and schemas with their hashes.",
    )
