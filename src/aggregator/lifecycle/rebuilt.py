"""Images that are built on another operating system: its packages took the place of all that the old one had."""

from __future__ import annotations

from itertools import pairwise

from aggregator.model.finding import Observation
from aggregator.model.report import Scan
from aggregator.model.state import Tracked
from aggregator.normalize.components import is_of_another_system

_REBUILT = "is built on"


def proof_of_rebuilding(scan: Scan, tracked: Tracked) -> str:
    """Why a package is gone for certain, in one sentence; empty where nothing tells.

    The report names another system than the package is part of, and the last one closed nothing either because too
    much was gone. Where that has happened before and the finding came back, images of two systems take turns.
    """
    component = tracked.component
    if component is None or not scan.coverage.system or tracked.observation is not Observation.HELD:
        return ""
    if not component.image or not is_of_another_system(component.purl, scan.coverage.system) or _came_back(tracked):
        return ""
    return f"{scan.tool} looked at {scan.scope} again: it {_REBUILT} {scan.coverage.system} now."


def _came_back(tracked: Tracked) -> bool:
    life = (past for past in tracked.history if past.to in {"absent", "reopened"})
    return any(_REBUILT in one.reason and two.to == "reopened" for one, two in pairwise(life))
