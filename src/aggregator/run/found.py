"""Which files the caller means: names, folders, patterns, pins and standard input, as files to read."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.report import ReadFailure
from aggregator.readers.registry import tool_of

PIN = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)=(.+)", re.DOTALL)
STDIN = "-"
UNSWEPT = frozenset({".git", ".hg", ".svn"})
"""Folders that hold no reports and many files; never swept, though a file in them can be named."""
_BETWEEN = re.compile(r"[\s,:\[\]\"'`]+")
"""What stands between the names of files where people write a list, and around them."""
_APART = "Give one report a line, as `path` or `tool=path`, without commas, dashes, quotes or blanks."


class Found(Struct, frozen=True, kw_only=True):
    """One file to read.

    Attributes:
        name: as people find it, for messages.
        place: below the folder or the pattern's fixed part that found it: the same from run to run. Of a named file
            its name alone, or its path, where files of one name are named.
        pinned: the tool the caller says it came from; empty when the content decides.
        swept: found by a folder or a pattern: if it is no report at all, that is no failure.
        sweep: that folder or pattern; empty for a file that was named.
    """

    name: str
    place: str
    pinned: str = ""
    swept: bool = False
    sweep: str = ""


class Search(Struct, frozen=True):
    """What a list of arguments stands for: files to read, and what is missing or was passed over."""

    files: tuple[Found, ...]
    failures: tuple[ReadFailure, ...]


def find_reports(arguments: Sequence[str], ours: Iterable[Path] = ()) -> Search:
    """Every file the arguments name, once; sorted, so that the order of arguments does not matter.

    Args:
        arguments: ``path``, ``folder``, ``pattern`` or ``-``, each perhaps as ``tool=...``.
        ours: folders we write to; what lies there is our own and is never swept up.
    """
    closed = frozenset(os.path.realpath(path) for path in ours)
    shared = _shared_names(arguments)
    files: dict[str, Found] = {}
    failures: list[ReadFailure] = []
    for argument in sorted(set(arguments)):
        for item in _expand(argument, closed, shared):
            if isinstance(item, ReadFailure):
                failures.append(item)
            else:
                real = STDIN if item.name == STDIN else os.path.realpath(item.name)
                files[real] = min(files.get(real, item), item, key=_precedence)
    return Search(
        tuple(sorted(files.values(), key=lambda file: (file.place, file.name))),
        tuple(sorted(_unread(failures, files), key=lambda failure: (failure.place, failure.name))),
    )


def _unread(failures: Iterable[ReadFailure], files: Container[str]) -> set[ReadFailure]:
    """The failures, but for links to files that are read anyway."""
    return {each for each in failures if not each.unopened or os.path.realpath(each.name) not in files}


def _precedence(file: Found) -> tuple[bool, bool, str, str]:
    """One file found in several ways: a pin says most, a name more than a sweep."""
    return (not file.pinned, file.swept, file.place, file.name)


def _shared_names(arguments: Iterable[str]) -> frozenset[str]:
    """The names that several named files have, those that are not there too: what is missing changes no place."""
    paths = {_as_named(path) for _, path in map(_split, arguments) if _is_name(path)}
    names = Counter(PurePosixPath(path).name for path in paths)
    return frozenset(name for name, times in names.items() if times > 1)


def _is_name(path: str) -> bool:
    """Whether an argument means one file: neither a folder nor a pattern nor standard input."""
    if os.path.exists(path):  # noqa: PTH110 - a name is kept as the user wrote it
        return not os.path.isdir(path)  # noqa: PTH112 - as above
    return path != STDIN and not glob.has_magic(path)


def _as_named(path: str) -> str:
    """The path as people wrote it, in one spelling; where the checkout lies on this machine is in no place."""
    name = os.path.normpath(path)
    below = os.path.relpath(name)
    is_outside = PurePosixPath(below).parts[:1] == ("..",)
    return PurePosixPath(name if is_outside else below).as_posix()


def _split(argument: str) -> tuple[str, str]:
    """The tool that an argument pins, and the rest of it."""
    pin = None if os.path.lexists(argument) else PIN.fullmatch(argument)
    return (pin[1].lower(), pin[2]) if pin else ("", argument)


def seen_from_here(argument: str, roots: Iterable[str]) -> str:
    """The argument; where it names a file of the workspace as another machine calls it, the name that it has here.

    A job that runs in a container knows its workspace by another path than the steps before it: those of the runner.
    """
    tool, path = _split(argument)
    if os.path.lexists(path):
        return argument
    rests = (path.removeprefix(f"{root}/") for root in roots if path.startswith(f"{root}/"))
    here = next((rest for rest in rests if os.path.lexists(rest) or glob.glob(rest)), "")  # noqa: PTH207 - a string
    return argument if not here else f"{tool}={here}" if tool else here


def _expand(argument: str, closed: frozenset[str], shared: frozenset[str]) -> Iterator[Found | ReadFailure]:
    tool, path = _split(argument)
    base = Path(path).name or path
    place = _as_named(path) if base in shared else base
    if path == STDIN:
        yield Found(name=STDIN, place="stdin", pinned=tool)
    elif os.path.isdir(path):  # noqa: PTH112 - a name is kept as the user wrote it
        yield from _swept(path, _walk(path, closed), tool)
    elif os.path.exists(path):  # noqa: PTH110 - as above
        yield Found(name=path, place=place, pinned=tool)
    elif glob.has_magic(path):
        yield from _swept(_fixed_part(path), _matches(path, closed), tool, pattern=path)
    else:
        yield _unfound(path, tool, "there is no such file.", place)


def _swept(root: str, paths: Iterable[str], tool: str, pattern: str = "") -> Iterator[Found | ReadFailure]:
    empty, links = True, False
    for path in paths:
        place = PurePosixPath(os.path.relpath(path, root or ".")).as_posix()
        if not os.path.isfile(path) or os.path.islink(path):  # noqa: PTH113, PTH114 - strings, many of them
            yield ReadFailure(
                name=path,
                place=place,
                reason="it is a link or no regular file, and was passed over.",
                next_step="Name it directly to have it read.",
                ignored=True,
                unopened=True,
            )
            links = True
            continue
        empty = False
        yield Found(name=path, place=place, pinned=tool, swept=True, sweep=pattern or root)
    if empty and links:
        why = "only links match this pattern." if pattern else "there are only links in this folder."
        yield replace(missing(pattern or root, tool, why), next_step="Name what they lead to, to have it read.")
    elif empty:
        why = "no file matches this pattern." if pattern else "there is no file in this folder."
        yield _unfound(pattern or root, tool, why)


def _unfound(path: str, tool: str, reason: str, place: str = "") -> ReadFailure:
    """That there is no such file; of a text that is a list of files, how to write it."""
    failure = missing(path, tool, reason, place)
    return replace(failure, next_step=_APART) if any(map(_is_file, _BETWEEN.split(path))) else failure


def _is_file(word: str) -> bool:
    return os.path.isfile(_split(word.strip("="))[1])  # noqa: PTH113 - as people wrote it


def missing(path: str, tool: str, reason: str, place: str = "") -> ReadFailure:
    """That nothing was read where the caller said that a report is; its place is its name, if it has no other."""
    return ReadFailure(
        name=path,
        place=place or Path(path).name or path,
        reason=reason,
        next_step="Check that the scanner ran and where it wrote its report.",
        tool=tool_of(tool),
    )


def _walk(root: str, closed: frozenset[str]) -> Iterator[str]:
    """Every file below a folder, and the links to other folders, which are not followed."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(
            name
            for name in names
            if name not in UNSWEPT and os.path.realpath(os.path.join(folder, name)) not in closed  # noqa: PTH118
        )
        links = (name for name in names if os.path.islink(os.path.join(folder, name)))  # noqa: PTH114, PTH118
        yield from (os.path.join(folder, name) for name in sorted((*links, *files)))  # noqa: PTH118


def _matches(pattern: str, closed: frozenset[str]) -> Iterator[str]:
    """Files the pattern matches; below the folders it matches, all files."""
    for path in sorted(glob.glob(pattern, recursive=True, include_hidden=True)):  # noqa: PTH207
        real = os.path.realpath(path)
        if any(real == folder or real.startswith(folder + os.sep) for folder in closed):
            continue
        if not UNSWEPT.isdisjoint(PurePosixPath(path).parts):
            continue
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            # With `**` the files below stand in the list themselves.
            if "**" not in pattern:
                yield from _walk(path, closed)
        else:
            yield path


def _fixed_part(pattern: str) -> str:
    """The folders before the first wildcard."""
    fixed: list[str] = []
    for part in pattern.split("/")[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return "/".join(fixed) or ("/" if pattern.startswith("/") else "")
