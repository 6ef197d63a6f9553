"""States as people have them: a file, a folder, or the zip file of an artifact."""

from __future__ import annotations

from pathlib import Path

from aggregator.disk import write_whole
from aggregator.model.errors import StateError, UsageError
from aggregator.model.state import State
from aggregator.state import decode, stream
from aggregator.stores.packed import unpack

_ZIP = b"PK"
_SUFFIXES = (".json", ".zip")


def files_of(path: Path) -> tuple[Path, ...]:
    """The state files that a path means: itself, or those in the folder. Raises ``UsageError`` when there are none."""
    if not path.is_dir():
        return (path,)
    found = tuple(sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES and each.is_file()))
    if not found:
        raise UsageError(f"{path} holds no state.", "Name the folder that was given to --state, or a state's file.")
    return found


def file_of(path: Path) -> Path:
    """The one state file that a path means. Raises ``UsageError`` when there is none, or when there are several."""
    first, *others = files_of(path)
    if others:
        names = ", ".join(each.name for each in (first, *others))
        raise UsageError(f"{path} holds {len(others) + 1} states.", f"Name the file of one: {names}.")
    return first


def content_of(path: Path) -> bytes:
    """The state's bytes, unpacked. Raises ``UsageError`` when there is no file, ``StateError`` when it is no state."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None
    if not data.startswith(_ZIP):
        return data
    try:
        return unpack(data)
    except StateError as error:
        reason = f"{path} is no state that Onefold can read: {error.reason}"
        raise StateError(reason, "Download the artifact again.") from None


def read(path: Path) -> State:
    """One state. Raises ``UsageError`` and ``StateError``."""
    return decode(content_of(path), str(path))


def write(path: Path, state: State, *, known: tuple[State, ...]) -> None:
    """Put a state in place, whole or not at all.

    A file that is there already is written over only when it is one of the ``known`` states, which the new one
    contains. Raises ``StateError``.
    """
    if path.is_dir():
        raise StateError(f"{path} is a folder.", "Name the file in it that the state goes into.")
    if path.exists() and read(path) not in known:
        raise StateError(
            f"{path} is there already, and nothing of it would be in the new state.",
            "Give another file, or merge it too; nothing was overwritten.",
        )
    try:
        write_whole(path, stream(state))
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}.", "Give a place you may write to.") from None
