"""What a line's state is called."""

from __future__ import annotations

import re
from hashlib import sha256

from aggregator.model.state import Line

_LONGEST_SLUG = 60


def state_name(line: Line) -> str:
    """``onefold-state-<slug>-<hash>``: safe as a file name and as an artifact name, and different for every line."""
    parts = (line.product, line.environment, line.branch)
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")
    digest = sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return "-".join(filter(None, ("onefold-state", slug, digest)))
