import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.errors import UnreadableReport
from aggregator.model.result import Kind
from aggregator.readers import sarif
from aggregator.readers.base import ReadContext
from aggregator.readers.intake import take_in
from tests.unit.readers.sarif.logs import place, read, result, result_of, run, scan_of

CONTEXT = ReadContext(name="r", place="here")


def claims(document: dict[str, Any]) -> bool:
    """Whether the reader claims a document."""
    return sarif.sniff(take_in(json.dumps(document).encode()).head)


def test_sarif_is_told_by_its_frame() -> None:
    """Runs with a version or a schema; neither alone."""
    assert claims({"version": "2.1.0", "runs": []})
    assert claims({"version": "2.1.0-rtm.5", "runs": []})
    assert claims({"version": "1.0.0", "runs": []})
    assert claims({"$schema": "https://x.example/SARIF.json", "runs": []})
    assert not claims({"version": 2, "runs": []})
    assert not claims({"runs": []})
    assert not claims({"version": "2.1.0"})


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0-csd.2"])
def test_old_versions_are_refused(version: str) -> None:
    """Another version's shape is not guessed at, and the way out is named."""
    with pytest.raises(UnreadableReport) as caught:
        sarif.read(json.dumps({"version": version, "runs": []}).encode(), CONTEXT)
    assert "2.1.0" in caught.value.next_step


def test_a_log_without_runs_is_no_clean_scan() -> None:
    """A frame with nothing in it is a failure; so is a log of which no run can be read."""
    for runs in ([], [7]):
        with pytest.raises(UnreadableReport, match="no run that can be read") as caught:
            read(*runs)
        assert "Onefold" in caught.value.next_step


def test_our_own_output_is_refused() -> None:
    """Findings would count twice if a folder of reports held our own."""
    with pytest.raises(UnreadableReport, match="own output"):
        read(run(tool="Semgrep (Onefold)"))
    with pytest.raises(UnreadableReport, match="own output"):
        read(run(automationDetails={"id": "onefold/shop/Semgrep/src/4711"}))


def test_one_bad_run_does_not_sink_the_others() -> None:
    """It is a diagnostic; the other runs are read."""
    report = read(7, run(result()))
    assert [scan.tool for scan in report.scans] == ["Tool"]
    assert report.scans[0].results[0].pointer == "/runs/1/results/0"
    assert report.diagnostics[0].pointer == "/runs/0"


def test_one_bad_result_does_not_sink_the_others() -> None:
    """It is counted as refused, with its place and without its content."""
    report = read(run(result(), {"ruleId": 7}, {"message": "secret text"}))
    assert (len(report.scans[0].results), report.scans[0].refused) == (1, 2)
    assert [diagnostic.pointer for diagnostic in report.diagnostics] == ["/runs/0/results/1", "/runs/0/results/2"]
    assert "secret text" not in repr(report)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/language:python/", "/language:python"),
        ("/language:python", "/language:python"),
        ("analysis/tool1/2026-11-22", "analysis/tool1"),
        ("analysis/tool1/run-a", "analysis/tool1"),
        ("Snyk/Open Source/2026-11-22T10:11:12.123Z", "Snyk/Open Source"),
        ("3f2b8c9e-1111-2222-3333-444455556666", "here"),
        ("nightly", "nightly"),
        ("", "here"),
        (None, "here"),
    ],
)
def test_the_category_is_the_scope(given: str | None, expected: str) -> None:
    """Without what names the single run; the report's place where there is none."""
    assert scan_of(automationDetails={"id": given}).scope == expected


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        ("Semgrep OSS", "Semgrep"),
        ("semgrep", "Semgrep"),
        ("CodeQL command-line toolchain", "CodeQL"),
        ("gitleaks", "Gitleaks"),
        ("LGTM.com", "CodeQL"),
        ("Bridgecrew", "Checkov"),
        ("gitleaks (MegaLinter REPOSITORY_GITLEAKS)", "Gitleaks"),
        ("My Tool", "My Tool"),
        ("", "Unnamed tool"),
        (None, "Unnamed tool"),
    ],
)
def test_a_tool_has_one_name(driver: str | None, expected: str) -> None:
    """Editions and spellings of a driver are one tool; an unknown one keeps its name."""
    assert read({"tool": {"driver": {"name": driver}}, "results": []}).scans[0].tool == expected


def test_runs_of_one_tool_by_several_linters_are_one_scan() -> None:
    """MegaLinter runs ESLint once a language: one scan holds what all of them found."""
    one, two = (run(result(), result(ruleId=name), tool=f"ESLint (MegaLinter {name}_ES)") for name in ("JSX", "TSX"))
    (scan,) = read(one, two).scans
    assert (scan.tool, [found.rule_id for found in scan.results]) == ("ESLint", ["R1", "JSX", "R1", "TSX"])


def test_versions() -> None:
    """Any of three properties, without the v; Gitleaks writes a constant."""

    def version(**driver: str) -> str:
        return read({"tool": {"driver": {"name": "T", **driver}}, "results": []}).scans[0].tool_version

    assert version(semanticVersion="v1.2.3") == "1.2.3"
    assert version(version="4", semanticVersion="1.2.3") == "4"
    assert version(dottedQuadFileVersion="1.2.3.4") == "1.2.3.4"
    assert version() == ""
    assert version(name="gitleaks", semanticVersion="v8.0.0") == ""


def test_runs_of_one_tool_and_category_are_one_scan() -> None:
    """Together they are as healthy as the worse, and know their rules only if both do."""
    rules = [{"id": "R1"}, {"id": "R2"}]
    broken = run(result(), result(kind="pass"), rules=rules, invocations=[{"executionSuccessful": False}])
    (scan,) = read(run(result(), rules=rules), broken).scans
    assert (len(scan.results), scan.passed, scan.completeness) == (2, 1, Completeness.PARTIAL)
    assert scan.coverage.extent is Extent.UNKNOWN
    assert scan.coverage.rules == frozenset({"R1", "R2"})
    (other,) = read(run(result(), rules=rules), run(result())).scans
    assert other.coverage.rules is None
    assert other.completeness is Completeness.COMPLETE


def test_a_fingerprint_is_kept_only_where_it_tells_apart() -> None:
    """A constant, a repeated one and a commit's data are no identity; the scheme stands before the value."""

    def ids(*entries: dict[str, Any], tool: str = "Tool") -> list[str]:
        return [found.native_id for found in scan_of(*entries, tool=tool).results]

    def partial(**values: Any) -> dict[str, Any]:
        return result(partialFingerprints=values)

    assert ids(partial(primaryLocationLineHash="a:1"), partial(primaryLocationLineHash="b:1")) == [
        "primaryLocationLineHash:a:1",
        "primaryLocationLineHash:b:1",
    ]
    assert ids(partial(primaryLocationLineHash="a"), partial(primaryLocationLineHash="a"), partial(x="c")) == [
        "",
        "",
        "x:c",
    ]
    assert ids(partial(primaryLocationStartColumnFingerprint="4")) == [""]
    assert ids(partial(commitSha="4"), tool="gitleaks") == [""]
    assert ids(result(fingerprints={"matchBasedId/v1": "requires login"})) == [""]
    assert ids(result(fingerprints={"0": "old", "1": "new"}, partialFingerprints={"x": "y"})) == ["1:new"]
    assert ids(result(fingerprints={"x": {"value": "black"}})) == ["x:black"]
    assert ids(partial(primaryLocationLineHash=7)) == [""]
    assert ids(result(fingerprints={}, partialFingerprints={})) == [""]


def test_bearer_counts_what_it_finds() -> None:
    """Its fingerprint passes from one finding to the next: it is none. Its one rule about secrets finds secrets."""
    found = result_of(result(ruleId="gitleaks", partialFingerprints={"primaryLocationLineHash": "a_0"}), tool="Bearer")
    assert (found.native_id, found.kind, found.weaknesses) == ("", Kind.SECRET, (798,))
    assert result_of(result(ruleId="python_lang_x"), tool="Bearer").kind is Kind.SAST


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], None),
        (None, None),
        ([{"kind": "inSource"}], ("suppressed", "marked in the source")),
        ([{"kind": "external", "justification": " agreed "}], ("suppressed", "agreed")),
        ([{"kind": "external", "justification": "No comment provided"}], ("suppressed", "")),
        ([{"kind": "external", "justification": "A false positive."}], ("false_positive", "A false positive.")),
        ([{"kind": "inSource", "status": "accepted"}, {"status": "underReview"}], None),
        ([{"kind": "inSource", "status": "rejected"}], None),
    ],
)
def test_suppressions_in_force(marks: list[dict[str, str]] | None, expected: tuple[str, str] | None) -> None:
    """At least one, and none under review or rejected; an empty list says that it is live."""
    suppression = scan_of(result(suppressions=marks)).results[0].suppression
    assert (suppression and (suppression.disposition, suppression.reason)) == expected


def test_weaknesses_from_everywhere() -> None:
    """Taxa by id, index and guid, the rule's relationships to CWE only, tags and properties; the result's own first."""
    taxonomy = {"name": "CWE", "guid": "G", "taxa": [{"id": "79", "guid": "t79"}, {"id": "CWE-80"}, {"guid": "t0"}]}
    taxa = [
        {"id": "22", "toolComponent": {"name": "CWE"}},
        {"index": 0, "toolComponent": {"index": 1}},
        {"index": 1, "toolComponent": {"guid": "G"}},
        {"index": 9, "toolComponent": {"guid": "G"}},
        {"guid": "t79"},
        {"id": "CWE-23"},
        {"id": "A03", "toolComponent": {"name": "OWASP", "index": 0}},
        {"index": 0, "toolComponent": {"index": 0}},
    ]
    related = [
        {"target": {"id": "CAT006", "toolComponent": {"name": "Categories"}}},
        {"target": {"id": "89", "toolComponent": {"name": "cwe"}}},
        {},
    ]
    rule = {
        "id": "R1",
        "relationships": related,
        "properties": {"tags": ["external/cwe/cwe-090", "external/cwe/cwe-None", 7], "cwe": ["CWE-91: x"]},
    }
    entry = result(taxa=taxa, properties={"tags": ["CWE-24"], "CWE": "25"})
    taxonomies = [{"name": "OWASP", "taxa": [{"id": "1"}]}, taxonomy, {"name": "CWE"}]
    scan = scan_of(entry, result(), rules=[rule], taxonomies=taxonomies)
    assert scan.results[0].weaknesses == (22, 79, 80, 23, 24, 25, 89, 90, 91)
    assert scan.results[1].weaknesses == (89, 90, 91)


def test_what_holds_a_secret_keeps_no_snippet() -> None:
    """The flagged text of a leaked credential is given to the redactor, sealed, and not kept."""
    leak = result(locations=[place("a.env", 1, snippet={"text": "hunter2-hunter2"})])
    report = read(run(leak, tool="gitleaks"))
    found = report.scans[0].results[0]
    assert (found.snippet, len(found.secret)) == ("", 32)
    assert report.secrets.reveal() == {"hunter2-hunter2"}
    masked = read(run(result(locations=[place("a.env", 1, snippet={"text": "REDACTED"})]), tool="gitleaks"))
    assert masked.scans[0].results[0].secret == ""
    rule = {"id": "R1", "properties": {"tags": ["external/cwe/cwe-259"]}}
    literal = result(message={"text": "Possible hardcoded password: 'quiet-harbour'"}, locations=[place("a.py")])
    bandit = read(run(literal, result(), tool="Bandit", rules=[rule]))
    assert bandit.scans[0].results[0].message == "Possible hardcoded password: '[redacted]'"
    assert bandit.secrets.reveal() == {"quiet-harbour"}
    other = read(run(result(), tool="TruffleHog"))
    assert other.scans[0].results[0].weaknesses == (798,)


def test_what_tools_copy_from_requests_and_files_is_not_kept() -> None:
    """ZAP's messages and Trivy's matches may hold what nobody has masked."""
    assert scan_of(result(), tool="ZAP").results[0].message == ""
    rule = {"id": "R1", "properties": {"tags": ["secret", "HIGH"]}, "help": {"text": "Match: open"}}
    text = {"text": "Artifact: a\nSeverity: HIGH\nMatch: k=***; other=open"}
    scan = scan_of(result(message=text), tool="Trivy", rules=[rule])
    assert "open" not in repr(scan)


@pytest.mark.parametrize("nothing", [{}, {"message": {}}, {"ruleId": None, "message": None, "locations": []}])
def test_a_result_that_says_nothing_is_refused(nothing: dict[str, object]) -> None:
    """It names no rule and no place and has no message; one of them is enough to be read."""
    report = read(run(result(), nothing, {"level": "error", **nothing}))
    assert (len(report.scans[0].results), report.scans[0].refused) == (1, 2)
    assert report.diagnostics[0].pointer == "/runs/0/results/1"
    some: list[dict[str, object]] = [
        {"rule": {"id": "R1"}},
        {"ruleIndex": 0},
        {"message": {"text": "So."}},
        {"message": {"markdown": "So."}},
        {"message": {"id": "so"}},
        {"locations": [place("a.py")]},
    ]
    scan = read(run(*some, rules=[{"id": "R1"}])).scans[0]
    assert (len(scan.results), scan.refused) == (len(some), 0)
