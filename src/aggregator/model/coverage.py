"""What a scan looked at: the evidence without which nothing is ever closed."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.word import Word


class Completeness(Word):
    """Whether the tool finished what it set out to do."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class Extent(Word):
    """How a format says what was looked at."""

    SCOPE = "scope"
    """Everything in the scan's scope, except :attr:`Coverage.unread`."""
    LISTED = "listed"
    """Exactly the files in :attr:`Coverage.paths`, or the rows in :attr:`Coverage.evaluated`, except ``unread``."""
    UNKNOWN = "unknown"
    """The report does not say; it closes nothing unless the policy declares it complete."""


class Coverage(Struct, frozen=True, gc=False, omit_defaults=True):
    """What one scan looked at.

    Attributes:
        paths: files looked at, normalised, when the format lists them (``Extent.LISTED``).
        unread: files that were in scope and not fully read: parse errors, timeouts.
        rules: ids of the rules that ran, only when the report lists them all; ``None`` when it does not say.
        unrun_rules: ids of rules that the report names and that did not run, anywhere: nothing of theirs is covered.
        evaluated: ``rule_id`` + U+001F + resource uid for every check row, passed ones included (cloud).
        passed: the same + U+001F + region for every row that passed; once more without the region where all rows of
            the check and the resource did.
        regions: those of the rows in ``evaluated``; ``None`` when the format names none.
        targets: kind + U+001F + path for everything the report names as looked at, clean things included; the path is
            ``.`` for the whole scope. Of a kind that is not among them, the report does not say.
        unsought: kinds that the tool was not told to look for, as the report shows; kind + U+001F + ``system`` where it
            looked for those of packages of an image, and not of the operating system's.
        active: rules that found something here and that not every scan of the tool runs: those that attack, and those
            that nobody knows; ``None`` where all scans of the tool run the same rules, or the report tells which.
        system: what the operating system of the image is called (``alpine``); empty where the report tells of none.
    """

    extent: Extent = Extent.SCOPE
    paths: frozenset[str] | None = None
    unread: frozenset[str] = frozenset()
    rules: frozenset[str] | None = None
    evaluated: frozenset[str] | None = None
    passed: frozenset[str] = frozenset()
    unrun_rules: frozenset[str] = frozenset()
    regions: frozenset[str] | None = None
    targets: frozenset[str] = frozenset()
    unsought: frozenset[str] = frozenset()
    active: frozenset[str] | None = None
    system: str = ""
