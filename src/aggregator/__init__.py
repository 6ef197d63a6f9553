"""Onefold: many security reports, one finding each.

The library needs no environment, no network and no files: :func:`read_report` turns bytes into a report,
:func:`evaluate` turns reports and an earlier state into an outcome. Names are imported when they are first used, so
that ``import aggregator`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.intelligence import add_epss, add_kev
    from aggregator.model.finding import Finding
    from aggregator.model.intelligence import Intelligence
    from aggregator.model.outcome import Context, Outcome
    from aggregator.model.report import ReadFailure, Report
    from aggregator.model.result import Result
    from aggregator.model.state import Line, RunRef, State
    from aggregator.pipeline import evaluate
    from aggregator.policy import ExceptionRule, Policy
    from aggregator.readers.registry import read_report

    __version__: str

__all__ = [
    "Context",
    "ExceptionRule",
    "Finding",
    "Intelligence",
    "Line",
    "Outcome",
    "Policy",
    "ReadFailure",
    "Report",
    "Result",
    "RunRef",
    "State",
    "__version__",
    "add_epss",
    "add_kev",
    "evaluate",
    "read_report",
]

_HOMES = {
    "Context": "aggregator.model.outcome",
    "ExceptionRule": "aggregator.policy",
    "Finding": "aggregator.model.finding",
    "Intelligence": "aggregator.model.intelligence",
    "Line": "aggregator.model.state",
    "Outcome": "aggregator.model.outcome",
    "Policy": "aggregator.policy",
    "ReadFailure": "aggregator.model.report",
    "Report": "aggregator.model.report",
    "Result": "aggregator.model.result",
    "RunRef": "aggregator.model.state",
    "State": "aggregator.model.state",
    "add_epss": "aggregator.intelligence",
    "add_kev": "aggregator.intelligence",
    "evaluate": "aggregator.pipeline",
    "read_report": "aggregator.readers.registry",
}


def __getattr__(name: str) -> object:
    """A public name, imported now and remembered."""
    value: object
    if name == "__version__":
        # costs 15 ms, and few ask
        from importlib.metadata import version  # noqa: PLC0415

        value = version("onefold")
    elif name in _HOMES:
        from importlib import import_module  # noqa: PLC0415

        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
