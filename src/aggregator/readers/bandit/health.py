"""What a Bandit scan looked at, what it could not read, and where it found more than it lists."""

from __future__ import annotations

from collections import Counter

import msgspec
from msgspec import Raw, Struct, field

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.result import Result
from aggregator.normalize.paths import normalize_path

_TOTALS = "_totals"
_RUN_AGAIN = "Run Bandit by hand with the same arguments and read what it prints."


class _Counts(Struct, frozen=True, gc=False):
    """How much was found in one file, by severity. All are missing where the file could not be parsed.

    Old versions write the numbers with a decimal point.
    """

    undefined: float = field(default=0, name="SEVERITY.UNDEFINED")
    low: float = field(default=0, name="SEVERITY.LOW")
    medium: float = field(default=0, name="SEVERITY.MEDIUM")
    high: float = field(default=0, name="SEVERITY.HIGH")

    @property
    def total(self) -> int:
        """All that was found, listed or not."""
        return int(self.undefined + self.low + self.medium + self.high)


class _Problem(Struct, frozen=True, gc=False):
    filename: str = ""


class Health(Struct, frozen=True):
    """How the scan went."""

    completeness: Completeness
    coverage: Coverage
    reason: str = ""
    next_step: str = ""
    held_back: int = 0


def health_of(errors: Raw, metrics: Raw, roots: tuple[str, ...], results: tuple[Result, ...]) -> Health:
    """The scan's health. Raises ``msgspec.DecodeError`` when a part has a shape that Bandit never writes."""
    failed = _failed(errors, roots)
    counts = _counts(metrics)
    if counts is not None and not counts and failed and not results:
        reason = "Bandit reports only errors and looked at no file."
        return Health(Completeness.FAILED, Coverage(extent=Extent.UNKNOWN), reason, _RUN_AGAIN)
    counted = {normalize_path(name, roots): each.total for name, each in (counts or {}).items()}
    partly = _held_back(counted, results)
    is_bounded = counts is not None and "" not in failed
    coverage = Coverage(
        extent=Extent.LISTED if is_bounded else Extent.UNKNOWN,
        paths=frozenset(counted) if is_bounded else None,
        unread=failed | partly.keys(),
    )
    held_back = sum(partly.values())
    if not failed:
        return Health(Completeness.COMPLETE, coverage, held_back=held_back)
    reason = "1 file was not scanned." if len(failed) == 1 else f"{len(failed)} files were not scanned."
    return Health(Completeness.PARTIAL, coverage, reason, _RUN_AGAIN, held_back)


def _held_back(counted: dict[str, int], results: tuple[Result, ...]) -> dict[str, int]:
    """How much more than is listed was found in a file, for each where it was."""
    listed = Counter(result.location.path for result in results if result.location is not None)
    return {path: total - listed[path] for path, total in counted.items() if total > listed[path]}


def said_of(health: Health, report: str) -> tuple[Diagnostic, ...]:
    """A note on what was found and not listed."""
    if not health.held_back:
        return ()
    reason = f"{health.held_back} of Bandit's findings are not in it: a minimum severity or confidence, or a baseline."
    next_step = "Nothing is closed in their files; let the policy leave out what does not matter instead."
    return (Diagnostic("findings-held-back", Level.NOTE, report, reason, next_step, "/metrics"),)


def _failed(raw: Raw, roots: tuple[str, ...]) -> frozenset[str]:
    """The files that could not be read; an empty one stands for an error that names none."""
    items = msgspec.json.decode(raw or b"null", type=list[Raw] | None) or ()
    return frozenset(normalize_path(_file_of(item), roots) for item in items)


def _file_of(item: Raw) -> str:
    try:
        return msgspec.json.decode(item, type=_Problem).filename
    except msgspec.ValidationError:
        return ""


def _counts(raw: Raw) -> dict[str, _Counts] | None:
    """What was found in each file that was looked at; ``None`` where the report does not say."""
    try:
        counts = msgspec.json.decode(raw or b"null", type=dict[str, _Counts] | None)
    except msgspec.ValidationError:
        return None
    return None if counts is None else {name: each for name, each in counts.items() if name != _TOTALS}
