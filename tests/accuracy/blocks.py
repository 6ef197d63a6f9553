"""The parts of a source file that an editor can touch without breaking it. Lines count from 0 here."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

_WITH_REMARKS = frozenset({".py", ".js", ".cjs", ".tf", ".yaml", ".yml", ".sh", ".env", ".toml"})
_BRACKETS = frozenset({".js", ".cjs", ".tf"})
_OPENING = re.compile(r"(async function|function|const|var|let|class|exports\.|module\.|resource|router\.|app\.)\b")
_ALONE = re.compile(r"\s+[\w.]+ = [^{}()]*;?$|\s+\w+ += [^{}\[\]()]*$|\s+\w[\w.]*\([^{}()]*\);$")
_Span = tuple[int, int]


def gaps(path: str, texts: Sequence[str]) -> list[int]:
    """Places between two lines where a remark of its own line can stand."""
    kind = PurePosixPath(path).suffix
    if kind == ".py":
        tree = _parse(texts)
        return sorted({_top(node) for node in _statements(tree) if _starts_its_line(node, texts)}) if tree else []
    if kind in (".js", ".cjs", ".tf"):
        return [at for at, text in enumerate(texts) if at == 0 or not _goes_on(texts[at - 1], text)]
    return list(range(len(texts))) if kind in _WITH_REMARKS else []


def statements(path: str, texts: Sequence[str]) -> list[_Span]:
    """Single statements that can be left out, first and last line."""
    if path.endswith(".py"):
        tree = _parse(texts)
        return sorted(_dispensable(tree, texts)) if tree else []
    if PurePosixPath(path).suffix in _BRACKETS:
        return [(at, at) for at, text in enumerate(texts) if _ALONE.match(text)]
    return []


def blocks(path: str, texts: Sequence[str]) -> list[_Span]:
    """Whole functions, classes and resources that can be left out or moved, first and last line."""
    kind = PurePosixPath(path).suffix
    if kind == ".py":
        tree = _parse(texts)
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return (
            [(_top(node), (node.end_lineno or 1) - 1) for node in tree.body if isinstance(node, kinds)] if tree else []
        )
    return list(_bracketed(texts)) if kind in _BRACKETS else []


def is_sound(path: str, texts: Sequence[str]) -> bool:
    """Whether the file can still be parsed, as far as that is ours to say."""
    return not path.endswith(".py") or _parse(texts) is not None


def _parse(texts: Sequence[str]) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse("".join(f"{text}\n" for text in texts))
    except (SyntaxError, ValueError):
        return None


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(node, name, None)
            if isinstance(inner, list) and inner and isinstance(inner[0], ast.stmt):
                yield inner


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    for body in _bodies(tree):
        yield from body


def _top(node: ast.stmt) -> int:
    decorators: Iterable[ast.expr] = getattr(node, "decorator_list", ())
    return min([node.lineno, *(each.lineno for each in decorators)]) - 1


def _starts_its_line(node: ast.stmt, texts: Sequence[str]) -> bool:
    """Not behind a colon or semicolon, and no ``elif``."""
    text = texts[node.lineno - 1]
    before = text.encode()[: node.col_offset].decode(errors="replace")
    return not before.strip() and not text.lstrip().startswith("elif")


def _dispensable(tree: ast.Module, texts: Sequence[str]) -> Iterator[_Span]:
    for body in _bodies(tree):
        if len(body) > 1:
            for node in body:
                is_simple = isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Assert))
                if is_simple and node.end_lineno and _starts_its_line(node, texts):
                    yield (node.lineno - 1, node.end_lineno - 1)


def _goes_on(before: str, text: str) -> bool:
    """Whether a line may be the middle of something: a remark there could become part of a text."""
    return before.rstrip().endswith(("\\", "`")) or text.lstrip().startswith(("*", "`", "."))


def _bracketed(texts: Sequence[str]) -> Iterator[_Span]:
    """From a line at the margin that opens to the line at the margin that closes, with a blank line after it."""
    start = -1
    for at, text in enumerate(texts):
        if start < 0 and _OPENING.match(text) and text.rstrip().endswith("{"):
            start = at
        elif start >= 0 and text[:1] == "}":
            if at + 1 == len(texts) or not texts[at + 1].strip():
                yield (start, at)
            start = -1
