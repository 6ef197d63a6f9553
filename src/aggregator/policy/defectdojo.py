"""What is pushed to a DefectDojo, and under which names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from aggregator.policy.part import Count, Part, Text
from aggregator.policy.selector import KindWord, SeverityWord

ENVIRONMENTS: Mapping[str, str] = {
    "dev": "Development",
    "development": "Development",
    "lab": "Lab",
    "pre-prod": "Pre-prod",
    "preprod": "Pre-prod",
    "prod": "Production",
    "production": "Production",
    "stage": "Staging",
    "staging": "Staging",
    "test": "Test",
    "testing": "Test",
}
"""How the environments that every DefectDojo comes with are written there (its fixture of environments)."""


class DefectDojo(Part):
    """Findings pushed to a DefectDojo, where its address and a token are given."""

    mode: Literal["auto", "off"] = Field("auto", description="auto: where the address and a token are given; or off.")
    product_type: Text = Field(
        "Research and Development",
        description="Where a new product is put when the policy names no product type; every DefectDojo has this one.",
    )
    engagement: Text = Field(
        "Onefold", description="The engagement's name when neither the policy nor a finding's own names one."
    )
    apart: bool = Field(
        default=True,
        description="Add environment, branch and state key to the engagement's name. Without them lines that share an "
        "engagement close what the others found.",
    )
    tests: Literal["scope", "one"] = Field(
        "scope", description="A test for each tool and scope, or one test for everything of an engagement."
    )
    severity: SeverityWord = Field("info", description="Findings of this severity or worse are pushed.")
    kinds: tuple[KindWord, ...] = Field((), description="Kinds of findings that are pushed. Empty: all.")
    environments: Mapping[Text, Text] = Field(
        default_factory=dict,
        description="What DefectDojo calls our environments; production, staging and the like need no line.",
    )
    tags: tuple[Text, ...] = Field(("onefold",), description="Tags of every test.")
    lines: bool = Field(
        default=False,
        description="Fill in DefectDojo's line numbers. Only where it knows findings again by unique_id_from_tool: "
        "otherwise a line that moves is a finding closed and another one opened.",
    )
    part_findings: Annotated[int, Field(strict=True, ge=100, le=20_000)] = Field(
        2000, description="A test with more findings is pushed as several tests."
    )
    repeat_days: Count = Field(7, description="Push what did not change again after so many days.")
    timeout_seconds: Annotated[int, Field(strict=True, ge=30, le=3600)] = Field(
        600, description="How long one push may take."
    )

    def environment(self, name: str) -> str:
        """What DefectDojo calls an environment; the name itself where nobody says."""
        folded = name.strip().casefold()
        said = {ours.casefold(): theirs for ours, theirs in self.environments.items()}
        return said.get(folded) or ENVIRONMENTS.get(folded) or name.strip()
