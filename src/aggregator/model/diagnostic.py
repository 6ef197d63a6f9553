"""What went wrong, said so that a person can act: whose fault, why, what next."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.word import Word

OTHER_COMMIT = "state-of-other-commit"
"""The code of the diagnostic for states that are there, of commits that the change does not contain."""


class Level(Word):
    """SARIF's notification levels (2.1.0, 3.58.6)."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Diagnostic(Struct, frozen=True, gc=False, omit_defaults=True):
    """One message about the run itself.

    Attributes:
        code: stable, kebab-case, for machines: ``report-truncated``.
        subject: the file, setting or service it is about.
        reason: what was found there, one sentence.
        next_step: what the reader can do about it, one sentence; may be empty for a note.
        pointer: the place inside the subject (RFC 6901), when there is one.
    """

    code: str
    level: Level
    subject: str
    reason: str
    next_step: str = ""
    pointer: str = ""

    def sentence(self) -> str:
        """The message as one line of plain text."""
        where = f"{self.subject} {self.pointer}".strip()
        return f"{where}: {self.reason} {self.next_step}".rstrip()
