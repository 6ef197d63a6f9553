from aggregator.lifecycle.expected import MISSING_REPORT
from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.outcome import Outcome
from aggregator.planning.troubles import still_failing, troubles
from tests.builders import note, outcome, scan

FAILED = scan(completeness=Completeness.FAILED, report="broken.json")
WELL = scan()
MISSING = note(code=MISSING_REPORT, level=Level.ERROR, subject="Trivy")
UNREAD = note(code="report-unreadable", level=Level.ERROR, subject="odd.bin")


def run(*scans: object, diagnostics: tuple[object, ...] = ()) -> Outcome:
    return outcome(scans=scans, diagnostics=diagnostics)


def keys(*outcomes: Outcome) -> frozenset[str]:
    return frozenset(each.key for one in outcomes for each in troubles(one))


def test_what_failed_and_what_is_missing_are_troubles() -> None:
    """A failed scan, an expected report that is missing and one that cannot be read are told, each once."""
    its = note(code="report-unreadable", level=Level.ERROR, subject="broken.json")
    found = troubles(run(FAILED, FAILED, WELL, diagnostics=(MISSING, UNREAD, its, note())))
    assert [each.name for each in found] == ["Semgrep", "Trivy", "odd.bin"]


def test_scopes_fail_for_themselves() -> None:
    """Two scopes of a tool that failed are two troubles."""
    other = scan(completeness=Completeness.FAILED, scope="other")
    assert [each.name for each in troubles(run(FAILED, other))] == ["Semgrep", "Semgrep"]


def test_a_scan_is_well_when_it_has_looked_again() -> None:
    """A scan that failed fails until one of its tool and scope does not."""
    failed = keys(run(FAILED))
    assert still_failing(failed, run()) == failed
    assert still_failing(failed, run(scan(scope="other"))) == failed
    assert still_failing(failed, run(FAILED, WELL)) == failed
    assert still_failing(failed, run(WELL)) == frozenset()


def test_a_report_is_there_when_nobody_misses_it() -> None:
    """A missing report is missing until a run with reports does not miss it."""
    missing = keys(run(diagnostics=(MISSING,)))
    assert still_failing(missing, run()) == missing
    assert still_failing(missing, run(WELL, diagnostics=(MISSING,))) == missing
    assert still_failing(missing, run(WELL)) == frozenset()


def test_a_file_is_well_when_it_can_be_read() -> None:
    """A file that could not be read is a trouble until one of its name can be."""
    unread = keys(run(diagnostics=(UNREAD,)))
    assert still_failing(unread, run(WELL)) == unread
    assert still_failing(unread, run(scan(report="odd.bin"))) == frozenset()
