"""The door: whatever bytes a file holds become one UTF-8 document with a head to detect its format by.

Unpacks gzip and zip within limits, decodes every encoding scanners write, skips log lines before or after the JSON,
and keeps the complete leading entries of a damaged array (:mod:`aggregator.readers.salvage`).
"""

from __future__ import annotations

import codecs
import re
from itertools import islice

import msgspec
from msgspec import Raw, Struct

from aggregator.model.errors import UnreadableReport
from aggregator.readers import salvage
from aggregator.readers.archive import unpack
from aggregator.readers.base import Head

_HEAD = 64 * 1024
_SHORT = 64
_CANDIDATES = 50
_BLANK = b" \t\r\n\x1e"
# UTF-32 before UTF-16: its little-endian mark begins with the other's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF_8 = frozenset(("", "utf-8"))
# Without a mark: the first two characters of every format are ASCII, so the zeros among four bytes tell.
_UNMARKED: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
_XML_ENCODING = re.compile(rb"""^\s*<\?xml\b[^>]*?(\s+encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["'])""")
# Plain character sets only: Python also registers codecs that run code paths no report needs.
_CHARACTER_SET = re.compile(
    r"(?:utf-?8|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-125\d|cp\d{3,5}|koi8-[ru]|shift_jis|euc-(?:jp|kr)"
    r"|gb2312|gbk|gb18030|big5)",
    re.IGNORECASE,
)


class Document(Struct, frozen=True):
    """One document, ready for a reader.

    Attributes:
        data: UTF-8 without byte-order mark; well-formed when it is JSON and ``damage`` does not say otherwise.
        damage: what happened to it on the way, one sentence; empty when nothing did.
        is_partial: entries are missing.
        is_broken: nothing of it can be used; ``head`` still tells whose it was.
    """

    data: bytes
    head: Head
    damage: str = ""
    is_partial: bool = False
    is_broken: bool = False


def take_in(data: bytes) -> Document:
    """Bytes of a file to a document. Raises ``UnreadableReport`` for an archive beyond its limits."""
    unpacked = unpack(data)
    document = _document_of(decode(unpacked).lstrip(_BLANK))
    # JSON that is no UTF-8 has been mended by now, and XML that is none is refused by its parser.
    is_garbled = _loses_text(unpacked) or (document.head.shape == "text" and salvage.is_garbled(document.data))
    return _garbled(document, document.damage or salvage.GARBLED) if is_garbled else document


def _document_of(text: bytes) -> Document:
    start = text[:1]
    # Only what is short is stripped at its end: a copy of a large report would double its memory.
    if not start or (len(text) < _SHORT and text.rstrip(_BLANK) == b"null"):
        return Document(text.rstrip(_BLANK), Head(_opening(text), "empty", {}, {}))
    if start == b"<":
        return Document(text, Head(_opening(text), "xml", {}, {}))
    if start in b"{[":
        whole = _whole(text)
        return whole or _damaged(text)
    return _after_noise(text) or Document(text, Head(_opening(text), "text", {}, {}))


def decode(data: bytes) -> bytes:
    """Any encoding to UTF-8 without byte-order mark; UTF-8 itself comes back unchecked.

    What cannot be decoded becomes U+FFFD. An XML declaration loses its encoding, which no longer holds.
    """
    encoding, body = _encoding_of(data)
    text = body if encoding in _UTF_8 else body.decode(encoding, "replace").encode("utf-8", "replace")
    declared = _XML_ENCODING.match(text[:1024])
    return text[: declared.start(1)] + text[declared.end(1) :] if declared else text


def _loses_text(data: bytes) -> bool:
    """Whether some of it cannot be decoded. Of UTF-8, which is checked as it is read, it is not asked here."""
    encoding, body = _encoding_of(data)
    if encoding not in _UTF_8:
        try:
            body.decode(encoding)
        except UnicodeDecodeError:
            return True
    return False


def _encoding_of(data: bytes) -> tuple[str, bytes]:
    """By its mark, its zeros or its XML declaration, and what follows the mark; empty where nothing tells."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    if encoding := _UNMARKED.get(tuple(byte == 0 for byte in data[:4]), ""):
        return encoding, data
    declared = _XML_ENCODING.match(data[:1024])
    named = declared[2].decode("ascii") if declared else ""
    return (named if _CHARACTER_SET.fullmatch(named) else ""), data


def _opening(text: bytes) -> str:
    return text[:_HEAD].decode("utf-8", "replace")


def _whole(text: bytes, damage: str = "") -> Document | None:
    """The document when it is one JSON value from end to end."""
    try:
        head = _head_of(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    except RecursionError:
        raise UnreadableReport(
            "its values are nested deeper than any scanner writes.", "Check where it comes from."
        ) from None
    return Document(text, head, damage)


def _head_of(text: bytes) -> Head:
    opening = _opening(text)
    if opening.lstrip()[:1] == "{":
        return Head(opening, "object", msgspec.json.decode(text, type=dict[str, Raw]), {})
    for element in msgspec.json.decode(text, type=list[Raw]):
        if bytes(memoryview(element)[:1]) == b"{":
            return Head(opening, "array", {}, msgspec.json.decode(element, type=dict[str, Raw]))
    return Head(opening, "array", {}, {})


def _damaged(text: bytes) -> Document:
    """A document that is no well-formed JSON: mended, salvaged, found after log lines, or broken."""
    mended = _mended(text)
    if mended:
        return mended
    rescued = salvage.rescue(text)
    document = rescued and (_whole(rescued.data) or _mended(rescued.data))
    if rescued and document:
        is_partial = document.is_partial or rescued.is_partial or salvage.is_garbled(text)
        return msgspec.structs.replace(document, damage=rescued.damage, is_partial=is_partial)
    return _after_noise(text) or _broken(text)


def _mended(text: bytes) -> Document | None:
    mended = salvage.mend(text)
    document = _whole(mended, salvage.MENDED) if mended else None
    return _garbled(document, salvage.GARBLED) if document and salvage.is_garbled(text) else document


def _garbled(document: Document, damage: str) -> Document:
    """The document, of which some characters are lost: a name in it may not be the one that the tool wrote."""
    return msgspec.structs.replace(document, damage=damage, is_partial=True)


def _broken(text: bytes) -> Document:
    opening = salvage.close_brackets(_opening(text))
    document = _whole(opening.encode()) if opening else None
    head = document.head if document else Head(_opening(text), "text", {}, {})
    return Document(text, head, "it breaks off, or is no well-formed JSON,", is_broken=True)


def _after_noise(text: bytes) -> Document | None:
    """The document after log lines that were written into the same file."""
    for start in islice(re.finditer(rb"^[ \t]*(?=[{\[])", text[:_HEAD], re.MULTILINE), _CANDIDATES):
        if start.end():
            document = _whole(text[start.end() :], "log lines before the report were skipped.")
            if document:
                return document
    return None
