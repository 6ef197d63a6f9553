"""What is said to the person at the terminal after the answer: the plan or what was written, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shlex import quote

from aggregator.model.finding import Baseline
from aggregator.model.outcome import Outcome
from aggregator.planning.plan import Delivery, Receipt
from aggregator.run.words import harmless
from aggregator.settings import DEFAULT_OUT

CHANGES = 40
"""Known findings that a dry run shows."""
_SAID = {Delivery.FAILED: "error", Delivery.UNAVAILABLE: "warning"}
_ALIKE = 3
"""So many failures of one cause are told one by one."""


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


def failed(receipts: Iterable[Receipt]) -> Iterator[str]:
    """What could not be done, one line each; of many with one cause the first, and how many more there are."""
    lost = [receipt for receipt in receipts if receipt.delivery is not Delivery.DONE]
    counts = Counter((receipt.delivery, _cause(receipt)) for receipt in lost)
    for receipt in lost:
        alike = receipt.delivery, _cause(receipt)
        count = counts[alike]
        if count:
            yield f"{_SAID[receipt.delivery]}: {harmless(receipt.reason)}"
        if count > _ALIKE:
            counts[alike] = 0
            yield f"{_SAID[receipt.delivery]}: {count - 1} more could not be done: {harmless(_cause(receipt))}"


def _cause(receipt: Receipt) -> str:
    """A reason without what could not be done because of it."""
    return receipt.reason.rpartition(": ")[2]


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
