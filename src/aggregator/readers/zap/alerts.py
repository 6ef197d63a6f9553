"""What a ZAP report says, the same for its JSON and its XML. Requests, responses and evidence are never taken in."""

from __future__ import annotations

from msgspec import Struct

from aggregator.normalize.urls import normalize_host, split_url


class Instance(Struct, frozen=True, gc=False):
    """One place of an alert.

    Attributes:
        node: the place in ZAP's site tree, ``http://host/path (parameters)``; steadier than the URI.
        pointer: its place in the report.
    """

    uri: str
    pointer: str
    node: str = ""
    method: str = ""
    parameter: str = ""


class Alert(Struct, frozen=True, kw_only=True):
    """One alert of one site; numbers are texts, as ZAP writes them.

    Attributes:
        reference: ``alertRef``, which splits a plugin's alerts into variants.
        is_systemic: it concerns the whole site; only some of its instances are listed.
    """

    pointer: str
    plugin: str = ""
    reference: str = ""
    name: str = ""
    risk: str = ""
    confidence: str = ""
    description: str = ""
    solution: str = ""
    links: str = ""
    cwe: str = ""
    tags: tuple[str, ...] = ()
    is_systemic: bool = False
    instances: tuple[Instance, ...] = ()


class Site(Struct, frozen=True):
    """One scanned site.

    Attributes:
        host: lower case, with the port when it is not the scheme's own.
    """

    host: str
    alerts: tuple[Alert, ...] = ()


class Session(Struct, frozen=True):
    """One report.

    Attributes:
        trouble: what ZAP says went wrong with the scan itself, one sentence; empty when nothing did.
        refused: pointers of alerts that could not be read.
    """

    version: str
    sites: tuple[Site, ...]
    trouble: str = ""
    refused: tuple[str, ...] = ()


TROUBLE = "ZAP itself says that the scan went badly."


def site_host(name: str, host: str, port: str, ssl: str) -> str:
    """The host of a site from its attributes; from its name where they are missing."""
    if not host:
        return split_url(name)[0]
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return normalize_host(f"{bracketed}:{port}", "https" if ssl.strip().lower() == "true" else "http")
