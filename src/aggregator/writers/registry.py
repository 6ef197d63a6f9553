"""Every document that a run may write, each in one explicit place."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from aggregator.model.outcome import Outcome
from aggregator.writers.findings_csv import render_csv
from aggregator.writers.findings_json import render_findings
from aggregator.writers.merged_sarif import render_merged
from aggregator.writers.summary import render_summary
from aggregator.writers.upload_sarif import render_upload
from aggregator.writers.vex import render_vex


class Writer(Struct, frozen=True):
    """One document.

    Attributes:
        name: what settings, plans and outputs call it.
        filename: its name in the output folder.
        render: a pure function to the document's bytes; they come in chunks, so that they never need to be held.
    """

    name: str
    filename: str
    render: Callable[[Outcome], Iterable[bytes]]


WRITERS: tuple[Writer, ...] = (
    Writer("merged-sarif", "merged.sarif", render_merged),
    Writer("upload-sarif", "upload.sarif", render_upload),
    Writer("findings", "findings.json", render_findings),
    Writer("csv", "findings.csv", render_csv),
    Writer("summary", "summary.md", render_summary),
)

OPENVEX = Writer("openvex", "openvex.json", render_vex)
"""Written when the policy asks for it (``outputs.vex``) and there is something to say."""


def _dashboard(outcome: Outcome) -> Iterable[bytes]:
    from aggregator.writers.board_outcome import board_of  # noqa: PLC0415 - not every run writes it
    from aggregator.writers.dashboard import render_dashboard  # noqa: PLC0415 - brings the template engine along

    return render_dashboard(board_of(outcome))


def _report(outcome: Outcome) -> Iterable[bytes]:
    from aggregator.writers.board_outcome import board_of  # noqa: PLC0415 - as above
    from aggregator.writers.report_md import render_report  # noqa: PLC0415 - few runs write it

    return render_report(board_of(outcome))


def _evidence(outcome: Outcome) -> Iterable[bytes]:
    from aggregator.writers.evidence import run_evidence  # noqa: PLC0415 - as above

    return run_evidence(outcome)


DASHBOARD = Writer("dashboard", "dashboard.html", _dashboard)
"""Written unless there is more to show than a browser likes, or the policy says otherwise (``outputs.dashboard``)."""

REPORT = Writer("report", "report.md", _report)
"""Written when the policy asks for it (``outputs.report``)."""

EVIDENCE = Writer("evidence", "evidence.zip", _evidence)
"""Written when the policy asks for it (``outputs.evidence``); the shell adds the rules that were in force."""

ALL = (*WRITERS, DASHBOARD, REPORT, EVIDENCE, OPENVEX)
