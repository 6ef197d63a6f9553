"""How a scan went, as a SARIF invocation: nobody may take a broken scan for a clean one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.report import Scan

if TYPE_CHECKING:
    from sarif_om import Invocation, Notification


def invocation_of(scan: Scan, diagnostics: Iterable[Diagnostic]) -> Invocation:
    """One report's scan with everything that went wrong in it; ``diagnostics`` are those about this report."""
    from sarif_om import Invocation  # noqa: PLC0415 - costs 75 ms

    notes = [notification(item.level, item.sentence(), item.code) for item in diagnostics]
    if scan.completeness is not Completeness.COMPLETE:
        level = Level.ERROR if scan.completeness is Completeness.FAILED else Level.WARNING
        text = f"{scan.report}: {scan.reason} {scan.next_step}".rstrip()
        notes.insert(0, notification(level, text, f"scan-{scan.completeness.value}"))
    return Invocation(
        execution_successful=scan.completeness is not Completeness.FAILED,
        tool_execution_notifications=notes or None,
        properties={
            "completeness": scan.completeness.value,
            "report": scan.report,
            "passed": scan.passed,
            "manual": scan.manual,
            "refused": scan.refused,
        },
    )


def notification(level: Level, text: str, code: str) -> Notification:
    """One message about the run itself (SARIF 3.58)."""
    from sarif_om import Message, Notification, ReportingDescriptorReference  # noqa: PLC0415 - costs 75 ms

    return Notification(level=level.value, message=Message(text=text), descriptor=ReportingDescriptorReference(id=code))
