"""States as files in a directory."""

from __future__ import annotations

from pathlib import Path

from aggregator.disk import write_whole
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import StateError
from aggregator.model.state import Line, State
from aggregator.state import decode, merge_states, stream
from aggregator.stores.base import RENAMED, Loaded
from aggregator.stores.name import state_name

_Mark = tuple[int, int, int] | None
"""What tells whether a file is still the one that was read; ``None``: there was none."""


class DirectoryStore:
    """Keeps each line's state as one file; the directory is made when the first one is saved."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: dict[Path, _Mark] = {}

    def load(self, line: Line) -> Loaded:
        """The line's state, or none with a note. Raises ``StateError`` when the file cannot be read."""
        file = self.file(line)
        mark = _mark(file)
        heads = () if mark is None else (_load(file, line),)
        loaded = Loaded(heads[0], heads=heads) if heads else Loaded(None, (_no_state(file),))
        self._read[file] = mark  # only now: a file that could not be read must not be overwritten
        return loaded

    def save(self, state: State) -> str:
        """Write beside, then rename, so that nobody ever reads half a state; the path.

        A state that another run saved since :meth:`load` is merged in. Raises ``StateError`` rather than overwrite a
        file that cannot be read.
        """
        file = self.file(state.line)
        if _mark(file) is not None and _mark(file) != self._read.get(file):
            state = merge_states((_load(file, state.line), state)) or state
        try:
            write_whole(file, stream(state), is_durable=True)
        except OSError as error:
            raise StateError(
                f"{file} cannot be written: {error.strerror}.", "Give a folder with room that you may write to."
            ) from None
        self._read[file] = _mark(file)
        return file.as_posix()

    def before(self, branch: str) -> DirectoryStore:  # noqa: ARG002 - whoever writes to a folder is believed
        """The folder itself: nothing in it tells which branch a run was on."""
        return self

    def place(self, line: Line) -> str:
        """The path of the line's file."""
        return self.file(line).as_posix()

    def file(self, line: Line) -> Path:
        """Where the line's state lies."""
        return self._path / f"{state_name(line)}.json"


def _load(file: Path, line: Line) -> State:
    try:
        state = decode(file.read_bytes(), file.name)
    except OSError as error:
        raise _unreadable(file, error) from None
    if state.line != line:
        raise StateError(f"{file.name} belongs to another product, environment or branch.", "Remove or rename it.")
    return state


def _mark(file: Path) -> _Mark:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(file, error) from None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _unreadable(file: Path, error: OSError) -> StateError:
    return StateError(f"{file} cannot be read: {error.strerror}.", "Give a folder you may read.")


def _no_state(file: Path) -> Diagnostic:
    return Diagnostic(
        "no-state",
        Level.NOTE,
        str(file),
        "There is no state yet: this run establishes the baseline, and nothing is called new.",
        RENAMED,
    )
