"""Resources: one spelling of a cloud resource's full id, and of a block's address in infrastructure as code."""

from __future__ import annotations

import re
from functools import lru_cache

from aggregator.normalize.text import clean_text

# What tools write where they have no id.
_PLACEHOLDERS = frozenset({"", "<none>", "none", "none_provided", "null", "n/a", "-"})
_CASELESS = frozenset({"azure", "m365", "entra"})
# Terraform types that exist as data sources only; some tools leave the word away.
_DATA_SOURCE = re.compile(
    r"(?<!data\.)(?<![\w.-])((?:module\.[^.]+\.)*)(aws_iam_policy_document\.|google_iam_policy\.)"
)
_BLOCK_TYPE = re.compile(r"[a-z][a-z0-9]*_[a-z0-9_]+")


def normalize_resource_uid(provider: str, uid: str) -> str:
    """A resource's full id as its provider compares it; empty for a placeholder.

    Azure compares ids without regard to case (Azure Resource Manager), so they are folded to lower case; all others
    keep theirs.
    """
    cleaned = clean_text(uid).strip()
    if cleaned.lower() in _PLACEHOLDERS:
        return ""
    if provider.strip().lower() in _CASELESS or cleaned[:15].lower() == "/subscriptions/":
        return cleaned.rstrip("/").lower()
    return cleaned


def lies_in_no_region(check: str, uid: str) -> bool:
    """Whether a check is about an ARN that no region is a part of (IAM, CloudFront, a bucket).

    Reports put the region of the scan beside it, so another region there is not another resource. The root of an
    account is one for the checks of its own service alone (``iam_...``): others mean by it what a region lacks.
    """
    parts = uid.split(":")
    is_global = parts[0] == "arn" and parts[3:4] == [""]
    return is_global and (parts[-1] != "root" or check.startswith(f"{parts[2]}_"))


def address_in_terraform(address: str) -> str:
    """A block's address as Terraform writes it: ``data.aws_iam_policy_document.read``, ``module.x.aws_s3_bucket.y``."""
    return _DATA_SOURCE.sub(r"\1data.\2", address, count=1) if "_iam_policy" in address else address


def type_in_address(address: str) -> str:
    """The type in a block's address: ``aws_s3_bucket`` of ``module.x.aws_s3_bucket.y``; empty without one."""
    kind = address.rpartition(".")[0].rpartition(".")[2]
    return kind if _is_type(kind) else ""


@lru_cache(maxsize=1 << 12)
def _is_type(word: str) -> bool:
    return _BLOCK_TYPE.fullmatch(word) is not None
