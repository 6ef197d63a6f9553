"""A YAML document that knows its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from aggregator.model.errors import UsageError
from aggregator.policy.syntax import explained, is_whole, line_of

if TYPE_CHECKING:
    from yaml import Node, SafeLoader

Loc = tuple[int | str, ...]
"""Where something is in a document: keys and indexes from the top."""

LARGEST = 1_000_000
"""Characters that people may write into one file: thousands of exceptions."""
_MOST_NODES = 100_000
"""Values of a file with its references written out: more than people write into a file of that size."""
_NO_CHARACTER = "an escape (\\u) names no character; write the character itself"
_STEP = "Correct the file and run again."


class Repetition(NamedTuple):
    """A key that stands in one group a second time: where, the line, and the line where it stood first."""

    loc: Loc
    line: int
    first: int


class Document(NamedTuple):
    """What a YAML file says and where it says it.

    Attributes:
        name: the file, for messages.
        content: the document as plain values; ``{}`` for an empty file.
        root: the node tree that knows the lines.
        repeated: keys written twice, of which YAML would silently take the last.
    """

    name: str
    content: object
    root: Node | None
    repeated: tuple[Repetition, ...]

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
    """Read one YAML document with the safe loader. Raises ``UsageError`` when it is no YAML, with the line and why."""
    import yaml  # noqa: PLC0415 - costs 15 ms, and most runs have no file

    if len(text) > LARGEST:
        line = text.count("\n", 0, LARGEST) + 1
        raise _refused(name, line, f"the file is longer than {LARGEST} characters, which nobody wrote by hand")
    try:
        loader = yaml.SafeLoader(text)
        root = _composed(loader, name)
        repeated = tuple(_repeated(root))  # before construction, which unfolds merge keys in place
        _keep_days_as_written(root)
        content = {} if root is None else _constructed(loader, root, name)
    except yaml.YAMLError as error:
        raise _refused(name, line_of(error, text), explained(error)) from None
    return Document(name, {} if content is None else content, root, repeated)


def _refused(name: str, line: int, why: str) -> UsageError:
    return UsageError(f"{name}:{line}: {why}.", _STEP)


def _composed(loader: SafeLoader, name: str) -> Node | None:
    """The node tree, of a bounded depth and a bounded size once its references are unfolded."""
    try:
        root: Node | None = loader.get_single_node()
    except RecursionError:
        raise _refused(name, loader.get_mark().line + 1, "groups or brackets stand too deep in each other") from None
    except (ValueError, OverflowError):  # YAML leaves the range to Python: \U00110000
        raise _refused(name, loader.get_mark().line + 1, _NO_CHARACTER) from None
    _must_unfold(root, name)
    _must_be_whole(root, name)
    return root


def _must_unfold(root: Node | None, name: str) -> None:
    """Refuse references that hold themselves, or that multiply each other."""
    waiting, count = [] if root is None else [(root, 1)], 0
    while waiting:
        node, line = waiting.pop()
        count += 1
        if count > _MOST_NODES:
            raise _refused(
                name, line, "its references (*) multiply each other or hold themselves; write out what is meant"
            )
        waiting += [(child, line) for _, line, child in _entries(node)]


def _must_be_whole(root: Node | None, name: str) -> None:
    """Refuse an escape that is half of a character, in a key as in a value."""
    for _, node in _nodes(root):
        for key, line, child in _entries(node):
            if not all(is_whole(text) for text in (key, child.value) if isinstance(text, str)):
                raise _refused(name, line, _NO_CHARACTER)


def _constructed(loader: SafeLoader, root: Node, name: str) -> object:
    """Plain values. A value that is not what it claims to be is named with its line: a number that is none."""
    try:
        content: object = loader.construct_document(root)
    except ValueError:
        raise _refused(name, _unreadable(loader, root), "a value cannot be read as what it seems to be") from None
    return content


def _unreadable(loader: SafeLoader, root: Node) -> int:
    """The line of the first value that cannot be constructed."""
    loader.constructed_objects.clear()
    loader.recursive_objects.clear()
    values = (node for _, node in _nodes(root) if not isinstance(node.value, list))
    return min(int(node.start_mark.line) + 1 for node in values if not _is_readable(loader, node))


def _is_readable(loader: SafeLoader, node: Node) -> bool:
    try:
        loader.construct_object(node)
    except ValueError:
        return False
    return True


def _entries(node: Node | None) -> list[tuple[int | str, int, Node]]:
    """One step down: key or index, 1-based line, node."""
    from yaml import MappingNode, SequenceNode  # noqa: PLC0415 - loaded already

    if isinstance(node, SequenceNode):
        return [(index, child.start_mark.line + 1, child) for index, child in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return [(str(key.value), key.start_mark.line + 1, child) for key, child in node.value]
    return []


def _repeated(root: Node | None) -> Iterator[Repetition]:
    """Keys that stand twice in one mapping, wherever it is."""
    for loc, node in _nodes(root):
        first: dict[int | str, int] = {}
        for key, line, _ in _entries(node):
            if key in first:
                yield Repetition((*loc, key), line, first[key])
            first.setdefault(key, line)


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
