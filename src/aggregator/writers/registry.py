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
