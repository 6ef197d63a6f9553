"""A form with a file as the bytes of a request (RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from msgspec import Struct


class Upload(Struct, frozen=True):
    """A file of a form; its field, name and type are our own words, never a report's."""

    field: str
    filename: str
    content_type: str
    content: bytes


def multipart(fields: Iterable[tuple[str, str]], upload: Upload) -> tuple[str, bytes]:
    """The content type and the body; the same form gives the same bytes.

    The boundary is made from what it parts, and never stands in it. Values are sent as they are, line ends included:
    only names stand in headers, and those are ours.
    """
    parts = [(f'Content-Disposition: form-data; name="{name}"', value.encode()) for name, value in fields]
    head = f'Content-Disposition: form-data; name="{upload.field}"; filename="{upload.filename}"'
    parts.append((f"{head}\r\nContent-Type: {upload.content_type}", upload.content))
    boundary = _boundary([content for _, content in parts])
    body = bytearray()
    for header, content in parts:
        body += b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary, header.encode(), content)
    body += b"--%s--\r\n" % boundary
    return f"multipart/form-data; boundary={boundary.decode()}", bytes(body)


def _boundary(contents: list[bytes]) -> bytes:
    digest = blake2b(b"\0".join(contents), digest_size=16)
    while any(digest.hexdigest().encode() in content for content in contents):
        digest.update(b"\0")
    return digest.hexdigest().encode()
