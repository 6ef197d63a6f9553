"""``findings.json``: the run's findings in the published shape, for programs."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.json import Encoder

from aggregator.model.outcome import Outcome
from aggregator.writers.publish import (
    publish_diagnostics,
    publish_finding,
    publish_run,
    publish_scan,
    publish_totals,
    publish_verdict,
)
from aggregator.writers.published import SCHEMA_VERSION
from aggregator.writers.published_upgrade import publish_upgrade
from aggregator.writers.sarif_model import stream_items

_encode = Encoder().encode


def render_findings(outcome: Outcome) -> Iterator[bytes]:
    """The document in chunks; what is short comes first, so that a reader of the head knows the run."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "run": publish_run(outcome),
        "verdict": publish_verdict(outcome),
        "totals": publish_totals(outcome.totals),
    }
    yield _encode(head)[:-1] + b',"findings":['
    context, tickets = outcome.context, outcome.tickets
    yield from stream_items(publish_finding(finding, context, tickets) for finding in outcome.findings)
    tail = {
        "upgrades": tuple(publish_upgrade(upgrade) for upgrade in outcome.upgrades),
        "scans": tuple(publish_scan(scan) for scan in outcome.scans),
        "diagnostics": publish_diagnostics(outcome.diagnostics),
    }
    yield b"]," + _encode(tail)[1:] + b"\n"
