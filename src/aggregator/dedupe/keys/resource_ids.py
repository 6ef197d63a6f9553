"""Ids of cloud resources: which of them are the only one of their kind."""

from __future__ import annotations

from aggregator.model.location import Resource

# How ARNs, ids of Azure, Google Cloud and Oracle Cloud begin: they hold the account, or are unique without it.
_FULL = ("arn:", "/subscriptions/", "//", "projects/", "ocid1.")


def is_full_id(uid: str) -> bool:
    """Whether no other account can hold a resource of this id; a bare name (``default``) is in many."""
    return uid.startswith(_FULL)


def place_in_cloud(resource: Resource) -> tuple[str, ...]:
    """The part of a resource that two results about it share, whatever their tools leave out."""
    if is_full_id(resource.uid):
        return (resource.uid,)
    return (resource.provider, resource.account, resource.region, resource.uid)
