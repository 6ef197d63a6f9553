import hashlib
import json
from typing import Any

import msgspec
import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.location import Location
from aggregator.model.report import ReadFailure, Report
from aggregator.model.result import Kind, Result, Suppression
from aggregator.model.severity import Severity
from aggregator.normalize.secrets import seal
from aggregator.readers import detect_secrets, gitleaks
from aggregator.readers.base import ReadContext
from aggregator.readers.registry import read_report

KEY = b"key of the run"
CONTEXT = ReadContext(name="baseline.json", place="scans/baseline.json", seal_key=KEY)
SECRET = "s3cr3t-Value-000"
DIGEST = hashlib.sha1(SECRET.encode(), usedforsecurity=False).hexdigest()


def read(*found: Any, **parts: Any) -> Report:
    document = {"version": "1.5.0", "plugins_used": [], "results": {"src/a.py": found} if found else {}, **parts}
    return detect_secrets.read(json.dumps(document).encode(), CONTEXT)


def entry(**fields: Any) -> dict[str, Any]:
    plain = {"type": "Secret Keyword", "filename": "src/a.py", "hashed_secret": DIGEST, "is_verified": False}
    return {**plain, "line_number": 3, **fields}


def one(**fields: Any) -> Result:
    (result,) = read(entry(**fields)).scans[0].results
    return result


def test_an_entry_is_a_secret_without_its_digest() -> None:
    """The digest is as secret as the value: it is sealed, given to the redactor, and stands nowhere."""
    report = read(entry())
    (result,) = report.scans[0].results
    assert (result.kind, result.weaknesses, result.location) == (Kind.SECRET, (798,), Location("src/a.py", 3, None, 3))
    assert report.secrets.reveal() == {DIGEST}
    assert DIGEST not in str(report)
    assert DIGEST not in msgspec.json.encode(report.scans).decode()
    assert (report.scans[0].tool_version, report.scans[0].completeness) == ("1.5.0", Completeness.COMPLETE)


def test_a_tool_that_tells_the_value_tells_the_same_secret() -> None:
    """Gitleaks knows the value and detect-secrets its digest: their seals are equal."""
    leak = {"RuleID": "generic-api-key", "File": "src/a.py", "StartLine": 3, "Secret": SECRET}
    (theirs,) = gitleaks.read(json.dumps([leak]).encode(), CONTEXT).scans[0].results
    assert one().secret == theirs.secret == seal(SECRET, KEY)


@pytest.mark.parametrize(
    ("name", "rule_id", "severity", "confidence"),
    [
        ("Secret Keyword", "secret-keyword", Severity.HIGH, 60),
        ("Base64 High Entropy String", "base64-high-entropy-string", Severity.HIGH, 60),
        ("AWS Access Key", "aws-access-key", Severity.CRITICAL, 90),
        ("Stripe Access Key", "stripe-access-key", Severity.HIGH, 90),
    ],
)
def test_a_type_is_a_rule(name: str, rule_id: str, severity: Severity, confidence: int) -> None:
    """By its name; entropy and keywords are less sure than a provider's form."""
    result = one(type=name)
    assert (result.rule_id, result.rule_aliases, result.title) == (rule_id, (name,), name)
    assert (result.severity, result.confidence) == (severity, confidence)


def test_a_type_without_a_name_has_a_rule_all_the_same() -> None:
    """Two entries of a type share one rule."""
    report = read(entry(type=" "), entry(type=" "), entry(type="own"))
    assert [rule.id for rule in report.scans[0].rules] == ["unnamed-type", "own"]
    assert [result.rule_aliases for result in report.scans[0].results] == [(), (), ()]


@pytest.mark.parametrize(
    ("fields", "confidence", "suppression"),
    [
        ({"is_secret": False}, 60, Suppression("false_positive", "audited as no secret")),
        ({"is_secret": True}, 100, None),
        ({"is_secret": None}, 60, None),
        ({"is_verified": True}, 100, None),
    ],
)
def test_an_audit_and_a_verification_count(
    fields: dict[str, Any], confidence: int, suppression: Suppression | None
) -> None:
    """What people said in an audit is a suppression or certainty; so is what the service answered."""
    result = one(**fields)
    assert (result.confidence, result.suppression) == (confidence, suppression)


def test_a_verified_secret_says_so() -> None:
    """In the words that other tools' verified secrets are told in."""
    assert (one(is_verified=True).message, one().message) == ("The service accepts this secret.", "")


@pytest.mark.parametrize("line", [None, 0, -1])
def test_without_a_line_the_file_is_the_place(line: int | None) -> None:
    """Old baselines leave it out."""
    assert one(line_number=line).location == Location("src/a.py")


def test_a_digest_of_a_part_seals_nothing() -> None:
    """Of a GitHub token the tool hashes the letters before the underscore."""
    assert one(type="GitHub Token").secret == ""


def test_an_odd_digest_seals_nothing() -> None:
    """What is no SHA-1 tells no secret from another."""
    assert one(hashed_secret="").secret == ""


@pytest.mark.parametrize(
    ("plugins", "rules"),
    [
        ([{"name": "KeywordDetector"}, {"name": "AWSKeyDetector"}], {"secret-keyword", "aws-access-key"}),
        ([{"name": "KeywordDetector"}, {"name": "OurOwnDetector"}], None),
        ([], None),
        (None, None),
        ({"name": 7}, None),
    ],
)
def test_the_plugins_tell_which_rules_ran(plugins: Any, rules: set[str] | None) -> None:
    """Unless one of them is somebody's own: then nobody knows what it calls what it finds."""
    assert read(plugins_used=plugins).scans[0].coverage.rules == rules


def test_a_baseline_without_results_is_a_clean_scan() -> None:
    """The files as they are were scanned."""
    scan = read(version=None).scans[0]
    assert (scan.results, scan.completeness, scan.coverage.extent) == ((), Completeness.COMPLETE, Extent.SCOPE)
    assert scan.tool_version == ""


def test_odd_entries_are_refused_alone() -> None:
    """An odd entry costs itself, an odd list its file."""
    report = read(results={"a.py": [entry(), {"type": 7}], "b.py": "x", "c.py": None, "d.py": [entry()]})
    assert [said.pointer for said in report.diagnostics] == ["/results/0/1", "/results/1", "/results/2"]
    assert [result.pointer for result in report.scans[0].results] == ["/results/0/0", "/results/3/0"]
    assert report.scans[0].refused == 3


def test_only_a_baseline_is_ours() -> None:
    """Plugins, and results by file."""
    documents: tuple[dict[str, Any], ...] = ({"results": {}}, {"results": [], "plugins_used": []}, {"plugins_used": []})
    for document in documents:
        assert isinstance(read_report(json.dumps(document).encode(), "r.json"), ReadFailure)
