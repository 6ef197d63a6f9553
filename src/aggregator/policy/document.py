"""A YAML document that knows its lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from aggregator.model.errors import UsageError

if TYPE_CHECKING:
    from yaml import Node

Loc = tuple[int | str, ...]
"""Where something is in a document: keys and indexes from the top."""


class Document(NamedTuple):
    """What a YAML file says and where it says it.

    Attributes:
        name: the file, for messages.
        content: the document as plain values; ``{}`` for an empty file.
        root: the node tree that knows the lines.
        repeated: places of keys written twice, of which YAML would silently take the last.
    """

    name: str
    content: object
    root: Node | None
    repeated: tuple[Loc, ...]

    def line(self, loc: Loc) -> int:
        """The 1-based line of the deepest part of ``loc`` that is there."""
        node, line = self.root, 1
        for step in loc:
            names = (step, str(step).replace("-", "_"))
            below = next((entry for entry in _entries(node) if entry[0] in names), None)
            if below is None:
                break
            _, line, node = below
        return line

    def place(self, loc: Loc) -> str:
        """``file:line`` of ``loc``."""
        return f"{self.name}:{self.line(loc)}"


def read_document(text: str, name: str) -> Document:
    """Read one YAML document with the safe loader. Raises ``UsageError`` when it is no YAML."""
    import yaml  # noqa: PLC0415 - costs 15 ms, and most runs have no file

    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        repeated = _repeated(root)  # before construction, which unfolds merge keys in place
        content = {} if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        raise UsageError(f"{where}: this is not valid YAML.", "Correct the file and run again.") from None
    except (ValueError, RecursionError):  # a day like 2026-02-31; brackets without end
        raise UsageError(f"{name}: a value in it cannot be read.", "Correct the file and run again.") from None
    return Document(name, {} if content is None else content, root, repeated)


def _entries(node: Node | None) -> list[tuple[int | str, int, Node]]:
    """One step down: key or index, 1-based line, node."""
    from yaml import MappingNode, SequenceNode  # noqa: PLC0415 - loaded already

    if isinstance(node, SequenceNode):
        return [(index, child.start_mark.line + 1, child) for index, child in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return [(str(key.value), key.start_mark.line + 1, child) for key, child in node.value]
    return []


def _repeated(root: Node | None) -> tuple[Loc, ...]:
    """Keys that stand twice in one mapping, wherever it is; each node once, however often it is referred to."""
    found: list[Loc] = []
    seen: set[int] = set()
    waiting: list[tuple[Loc, Node | None]] = [((), root)]
    while waiting:
        loc, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        entries = _entries(node)
        counts = Counter(key for key, _, _ in entries)
        found += ((*loc, key) for key, count in counts.items() if count > 1)
        waiting += (((*loc, key), child) for key, _, child in entries)
    return tuple(found)
