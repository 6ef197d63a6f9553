"""The two Prowler runs of the development samples: what persists, was repaired, went away or came."""

from __future__ import annotations

import json
import tarfile
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.model.outcome import Outcome
from aggregator.model.report import Report
from aggregator.model.state import State
from aggregator.pipeline import evaluate
from aggregator.readers.registry import read_report
from tests.accuracy.scanners import HERE

SAMPLES = HERE.parents[2] / "shared" / "samples" / "cloud-aws.tar.xz"
_FIRST = datetime(2026, 11, 1, tzinfo=UTC)
_FORMATS = ("prowler.ocsf.json", "prowler.asff.json", "prowler.csv")


def cloud_complaints() -> list[str]:
    """Everything that is not as the labels say; empty when all is well."""
    with tarfile.open(SAMPLES) as opened:
        files = {
            "/".join(member.name.split("/")[-2:]): stream.read()
            for member in opened.getmembers()
            if (stream := opened.extractfile(member)) is not None
        }
    truth = json.loads(next(content for name, content in files.items() if name.endswith("truth.json")))
    return _complaints(truth, files["run1/prowler.ocsf.json"], files["run2/prowler.ocsf.json"])


def _complaints(truth: Any, old: bytes, new: bytes) -> list[str]:
    first, second = _run(old, None, 0), None
    before = _ids(first, old)
    second = _run(new, first.state, 1)
    after = _ids(second, new)
    states = {finding.id: finding for finding in second.findings}
    said = [f"{uid} is not followed" for uid in truth["persist_fail"] if before[uid] != after.get(uid)]
    said += [f"{uid} is taken for an old one" for uid in truth["new_fail"] if after[uid] in before.values()]
    said += [f"{uid} is not closed" for uid in truth["fixed"] if states[before[uid]].closed_at is None]
    said += [f"{uid} stands on something else" for uid in truth["gone_fail"] if states[before[uid]].sources]
    return said


def _run(data: bytes, state: State | None, number: int) -> Outcome:
    report = read_report(data, "prowler.ocsf.json")
    assert isinstance(report, Report)
    return evaluate([report], now=_FIRST + number * timedelta(days=7), state=state)


def _ids(outcome: Outcome, data: bytes) -> dict[str, str]:
    """Finding by the uid of each row that failed."""
    rows = json.loads(data)
    return {
        rows[int(source.pointer.removeprefix("/"))]["finding_info"]["uid"]: finding.id
        for finding in outcome.findings
        for source in finding.sources
    }
