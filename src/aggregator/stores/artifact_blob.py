"""Putting an artifact's content at the blob host that the artifact service names."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote

from aggregator.transport.exchange import Request
from aggregator.transport.retry import BLOB
from aggregator.transport.session import Session

_BLOCK: Final = 8 * 1024 * 1024
_PURPOSE: Final = "upload an artifact's content"


def put_blob(session: Session, signed: str, data: bytes) -> None:
    """Put the content at a signed address, as blocks one after the other and their list.

    Plain, small bodies too: clones know no other way, and some put blocks together in the order of their arrival.
    The address holds its own grant; a host that is sent a token as well refuses both. Raises ``ServiceError``.
    """
    base = f"{signed}&" if "?" in signed else f"{signed}?"
    names = []
    for start in range(0, len(data), _BLOCK):
        # Within one blob all names have to be of one length.
        name = base64.b64encode(f"onefold-block-{start // _BLOCK:010d}".encode()).decode()
        names.append(name)
        address = f"{base}comp=block&blockid={quote(name, safe='')}"
        _put(session, address, {"Content-Type": "application/octet-stream"}, data[start : start + _BLOCK])
    listed = "".join(f"<Latest>{name}</Latest>" for name in names)
    body = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{listed}</BlockList>'.encode()
    headers = {"Content-Type": "application/xml", "x-ms-blob-content-type": "application/zip"}
    _put(session, f"{base}comp=blocklist", headers, body)


def _put(session: Session, address: str, headers: dict[str, str], body: bytes) -> None:
    session.call(Request(method="PUT", url=address, purpose=_PURPOSE, headers=headers, body=body), BLOB)
