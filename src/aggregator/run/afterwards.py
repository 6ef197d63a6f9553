"""What is said to the person at the terminal after the answer: the plan or what was written, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shlex import quote

from aggregator.model.finding import Baseline
from aggregator.model.outcome import Outcome
from aggregator.planning.plan import Receipt
from aggregator.run.words import harmless
from aggregator.settings import DEFAULT_OUT

CHANGES = 40
"""Known findings that a dry run shows."""


def planned(sentences: Iterable[str], changes: Sequence[str] = (), *, verbose: bool = False) -> Iterator[str]:
    """The plan in words, for a dry run, and before it what would change about known findings."""
    shown = changes if verbose else changes[:CHANGES]
    if changes:
        yield ""
        yield "Known findings that would change:"
        yield from (f"  {harmless(change)}" for change in shown)
    if len(shown) < len(changes):
        yield f"  and {len(changes) - len(shown)} more, see --verbose"
    yield ""
    yield "Dry run: nothing was written. The plan:"
    yield from (f"  {harmless(sentence)}" for sentence in sentences)


def next_step(outcome: Outcome, folder: str) -> Iterator[str]:
    """What to do now: what to read in the folder of the documents, and how to ask about the first finding."""
    known = [finding for finding in outcome.findings if finding.is_open]
    first = next((finding for finding in known if finding.baseline is Baseline.NEW), known[0] if known else None)
    if first is not None:
        where = "" if folder == DEFAULT_OUT else f" --out {harmless(quote(folder))}"
        summary = harmless((Path(folder) / "summary.md").as_posix())
        yield f"Next: read {summary}; onefold explain {first.id}{where} says why a finding is one."


def kept(receipts: Iterable[Receipt]) -> Iterator[str]:
    """What has an address, one line each; the state is called so, for nobody would look for it there."""
    for receipt in receipts:
        if "://" in receipt.place:
            is_state = receipt.key.startswith("state:")
            yield f"{'The state is kept at' if is_state else 'See'} {harmless(receipt.place)}"


def written(paths: Iterable[Path]) -> Iterator[str]:
    """What was written, one line a folder."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.parent.as_posix(), []).append(path.name)
    for folder, names in folders.items():
        yield f"Written to {harmless(folder)}: {harmless(', '.join(names))}"
