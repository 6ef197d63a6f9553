"""What people say about merging: what rules mean, which findings are one, and what is no part of one."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from aggregator.policy.part import Part, Text, ToolName

_ID = re.compile(r"F-[0-9a-f]{12}")


def _finding_id(text: str) -> str:
    if _ID.fullmatch(text):
        return text
    raise PydanticCustomError("finding_id", "must be a finding's id: F- and twelve digits, as in findings.json")


FindingId = Annotated[str, AfterValidator(_finding_id)]


class Meaning(Part):
    """What a rule of a tool means, where Onefold does not know or knows it wrong."""

    tool: ToolName = Field(description="The tool's name, for example Semgrep.")
    rule: Text = Field(description="The rule's id; * stands for any text.")
    means: Text = Field(
        description="A weakness class (sql-injection), a control or a kind of secret; another word founds a new one."
    )


class Apart(Part):
    """Results that are not part of a finding."""

    finding: FindingId = Field(description="The finding's id, or an id it absorbed.")
    tool: ToolName = Field(description="The tool whose results stay out of it.")
    rule: Text = Field("*", description="Only results of this rule stay out; * stands for any text.")


class Correlation(Part):
    """What is one problem, where people know better."""

    rules: tuple[Meaning, ...] = Field((), description="What rules mean; the first entry that fits a rule holds.")
    pin: tuple[Annotated[tuple[FindingId, ...], Field(min_length=2)], ...] = Field(
        (), description="Lists of findings that are one problem; the one first seen keeps its id."
    )
    split: tuple[Apart, ...] = Field((), description="Results that are a problem of their own.")
