"""What a report could not have shown, because its tool was not told to look for it."""

from __future__ import annotations

from aggregator.model.report import Scan
from aggregator.model.state import Tracked
from aggregator.normalize.components import is_of_system

_SYSTEM = "\x1fsystem"
_WORDS = {"container": "vulnerable packages", "license": "licences"}


def unsought(scan: Scan, tracked: Tracked) -> str:
    """Why a report could not have shown such a finding, in one sentence; empty where it could, or does not say."""
    kind, component = tracked.kind.value, tracked.component
    if kind in scan.coverage.unsought:
        what = _WORDS.get(kind, f"findings of the kind {kind}")
    elif f"{kind}{_SYSTEM}" in scan.coverage.unsought and component is not None and is_of_system(component.purl):
        what = "packages of the operating system"
    else:
        return ""
    return f"{scan.tool} did not look for {what} in this run ({scan.report})."
