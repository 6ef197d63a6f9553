"""What stands packed inside a document, so that a test can look at all of it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator

_BLOCK = re.compile(rb'<script type="application/zlib" id="([a-z0-9-]+)">([^<]*)</script>')


def inside(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a bundle or of a page's packed data, each named after the document it is in."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield f"{name}!{member}", archive.read(member)
    elif name.endswith(".html"):
        for block, packed in _BLOCK.findall(data):
            yield f"{name}!{block.decode()}", zlib.decompress(b64decode(packed))
