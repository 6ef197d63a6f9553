import json
from pathlib import Path
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.location import Location
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.normalize.secrets import seal
from aggregator.readers import bandit
from aggregator.readers.base import ReadContext
from aggregator.readers.registry import read_report
from tests.unit.dedupe.flaws import folded

CONTEXT = ReadContext(name="bandit.json", place="scans/bandit.json")
SAMPLES = Path(__file__).parents[2] / "samples"
SECRET = "s3cr3t-Value-000"


def read(*issues: Any, **parts: Any) -> Report:
    return bandit.read(json.dumps({"results": issues, "errors": [], **parts}).encode(), CONTEXT)


def issue(**fields: Any) -> dict[str, Any]:
    return {
        "code": "6 def load(data):\n7     return loads(data)\n8 \n",
        "col_offset": 11,
        "end_col_offset": 22,
        "filename": "./app/views.py",
        "issue_confidence": "HIGH",
        "issue_cwe": {"id": 502, "link": "https://cwe.example/502"},
        "issue_severity": "MEDIUM",
        "issue_text": "Unsafe.",
        "line_number": 7,
        "line_range": [7],
        "more_info": "https://bandit.example/b301",
        "test_id": "B301",
        "test_name": "blacklist",
        **fields,
    }


def one(**fields: Any) -> Result:
    (result,) = read(issue(**fields)).scans[0].results
    return result


def scan(*issues: Any, **parts: Any) -> Scan:
    return read(*issues, **parts).scans[0]


def counts(**severities: float) -> dict[str, float]:
    return {"loc": 1, "nosec": 0, **{f"SEVERITY.{name}": count for name, count in severities.items()}}


def test_an_issue_is_a_result() -> None:
    """What Bandit says of it is normalised; its test is the rule."""
    report = read(issue())
    (result,) = report.scans[0].results
    assert (result.kind, result.tool, result.rule_id, result.title) == (Kind.SAST, "Bandit", "B301", "blacklist")
    assert (result.severity, result.native_severity, result.confidence) == (Severity.MEDIUM, "MEDIUM", 90)
    assert (result.weaknesses, result.message, result.pointer) == ((502,), "Unsafe.", "/results/0")
    assert result.location == Location("app/views.py", 7, 12, 7, 23)
    assert [(rule.id, rule.name, rule.help_uri) for rule in report.scans[0].rules] == [
        ("B301", "blacklist", "https://bandit.example/b301")
    ]


@pytest.mark.parametrize(
    ("fields", "location"),
    [
        ({"line_range": [7, 8, 9], "end_col_offset": 5}, Location("app/views.py", 7, 12, 9, 6)),
        ({"line_range": [5, 6, 7, 8], "end_col_offset": 5}, Location("app/views.py", 5, 12, 8, 6)),
        ({"line_range": None}, Location("app/views.py", 7, 12, 7, 23)),
        ({"line_range": [], "line_number": None}, Location("app/views.py")),
        ({"end_col_offset": -1}, Location("app/views.py", 7, 12, 7)),
        ({"col_offset": None, "end_col_offset": None}, Location("app/views.py", 7, None, 7)),
        ({"end_col_offset": 3}, Location("app/views.py", 7, 12, 7)),
        ({"line_range": [7, 0]}, Location("app/views.py", 7, 12, 7, 23)),
    ],
)
def test_lines_are_the_whole_range_and_columns_begin_at_one(fields: dict[str, Any], location: Location) -> None:
    """Bandit counts columns from zero; an end before its beginning, and -1, say nothing."""
    assert one(**fields).location == location


@pytest.mark.parametrize(
    ("fields", "snippet"),
    [
        ({}, "    return loads(data)"),
        ({"code": "7     return loads(data)"}, "    return loads(data)"),
        ({"code": "6 call(\n7   a,\n8   b,\n9 )\n", "line_number": 7, "line_range": [6, 7, 8]}, "  a,\n  b,"),
        ({"code": "7     return loads(data)\nx\n99999999999 y\n"}, "    return loads(data)"),
        ({"code": None}, ""),
        ({"line_number": None, "line_range": None}, ""),
    ],
)
def test_the_snippet_is_the_flagged_lines(fields: dict[str, Any], snippet: str) -> None:
    """Without their numbers, and the same however many lines around them were asked for."""
    assert one(**fields).snippet == snippet


@pytest.mark.parametrize(
    ("fields", "severity", "confidence"),
    [
        ({"issue_severity": "LOW", "issue_confidence": "LOW"}, Severity.LOW, 30),
        ({"issue_severity": "HIGH", "issue_confidence": "MEDIUM"}, Severity.HIGH, 60),
        ({"issue_severity": "UNDEFINED", "issue_confidence": "UNDEFINED"}, Severity.MEDIUM, None),
        ({"issue_severity": None, "issue_confidence": None}, Severity.MEDIUM, None),
    ],
)
def test_severity_and_confidence(fields: dict[str, Any], severity: Severity, confidence: int | None) -> None:
    """Bandit's three words; what it leaves undefined is MEDIUM, as in its SARIF."""
    result = one(**fields)
    assert (result.severity, result.confidence) == (severity, confidence)


@pytest.mark.parametrize("cwe", [{"id": 259}, {}, None])
def test_a_password_stands_in_no_text(cwe: Any) -> None:
    """Also where an old version does not name the weakness: the value is masked, given away, and no line is kept."""
    fields = {"test_id": "B105", "issue_cwe": cwe, "code": f"7 key = '{SECRET}'\n"}
    report = read(issue(**fields, issue_text=f"Possible hardcoded password: '{SECRET}'"))
    (result,) = report.scans[0].results
    assert (result.weaknesses, result.snippet, result.kind) == ((259,), "", Kind.SAST)
    assert result.message == "Possible hardcoded password: '[redacted]'"
    assert report.secrets.reveal() == {SECRET}
    assert SECRET not in str(report)


def test_passwords_of_one_dictionary_are_told_apart() -> None:
    """Both have the lines of the whole statement, and the columns of names of one length: the values part them."""
    statement = {"test_id": "B105", "issue_cwe": {"id": 259}, "line_range": [6, 7, 8, 9]}
    one, same, other = (
        issue(**statement, line_number=line, issue_text=f"Possible hardcoded password: '{value}'")
        for line, value in ((7, SECRET), (7, SECRET), (8, f"another-{SECRET}"))
    )
    report_ = read(one, same, other)
    assert [row.secret == seal(SECRET, CONTEXT.seal_key) for row in report_.scans[0].results] == [True, True, False]
    assert len(folded(report_).findings) == 2


def test_a_password_that_is_not_told_is_not_missed() -> None:
    """A message without a literal is the message."""
    report = read(issue(test_id="B107", issue_cwe={"id": 259}, issue_text="Possible hardcoded password."))
    assert report.scans[0].results[0].message == "Possible hardcoded password."
    assert report.scans[0].results[0].secret == ""
    assert report.secrets.reveal() == frozenset()


def test_facts_are_shared_and_absent_ones_are_absent() -> None:
    """Two results of one test share its text and its rule; without a name the id is the title."""
    both = scan(issue(), issue(filename="b.py"), issue(test_id="X1", test_name=None, issue_text=None, issue_cwe={}))
    assert both.results[0].message is both.results[1].message
    assert (both.results[2].title, both.results[2].message, both.results[2].weaknesses) == ("X1", "", ())
    assert [rule.id for rule in both.rules] == ["B301", "X1"]


def test_an_odd_entry_is_refused_alone() -> None:
    """The others are read."""
    report = read(issue(), {"test_id": 7}, "x")
    assert (len(report.scans[0].results), report.scans[0].refused) == (1, 2)
    assert [said.pointer for said in report.diagnostics] == ["/results/1", "/results/2"]


def test_the_files_of_the_metrics_were_looked_at() -> None:
    """They are listed, clean ones included; a scan of nothing covers nothing."""
    metrics = {"_totals": counts(MEDIUM=1), "./app/views.py": counts(MEDIUM=1.0), "./b.py": counts()}
    found = scan(issue(), metrics=metrics)
    assert (found.completeness, found.coverage.extent) == (Completeness.COMPLETE, Extent.LISTED)
    assert (found.coverage.paths, found.coverage.unread) == (frozenset({"app/views.py", "b.py"}), frozenset())
    assert scan(metrics={"_totals": counts()}).coverage.paths == frozenset()


@pytest.mark.parametrize("metrics", [None, [], {"a.py": {"SEVERITY.LOW": "x"}}])
def test_without_metrics_nobody_knows_what_was_looked_at(metrics: Any) -> None:
    """Then nothing is ever closed."""
    found = scan(issue(), metrics=metrics)
    assert (found.completeness, found.coverage.extent) == (Completeness.COMPLETE, Extent.UNKNOWN)


def test_a_file_that_could_not_be_read_is_not_covered() -> None:
    """It stands in the metrics all the same; the scan is partial, and an error without a file leaves all open."""
    metrics = {"./app/views.py": counts(MEDIUM=1), "./b.py": {"loc": 1}, "./c.py": {"loc": 1}}
    errors = [{"filename": "./b.py", "reason": "syntax error"}]
    found = scan(issue(), metrics=metrics, errors=errors)
    assert (found.completeness, found.reason) == (Completeness.PARTIAL, "1 file was not scanned.")
    assert (found.coverage.extent, found.coverage.unread) == (Extent.LISTED, frozenset({"b.py"}))
    found = scan(issue(), metrics=metrics, errors=[*errors, {"filename": "./c.py"}])
    assert found.reason == "2 files were not scanned."
    assert scan(issue(), metrics=metrics, errors=[{"filename": 7}]).coverage.extent is Extent.UNKNOWN


def test_a_scan_that_looked_at_nothing_because_of_errors_failed() -> None:
    """A folder that is not there is no clean scan."""
    found = scan(metrics={"_totals": counts()}, errors=[{"filename": "./nowhere", "reason": "No such file"}])
    assert (found.completeness, found.coverage.extent) == (Completeness.FAILED, Extent.UNKNOWN)
    assert "nowhere" not in found.reason


def test_what_is_held_back_closes_nothing_in_its_file() -> None:
    """A minimum severity lists less than was found; in the other files all was listed."""
    metrics = {"./app/views.py": counts(MEDIUM=1), "./b.py": counts(LOW=2, UNDEFINED=1), "./c.py": counts()}
    report = read(issue(), metrics=metrics)
    assert report.scans[0].coverage.unread == {"b.py"}
    assert report.scans[0].completeness is Completeness.COMPLETE
    assert [(said.code, said.reason.partition(" ")[0]) for said in report.diagnostics] == [("findings-held-back", "3")]


def results_of(path: Path) -> list[Result]:
    report = read_report(path.read_bytes(), path.name)
    assert isinstance(report, Report)
    return sorted((each for one in report.scans for each in one.results), key=where)


def where(result: Result) -> tuple[str, int, str]:
    assert result.location is not None
    return result.location.path, result.location.start_line or 0, result.rule_id


def test_json_and_sarif_of_one_scan_tell_the_same() -> None:
    """Rules, kinds, ratings, texts, first lines and columns; Bandit's SARIF ends every region on its second line."""
    own, sarif = results_of(SAMPLES / "bandit/app.json"), results_of(SAMPLES / "sarif/bandit-app.sarif")
    assert len(own) == len(sarif) == 10
    for ours, theirs in zip(own, sarif, strict=True):
        facts = ("kind", "rule_id", "title", "message", "severity", "confidence", "weaknesses")
        assert [getattr(ours, name) for name in facts] == [getattr(theirs, name) for name in facts]
        assert ours.location is not None
        assert theirs.location is not None
        lines = range(ours.location.start_line or 0, (ours.location.end_line or 0) + 1)
        ends = (theirs.location.end_line, theirs.location.start_column, theirs.location.end_column)
        assert theirs.location.start_line == ours.location.start_line
        assert ends == (lines[:2][-1], ours.location.start_column, ours.location.end_column)
        if len(lines) == 1:
            assert ours.snippet == theirs.snippet.rstrip("\n")


@pytest.mark.parametrize(
    "document",
    [
        {"results": [{"check_id": "x", "extra": {}}], "errors": []},
        {"results": [], "errors": [], "version": "1"},
        {"results": [], "errors": [], "metrics": {}},
        {"results": [1], "errors": [], "metrics": {}, "generated_at": ""},
        {"errors": [], "metrics": {}, "generated_at": ""},
        {"results": {}, "plugins_used": [], "generated_at": ""},
    ],
)
def test_other_tools_reports_are_not_ours(document: Any) -> None:
    """Semgrep and detect-secrets have results too."""
    read_one = read_report(json.dumps(document).encode(), "r.json")
    assert getattr(read_one, "format", "") != bandit.FORMAT
