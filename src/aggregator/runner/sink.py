"""Carries out what the runner shows: outputs, the job's summary, annotations."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from aggregator.model.diagnostic import Level
from aggregator.planning.actions import Action, Annotate, AppendSummary, SetOutput
from aggregator.runner.commands import annotation
from aggregator.writers.escape import plain, workflow_log

SUMMARY_LIMIT = 1_000_000
"""Bytes of a step's summary, all that was appended together; above 1 MiB the runner drops the whole of it."""

ANNOTATION_LIMIT = 10
"""Of each kind in a step; the runner drops the rest in silence, so what comes after them is said as plain text."""

CUT = b"\n\n_Cut here: the whole text is in summary.md._\n"


class RunnerSink:
    """Carries out ``SetOutput``, ``AppendSummary`` and ``Annotate``.

    Attributes:
        output_file: the file named by ``GITHUB_OUTPUT``; ``None`` when the runner gave none.
        summary_file: the file named by ``GITHUB_STEP_SUMMARY``; as above.
        say: prints one line to standard output.
    """

    def __init__(
        self,
        documents: Mapping[str, Callable[[], Iterable[bytes]]],
        *,
        output_file: Path | None,
        summary_file: Path | None,
        say: Callable[[str], None],
    ) -> None:
        self._documents = documents
        self._output_file = output_file
        self._summary_file = summary_file
        self._say = say
        self._shown: Counter[Level] = Counter()

    def accepts(self, action: Action) -> bool:
        """Whether the runner gave us the means."""
        match action:
            case SetOutput():
                return self._output_file is not None
            case AppendSummary():
                return self._summary_file is not None
            case Annotate():
                return True
            case _:
                return False

    def apply(self, action: Action) -> None:
        """Carry it out; raises ``OSError`` when a file command cannot be written."""
        match action:
            case SetOutput() if self._output_file is not None:
                _append(self._output_file, heredoc(action.name, action.value).encode())
            case AppendSummary() if self._summary_file is not None:
                room = SUMMARY_LIMIT - _size(self._summary_file)
                _append(self._summary_file, bounded(self._documents[action.document](), room))
            case Annotate():
                self._annotate(action)
            case _:
                return

    def _annotate(self, action: Annotate) -> None:
        self._shown[action.level] += 1
        if self._shown[action.level] <= ANNOTATION_LIMIT:
            self._say(annotation(action))
        else:
            self._say(workflow_log(plain(f"{action.title}: {action.message}")))


def heredoc(name: str, value: str) -> str:
    """One output as a file command; the delimiter cannot be guessed, so no value can end it early."""
    delimiter = f"onefold_{os.urandom(16).hex()}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def bounded(chunks: Iterable[bytes], room: int = SUMMARY_LIMIT) -> bytes:
    """The document as far as there is room for it, cut at the end of a line, and saying so.

    Nothing when there is no room even for that.
    """
    whole = b"".join(chunks)
    if len(whole) <= room:
        return whole
    room -= len(CUT)
    return whole[:room].rpartition(b"\n")[0] + CUT if room >= 0 else b""


def _size(path: Path) -> int:
    """Bytes that earlier appends left there."""
    return path.stat().st_size if path.exists() else 0


def _append(path: Path, data: bytes) -> None:
    """Append, never truncate: earlier steps of the same action may have written there."""
    with path.open("ab") as file:
        file.write(data)
