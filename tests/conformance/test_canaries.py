"""A secret that one report holds comes out of no report, in no form."""

import msgspec
import pytest

from aggregator.model.report import ReadFailure, Report
from aggregator.normalize.secrets import Redactor, redact_report
from aggregator.readers.registry import read_report
from tests.canaries import HIDDEN, KNOWN, planted, traces_in

NAMES = sorted(planted())


def said_by(report: Report) -> str:
    """All that a report says, as people and as machines print it."""
    parts = (report.scans, report.diagnostics)
    return repr(report) + repr(parts) + msgspec.json.encode(parts).decode()


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """Every planted report, read."""
    read = {name: read_report(data, name) for name, data in planted().items()}
    return {name: report for name, report in read.items() if isinstance(report, Report)}


def test_every_planted_report_is_read(reports: dict[str, Report]) -> None:
    """A canary in a report that nobody reads would prove nothing."""
    assert sorted(reports) == NAMES
    assert all(scan.results for report in reports.values() for scan in report.scans)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_never_kept_is_not_there_even_before_masking(name: str, reports: dict[str, Report]) -> None:
    """Bodies, contexts, environments, people: readers do not take them in at all."""
    assert HIDDEN not in said_by(reports[name])


@pytest.mark.parametrize("name", NAMES)
def test_no_canary_leaves_the_read_stage(name: str, reports: dict[str, Report]) -> None:
    """What Gitleaks knows is masked in everything that every tool says, however it is escaped."""
    redacted = redact_report(reports[name], Redactor.of(reports.values()))
    assert traces_in(said_by(redacted)) == []
    assert redacted.secrets.reveal() == frozenset()


def test_the_canary_was_there_to_be_masked(reports: dict[str, Report]) -> None:
    """Without masking several tools would print it."""
    loud = [name for name, report in reports.items() if KNOWN in repr(report.scans)]
    assert {"any.sarif", "prowler.ocsf.json", "semgrep.json", "zap.json"} <= set(loud)


def test_gitleaks_gives_the_value_away(reports: dict[str, Report]) -> None:
    """The redactor learns the value from the reports that hold it, and it does not print there."""
    assert KNOWN in reports["gitleaks.json"].secrets.reveal()
    assert KNOWN in reports["gitleaks.sarif"].secrets.reveal()
    assert KNOWN not in repr(reports["gitleaks.json"].secrets)


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_report_says_nothing_of_it(name: str) -> None:
    """Neither a truncated file nor its failure prints what stands in it."""
    data = planted()[name]
    for share in (3, 5, 8):
        for pin in (None, name.partition(".")[0]):
            read = read_report(data[: len(data) * share // 9], name, pinned=pin)
            text = repr(read) + msgspec.json.encode(read).decode() if isinstance(read, ReadFailure) else said_by(read)
            assert HIDDEN not in text
