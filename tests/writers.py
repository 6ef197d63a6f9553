"""What the tests of the writers share: a document as a value, and findings as code scanning knows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.state import Line
from aggregator.uploads import assign_uploads

Render = Callable[[Outcome], Iterable[bytes]]


def text(render: Render, of: Outcome) -> str:
    """The whole document."""
    return b"".join(render(of)).decode()


def value(render: Render, of: Outcome) -> Any:
    """The whole document, decoded from JSON."""
    return json.loads(text(render, of))


def uploaded(*findings: Finding) -> tuple[Finding, ...]:
    """The findings with upload identities, cloud and web ones included."""
    return assign_uploads(findings, line=Line("shop"), already_uploaded=(), unplaced=True, sources={})
