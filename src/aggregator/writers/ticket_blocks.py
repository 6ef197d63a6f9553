"""What a ticket or a comment in Jira says, before it is put into a dialect: blocks of plain text, nothing escaped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct


class Span(Struct, frozen=True):
    """A piece of a line. The text is plain and may be hostile: the dialect escapes it.

    Attributes:
        link: where it leads, an address that :func:`aggregator.writers.escape.is_link` takes; empty for nowhere.
    """

    text: str
    strong: bool = False
    code: bool = False
    link: str = ""


Line: TypeAlias = tuple[Span, ...]


class Paragraph(Struct, frozen=True, tag=True):
    """One line of text, as long as it wants to be."""

    line: Line


class Heading(Struct, frozen=True, tag=True):
    """A heading within a ticket; tickets have one level of them."""

    text: str


class Bullets(Struct, frozen=True, tag=True):
    """A list without numbers."""

    items: tuple[Line, ...]


class Table(Struct, frozen=True, tag=True):
    """Cells of one line each; without heads the first cell of each row is its head.

    Attributes:
        total: how many rows there would be, where some were left out; those that are not there are counted below it.
    """

    rows: tuple[tuple[Line, ...], ...]
    heads: tuple[str, ...] = ()
    total: int = 0


class Code(Struct, frozen=True, tag=True):
    """Lines as they are, in a type of even width."""

    text: str


class Panel(Struct, frozen=True, tag=True):
    """A line that stands out."""

    line: Line
    kind: Literal["info", "success", "warning"] = "info"


Block: TypeAlias = Paragraph | Heading | Bullets | Table | Code | Panel


class Text(Struct, frozen=True):
    """A description or a comment.

    Attributes:
        mark: tells ours from all others: ``onefold:`` and words without blanks, one blank between them. The dialect
            writes it small at the end, with a fingerprint of the text, by which an edit of a person is noticed.
        members: the ids of the findings of a shared ticket, written beside the mark; the first 500 of them.
    """

    blocks: tuple[Block, ...]
    mark: str
    members: tuple[str, ...] = ()


def lines_of(block: Block) -> Iterator[Line]:
    """Every line of a block, in reading order."""
    match block:
        case Paragraph(line) | Panel(line):
            yield line
        case Heading(text) | Code(text):
            yield (Span(text),)
        case Bullets(items):
            yield from items
        case _:
            yield from ((Span(head),) for head in block.heads)
            yield from (cell for row in block.rows for cell in row)


def words(*texts: str) -> Line:
    """A line of plain pieces."""
    return tuple(Span(text) for text in texts)
