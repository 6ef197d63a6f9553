"""Where the next entry of the exceptions file goes: how it is indented, and what stands there in its way."""

from __future__ import annotations

from typing import NamedTuple

from aggregator.policy.document import read_document


class NextEntry(NamedTuple):
    """What an entry must fit to.

    Attributes:
        indent: blanks before its dash.
        has_key: whether ``exceptions:`` is written already, and is not to be written again.
        obstacle: the 1-based line of what nothing can stand below: a list in brackets, ``null``; 0 for nothing.
    """

    indent: int = 2
    has_key: bool = False
    obstacle: int = 0


FIRST = NextEntry()
"""In a file that is empty, or not there."""


def next_entry(text: str, name: str) -> NextEntry:
    """Where an entry goes in a text that :func:`aggregator.policy.reading.read_exceptions` takes."""
    from yaml import MappingNode, SequenceNode  # noqa: PLC0415 - costs 15 ms

    root = read_document(text, name).root
    if not isinstance(root, MappingNode):
        return FIRST  # nothing, or comments
    if root.flow_style:
        return NextEntry(obstacle=root.start_mark.line + 1)
    ((key, value),) = root.value
    if isinstance(value, SequenceNode) and not value.flow_style:
        return NextEntry(value.start_mark.column, has_key=True)
    if not isinstance(value, SequenceNode) and not value.value:
        return NextEntry(has_key=True)
    line = value.start_mark.line
    return NextEntry(has_key=key.start_mark.line < line, obstacle=line + 1)
