"""A secret that one report holds comes out of no report, in no form."""

import json

import msgspec
import pytest

from aggregator.model.report import ReadFailure, Report
from aggregator.normalize.redaction import redact_report
from aggregator.normalize.secrets import Redactor
from aggregator.readers.registry import read_report
from tests.canaries import CORE, HIDDEN, KNOWN, SHAPES, TELLING, leak_of, plant, planted, spots, traces_in

NAMES = sorted(planted())
JSON = [name for name in NAMES if name.endswith(("json", "sarif"))]


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


def leaks_of(name: str, text: str, *others: bytes) -> list[object]:
    """The spots of a report at which a text, planted there, comes out of the read stage."""
    data = planted()[name].replace(KNOWN.encode(), b"plain").replace(HIDDEN.encode(), b"plain")
    found: list[object] = []
    for spot in spots(json.loads(data)):
        read = [read_report(each, name) for each in (plant(data, spot, text), *others)]
        readable = [each for each in read if isinstance(each, Report)]
        redactor = Redactor.of(readable)
        said = [said_by(redact_report(each, redactor)) for each in readable]
        if CORE in "".join((*said, *map(repr, read[:1] if isinstance(read[0], ReadFailure) else ()))).lower():
            found.append(spot)
    return found


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("name", JSON)
def test_a_known_value_leaves_from_no_spot(name: str, shape: str) -> None:
    """Whatever key or value of a report repeats what Gitleaks found: file, rule, tool, host, package, even a number."""
    assert leaks_of(name, SHAPES[shape], leak_of(SHAPES[shape])) == []


@pytest.mark.parametrize("shape", sorted(TELLING))
@pytest.mark.parametrize("name", JSON)
def test_a_telling_value_leaves_from_no_spot(name: str, shape: str) -> None:
    """Nobody knows it, but it announces itself: it is masked wherever it stands, in names too."""
    assert leaks_of(name, TELLING[shape]) == []
