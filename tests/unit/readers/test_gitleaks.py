import json
from typing import Any

import msgspec
import pytest

from aggregator.model.coverage import Extent
from aggregator.model.location import Location
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.normalize.secrets import seal
from aggregator.readers import gitleaks
from aggregator.readers.base import ReadContext

KEY = b"key of the run"
CONTEXT = ReadContext(name="leaks.json", place="scans/leaks.json", seal_key=KEY)
SECRET = "s3cr3t-Value-000"


def read(*leaks: Any) -> Report:
    return gitleaks.read(json.dumps(leaks).encode(), CONTEXT)


def leak(**fields: Any) -> dict[str, Any]:
    return {
        "RuleID": "generic-api-key",
        "Description": "A key",
        "StartLine": 1,
        "EndLine": 1,
        "StartColumn": 5,
        "EndColumn": 20,
        "Match": f"key = '{SECRET}'",
        "Secret": SECRET,
        "File": "src/a.py",
        "Commit": "",
        "SymlinkFile": "",
        "Tags": [],
        "Fingerprint": "src/a.py:generic-api-key:1",
        **fields,
    }


def one(**fields: Any) -> Result:
    (result,) = read(leak(**fields)).scans[0].results
    return result


def test_a_leak_is_a_result_without_its_value() -> None:
    """The value is sealed with the run's key and given to the redactor; no text of the result holds it."""
    report = read(leak())
    (result,) = report.scans[0].results
    assert (result.kind, result.weaknesses, result.secret) == (Kind.SECRET, (798,), seal(SECRET, KEY))
    assert report.secrets.reveal() == {SECRET, f"key = '{SECRET}'"}
    assert SECRET not in str(result) + str(report.scans)
    assert SECRET not in str(report)


@pytest.mark.parametrize(
    ("rule_id", "severity", "confidence"),
    [
        ("generic-api-key", Severity.HIGH, 60),
        ("stripe-access-token", Severity.HIGH, 90),
        ("aws-access-token", Severity.CRITICAL, 90),
        ("github-pat", Severity.CRITICAL, 90),
        ("gitlab_pat", Severity.CRITICAL, 90),
    ],
)
def test_what_the_secret_opens_makes_it_critical(rule_id: str, severity: Severity, confidence: int) -> None:
    """Gitleaks gives no severity: cloud and code hosting are critical, all else high; generic rules are less sure."""
    result = one(RuleID=rule_id)
    assert (result.severity, result.confidence, result.native_severity) == (severity, confidence, "")


@pytest.mark.parametrize(
    ("fields", "location"),
    [
        ({}, Location("src/a.py", 1, 5, 1, 21)),
        ({"StartLine": 3, "EndLine": 3}, Location("src/a.py", 3, 4, 3, 20)),
        ({"StartLine": 3, "EndLine": 5, "EndColumn": 2}, Location("src/a.py", 3, 4, 5, 2)),
        ({"StartLine": 3, "EndLine": 3, "EndColumn": 2}, Location("src/a.py", 3, 4, 3, None)),
        ({"StartLine": 3, "EndLine": 0, "EndColumn": 0}, Location("src/a.py", 3, 4, 3, None)),
        ({"StartLine": 1, "StartColumn": 230_165, "EndColumn": 230_200}, Location("src/a.py", 1, 230_165, 1, 230_201)),
        ({"StartLine": 0, "EndLine": 0}, Location("src/a.py")),
        ({"File": "/github/workspace/src/a.py", "StartLine": 0}, Location("src/a.py")),
        ({"File": "src/c:d.txt", "StartLine": 0}, Location("src/c:d.txt")),
        ({"File": "outer.zip!inner/a b%.py", "StartLine": 0}, Location("outer.zip!inner/a b%.py")),
        ({"File": "src/a%20b.py", "StartLine": 0}, Location("src/a%20b.py")),
        ({"File": "src\\ä.py", "StartLine": 0}, Location("src/ä.py")),
    ],
)
def test_lines_count_from_one_and_columns_are_put_right(fields: dict[str, Any], location: Location) -> None:
    """Columns are one too high on every line but the first, and the last one is inclusive in the report."""
    assert one(**fields).location == location


def test_a_symlink_is_the_same_leak_seen_twice() -> None:
    """The file itself is the place; the link to it is related."""
    result = one(SymlinkFile="src/link.py")
    assert result.location is not None
    assert result.location.path == "src/a.py"
    assert result.related == (Location("src/link.py"),)


@pytest.mark.parametrize("value", ["REDACTED", "s3cr3t...", "s3cr\ufffd...", "s3***00", ""])
def test_a_redacted_value_is_no_value(value: str) -> None:
    """What Gitleaks masked is neither sealed nor looked for elsewhere."""
    report = read(leak(Secret=value, Match=f"key = '{value}'" if value else "file detected: a.p12"))
    assert report.scans[0].results[0].secret == ""
    assert report.secrets.reveal() == frozenset()


def test_a_path_only_hit_redacted_to_shreds_is_read() -> None:
    """With full redaction the words stand between all characters of the match; it is dropped."""
    report = read(leak(RuleID="pkcs12-file", StartLine=0, Secret="REDACTED", Match="REDACTEDfREDACTEDiREDACTED"))
    assert report.secrets.reveal() == frozenset()
    assert report.scans[0].results[0].location == Location("src/a.py")


def test_the_history_is_told_apart() -> None:
    """A leak of the history names its commit; author and message are never kept."""
    about = {"Author": "Ada", "Email": "ada@example.org", "Message": "first try", "Date": "2020-01-01T00:00:00Z"}
    result = one(Commit="0" * 40, **about)
    assert "0" * 40 in result.message
    assert "Ada" not in str(result)
    assert "first try" not in str(result)
    assert one(Commit="<script>").message == ""
    assert one(Commit="").message == ""


def test_tags_that_tell_of_one_hit_are_not_the_rules() -> None:
    """How a value was decoded belongs to the hit."""
    (rule,) = read(leak(Tags=["key", "decoded:base64", "decode-depth:1"]), leak(Tags=None)).scans[0].rules
    assert (rule.id, rule.description, rule.tags) == ("generic-api-key", "A key", ("key",))


def test_the_first_versions_of_8_call_the_match_context() -> None:
    """8.0.x has no Match and no fingerprint."""
    old = {"RuleID": "x", "File": "a.py", "Context": f"k={SECRET}", "Secret": SECRET, "Description": "", "Tags": None}
    report = read(old)
    assert report.secrets.reveal() == {SECRET, f"k={SECRET}"}
    assert (report.scans[0].results[0].native_id, report.scans[0].results[0].title) == ("", "x")


def test_versions_3_to_7_are_read_too() -> None:
    """Their rules have display names: an id is made from it, and the name stays as an alias."""
    old = {
        "line": f"key = '{SECRET}'",
        "lineNumber": 7,
        "offender": SECRET,
        "commit": "ab12",
        "rule": "AWS Access Key",
        "commitMessage": "m",
        "file": "src/a.py",
        "tags": "key, AWS",
        "date": "2020-01-01T00:00:00Z",
    }
    report = read(old)
    (result,) = report.scans[0].results
    assert (result.rule_id, result.rule_aliases, result.title) == (
        "aws-access-key",
        ("AWS Access Key",),
        "AWS Access Key",
    )
    assert (result.severity, result.secret) == (Severity.CRITICAL, seal(SECRET, KEY))
    assert result.location == Location("src/a.py", 7, end_line=7)
    assert report.secrets.reveal() == {SECRET, f"key = '{SECRET}'"}


def test_an_entry_without_rule_or_file_is_refused_alone() -> None:
    """Each bad entry is a diagnostic with its place, and its secret is masked all the same."""
    report = read(leak(), leak(RuleID=""), leak(File=""), {"RuleID": 7}, 5)
    (scan,) = report.scans
    assert (len(scan.results), scan.refused, len(report.diagnostics)) == (1, 4, 4)
    assert sorted(diagnostic.pointer for diagnostic in report.diagnostics) == ["/1", "/2", "/3", "/4"]
    assert SECRET in report.secrets.reveal()
    assert SECRET not in str(report.diagnostics)


def old_leak(**fields: Any) -> Report:
    plain = {"rule": "Generic API Key", "offender": SECRET, "line": f"k = '{SECRET}'", "file": "a.py", "tags": "a, b"}
    return read({**plain, "commit": "ab12", "commitMessage": "m", **fields})


def test_versions_3_to_5_give_no_line() -> None:
    """The file is all they know; an entropy that was not checked says nothing."""
    (result,) = old_leak(offenderEntropy=-1).scans[0].results
    assert (result.location, result.confidence) == (Location("a.py"), 60)


def test_an_old_value_redacted_in_part_is_masked_all_the_same() -> None:
    """Version 7 leaves the rest of the value beside the word: neither it nor its line counts."""
    report = old_leak(offender="REDACTEDJ", line="k = 'REDACTEDJ'")
    assert report.secrets.reveal() == frozenset()
    assert report.scans[0].results[0].secret == ""


def test_what_go_escapes_is_one_character() -> None:
    """Gitleaks writes the three signs of HTML as escapes, in names and in values."""
    text = json.dumps([leak(File="<x>&.py", Secret="a<b>&c-12345")])
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    report = gitleaks.read(escaped.encode(), CONTEXT)
    (result,) = report.scans[0].results
    assert (result.location, result.secret) == (Location("<x>&.py", 1, 5, 1, 21), seal("a<b>&c-12345", KEY))
    assert "a<b>&c-12345" in report.secrets.reveal()


def test_raw_text_and_links_are_not_kept() -> None:
    """The fragment around a leak holds whole files, and no redaction touches a link."""
    report = read(leak(Fragment={"Raw": "n3ighbour"}, Link="https://example.org/n3ighbour"))
    assert "n3ighbour" not in str(report)
    assert report.scans[0].refused == 0


def test_two_leaks_on_one_line_are_two() -> None:
    """They share their fingerprint and differ in their columns."""
    first, second = read(leak(), leak(StartColumn=40, EndColumn=55)).scans[0].results
    assert first.native_id == second.native_id == "src/a.py:generic-api-key:1"
    assert first.location != second.location


def test_redaction_changes_nothing_but_the_value() -> None:
    """A leak is the same with and without ``--redact``: nothing else is made from the value."""
    plain, masked = one(), one(Secret="REDACTED", Match="key = 'REDACTED'")
    assert plain.secret
    assert msgspec.structs.replace(plain, secret="") == masked


@pytest.mark.parametrize(
    ("leaks", "extent"),
    [
        ([leak(), leak(File="b")], Extent.SCOPE),
        ([leak(Commit="ab12")], Extent.UNKNOWN),
        ([leak(), leak(Commit="ab12")], Extent.UNKNOWN),
        ([leak(Commit="ab12"), leak()], Extent.UNKNOWN),
        ([], Extent.UNKNOWN),
    ],
)
def test_only_a_scan_of_the_files_says_what_it_looked_at(leaks: list[Any], extent: Extent) -> None:
    """How far into the history a scan looked stands nowhere, and nothing at all may be a short look."""
    assert read(*leaks).scans[0].coverage.extent is extent


def test_a_leak_in_the_history_names_its_commit() -> None:
    """The commit is told beside the message; one that is no id of a commit is none."""
    assert one(Commit="ab12").commit == "ab12"
    assert one().commit == one(Commit="<b>").commit == ""
    (old,) = read({"rule": "AWS", "file": "a.py", "offender": SECRET, "commit": "cd34"}).scans[0].results
    assert old.commit == "cd34"
