"""What a row of Prowler says, the same for its OCSF and its CSV."""

from __future__ import annotations

from msgspec import Struct

from aggregator.normalize.resources import normalize_resource_uid

_AWS_ACCOUNT_DIGITS = 12
# Tables write a namespace into the region.
_NAMESPACE = "namespace: "
_NOTHING = frozenset({"<none>", "none", "none_provided"})


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """One check of one resource.

    Attributes:
        status: ``PASS``, ``FAIL``, ``MANUAL`` or ``MUTED``; any case.
        detail: what was found at this resource.
        time: when it was looked at, as written; only ever compared for being the same.
    """

    pointer: str
    check: str
    status: str
    is_muted: bool = False
    title: str = ""
    detail: str = ""
    description: str = ""
    risk: str = ""
    remediation: str = ""
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    severity: str = ""
    provider: str = ""
    account: str = ""
    region: str = ""
    uid: str = ""
    name: str = ""
    type: str = ""
    namespace: str = ""
    native_id: str = ""
    version: str = ""
    time: str = ""


def account_of(provider: str, account: str) -> str:
    """The account's id. Spreadsheets and old versions read AWS's as a number and drop its leading zeros.

    Azure compares its subscriptions without regard to case.
    """
    cleaned = account.strip()
    if provider.lower() == "aws" and cleaned.isdecimal():
        return cleaned.zfill(_AWS_ACCOUNT_DIGITS)
    if cleaned.lower() in _NOTHING:
        return ""
    return cleaned.lower() if provider.lower() == "azure" else cleaned


def resource_uid(row: Row) -> str:
    """The resource's full id; where Prowler gives none, one made of its place, type and name; else the account.

    A Kubernetes object's own id changes when it is created again, so it goes by namespace, type and name.
    """
    uid = normalize_resource_uid(row.provider, row.uid)
    name = normalize_resource_uid(row.provider, row.name)
    if uid and not (row.provider.lower() == "kubernetes" and name):
        return uid
    if name:
        return "/".join(part for part in (row.namespace or row.region.removeprefix(_NAMESPACE), row.type, name) if part)
    return row.account
