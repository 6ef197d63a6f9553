"""Write a bbolt file: nested mappings become buckets, text becomes values.

Only what a reader of a finished file needs: no free pages, no transactions, one leaf page for each bucket.
"""

import struct
from pathlib import Path

Tree = dict[str, "Tree | str"]

PAGE_SIZE = 4096
MAGIC = 0xED0CDAED
VERSION = 2
LEAF, META, FREE_LIST = 0x02, 0x04, 0x10
BUCKET = 1

PAGE_HEADER = struct.Struct("<QHHI")  # page number, kind, entries, pages that follow
ENTRY = struct.Struct("<IIII")  # flags, distance to the key, length of the key, length of the value
BUCKET_HEADER = struct.Struct("<QQ")  # root page, sequence
META_BODY = struct.Struct("<IIIIQQQQQ")


def write(path: Path, tree: Tree) -> None:
    """Write the tree to a new file."""
    pages = [b"", b"", _page(2, FREE_LIST, 0, b"")]
    root = _add_bucket(tree, pages)
    for number in (0, 1):
        pages[number] = _meta(number, root, pages)
    path.write_bytes(b"".join(pages))


def _add_bucket(tree: Tree, pages: list[bytes]) -> int:
    """Append the bucket's page, after the pages of the buckets inside it; the number of its page."""
    entries = [_entry(key, tree[key], pages) for key in sorted(tree, key=str.encode)]
    body = _leaf(entries)
    number = _page_count(pages)
    pages.append(_page(number, LEAF, len(entries), body))
    return number


def _entry(key: str, value: "Tree | str", pages: list[bytes]) -> tuple[int, bytes, bytes]:
    if isinstance(value, str):
        return 0, key.encode(), value.encode()
    return BUCKET, key.encode(), BUCKET_HEADER.pack(_add_bucket(value, pages), 0)


def _leaf(entries: list[tuple[int, bytes, bytes]]) -> bytes:
    """The entries' table, then their keys and values; distances count from the entry's own row."""
    table, content = b"", b""
    for row, (flags, key, value) in enumerate(entries):
        distance = ENTRY.size * (len(entries) - row) + len(content)
        table += ENTRY.pack(flags, distance, len(key), len(value))
        content += key + value
    return table + content


def _page(number: int, kind: int, entries: int, body: bytes) -> bytes:
    size = PAGE_HEADER.size + len(body)
    count = -(-size // PAGE_SIZE)
    return (PAGE_HEADER.pack(number, kind, entries, count - 1) + body).ljust(count * PAGE_SIZE, b"\0")


def _page_count(pages: list[bytes]) -> int:
    """How many pages stand so far; the two meta pages are written last and count one each."""
    return 2 + sum(len(page) for page in pages[2:]) // PAGE_SIZE


def _meta(number: int, root: int, pages: list[bytes]) -> bytes:
    body = META_BODY.pack(MAGIC, VERSION, PAGE_SIZE, 0, root, 0, 2, _page_count(pages), number)
    return _page(number, META, 0, body + struct.pack("<Q", _checksum(body)))


def _checksum(content: bytes) -> int:
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in content:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value
