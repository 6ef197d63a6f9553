"""Tickets in wiki markup, as Jira Data Center takes and gives descriptions and comments.

Source: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.writers.escape import is_link, plain, wiki, wiki_code
from aggregator.writers.ticket_blocks import Block, Bullets, Code, Heading, Line, Paragraph, Span, Table, Text
from aggregator.writers.ticket_fit import fitted
from aggregator.writers.ticket_marks import mark_lines

LONGEST = 32_767
"""Characters of a text field, unless an administrator has set another limit."""

_ENDS_LINK = frozenset("[]|")
_FRAME = "{noformat}"
_COLOURS = {"info": "#deebff", "success": "#e3fcef", "warning": "#fffae6"}


def wiki_markup(text: Text, most: int = LONGEST) -> str:
    """A text in wiki markup: as much of it as fits into so many characters, and its mark."""
    blocks = fitted(text.blocks, lambda block: len(_rendered(block)) + 2, most - len(_document((), text)))
    return _document(map(_rendered, blocks), text)


def _document(blocks: Iterable[str], text: Text) -> str:
    body = "\n\n".join((*blocks, _FRAME))
    return f"{body}\n{mark_lines(text, body, _FRAME)}\n{_FRAME}"


def _rendered(block: Block) -> str:
    match block:
        case Paragraph(line):
            return _line(line)
        case Heading(text):
            return f"h3. {wiki(text)}"
        case Bullets(items):
            return "\n".join(f"* {_line(item)}" for item in items)
        case Table():
            return _table(block)
        case Code(text):
            return f"{_FRAME}\n{wiki_code(text)}\n{_FRAME}"
        case _:
            return f"{{panel:bgColor={_COLOURS[block.kind]}}}\n{_line(block.line)}\n{{panel}}"


def _table(table: Table) -> str:
    heads = [f"||{'||'.join(wiki(head) or ' ' for head in table.heads)}||"] if table.heads else []
    start = "|" if table.heads else "||"
    return "\n".join((*heads, *(f"{start}{'|'.join(_line(cell) or ' ' for cell in row)}|" for row in table.rows)))


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line).strip()


def _span(span: Span) -> str:
    text = wiki(span.text)
    if not text:
        return " " if span.text else ""
    head = " " if span.text[0].isspace() else ""
    tail = " " if span.text[-1].isspace() else ""
    if is_link(span.link):
        text = _link(span, text)
    elif span.code:
        text = f"{{{{{text}}}}}"
    elif span.strong and text == plain(span.text):
        # Atlassian's reader takes what is within stars for markup once more, without its escapes.
        text = f"*{text}*"
    return f"{head}{text}{tail}"


def _link(span: Span, text: str) -> str:
    if span.text == span.link:
        return f"[{span.link}]"
    # A bracket ends a link whether it is escaped or not.
    return f"{text} ([link|{span.link}])" if _ENDS_LINK & set(span.text) else f"[{text}|{span.link}]"
