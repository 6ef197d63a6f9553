"""What a line's state is called."""

from __future__ import annotations

import re
from hashlib import sha256

from aggregator.model.state import Line

OURS = "onefold-state-"
"""What the name of every state begins with."""
MOST_SERIALS = 9
"""States that one run can save on one line, one for each of its jobs or steps; a name is unique in its run."""
_LONGEST_SLUG = 60


def state_name(line: Line) -> str:
    """``onefold-state-<slug>-<hash>``: safe as a file name and as an artifact name, and different for every line."""
    parts = (line.product, line.environment, line.branch, *filter(None, (line.key,)))
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")
    digest = sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return "-".join(filter(None, (OURS.rstrip("-"), slug, digest)))


def serial_name(name: str, serial: int) -> str:
    """The name of a run's first state is the line's; the second one's ends in ``-2``."""
    return name if serial == 1 else f"{name}-{serial}"
