"""What a risk score is made of, and where its data come from; ``docs/sla-and-risk.md`` has the formula."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aggregator.policy.part import Part, PathPattern, Text
from aggregator.policy.selector import Selector

Points = Annotated[float, Field(strict=True, ge=-100, le=100)]

ASIDE = (
    "**/test/",
    "**/tests/",
    "**/__tests__/",
    "**/spec/",
    "**/doc/",
    "**/docs/",
    "**/test_*.*",
    "**/*_test.*",
    "**/*.test.*",
    "**/*.spec.*",
)
"""Files that no user of the product runs."""


class Weights(Part):
    """Points of each term."""

    cvss: Points = Field(6.0, description="For each point of CVSS, where the reports rate the finding.")
    critical: Points = Field(55.0, description="For CRITICAL without CVSS; so on for the other severities.")
    high: Points = 42.0
    medium: Points = 27.0
    low: Points = 12.0
    info: Points = 3.0
    kev: Points = Field(25.0, description="It is in CISA's catalogue of exploited vulnerabilities.")
    ransomware: Points = Field(5.0, description="The catalogue says that ransomware uses it.")
    epss: Points = Field(20.0, description="For an EPSS probability of 1; in proportion below.")
    age: Points = Field(10.0, description="For the whole time of the SLA gone by; in proportion before.")
    overdue: Points = Field(5.0, description="The due date has come.")
    tools: Points = Field(3.0, description="Two tools or more report it.")
    live: Points = Field(15.0, description="A secret that its service accepts.")
    exposed: Points = Field(5.0, description="People mark it as exposed to the internet.")
    reachable: Points = Field(5.0, description="People mark it as reachable.")
    unreachable: Points = Field(-10.0, description="People mark it as proven unreachable.")
    aside: Points = Field(-15.0, description="It is in a test or in documentation.")


class Mark(Selector):
    """What people know about some findings."""

    means: Literal["exposed", "internal", "reachable", "unreachable"] = Field(
        description="exposed to the internet or internal; reachable or proven unreachable."
    )


class RiskRules(Part):
    """What comes first."""

    epss: Text | None = Field(None, description="File with EPSS ratings (CSV, gzip or not), below the checkout or not.")
    kev: Text | None = Field(None, description="File with CISA's catalogue of exploited vulnerabilities (JSON).")
    feeds: bool = Field(
        default=False,
        description="Fetch from the public feeds what no file is named for. Default: nothing is fetched.",
    )
    weights: Weights = Field(default_factory=Weights.model_construct)
    aside: tuple[PathPattern, ...] = Field(ASIDE, description="Paths of tests and documentation.")
    marks: tuple[Mark, ...] = Field(
        (), description="What people know about exposure and reachability; of each, the first entry that fits holds."
    )
