"""``upload.sarif``: what the Security tab gets, in as many files as GitHub's limits ask for.

The limits are met here, never left to be cut there: a finding that a limit leaves out stays out while those before it
in the category's queue are open, and a newcomer never takes the place of one that was shown. What does not fit into one
file goes into the next one; only within a category, which must be whole in its file, is anything left out.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.outcome import Outcome
from aggregator.writers.sarif_model import stream_log
from aggregator.writers.sarif_rules import rules_by_id
from aggregator.writers.upload_categories import MAX_RUNS, Category, categories, known_uploads, observed_scans
from aggregator.writers.upload_run import run_of

MAX_COMPRESSED = 10_000_000
"""Bytes of a packed file that GitHub takes."""


class Batch(Struct, frozen=True):
    """The categories of one file, by name."""

    categories: tuple[Category, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What GitHub will call them."""
        return tuple(dict.fromkeys(part.name for part in self.categories))


def is_worth_sending(outcome: Outcome) -> bool:
    """Whether the log has a run: GitHub refuses one without, and there is nothing to say in it."""
    return next(known_uploads(outcome), None) is not None


def upload_batches(outcome: Outcome) -> tuple[Batch, ...]:
    """What goes into each file; none when there is nothing to send. Each file is rendered once to be measured."""
    return tuple(batch for batch, _ in _files(outcome))


def render_batch(outcome: Outcome, batch: Batch) -> Iterator[bytes]:
    """One file in chunks."""
    return _render(outcome, batch.categories)


def render_upload(outcome: Outcome) -> Iterator[bytes]:
    """The first file in chunks, for people who upload it by a step of their own; that step takes one file only.

    It holds the oldest categories, so that what is shown stays. With no category it has no runs, and must not be sent.
    """
    first = next(_files(outcome), None)
    # Runs without results would close every alert; no run says nothing.
    return stream_log(()) if first is None else first[1]


def upload_notes(outcome: Outcome, batches: tuple[Batch, ...]) -> tuple[Diagnostic, ...]:
    """What the limits leave out, by category."""
    left_out = {_name(part): part.left_out for batch in batches for part in batch.categories}
    if any((identity.category, identity.driver) not in left_out for identity, _ in known_uploads(outcome)):
        # Of some not even one result fits into a file.
        for part in categories(outcome):
            left_out.setdefault(_name(part), part.left_out + len(part.shown))
    return tuple(_left_out(name, count) for (name, _), count in sorted(left_out.items()) if count)


def _left_out(category: str, count: int) -> Diagnostic:
    many = "1 finding is" if count == 1 else f"{count} findings are"
    reason = f"{many} not in the Security tab: GitHub takes no more in one category."
    return Diagnostic("upload-cut", Level.WARNING, category, reason, "merged.sarif and findings.json hold all of them.")


def _files(outcome: Outcome) -> Iterator[tuple[Batch, Iterator[bytes]]]:
    parts = categories(outcome)
    for start in range(0, len(parts), MAX_RUNS):
        yield from _fitting(outcome, tuple(sorted(parts[start : start + MAX_RUNS], key=_name)))


def _name(part: Category) -> tuple[str, str]:
    return part.name, part.driver


def _fitting(outcome: Outcome, parts: tuple[Category, ...]) -> Iterator[tuple[Batch, Iterator[bytes]]]:
    """The categories in one file, or in several when it would be too large."""
    chunks = _measured(outcome, parts)
    if chunks is not None:
        yield Batch(parts), chunks
    elif len(parts) > 1:
        middle = len(parts) // 2
        yield from _fitting(outcome, parts[:middle])
        yield from _fitting(outcome, parts[middle:])
    elif (less := parts[0].halved()) is not None:
        yield from _fitting(outcome, (less,))


def _measured(outcome: Outcome, parts: tuple[Category, ...]) -> Iterator[bytes] | None:
    """The file, or nothing when GitHub would refuse its size."""
    chunks: list[bytes] = []
    size = 0
    rest = _render(outcome, parts)
    for chunk in rest:
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_COMPRESSED:
            break
    else:
        return iter(chunks)
    packer = zlib.compressobj(level=1, wbits=31)
    packed = sum(len(packer.compress(chunk)) for chunk in chain(chunks, rest)) + len(packer.flush())
    return _render(outcome, parts) if packed <= MAX_COMPRESSED else None


def _render(outcome: Outcome, parts: tuple[Category, ...]) -> Iterator[bytes]:
    observed = observed_scans(outcome)
    shown = {item.id for part in parts for _, item in part.shown}
    seen = {finding.id: finding for finding in outcome.findings if finding.id in shown and finding.sources}
    return stream_log(run_of(part, rules_by_id(observed.get(part.name, ())), seen) for part in parts)
