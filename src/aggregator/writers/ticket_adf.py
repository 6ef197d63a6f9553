"""Tickets in the Atlassian Document Format, version 1, as Jira Cloud takes and gives descriptions and comments.

A document is a tree of nodes; text in it is only ever text, so nothing has to be escaped. What has to be kept are the
rules of its schema: no empty text, no marks in code, and code joined with nothing but a link.

Source: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from aggregator.writers.escape import is_link, plain, visible_lines
from aggregator.writers.ticket_blocks import Block, Bullets, Code, Heading, Line, Paragraph, Span, Table, Text
from aggregator.writers.ticket_fit import fitted
from aggregator.writers.ticket_marks import mark_lines

LONGEST = 32_767
"""Characters of a rich text field. Jira does not say of which form, so the longest one counts here: the JSON."""

_LEVEL = 3
_BLOCKS = frozenset({"paragraph", "heading", "codeBlock"})


class Node(Struct, frozen=True, omit_defaults=True):
    """A node or a mark; which fields it has depends on its type.

    Attributes:
        content: the nodes within.
        marks: of a text: ``strong``, ``code``, ``link``.
    """

    type: str
    text: str = ""
    attrs: Mapping[str, object] = {}
    content: tuple[Node, ...] = ()
    marks: tuple[Node, ...] = ()


class Document(Struct, frozen=True):
    """A whole description or comment."""

    content: tuple[Node, ...]
    version: int = 1
    type: str = "doc"


def adf(text: Text, most: int = LONGEST) -> Document:
    """A text as a document: as much of it as fits into so many characters, and its mark."""
    room = most - _size(_document((), text))
    blocks = fitted(text.blocks, lambda block: _size(_node(block)) + 1, room)
    return _document(map(_node, blocks), text)


def text_in(node: Node) -> str:
    """All that a document says, a line for each block; of what people put in, such as mentions, its words."""
    return "".join(_said(node))


def _document(nodes: Iterable[Node], text: Text) -> Document:
    content = tuple(nodes)
    body = text_in(Node("doc", content=content))
    lines = tuple(_paragraph((Span(line, code=True),)) for line in mark_lines(text, body).split("\n"))
    return Document((*content, *lines))


def _size(part: Document | Node) -> int:
    return len(msgspec.json.encode(part).decode())


def _said(node: Node) -> Iterator[str]:
    if node.type == "text":
        yield node.text
    elif node.type == "hardBreak":
        yield "\n"
    for name in ("text", "url"):
        if isinstance(told := node.attrs.get(name), str):
            yield told
    for each in node.content:
        yield from _said(each)
    if node.type in _BLOCKS:
        yield "\n"


def _node(block: Block) -> Node:
    match block:
        case Paragraph(line):
            return _paragraph(line)
        case Heading(text):
            return Node("heading", attrs={"level": _LEVEL}, content=_inline((Span(text),)))
        case Bullets(items):
            return Node("bulletList", content=tuple(Node("listItem", content=(_paragraph(item),)) for item in items))
        case Table():
            return _table(block)
        case Code(text):
            return Node("codeBlock", content=_inline((Span(visible_lines(text)),), keep=True))
        case _:
            return Node("panel", attrs={"panelType": block.kind}, content=(_paragraph(block.line),))


def _table(table: Table) -> Node:
    rows = [Node("tableRow", content=tuple(_cell("tableHeader", (Span(head),)) for head in table.heads))]
    for row in table.rows:
        kinds = ["tableCell"] * len(row) if table.heads else ["tableHeader", *["tableCell"] * (len(row) - 1)]
        rows.append(Node("tableRow", content=tuple(map(_cell, kinds, row))))
    return Node("table", content=tuple(rows if table.heads else rows[1:]))


def _cell(kind: str, line: Line) -> Node:
    return Node(kind, content=(_paragraph(line),))


def _paragraph(line: Line) -> Node:
    return Node("paragraph", content=_inline(line))


def _inline(line: Line, *, keep: bool = False) -> tuple[Node, ...]:
    return tuple(Node("text", text, marks=tuple(_marks(span))) for span in line if (text := _shown(span, keep=keep)))


def _shown(span: Span, *, keep: bool) -> str:
    if keep or not span.text.strip():
        return span.text
    # Blanks around a piece part it from the next one.
    head = " " if span.text[0].isspace() else ""
    tail = " " if span.text[-1].isspace() else ""
    return f"{head}{plain(span.text)}{tail}"


def _marks(span: Span) -> Iterator[Node]:
    if is_link(span.link):
        yield Node("link", attrs={"href": span.link})
    if span.code:
        yield Node("code")
    elif span.strong:
        yield Node("strong")
