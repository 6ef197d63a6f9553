"""What became of each thing a run did on GitHub, for the job's summary page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregator.writers.escape import clip, markdown, plain

_LONGEST = 300
_MOST = 50


def render_deliveries(told: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """A list of what was done and of what was not, in the order it was tried.

    ``told`` holds a sentence for each, and why it failed; empty when it did not.
    """
    lines = [_line(sentence, reason) for sentence, reason in told]
    if not lines:
        return
    more = [f"- and {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    text = "\n".join(["### On GitHub", "", *lines[:_MOST], *more])
    yield f"\n{text}\n".encode()


def _line(sentence: str, reason: str) -> str:
    if reason:
        return f"- **Not done:** {markdown(clip(plain(reason), _LONGEST))}"
    return f"- Done: {markdown(clip(plain(sentence), _LONGEST))}"
