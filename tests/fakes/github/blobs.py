"""The fake blob host: signed addresses, blocks and their list, and no token ever."""

from __future__ import annotations

import base64
import re
from urllib.parse import parse_qs, quote, urlsplit

from aggregator.transport.exchange import Reply, Request
from tests.fakes.github.hub import Blob, Hub

_LATEST = re.compile(rb"<Latest>([^<]*)</Latest>")
_LARGEST_BLOCK = 4000 * 1024 * 1024
_LONGEST_NAME = 64


def answer(hub: Hub, request: Request) -> Reply:
    """Answer one call with a signed address."""
    parts = urlsplit(request.url)
    path = parts.path.lstrip("/")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    headers = {name.lower(): value for name, value in request.headers.items()}
    blob = hub.blobs.get(path)
    if "authorization" in headers:
        return _refusal(400, "InvalidAuthenticationInfo")
    grant, end = query.get("sp", ""), query.get("se", "")
    signed = query.get("sig") == hub.signature(path, f"{grant} {end}")
    wanted = "r" if request.method == "GET" else "w"
    if not signed or wanted not in grant or int(end) <= hub.clock.now():
        return _refusal(403, "AuthenticationFailed")
    if blob is None:
        return _refusal(404, "BlobNotFound")
    if request.method == "GET":
        return _get(blob, query)
    if request.method == "PUT" and query.get("comp") == "block":
        return _put_block(blob, query.get("blockid", ""), request.body)
    if request.method == "PUT" and query.get("comp") == "blocklist":
        return _put_list(blob, headers.get("x-ms-blob-content-type", "application/octet-stream"), request.body)
    return _refusal(400, "InvalidQueryParameterValue")


def _get(blob: Blob, query: dict[str, str]) -> Reply:
    if blob.content is None:
        return _refusal(404, "BlobNotFound")
    headers = {"content-type": blob.content_type, "content-disposition": query.get("rscd", "")}
    return Reply(200, headers, blob.content)


def _put_block(blob: Blob, name: str, body: bytes) -> Reply:
    try:
        plain = base64.b64decode(name, validate=True)
    except ValueError:
        return _refusal(400, "InvalidQueryParameterValue")
    others = {len(other) for other in (*blob.staged, *blob.blocks)}
    if not 0 < len(plain) <= _LONGEST_NAME or others - {len(name)}:
        return _refusal(400, "InvalidBlobOrBlock")
    if not 0 < len(body) <= _LARGEST_BLOCK:
        return _refusal(400, "InvalidHeaderValue")
    blob.staged[name] = body
    return Reply(201)


def _put_list(blob: Blob, content_type: str, body: bytes) -> Reply:
    names = [name.decode() for name in _LATEST.findall(body)]
    known = blob.blocks | blob.staged
    if not names or not body.rstrip().endswith(b"</BlockList>"):
        return _refusal(400, "InvalidXmlDocument")
    if any(name not in known for name in names):
        return _refusal(400, "InvalidBlockList")
    blob.blocks, blob.staged = {name: known[name] for name in names}, {}
    blob.content, blob.content_type = b"".join(known[name] for name in names), content_type
    return Reply(201)


def _refusal(status: int, code: str) -> Reply:
    body = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{quote(code)}</Code></Error>'
    return Reply(status, {"content-type": "application/xml", "x-ms-error-code": code}, body.encode())
