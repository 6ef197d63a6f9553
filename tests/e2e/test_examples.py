"""The labelled truth of ``examples/``: what the reports say, folded and followed, against what was planted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from aggregator.model.finding import Baseline, Finding, Observation
from aggregator.model.outcome import Outcome
from aggregator.model.report import ReadFailure, Report
from aggregator.model.state import State
from aggregator.pipeline import evaluate
from aggregator.readers.registry import read_report

EXAMPLES = Path("examples")
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
WEEK = timedelta(days=7)

# Not closed yet by the rules of docs/lifecycle.md: web pages want a second silent run, a resource that is gone was not
# checked, and a secret that left the files is still in the history.
WAITING = {
    "site-cookie": "1 of the 2 runs",
    "help-desk-hello": "1 of the 2 runs",
    "account-login-open": "did not check",
    "access-key-in-terraform": "revoke it",
    "payment-key": "revoke it",
}


class Entry(Struct, frozen=True):
    """One row of a report."""

    report: str
    pointer: str
    rule: str


class Flaw(Struct, frozen=True):
    """One planted flaw, as far as the test needs it."""

    id: str
    story: str
    first: tuple[Entry, ...]
    second: tuple[Entry, ...]


class Truth(Struct, frozen=True):
    """The labelled truth."""

    flaws: tuple[Flaw, ...]


TRUTH = msgspec.json.decode((EXAMPLES / "expected.json").read_bytes(), type=Truth)
CARRIED = [flaw for flaw in TRUTH.flaws if flaw.story in ("persists", "moved", "renamed")]


def reports(run: str) -> list[Report | ReadFailure]:
    """All reports of one run, named by their place."""
    folder = EXAMPLES / "reports" / run
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".sarif", ".xml"))
    return [
        read_report(path.read_bytes(), f"reports/{run}/{place}", place=place)
        for path in files
        for place in [path.relative_to(folder).as_posix()]
    ]


def checkout(version: str) -> Mapping[str, str]:
    """The app's files, as the shell would read them."""
    folder = EXAMPLES / "app" / version
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


class Story(Struct, frozen=True):
    """Two runs: outcomes, and in each the finding of every labelled entry."""

    outcomes: Mapping[str, Outcome]
    homes: Mapping[str, Mapping[str, list[Finding]]]


@pytest.fixture(scope="module", params=["without checkout", "with checkout"])
def story(request: pytest.FixtureRequest) -> Story:
    """Both runs, once without and once with the checked-out files."""
    outcomes: dict[str, Outcome] = {}
    state: State | None = None
    for number, (run, version) in enumerate((("first", "before"), ("second", "after"))):
        sources = checkout(version) if request.param == "with checkout" else {}
        gone = frozenset(checkout("before")) - frozenset(sources) if sources else frozenset[str]()
        outcomes[run] = evaluate(reports(run), now=FIRST + number * WEEK, state=state, sources=sources, gone=gone)
        state = outcomes[run].state
    return Story(outcomes, {run: _homes(run, outcome) for run, outcome in outcomes.items()})


def _homes(run: str, outcome: Outcome) -> dict[str, list[Finding]]:
    by_entry: dict[tuple[str, str], Finding] = {}
    for finding in outcome.findings:
        for source in finding.sources:
            by_entry[source.report, _plain(source.pointer)] = finding
    return {flaw.id: list(_found(getattr(flaw, run), by_entry)) for flaw in TRUTH.flaws}


def _found(entries: Iterable[Entry], by_entry: Mapping[tuple[str, str], Finding]) -> Iterable[Finding]:
    for entry in entries:
        # A systemic alert is one row for the site; the labels name every page that it lists.
        first_page = re.sub(r"/instances/\d+$", "/instances/0", entry.pointer)
        finding = by_entry.get((entry.report, entry.pointer)) or by_entry.get((entry.report, first_page))
        assert finding is not None, f"{entry} was lost"
        yield finding


def _plain(pointer: str) -> str:
    """An XPath as the labels write it: by position from zero, as in the tool's JSON."""
    if not pointer.startswith("/OWASPZAPReport"):
        return pointer
    sites = re.findall(r"/(site|alertitem|instance)\[(\d+)\]", pointer)
    names = {"site": "site", "alertitem": "alerts", "instance": "instances"}
    return "".join(f"/{names[name]}/{int(number) - 1}" for name, number in sites)


def test_every_row_is_in_a_finding(story: Story) -> None:
    """No labelled row is lost, and no finding holds rows of two flaws."""
    for homes in story.homes.values():
        owners: dict[str, str] = {}
        for flaw, findings in homes.items():
            for finding in findings:
                assert owners.setdefault(finding.id, flaw) == flaw


def test_every_flaw_is_one_finding(story: Story) -> None:
    """Whatever the tools, one planted flaw is one finding."""
    for homes in story.homes.values():
        assert {flaw: len({each.id for each in findings}) for flaw, findings in homes.items() if findings} == {
            flaw: 1 for flaw, findings in homes.items() if findings
        }


def test_what_stays_keeps_its_id_and_clock(story: Story) -> None:
    """Moved, renamed, re-worded, rescored, patched but still vulnerable: the same finding since the first run."""
    for flaw in CARRIED:
        old = {finding.id for finding in story.homes["first"][flaw.id]}
        new = story.homes["second"][flaw.id]
        assert {finding.id for finding in new} == old, flaw.id
        assert all(finding.first_seen == FIRST and finding.baseline is not Baseline.NEW for finding in new)


def test_what_is_new_is_called_new(story: Story) -> None:
    """A flaw that came between the runs is new in the second."""
    for flaw in TRUTH.flaws:
        if flaw.story == "new":
            assert all(finding.baseline is Baseline.NEW for finding in story.homes["second"][flaw.id]), flaw.id


def test_what_is_fixed_is_closed_with_proof(story: Story) -> None:
    """A flaw that a complete scan no longer reports is absent, with its proof; what waits says what for."""
    after = {finding.id: finding for finding in story.outcomes["second"].findings}
    for flaw in TRUTH.flaws:
        if flaw.story != "fixed":
            continue
        for finding in story.homes["first"][flaw.id]:
            now = after[finding.id]
            if flaw.id in WAITING:
                assert (now.closed_at, now.baseline) == (None, Baseline.UNCHANGED), flaw.id
                assert WAITING[flaw.id] in now.observation_reason
            else:
                assert (now.closed_at, now.baseline) == (FIRST + WEEK, Baseline.ABSENT), flaw.id
                assert now.closed_reason


def test_what_nobody_looked_at_stays_open(story: Story) -> None:
    """Lines that could not be parsed and a report that was cut off close nothing."""
    after = {finding.id: finding for finding in story.outcomes["second"].findings}
    for flaw in TRUTH.flaws:
        if flaw.story == "unknown":
            for finding in story.homes["first"][flaw.id]:
                now = after[finding.id]
                assert (now.closed_at, now.observation) == (None, Observation.NOT_COVERED), flaw.id
                assert now.observation_reason


def test_the_broken_report_is_named(story: Story) -> None:
    """The message names the file, the tool's failure and the next step."""
    (message,) = [each for each in story.outcomes["second"].diagnostics if each.code == "report-unreadable"]
    assert message.subject == "reports/second/trivy-image.json"
    assert message.next_step
    failed = [scan for scan in story.outcomes["second"].scans if scan.completeness == "failed"]
    assert [(scan.tool, scan.report) for scan in failed] == [("Trivy", "reports/second/trivy-image.json")]


def test_totals_add_up(story: Story) -> None:
    """``reported == unique + merged + suppressed + refused`` on every run."""
    for outcome in story.outcomes.values():
        totals = outcome.totals
        assert totals.reported == totals.unique + totals.merged + totals.suppressed + totals.refused > 0
