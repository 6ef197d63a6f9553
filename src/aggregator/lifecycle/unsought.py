"""What a report could not have shown, because its tool was not told to look for it, or passed over the file."""

from __future__ import annotations

from aggregator.model.report import Scan
from aggregator.model.result import IN_FILES
from aggregator.model.state import Tracked
from aggregator.normalize.components import is_of_system

_SEPARATOR = "\x1f"
_SYSTEM = f"{_SEPARATOR}system"
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


def is_passed_over(scan: Scan, tracked: Tracked, path: str) -> bool:
    """Whether the report lists what it looked at for this kind of problem, and neither the file nor a folder above.

    What several tools found goes by the kind that one of them gave it: another may have listed its files by its own.
    """
    if not path or not scan.coverage.targets:
        return False
    ancestors = (path, *(path[:at] for at, letter in enumerate(path) if letter == "/"), ".")
    listed = {target.partition(_SEPARATOR)[0] for target in scan.coverage.targets}
    kinds = {tracked.kind.value} & listed
    if not kinds and len(tracked.sightings) > 1 and tracked.kind in IN_FILES:
        kinds = listed & {kind.value for kind in IN_FILES}
    return bool(kinds) and not any(
        f"{kind}{_SEPARATOR}{place}" in scan.coverage.targets for kind in kinds for place in ancestors
    )
