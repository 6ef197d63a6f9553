"""The objects of the repository that the workspace is a checkout of, read as they lie there.

Nothing is run: no git, no hook, no filter, and no configuration is read, so it makes no difference who owns the folder.
Objects that are missing, damaged or too large are not there. Only this module imports dulwich.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from hashlib import sha1, sha256
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from dulwich.object_format import SHA1, SHA256
from dulwich.objects import ObjectID, ShaFile, parse_tree
from dulwich.pack import Pack
from dulwich.refs import DiskRefsContainer, Ref
from msgspec import Struct

MOST_BYTES = 2 * 1024 * 1024
"""Of one object; a larger one is not read."""
MOST_ENTRIES = 200_000
"""Of folders that are compared with each other."""
_LONGEST_PATH = 4096
_ID = re.compile(r"[0-9a-f]{40,64}")
_COMMIT, _TREE, _BLOB, _AFTER_ANOTHER, _AFTER_A_NAMED_ONE = 1, 2, 3, 6, 7

_Folder = dict[bytes, tuple[int, str]]
"""Mode and object id by name."""


class Differences(Struct, frozen=True):
    """Regular files that one tree has and the other has not: object ids by path."""

    removed: dict[str, str]
    added: dict[str, str]


class Repository:
    """The object store below ``.git``.

    Args:
        git: the folder, real and inside the workspace.
        digits: the length of an object id: 40, or 64 in a repository that counts with SHA-256.
    """

    def __init__(self, git: Path, digits: int) -> None:
        self._git = git
        self._format = SHA1 if digits == SHA1.hex_length else SHA256
        self._hash = sha1 if digits == SHA1.hex_length else sha256
        self._packs = [
            Pack(str(file.with_suffix("")), object_format=self._format)
            for file in sorted((git / "objects" / "pack").glob("*.idx"))
            if file.is_file()
        ]
        self._folders: dict[str, _Folder | None] = {}

    def close(self) -> None:
        """Let go of the files."""
        for pack in self._packs:
            pack.close()

    def head(self) -> str:
        """The commit that is checked out; empty when that cannot be told."""
        try:
            return DiskRefsContainer(self._git)[Ref(b"HEAD")].decode("ascii")
        except Exception:  # noqa: BLE001 - a library over foreign bytes: whatever it raises, nobody knows
            return ""

    def tree_of(self, commit: str) -> str | None:
        """The tree of a commit."""
        data = self._read(commit, _COMMIT)
        if data is None or not data.startswith(b"tree "):
            return None
        return data[5 : 5 + self._format.hex_length].decode("ascii", errors="replace")

    def file(self, tree: str, path: str) -> str | None:
        """The object id of a regular file in a tree."""
        *folders, name = path.encode("utf-8", errors="replace").split(b"/")
        for folder in folders:
            mode, tree = (self._folder(tree) or {}).get(folder, (0, ""))
            if not S_ISDIR(mode):
                return None
        mode, found = (self._folder(tree) or {}).get(name, (0, ""))
        return found if S_ISREG(mode) else None

    def content(self, file: str) -> bytes | None:
        """What is in a file, by its object id."""
        return self._read(file, _BLOB)

    def id_of(self, content: bytes) -> str:
        """The object id that a file of this content has."""
        return self._hash(b"blob %d\0" % len(content) + content).hexdigest()

    def differences(self, old: str, new: str) -> Differences | None:
        """Which files only one of two trees has; ``None`` when a folder cannot be read, or they differ too much.

        Folders that are the same are not looked into.
        """
        removed: dict[str, str] = {}
        added: dict[str, str] = {}
        left = MOST_ENTRIES
        folders = [("", old, new)]
        while folders:
            prefix, before, after = folders.pop()
            was = self._folder(before) if before else {}
            now = self._folder(after) if after else {}
            if was is None or now is None or (left := left - len(was) - len(now)) < 0:
                return None
            removed.update(_files_of_one(prefix, was, now))
            added.update(_files_of_one(prefix, now, was))
            folders += _to_compare(prefix, was, now)
        return Differences(removed, added)

    def _folder(self, tree: str) -> _Folder | None:
        if tree not in self._folders:
            data = self._read(tree, _TREE)
            self._folders[tree] = None if data is None else self._parsed(data)
        return self._folders[tree]

    def _parsed(self, data: bytes) -> _Folder | None:
        try:
            entries = list(parse_tree(data, self._format.oid_length))
        except Exception:  # noqa: BLE001 - as above
            return None
        return {name: (mode, found.decode("ascii")) for name, mode, found in entries}

    def _read(self, name: str, kind: int) -> bytes | None:
        """The content of an object, if it is there, whole, of this kind and not too large."""
        if not _ID.fullmatch(name):
            return None
        try:
            found, data = self._packed(name) or self._loose(name)
        except Exception:  # noqa: BLE001 - as above
            return None
        return data if found == kind else None

    def _packed(self, name: str) -> tuple[int, bytes] | None:
        identifier = ObjectID(name.encode("ascii"))
        for pack in self._packs:
            if identifier in pack:
                offset = pack.index.object_offset(identifier)
                if _weight(f"{pack.data.path}", offset, self._format.oid_length) > MOST_BYTES:
                    return 0, b""
                return pack.get_raw(identifier)
        return None

    def _loose(self, name: str) -> tuple[int, bytes]:
        found = ShaFile.from_path(
            str(self._git / "objects" / name[:2] / name[2:]), object_format=self._format, max_size=MOST_BYTES
        )
        return found.type_num, found.as_raw_string()


def open_repository(root: Path, digits: int) -> Repository | None:
    """The repository of a checkout, if its objects lie in its own ``.git`` folder.

    A worktree's ``.git`` is a file that leads elsewhere; neither that nor a link is followed, and objects that are
    borrowed from another repository (alternates) are not there.
    """
    git = Path(os.path.realpath(root), ".git")
    for folder in (git, git / "objects", git / "objects" / "pack"):
        if os.path.realpath(folder) != str(folder) or not folder.is_dir():
            return None
    return Repository(git, digits)


def _files_of_one(prefix: str, here: _Folder, there: _Folder) -> Iterator[tuple[str, str]]:
    """The regular files in a folder that is here and not there, whose names can be told."""
    for name, (mode, found) in here.items():
        if S_ISREG(mode) and not S_ISREG(there.get(name, (0, ""))[0]) and (path := _joined(prefix, name)):
            yield path, found


def _to_compare(prefix: str, was: _Folder, now: _Folder) -> Iterator[tuple[str, str, str]]:
    """The folders in a folder that are not the same in both trees."""
    for name in sorted(was.keys() | now.keys()):
        sides = [folder.get(name, (0, "")) for folder in (was, now)]
        before, after = (found if S_ISDIR(mode) else "" for mode, found in sides)
        if before != after and (path := _joined(prefix, name)):
            yield f"{path}/", before, after


def _joined(prefix: str, name: bytes) -> str:
    """A path; empty for one that no report can mean."""
    try:
        path = prefix + name.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return path if len(path) <= _LONGEST_PATH else ""


def _weight(path: str, offset: int, id_bytes: int) -> int:
    """How large an object in a pack will be, in bytes: its own size, or the larger one of it and what it changes."""
    with Path(path).open("rb") as file:
        file.seek(offset)
        data = file.read(512)
    kind = data[0] >> 4 & 7
    size, rest = _number(data, 4)
    if kind == _AFTER_ANOTHER:
        _, rest = _number(rest, 7)
    elif kind == _AFTER_A_NAMED_ONE:
        rest = rest[id_bytes:]
    else:
        return size
    delta = zlib.decompressobj().decompress(rest, 64)
    before, delta = _number(delta, 7)
    return max(before, _number(delta, 7)[0])


def _number(data: bytes, bits: int) -> tuple[int, bytes]:
    """A number in git's packs, and what follows it: so many ``bits`` in the first byte, seven in the others."""
    value, shift = data[0] & (1 << bits) - 1, bits
    place = 0
    while data[place] & 0x80:
        place += 1
        value |= (data[place] & 0x7F) << shift
        shift += 7
    return value, data[place + 1 :]
