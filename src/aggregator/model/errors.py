"""The errors that may cross a floor, each saying whose fault it is and what to do next.

OnefoldError
|-- UsageError          the caller's: an argument, a setting, a policy file (exit code 2)
|-- UnreadableReport    the report's: raised by a reader, turned into a ReadFailure by the registry
|   `-- NoReport        nobody's: a sound file that is no scanner's report
`-- StateError          the state's: unreadable, or written by a newer Onefold (nothing is overwritten)
"""

from __future__ import annotations


class OnefoldError(Exception):
    """Base of all errors that Onefold raises on purpose.

    Attributes:
        reason: what is wrong, one sentence, without any value that came from a report or a secret.
        next_step: what to do about it, one sentence.
    """

    def __init__(self, reason: str, next_step: str = "") -> None:
        super().__init__(f"{reason} {next_step}".rstrip())
        self.reason = reason
        self.next_step = next_step


class UsageError(OnefoldError):
    """The caller's mistake: an argument, a setting or a policy file."""


class UnreadableReport(OnefoldError):
    """A whole report that cannot be used; the run goes on without it."""


class NoReport(UnreadableReport):
    """A sound file that is no scanner's report: passed over with a note when a folder or a pattern caught it."""


class StateError(OnefoldError):
    """A state that cannot be read or must not be overwritten."""
