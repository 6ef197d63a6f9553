"""What all parts of a policy file share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from aggregator.knowledge.tools import own_name

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Days = Annotated[int, Field(strict=True, ge=0, le=3650)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


def _path(pattern: str) -> str:
    """Refuse what is no path of a repository in any report, and so would silently mean nothing."""
    if "\\" in pattern:
        raise PydanticCustomError("path", "must have / between folders; a backslash means nothing here")
    if pattern.startswith("!"):
        raise PydanticCustomError("path", "must name what is meant; ! does not exclude here")
    return pattern


def _tool(said: str) -> str:
    """The name by which results call the tool; a pattern means itself."""
    return said if "*" in said or "?" in said else own_name(said)


def _purl(pattern: str) -> str:
    """As for paths: packages are known by their URL without the version."""
    if not pattern.lower().startswith(("pkg:", "*")):
        raise PydanticCustomError("purl", "must be a package URL, such as pkg:npm/lodash, or begin with *")
    if "@" in pattern.rpartition("/")[2][1:]:
        raise PydanticCustomError("purl", "must not name a version (@): packages are known without it")
    return pattern


ToolName = Annotated[Text, AfterValidator(_tool)]
PathPattern = Annotated[Text, AfterValidator(_path)]
PurlPattern = Annotated[Text, AfterValidator(_purl)]


def written_name(field: str) -> str:
    """A field's name as people write it in YAML: ``fail_on`` is written ``fail-on``."""
    return field.replace("_", "-")


class Part(BaseModel):
    """Frozen, closed to unknown keys, and built when first used (building costs time at every start)."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, alias_generator=written_name, populate_by_name=True
    )
