"""What a line's state is called."""

from __future__ import annotations

from aggregator.model.state import Line


def state_name(line: Line) -> str:
    """``onefold-state-<slug>-<hash>``: safe as a file name and as an artifact name, different for every line."""
    raise NotImplementedError
