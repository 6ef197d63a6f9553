"""Side effects as values: each one has a key that makes it idempotent and a sentence for people."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from aggregator.model.diagnostic import Level
from aggregator.model.location import Location
from aggregator.model.state import Line
from aggregator.planning.remote import RemoteAction


class WriteFile(Struct, frozen=True):
    """Write one rendered document, whole or not at all.

    Attributes:
        path: where people will find it, as they named the folder.
        document: the writer's name; its bytes are rendered while they are written, never held in memory.
    """

    path: str
    document: str

    @property
    def key(self) -> str:
        """Writing the same path again replaces what was there."""
        return f"file:{self.path}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"write {self.path}"


class AppendSummary(Struct, frozen=True):
    """Show one document on the job's summary page."""

    document: str

    @property
    def key(self) -> str:
        """One summary for each document."""
        return f"job-summary:{self.document}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"show {self.document} on the job's summary page"


class SetOutput(Struct, frozen=True):
    """Set one output of the action's step."""

    name: str
    value: str

    @property
    def key(self) -> str:
        """The last value of a name wins."""
        return f"output:{self.name}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"set the step's output {self.name} to {self.value or 'nothing'}"


class Annotate(Struct, frozen=True):
    """Show one message beside the job, and beside the line of code when there is one."""

    level: Level
    title: str
    message: str
    location: Location | None = None

    @property
    def key(self) -> str:
        """The same message at the same place is shown once."""
        place = self.location
        where = "" if place is None else f"{place.path}:{place.start_line or ''}"
        return f"annotation:{self.level}:{where}:{self.title}:{self.message}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"annotate the run ({self.level}): {self.title}: {self.message}"


class KeepDocument(Struct, frozen=True):
    """Keep one rendered document as an artifact of the run.

    Attributes:
        name: the artifact's.
        filename: the document's inside it.
        document: the writer's name.
    """

    name: str
    filename: str
    document: str

    @property
    def key(self) -> str:
        """Each document is kept once under a name."""
        return f"artifact:{self.name}:{self.filename}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"keep {self.filename} as the artifact {self.name}"


class SaveState(Struct, frozen=True):
    """Remember this run's state for the next run on the same line; always the last action.

    Attributes:
        place: the path of a file, or the name of an artifact.
        is_file: which of the two.
    """

    line: Line
    place: str
    is_file: bool = True

    @property
    def key(self) -> str:
        """Each line has one memory."""
        return ":".join(("state", *self.line.home, self.line.branch))

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"save the state to {self.place}" if self.is_file else f"keep the state as the artifact {self.place}"


Action: TypeAlias = WriteFile | KeepDocument | AppendSummary | SetOutput | Annotate | SaveState | RemoteAction
