"""The errors that may cross a floor, each saying whose fault it is and what to do next.

OnefoldError
|-- UsageError          the caller's: an argument, a setting, a policy file (exit code 2)
|-- UnreadableReport    the report's: raised by a reader, turned into a ReadFailure by the registry
|   `-- NoReport        nobody's: a sound file that is no scanner's report
|-- UnusableData        the data's: a file about vulnerabilities; a warning for a feed, the caller's for a named file
|-- StateError          the state's: unreadable, or written by a newer Onefold (nothing is overwritten)
|   `-- NewerState      written by a newer Onefold: no store may pass it over for an older one
`-- ServiceError        a service's: it was not there, refused, or did not answer in time
    `-- UnknownToken    the token itself is not known: no permission of the job would help
"""

from __future__ import annotations

from enum import StrEnum


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


class UnusableData(OnefoldError):
    """A file about the exploitation of vulnerabilities that is not what it should be; the reason begins with *it*."""


class StateError(OnefoldError):
    """A state that cannot be read or must not be overwritten."""


class NewerState(StateError):
    """A sound state that only a newer Onefold can read."""


class Fault(StrEnum):
    """What kept a service from answering; decides what is retried and what a person should do."""

    PERMISSION = "permission"
    """The token may not do this. Asking again does not help."""
    MISSING = "missing"
    """It is not there: no such thing, no such service, expired or switched off."""
    CONFLICT = "conflict"
    """Something of that name is there already."""
    QUOTA = "quota"
    """The account has no room left."""
    RATE = "rate"
    """Too many calls, and the wait asked for is longer than we are willing to wait."""
    REFUSED = "refused"
    """The service found the request wrong."""
    UNSENT = "unsent"
    """No connection came about: nothing was asked, so nothing was done."""
    UNREACHABLE = "unreachable"
    """No answer, or none but failures, within the time we give it."""
    GARBLED = "garbled"
    """An answer that makes no sense: cut short, too large, not what the contract says."""


class ServiceError(OnefoldError):
    """A service that did not do what was asked. Never holds a token, a signed address or a reply's text."""

    def __init__(self, fault: Fault, reason: str, next_step: str = "") -> None:
        super().__init__(reason, next_step)
        self.fault = fault

    @property
    def is_for_good(self) -> bool:
        """Whether no later run will do better: there is no such thing, or nobody gave the job the permission."""
        return self.fault in {Fault.MISSING, Fault.PERMISSION}


class UnknownToken(ServiceError):
    """A token that the service does not know, whatever it may do: expired, revoked or mistyped."""
