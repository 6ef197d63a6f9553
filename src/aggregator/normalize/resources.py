"""Cloud resources: one spelling of a resource's full id."""

from __future__ import annotations

from aggregator.normalize.text import clean_text

# What tools write where they have no id.
_PLACEHOLDERS = frozenset({"", "<none>", "none", "none_provided", "null", "n/a", "-"})
_CASELESS = frozenset({"azure", "m365", "entra"})


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
