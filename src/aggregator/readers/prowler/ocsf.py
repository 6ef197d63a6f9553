"""Prowler's OCSF: versions 3 (class 2001), 4 and 5 (class 2004). Resource data and tags are never taken in."""

from __future__ import annotations

from msgspec import Raw, Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.normalize.text import clean_text
from aggregator.readers.entries import decode_entries
from aggregator.readers.prowler.rows import Row, account_of

_NOTHING = Raw(b"")
# Version 3 has no status code; "other" are its muted rows, "unknown" those that a person must look at.
_OLD_STATUS = {"success": "PASS", "failure": "FAIL", "other": "MUTED", "unknown": "MANUAL"}


class _Named(Struct, frozen=True, gc=False):
    uid: str | int | None = None
    name: str | None = None
    version: str | None = None


class _Product(_Named, frozen=True, gc=False):
    feature: _Named | None = None


class _Metadata(Struct, frozen=True, gc=False):
    event_code: str | None = None
    product: _Product | None = None


class _Info(Struct, frozen=True, gc=False):
    uid: str | None = None
    title: str | None = None
    desc: str | None = None


class _Resource(Struct, frozen=True, gc=False):
    uid: str | None = None
    name: str | None = None
    type: str | None = None
    region: str | None = None
    namespace: str | None = None


class _Cloud(Struct, frozen=True, gc=False):
    account: _Named | None = None
    provider: str | None = None
    region: str | None = None


class _Remediation(Struct, frozen=True, gc=False):
    desc: str | None = None
    references: list[str] | None = None


class _Unmapped(Struct, frozen=True, gc=False):
    provider: str | None = None
    provider_uid: str | int | None = None
    categories: list[str] | str | None = None  # a string up to 4.4


class _Entry(Struct, frozen=True, gc=False):
    metadata: _Metadata
    status_code: str | None = None
    status: str | None = None
    status_detail: str | None = None
    message: str | None = None
    severity: str | None = None
    finding_info: _Info | None = None
    finding: _Info | None = None  # version 3
    resources: list[_Resource] | None = None
    cloud: _Cloud | None = None
    unmapped: _Unmapped | None = None
    remediation: _Remediation | None = None
    risk_details: str | None = None
    time: int | float | str | None = None
    event_time: str | None = None


def read_ocsf(data: bytes, report: str) -> tuple[list[Row], tuple[Diagnostic, ...]]:
    """The rows of an array of findings, or of a single one, and a diagnostic for each unreadable entry."""
    is_single = data.lstrip()[:1] == b"{"
    listed = decode_entries(b"[" + data + b"]" if is_single else data, _Entry, "", report)
    return [_row(entry, f"/{index}") for index, entry in listed.entries], listed.refused


def _row(entry: _Entry, pointer: str) -> Row:
    info = entry.finding_info or entry.finding or _Info()
    resource = entry.resources[0] if entry.resources else _Resource()
    cloud = entry.cloud or _Cloud()
    more = entry.unmapped or _Unmapped()
    remediation = entry.remediation or _Remediation()
    product = entry.metadata.product or _Product()
    provider = _text(cloud.provider or more.provider)
    account = cloud.account.uid if cloud.account and cloud.account.uid not in (None, "") else more.provider_uid
    categories = [more.categories] if isinstance(more.categories, str) else more.categories or []
    return Row(
        pointer=pointer,
        check=_check_of(entry.metadata.event_code or (product.feature.uid if product.feature else None), info),
        status=entry.status_code or _OLD_STATUS.get((entry.status or "").lower(), entry.status or ""),
        is_muted=(entry.status or "").lower() == "suppressed",
        title=_text(info.title),
        detail=_text(entry.status_detail or entry.message),
        description=_text(info.desc),
        risk=_text(entry.risk_details),
        remediation=_text(remediation.desc),
        links=tuple(_text(link) for link in remediation.references or ()),
        tags=tuple(_text(category) for category in categories if category),
        severity=_text(entry.severity),
        provider=provider,
        account=account_of(provider, _text(account)),
        region=_text(resource.region or cloud.region),
        uid=_text(resource.uid),
        name=_text(resource.name),
        type=_text(resource.type),
        namespace=_text(resource.namespace),
        native_id=_text(info.uid),
        version=_text(product.version),
        time=_text(entry.time or entry.event_time),
    )


def _check_of(named: str | int | None, info: _Info) -> str:
    """The check; early versions 4 name it only in ``prowler-<provider>-<check>-<account>-...``."""
    if named is None and info.uid and info.uid.startswith("prowler-"):
        named = "".join(info.uid.split("-", 3)[2:3])
    return _text(named)


def _text(value: str | float | None) -> str:
    return "" if value is None else clean_text(str(value)).strip()
