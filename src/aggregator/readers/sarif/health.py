"""How a run went (3.20): what it did not read, and whether its silence about a file means anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from aggregator.model.coverage import Completeness, Extent
from aggregator.readers.sarif.log import ArtifactLocation, Invocation, Notification, Run
from aggregator.readers.sarif.places import Places
from aggregator.readers.sarif.producers import FALSE_ALARM, IN_HISTORY, SEMGREP_LIKE
from aggregator.readers.sarif.properties import properties_of

# Semgrep names the file of an error in its message only.
_NAMED_FILE = re.compile(r"(?: at line|[Ww]hen running .{1,200}? on) ([^\n:]+):")
# What makes a scanner report only what changed since another state of the code.
_COMPARES = re.compile(r"--(?:baseline-(?:commit|ref)|log-opts|since-commit|staged)(?=[\s=\"']|$)")
_RUN_AGAIN = "Look at the scanner's log and run it again."


class Health(Struct, frozen=True):
    """What may be concluded from a run."""

    completeness: Completeness = Completeness.COMPLETE
    extent: Extent = Extent.SCOPE
    unread: frozenset[str] = frozenset()
    reason: str = ""
    next_step: str = ""


def health_of(tool: str, run: Run, invocations: Sequence[Invocation], places: Places, *, is_garbled: bool) -> Health:
    """The health of a run; ``is_garbled`` when some of its invocations could not be read."""
    if run.results is None:
        reason = "the run has no results: the tool failed before it computed any."
        return Health(Completeness.FAILED, Extent.UNKNOWN, frozenset(), reason, _RUN_AGAIN)
    interruption = _interruption(tool, run, invocations)
    if is_garbled and not interruption:
        interruption = "what the tool says of how it went could not be read."
    silent = Extent.UNKNOWN if tool in IN_HISTORY or _is_comparison(run, invocations) else Extent.SCOPE
    failures = [_paths(item, tool, places) for call in invocations for item in _failures(call, tool)]
    if not interruption and not failures:
        return Health(extent=silent)
    errors = f"the tool reports {len(failures)} error{'s' if len(failures) > 1 else ''} of its own."
    return Health(
        completeness=Completeness.PARTIAL,
        extent=Extent.UNKNOWN if interruption or not all(failures) else silent,
        unread=frozenset(path for paths in failures for path in paths),
        reason=interruption or errors,
        next_step=_RUN_AGAIN,
    )


def _interruption(tool: str, run: Run, invocations: Sequence[Invocation]) -> str:
    """What leaves it open which files were read; empty when nothing does."""
    if tool not in FALSE_ALARM and any(item.execution_successful is False for item in invocations):
        return "the tool says that it did not finish."
    if any(item.exit_signal_name or item.process_start_failure_message for item in invocations):
        return "the tool was stopped, or did not start."
    if "results" in (run.external_property_file_references or {}):
        return "some of its results stand in another file, which was not read."
    return "the tool could not parse some files." if _has_unparsed_files(run) else ""


def _is_comparison(run: Run, invocations: Sequence[Invocation]) -> bool:
    """Whether only what changed was reported: CodeQL says so of itself, others by how they were called (3.20.2)."""
    if "diff-informed" in properties_of(run.properties).texts.get("incrementalMode", ""):
        return True
    return any(_COMPARES.search(f"{item.command_line} {item.arguments}") for item in invocations)


def _failures(invocation: Invocation, tool: str) -> list[Notification]:
    """What went wrong: errors, and warnings that name a file (a file read in part is a warning to some tools)."""
    notifications = [
        *(invocation.tool_execution_notifications or ()),
        *(invocation.tool_configuration_notifications or ()),
    ]
    return [item for item in notifications if _is_failure(item, tool)]


def _is_failure(notification: Notification, tool: str) -> bool:
    level = notification.level or "warning"  # the default (3.58.6)
    return level == "error" or (level == "warning" and (bool(notification.locations) or tool in SEMGREP_LIKE))


def _paths(notification: Notification, tool: str, places: Places) -> list[str]:
    found = [places.place_of(location) for location in notification.locations or ()]
    paths = [place.path for place in found if place]
    if not paths and tool in SEMGREP_LIKE and notification.message:
        named = _NAMED_FILE.search(notification.message.text or "")
        paths = [places.path_of(ArtifactLocation(named.group(1)))] if named else []
    return paths


def _has_unparsed_files(run: Run) -> bool:
    """Snyk Code: ``run.properties.coverage`` counts files by language and outcome."""
    bag = msgspec.json.decode(bytes(memoryview(run.properties)) or b"null")
    coverage = bag.get("coverage") if isinstance(bag, dict) else None
    if not isinstance(coverage, list):
        return False
    return any(isinstance(item, dict) and item.get("type") == "FAILED_PARSING" for item in coverage)
