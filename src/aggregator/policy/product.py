"""Products: what in a repository, an account or a network is one thing that somebody owns."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from aggregator.model.place import Place
from aggregator.policy.globs import matches_path, matches_text
from aggregator.policy.part import Part, PathPattern, Text, ToolName

_LISTS = ("paths", "accounts", "hosts", "images", "scopes", "tools")


def _holds_something(tools: tuple[str, ...], read: ValidationInfo) -> tuple[str, ...]:
    """Asked of the last list, when the others are read: one must be there. A wrong one is said already."""
    if tools or any(read.data.get(name, "wrong") for name in _LISTS[:-1]):
        return tools
    raise PydanticCustomError("selector", f"needs one of: {', '.join(_LISTS)}")


class ProductRule(Part):
    """A product, and what belongs to it: whatever one of its lists names."""

    name: Text = Field(description="The application, service or account. Change the word as you like: ids go on.")
    product_type: str = Field("", description="The team or business unit. Default: that of the run.")
    environment: str = Field("", description="Where it runs: production, staging. Default: that of the run.")
    paths: tuple[PathPattern, ...] = Field(
        (), description="Paths in the repository; * within a folder, ** across folders, shop/ for all below."
    )
    accounts: tuple[Text, ...] = Field(
        (), description="Cloud accounts, subscriptions or projects; * stands for any text."
    )
    hosts: tuple[Text, ...] = Field((), description="Hosts that are scanned; * stands for any text.")
    images: tuple[Text, ...] = Field((), description="Container images; * stands for any text.")
    scopes: tuple[Text, ...] = Field(
        (), description="What a scan looked at, as findings.json names it (scope); * stands for any text."
    )
    tools: Annotated[tuple[ToolName, ...], AfterValidator(_holds_something)] = Field(
        (), validate_default=True, description="Only what these tools report; without another list, all of it."
    )

    def holds(self, place: Place) -> bool:
        """Whether what a tool reported at a place belongs to it."""
        if self.tools and not _names(self.tools, place.tool):
            return False
        if place.path and any(matches_path(pattern, place.path) for pattern in self.paths):
            return True
        named = (
            (self.accounts, place.account),
            (self.hosts, place.host),
            (self.images, place.image),
            (self.scopes, place.scope),
        )
        if any(_names(patterns, text) for patterns, text in named):
            return True
        return not self.paths and not any(patterns for patterns, _ in named)


def _names(patterns: tuple[str, ...], text: str) -> bool:
    return bool(text) and any(matches_text(pattern, text) for pattern in patterns)
