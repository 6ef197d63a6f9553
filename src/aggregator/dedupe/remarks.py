"""What deduplication has to say about itself."""

from __future__ import annotations

from aggregator.model.diagnostic import Diagnostic, Level


def unknown_id(id_: str) -> Diagnostic:
    """The policy names a finding that is not there."""
    return Diagnostic(
        code="correlation-unknown-id",
        level=Level.WARNING,
        subject=id_,
        reason="The policy pins or splits a finding of this id, and the state knows none.",
        next_step="Correct the id under correlation in the policy, or take the entry out once the finding is gone.",
    )


def pin_refused(where: str) -> Diagnostic:
    """The policy asks for one finding of two subjects."""
    return Diagnostic(
        code="correlation-pin-refused",
        level=Level.WARNING,
        subject=where,
        reason="The policy pins it together with a problem of another kind of subject, which no finding can hold.",
        next_step="Take the pin out of the policy.",
    )


def crowded(name: str) -> Diagnostic:
    """A place held too much to be compared in full."""
    return Diagnostic(
        code="correlation-crowded",
        level=Level.NOTE,
        subject=name,
        reason="So many results lie in one place that not every pair was compared.",
        next_step="Some of them may stand twice; narrow the rules of the tool that reports most of them.",
    )
