"""Infrastructure as code: which results are about it, and what their places say of the block they mean."""

from __future__ import annotations

from functools import lru_cache

from aggregator.knowledge.controls import FLAGS_BLOCKS, Controls
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Location
from aggregator.model.result import Kind, Result

_IAC, _SAST = Kind.IAC, Kind.SAST
_ENDINGS = (".tf", ".yaml", ".yml", ".json", ".bicep", ".template", ".hcl", "dockerfile", "containerfile")
_BEGINNINGS = ("dockerfile.", "dockerfile-", "dockerfile_", "containerfile.")
_KEYWORD = len("resource")
_BUCKET = "aws_s3_bucket"

REACH = 40
"""Lines below the head of a block in which what another tool flagged may still stand in that block."""


def controls_in(result: Result, knowledge: Knowledge) -> Controls:
    """The controls that a result is about; none where it is no result about infrastructure as code.

    Tools for code have rules for infrastructure too, which their reports do not set apart: there the file tells.
    """
    if result.kind is _IAC:
        return knowledge.controls(result)
    if result.kind is _SAST and result.location is not None and is_infrastructure(result.location.path):
        return knowledge.controls(result)
    return ()


@lru_cache(maxsize=1 << 12)
def is_infrastructure(path: str) -> bool:
    """Whether a file of this name may describe infrastructure."""
    name = path.rpartition("/")[2].lower()
    return name.endswith(_ENDINGS) or name.startswith(_BEGINNINGS)


def is_head(where: Location) -> bool:
    """Whether no more than the word ``resource`` is flagged, which stands for the block that it begins."""
    if where.start_line is None or where.end_line != where.start_line or not where.path.endswith(".tf"):
        return False
    return where.start_column == 1 and where.end_column == 1 + _KEYWORD


def begins_block(result: Result) -> bool:
    """Whether a result surely begins where a block of Terraform does: at the margin, or by a tool that flags blocks."""
    where = result.location
    if where is None or where.start_line is None or not where.path.endswith(".tf"):
        return False
    return result.tool in FLAGS_BLOCKS or where.start_column == 1


def is_below_head(head: Location, other: Location) -> bool:
    """Whether ``head`` is the head of a block, and ``other`` begins close enough below it to stand in the block."""
    if head.start_line is None or other.start_line is None or not is_head(head):
        return False
    return 0 <= other.start_line - head.start_line <= REACH


def addresses_fit(a: Result, b: Result) -> bool | None:
    """Whether two results name one block; ``None`` where one of them names none, or no more than its module."""
    if a.resource is None or b.resource is None:
        return None
    (one, my_key), (two, its_key) = _parts(a.resource.uid), _parts(b.resource.uid)
    if my_key and its_key and my_key != its_key:
        return False
    if one == two or one.endswith(f".{two}") or two.endswith(f".{one}"):
        return True
    if _holds(a.resource.uid, two) or _holds(b.resource.uid, one) or is_one_bucket(a, b):
        return None
    return False


def bucket_of(result: Result) -> str:
    """The bucket that a block describes a side of, as Terraform splits it since 2022; empty for any other block.

    ``aws_s3_bucket_versioning.logs`` goes with ``aws_s3_bucket.logs``: by custom they bear one name.
    """
    if result.resource is None:
        return ""
    before, _, name = _parts(result.resource.uid)[0].rpartition(".")
    module, _, kind = before.rpartition(".")
    return f"{module}.{name}" if kind == _BUCKET or kind.startswith(f"{_BUCKET}_") else ""


def is_one_bucket(a: Result, b: Result) -> bool:
    """Whether two blocks describe one bucket."""
    return bool(mine := bucket_of(a)) and mine == bucket_of(b)


@lru_cache(maxsize=1 << 12)
def _parts(address: str) -> tuple[str, str]:
    """An address, and the number or key apart that ``count`` and ``for_each`` give a block."""
    if not address.endswith("]"):
        return address, ""
    block, _, key = address.rpartition("[")
    return block, key


def _holds(module: str, address: str) -> bool:
    """Whether the one is a module, no block, and the other stands in it."""
    return module.startswith("module.") and address.startswith(f"{module}.")


def is_asked_twice(a: Result, b: Result, knowledge: Knowledge) -> bool:
    """Whether two rules of one scan ask for one control where both flag the same block or line."""
    if a.location is None or b.location is None or a.location.start_line != b.location.start_line:
        return False
    ours = controls_in(a, knowledge)
    return bool(ours) and a.kind is _SAST is b.kind and not set(ours).isdisjoint(controls_in(b, knowledge))
