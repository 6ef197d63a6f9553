"""A YAML document that knows its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from aggregator.model.errors import UsageError

if TYPE_CHECKING:
    from yaml import Node, YAMLError

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
        _keep_days_as_written(root)
        content = {} if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        where = f"{name}:{_line_of(error, text)}"
        raise UsageError(f"{where}: this is not valid YAML.", "Correct the file and run again.") from None
    except (ValueError, RecursionError):  # a number that is none; brackets without end
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


def _line_of(error: YAMLError, text: str) -> int:
    """The 1-based line of a mistake; of a character that YAML refuses only its position is known."""
    mark = getattr(error, "problem_mark", None)
    return (mark.line if mark else text.count("\n", 0, getattr(error, "position", 0))) + 1


def _repeated(root: Node | None) -> tuple[Loc, ...]:
    """Keys that stand twice in one mapping, wherever it is."""
    found: list[Loc] = []
    for loc, node in _nodes(root):
        counts = Counter(key for key, _, _ in _entries(node))
        found += ((*loc, key) for key, count in counts.items() if count > 1)
    return tuple(found)


def _keep_days_as_written(root: Node | None) -> None:
    """A day that is none (2026-02-31) is a mistake at its place, not a file that cannot be read."""
    for _, node in _nodes(root):
        if node.tag == "tag:yaml.org,2002:timestamp":
            node.tag = "tag:yaml.org,2002:str"


def _nodes(root: Node | None) -> Iterator[tuple[Loc, Node]]:
    """Every node with its place; each once, however often it is referred to."""
    seen: set[int] = set()
    waiting: list[tuple[Loc, Node]] = [] if root is None else [((), root)]
    while waiting:
        loc, node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield loc, node
            waiting += (((*loc, key), child) for key, _, child in _entries(node))
