"""Tests of :mod:`aggregator.sinks.github.upload_errors`."""

import pytest

from aggregator.model.errors import Fault, ServiceError, UnknownToken
from aggregator.sinks.github.upload_errors import explained, refused


@pytest.mark.parametrize("fault", [Fault.PERMISSION, Fault.MISSING])
def test_not_allowed(fault: Fault) -> None:
    """Where token or licence do not allow uploads the permission and the way around are named: no failure."""
    said = explained(ServiceError(fault, "Could not upload."))
    assert said.fault is Fault.MISSING
    assert "security-events: write" in said.next_step
    assert "upload-sarif-file" in said.next_step
    assert ("licence" in said.next_step) is (fault is Fault.MISSING)


def test_a_token_that_only_reads() -> None:
    """A run for Dependabot is not told to be given what it has: another workflow can upload for it."""
    said = explained(ServiceError(Fault.PERMISSION, "Could not upload."), "Dependabot")
    assert said.fault is Fault.MISSING
    assert said.next_step.startswith("A run for Dependabot is given a token that only reads; ")
    assert "security-events" not in said.next_step


def test_a_token_that_nobody_knows() -> None:
    """To a token that GitHub does not know no permission can be given."""
    said = explained(UnknownToken(Fault.PERMISSION, "Could not upload.", "Look at the token."))
    assert (said.fault, said.next_step) == (Fault.MISSING, "Look at the token.")


def test_refused_at_the_door() -> None:
    """A file that GitHub would not take is our fault, or its commit is gone."""
    said = explained(ServiceError(Fault.REFUSED, "Could not upload."))
    assert said.fault is Fault.REFUSED
    assert "fault of Onefold" in said.next_step


def test_others_pass() -> None:
    """What is wrong with the way to GitHub is said as it is."""
    error = ServiceError(Fault.UNREACHABLE, "Could not upload.", "Wait.")
    assert explained(error) is error


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Code scanning default setup is enabled: CodeQL analyses cannot be processed", "default setup is on"),
        ("rejecting SARIF, as the repository has too many logical alerts", "more alerts than GitHub allows"),
        ("rejecting SARIF, as there are multiple runs with the same category", "several analyses of one category"),
        ("upload exceeds the maximum size", "too large"),
        ("", "it did not say why."),
    ],
)
def test_known_reasons(words: str, reason: str) -> None:
    """What GitHub is known to complain about is said in plain words, with what to do."""
    said = refused((words,))
    assert reason in said.reason
    assert said.next_step


def test_foreign_reasons() -> None:
    """Anything else is said in GitHub's words, on one visible line and cut: they may repeat a piece of the file."""
    said = refused(("expected\n\u202eartifact location.", "x" * 900))
    assert said.reason.startswith("GitHub refused the upload: expected artifact location. xxx")
    assert len(said.reason) < 340
    assert refused(("Bad.",)).reason == "GitHub refused the upload: Bad."
