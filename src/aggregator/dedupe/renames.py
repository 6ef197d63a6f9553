"""Which files were renamed, told from their findings alone: one old file against one new file, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import basename, splitext

Mark = tuple[str, str, int]
"""Tool, rule id, line."""


def infer_renames(old: Mapping[str, list[Mark]], new: Mapping[str, list[Mark]]) -> list[tuple[str, str]]:
    """Pair files that vanished with files that appeared when what was found in them looks the same.

    ``old`` holds files in which nothing is found any more, ``new`` files in which nothing was found before. Signs, from
    strong to weak, each believed only when one file on either side carries it: the same marks on the same lines under
    the same extension; at least two marks with the same gaps between them; the same rules under the same file name.
    """
    pairs: list[tuple[str, str]] = []
    left, arrived = dict(old), dict(new)
    for sign in (_same_lines, _same_gaps, _same_rules):
        for pair in _unique_pairs(left, arrived, sign):
            pairs.append(pair)
            del left[pair[0]], arrived[pair[1]]
    return pairs


def _unique_pairs(
    old: Mapping[str, list[Mark]],
    new: Mapping[str, list[Mark]],
    sign: Callable[[str, list[Mark]], object | None],
) -> list[tuple[str, str]]:
    theirs, ours = _by_sign(old, sign), _by_sign(new, sign)
    return sorted(
        (theirs[key][0], paths[0]) for key, paths in ours.items() if len(paths) == 1 and len(theirs.get(key, ())) == 1
    )


def _by_sign(
    files: Mapping[str, list[Mark]], sign: Callable[[str, list[Mark]], object | None]
) -> dict[object, list[str]]:
    signs: dict[object, list[str]] = {}
    for path, marks in files.items():
        key = sign(path, sorted(marks))
        if key is not None:
            signs.setdefault(key, []).append(path)
    return signs


def _same_lines(path: str, marks: list[Mark]) -> object | None:
    return (splitext(path)[1], tuple(marks))


def _same_gaps(path: str, marks: list[Mark]) -> object | None:
    if len(marks) == 1:  # one mark has no gaps
        return None
    top = min(line for _, _, line in marks)
    return (splitext(path)[1], tuple((tool, rule, line - top) for tool, rule, line in marks))


def _same_rules(path: str, marks: list[Mark]) -> object | None:
    return (basename(path), tuple((tool, rule) for tool, rule, _ in marks))
