"""Edits of a tree of source files by script. Every line knows where it came from, so no truth has to be guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple

from tests.accuracy.blocks import blocks, gaps, is_sound, statements
from tests.accuracy.linemap import Line, LineMap

_NOTES = (
    "kept for the old callers",
    "see the wiki for the long story",
    "the order matters here",
    "reviewed twice",
    "this used to be slower",
    "not called in the tests",
)
_INDENT = re.compile(r"^[ \t]*")


class Row(NamedTuple):
    """One line of an edited file, and where it stood at first."""

    text: str
    origin: Line | None = None


Tree = dict[str, list[Row]]
Edit = Callable[[Tree, Random], None]


def planted(files: Mapping[str, bytes]) -> Tree:
    """A tree as rows; what is no text stays out."""
    tree: Tree = {}
    for path, content in sorted(files.items()):
        try:
            text = content.decode()
        except UnicodeDecodeError:
            continue
        if "\r" not in text and text.endswith("\n"):
            tree[path] = [Row(row, (path, number)) for number, row in enumerate(text[:-1].split("\n"), 1)]
    return tree


def written(tree: Tree) -> dict[str, bytes]:
    """The files of a tree."""
    return {path: "".join(f"{row.text}\n" for row in rows).encode() for path, rows in sorted(tree.items())}


def line_map(before: Tree, after: Tree) -> LineMap:
    """Where every line went; a file is followed by the most of its lines."""
    lines: dict[Line, Line] = {}
    votes: dict[str, dict[str, int]] = {}
    for path, rows in after.items():
        for number, row in enumerate(rows, 1):
            if row.origin is not None:
                lines[row.origin] = (path, number)
                ballot = votes.setdefault(row.origin[0], {})
                ballot[path] = ballot.get(path, 0) + 1
    gone = {(path, number) for path, rows in before.items() for number in range(1, len(rows) + 1)} - lines.keys()
    files = {path: max(sorted(ballot), key=ballot.__getitem__) for path, ballot in votes.items()}
    return LineMap(lines, files, frozenset(gone))


def insert_lines(tree: Tree, random: Random) -> None:
    """Put remarks and blank lines between statements of two files in three."""
    for path in _some(tree, random, 2 / 3):
        rows = tree[path]
        places = gaps(path, _texts(rows))
        for place in sorted(random.sample(places, min(len(places), random.randint(1, 6))), reverse=True):
            indent = _INDENT.match(rows[place].text)[0] if place < len(rows) else ""  # type: ignore[index]
            rows[place:place] = [_remark(path, indent, random) for _ in range(random.randint(1, 5))]


def insert_at_top(tree: Tree, random: Random) -> None:
    """Give two files in three a head of licence lines."""
    for path in _some(tree, random, 2 / 3):
        start = 1 if tree[path] and tree[path][0].text.startswith(("#!", "---", "FROM", "<?")) else 0
        tree[path][start:start] = [_remark(path, "", random) for _ in range(random.randint(1, 12))]


def delete_statements(tree: Tree, random: Random) -> None:
    """Take single statements out of half of the files, flaws among them."""
    for path in _some(tree, random, 1 / 2):
        rows = tree[path]
        spans = statements(path, _texts(rows))
        chosen = random.sample(spans, min(len(spans), random.randint(1, 4)))
        kept = list(rows)
        for first, last in sorted(chosen, reverse=True):
            del kept[first : last + 1]
        _keep_if_sound(tree, path, kept)


def delete_blocks(tree: Tree, random: Random) -> None:
    """Take whole functions and resources out of a third of the files."""
    for path in _some(tree, random, 1 / 3):
        spans = blocks(path, _texts(tree[path]))
        if len(spans) > 2:
            first, last = random.choice(spans)
            _keep_if_sound(tree, path, tree[path][:first] + tree[path][last + 1 :])


def move_blocks(tree: Tree, random: Random) -> None:
    """Move a function or resource to another place of its own file."""
    for path in _some(tree, random, 1 / 2):
        rows = tree[path]
        spans = blocks(path, _texts(rows))
        if len(spans) < 2:
            continue
        (first, last), (target, _) = random.sample(spans, 2)
        taken = rows[first : last + 1]
        rest = [*rows[:target], *taken, Row(""), *rows[target:]]
        start = first + len(taken) + 1 if target <= first else first
        _keep_if_sound(tree, path, rest[:start] + rest[start + len(taken) :])


def move_between_files(tree: Tree, random: Random) -> None:
    """Move a whole function or resource to the end of another file of the same language."""
    for path in _some(tree, random, 1 / 3):
        spans = blocks(path, _texts(tree[path]))
        others = [other for other in sorted(tree) if _kind(other) == _kind(path) and other != path]
        if len(spans) < 2 or not others:
            continue
        first, last = random.choice(spans)
        target = random.choice(others)
        taken = tree[path][first : last + 1]
        if is_sound(path, _texts(tree[path][:first] + tree[path][last + 1 :])):
            tree[path] = tree[path][:first] + tree[path][last + 1 :]
            tree[target] = [*tree[target], Row(""), Row(""), *taken]


def rename_files(tree: Tree, random: Random) -> None:
    """Give a third of the files another name, or another folder."""
    for path in _some(tree, random, 1 / 3):
        place = PurePosixPath(path)
        fresh = place.with_name(f"{place.stem}_{random.choice(('impl', 'core', 'base'))}{place.suffix}")
        moved = place.parent / random.choice(("inner", "lib", "parts")) / place.name
        target = str(moved if random.random() < 1 / 2 or not place.suffix else fresh)
        if target not in tree:
            tree[target] = tree.pop(path)


def move_folder(tree: Tree, random: Random) -> None:
    """Move everything of one folder below another name."""
    folders = sorted({path.rpartition("/")[0] for path in tree if "/" in path})
    if folders:
        folder = random.choice(folders)
        for path in [path for path in sorted(tree) if path.startswith(f"{folder}/")]:
            tree[f"moved/{path}"] = tree.pop(path)


def indent_deeper(tree: Tree, random: Random) -> None:
    """Put functions of half of the files under a condition, or the whole file on another width."""
    for path in _some(tree, random, 1 / 2):
        rows = tree[path]
        spans = blocks(path, _texts(rows))
        opening, closing = _CONDITIONS.get(_kind(path), ("", ""))
        if opening and spans and random.random() < 1 / 2:
            first, last = random.choice(spans)
            inner = [_shifted(row) for row in rows[first : last + 1]]
            shut = [Row(closing)] if closing else []
            _keep_if_sound(tree, path, [*rows[:first], Row(opening), *inner, *shut, *rows[last + 1 :]])
        elif _kind(path) in (".py", ".js", ".tf"):
            _keep_if_sound(tree, path, [_rewidened(row, random) for row in rows])


def change_remarks(tree: Tree, random: Random) -> None:
    """Say something else in every second remark."""
    for rows in tree.values():
        for at, row in enumerate(rows):
            if row.text.lstrip().startswith(("# ", "// ")) and random.random() < 1 / 2:
                indent, mark = _INDENT.match(row.text)[0], row.text.lstrip().split(" ")[0]  # type: ignore[index]
                rows[at] = row._replace(text=f"{indent}{mark} {random.choice(_NOTES)}")


def change_neighbours(tree: Tree, random: Random) -> None:
    """Put a remark right above one statement in five, whatever stands there."""
    for path, rows in tree.items():
        for place in sorted(gaps(path, _texts(rows)), reverse=True):
            if place < len(rows) and random.random() < 1 / 5:
                indent = _INDENT.match(rows[place].text)[0]  # type: ignore[index]
                rows.insert(place, _remark(path, indent, random))


def copy_below(tree: Tree, random: Random) -> None:
    """Paste a copy of a function or resource, under another name, below the first one."""
    for path, (first, last), copy in _copies(tree, random):
        rows = tree[path]
        places = [last + 1, *(top for top, _ in blocks(path, _texts(rows)) if top > first), len(rows)]
        place = random.choice(places)
        _keep_if_sound(tree, path, [*rows[:place], Row(""), *copy, Row(""), *rows[place:]])


def copy_above(tree: Tree, random: Random) -> None:
    """Paste such a copy right above the first one, where it stands on the very lines of the first one."""
    for path, (first, _), copy in _copies(tree, random):
        _keep_if_sound(tree, path, [*tree[path][:first], *copy, Row(""), Row(""), *tree[path][first:]])


def _copies(tree: Tree, random: Random) -> Iterator[tuple[str, tuple[int, int], list[Row]]]:
    for path in _some(tree, random, 1 / 3):
        rows = tree[path]
        if spans := blocks(path, _texts(rows)):
            first, last = random.choice(spans)
            copy = [Row(row.text) for row in rows[first : last + 1]]
            yield path, (first, last), [Row(_renamed(copy[0].text)), *copy[1:]]


def everything(tree: Tree, random: Random) -> None:
    """Four kinds of edits, one after the other, as in a busy week."""
    for edit in random.sample(_PLAIN, 4):
        edit(tree, random)


_PLAIN: tuple[Edit, ...] = (
    *(insert_lines, insert_at_top, delete_statements, delete_blocks, move_blocks, move_between_files),
    *(rename_files, indent_deeper, change_remarks, change_neighbours, copy_below),
)
EDITS: tuple[Edit, ...] = (*_PLAIN, copy_above, move_folder, everything)
"""All edits; each function's name is the name of what it does."""

_CONDITIONS = {".py": ("if True:", ""), ".js": ("{", "}")}


def _some(tree: Tree, random: Random, share: float) -> list[str]:
    return [path for path in sorted(tree) if random.random() < share]


def _texts(rows: list[Row]) -> list[str]:
    return [row.text for row in rows]


def _kind(path: str) -> str:
    return PurePosixPath(path).suffix


def _keep_if_sound(tree: Tree, path: str, rows: list[Row]) -> None:
    if is_sound(path, _texts(rows)):
        tree[path] = rows


def _remark(path: str, indent: str, random: Random) -> Row:
    if random.random() < 1 / 4:
        return Row("")
    mark = "//" if _kind(path) in (".js", ".cjs") else "#"
    return Row(f"{indent}{mark} {random.choice(_NOTES)}")


def _shifted(row: Row) -> Row:
    return row._replace(text=f"    {row.text}") if row.text.strip() else row


def _rewidened(row: Row, random: Random) -> Row:
    indent = _INDENT.match(row.text)[0]  # type: ignore[index]
    return row._replace(text=indent.replace("    ", "  ").replace("\t", "  ") * 3 + row.text[len(indent) :])


_NAME = re.compile(r"\b(def|class|function|const|var|let)(\s+)(\w+)|^(resource \"\w+\" \")(\w+)")


def _renamed(text: str) -> str:
    """The first line of a block under another name."""
    return _NAME.sub(lambda found: f"{found[0]}_copy", text, count=1)
