from datetime import timedelta

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.state import RunRecord, RunRef, ScopeRecord
from aggregator.writers.board_line import entries_of, looks, points, remembered, run_name
from aggregator.writers.dashboard_data import BoardPoint, BoardScan, Look
from aggregator.writers.publish import publish_diagnostics, publish_scan
from tests.builders import BEFORE, NOW, finding, note, result, scan


def test_a_run_is_a_point_of_the_trend() -> None:
    """Every number that a state keeps of a run is on its point."""
    record = RunRecord(
        run=RunRef("7", 2),
        at=NOW,
        open={"LOW": 1, "HIGH": 2},
        new=1,
        absent=2,
        reopened=3,
        breached=4,
        approaching=5,
        suppressed=6,
        mean_days={"HIGH": 1.5},
    )
    (point,) = points([record])
    assert point == BoardPoint(
        run="7 attempt 2",
        at=NOW,
        open={"HIGH": 2, "LOW": 1},
        new=1,
        fixed=2,
        reopened=3,
        approaching=5,
        breached=4,
        suppressed=6,
        mean_days={"HIGH": 1.5},
    )
    assert run_name(RunRef("7", 1, 3)) == "7 state 3"


def test_what_was_looked_at() -> None:
    """Scans of this run, reports that are missing, and scopes that only earlier runs looked at stand together."""
    read = scan(tool_version="1.2", coverage=Coverage(Extent.LISTED, frozenset({"a", "b"}), frozenset({"b"})), passed=3)
    broken = scan(tool="Trivy", scope="image", report="t.json", completeness=Completeness.FAILED, reason="Cut off.")
    partial = scan(tool="ZAP", scope="site", report="z.json", completeness=Completeness.PARTIAL)
    missing = (
        Diagnostic("expected-report-missing", Level.ERROR, "Prowler (scope 123, report a.json)", "Not here.", "Look."),
        Diagnostic("expected-report-missing", Level.ERROR, "Checkov", "Not here.", "Look."),
        note(),
    )
    scopes = (ScopeRecord("Semgrep", "src", NOW, 1), ScopeRecord("Gitleaks", ".", BEFORE, 1))
    entries = entries_of([finding(result(), result(pointer="/1"))])
    told = looks(
        [publish_scan(each) for each in (partial, read, broken)], entries, scopes, publish_diagnostics(missing)
    )
    assert [(each.tool, each.look) for each in told] == [
        ("Checkov", Look.MISSING),
        ("Gitleaks", Look.NOT_SCANNED),
        ("Prowler", Look.MISSING),
        ("Semgrep", Look.COMPLETE),
        ("Trivy", Look.FAILED),
        ("ZAP", Look.PARTIAL),
    ]
    assert told[1].covered_at == BEFORE
    assert told[2].scope == "scope 123, report a.json"
    assert told[3] == BoardScan(
        tool="Semgrep",
        scope="src",
        look=Look.COMPLETE,
        covered_at=NOW,
        tool_version="1.2",
        report="semgrep.json",
        covered=2,
        unread=1,
        results=2,
        passed=3,
    )
    assert told[4].covered_at is None


def test_what_a_state_remembers_of_scopes() -> None:
    """A state tells when a scope was last looked at, in order of tool and scope."""
    scopes = (ScopeRecord("Trivy", ".", NOW, 1), ScopeRecord("Bandit", ".", NOW - timedelta(1), 2))
    assert [each.tool for each in remembered(scopes, Look.REMEMBERED)] == ["Bandit", "Trivy"]
