"""The contract every reader keeps.

A reader is a module with ``FORMAT``, ``TOOL``, ``sniff(head)`` and ``read(data, context)``. It decodes straight from
bytes into small typed structs of only the fields it uses, and normalises on the way, so that nothing after it knows
the tool. One bad entry is a diagnostic and counts as refused; one bad file raises ``UnreadableReport``.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Raw, Struct

from aggregator.model.report import Report


class Head(Struct, frozen=True):
    """What can be told about a document without reading it all; only content, never the file's name.

    Attributes:
        text: the first 64 KiB, decoded.
        shape: ``object``, ``array``, ``xml``, ``text`` or ``empty``.
        keys: the document's own keys with their raw values (``shape == "object"``).
        first: keys of the first element that is an object (``shape == "array"``).
    """

    text: str
    shape: str
    keys: dict[str, Raw]
    first: dict[str, Raw]


class ReadContext(Struct, frozen=True):
    """What a reader must be told.

    Attributes:
        name: the report as the user named it, for messages and for ``Result.report``.
        place: its place, stable from run to run: the scope where the format names none.
        roots: workspace prefixes to strip from paths, for example ``/github/workspace``.
        seal_key: key for the in-memory digests of secret values.
    """

    name: str
    place: str
    roots: tuple[str, ...] = ()
    seal_key: bytes = b"onefold"


class Reader(Protocol):
    """A reader module, as the registry sees it."""

    FORMAT: str
    TOOL: str

    def sniff(self, head: Head) -> bool:
        """Whether this document is of this format, judged on content."""
        ...

    def read(self, data: bytes, context: ReadContext) -> Report:
        """Read the whole document (UTF-8, no byte-order mark). Raises ``UnreadableReport``."""
        ...
