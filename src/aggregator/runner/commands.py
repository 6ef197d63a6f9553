"""Workflow commands: the lines on standard output that the runner acts upon.

Source: actions/runner, ``ActionCommand`` (data and property escaping) and its limits on annotations.
"""

from __future__ import annotations

from aggregator.model.diagnostic import Level
from aggregator.model.location import Location
from aggregator.planning.actions import Annotate
from aggregator.writers.escape import plain, workflow_log

MESSAGE_LIMIT = 4000
"""UTF-16 units of one annotation, as the runner counts characters; it cuts at 4096."""

_KINDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def annotation(action: Annotate) -> str:
    """The command that shows one message beside the job."""
    properties = {**_place(action.location), "title": _clean(action.title, 200)}
    written = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{_KINDS[action.level]} {written}::{_escape_data(_clean(action.message, MESSAGE_LIMIT))}"


def masks(value: str) -> list[str]:
    """The commands that make the runner hide a value, each of its lines too; none for an empty value.

    Blanks around a line are left out: we use the value without them, and masking it with them would not hide that.
    """
    return [f"::add-mask::{_escape_data(line)}" for line in map(str.strip, value.splitlines()) if line]


def _clean(text: str, limit: int) -> str:
    """Hostile text made harmless and short enough."""
    clean = workflow_log(plain(text))
    units = clean.encode("utf-16-le")
    return clean if len(units) <= 2 * limit else f"{units[: 2 * limit - 6].decode('utf-16-le', 'ignore')}..."


def _place(location: Location | None) -> dict[str, str]:
    if location is None:
        return {}
    numbers = {
        "line": location.start_line,
        "endLine": location.end_line,
        "col": location.start_column,
    }
    return {"file": _clean(location.path, 500), **{name: str(value) for name, value in numbers.items() if value}}


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
