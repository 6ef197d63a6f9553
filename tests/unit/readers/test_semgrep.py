import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.errors import UnreadableReport
from aggregator.model.location import Component, Location
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.normalize.secrets import seal
from aggregator.readers import semgrep
from aggregator.readers.base import ReadContext

KEY = b"key of the run"
CONTEXT = ReadContext(name="semgrep.json", place="scans/semgrep.json", seal_key=KEY)
SECRET = "s3cr3t-Value-000"


def match(*, metadata: Any = None, rule: str = "rules.demo", path: str = "src/a.py", **extra: Any) -> dict[str, Any]:
    return {
        "check_id": rule,
        "path": path,
        "start": {"line": 3, "col": 5, "offset": -1},
        "end": {"line": 4, "col": 9},
        "extra": {"message": "Do not.", "severity": "ERROR", "metadata": metadata or {}, **extra},
    }


def read(*matches: Any, **parts: Any) -> Report:
    document = {"version": "1.2.3", "results": matches, "errors": [], "paths": {"scanned": ["src/a.py"]}, **parts}
    return semgrep.read(json.dumps(document).encode(), CONTEXT)


def scan(*matches: Any, **parts: Any) -> Scan:
    return read(*matches, **parts).scans[0]


def one(**extra: Any) -> Result:
    (result,) = scan(match(**extra)).results
    return result


def test_a_match_is_a_result() -> None:
    """Place, rule, words and scope are where the model says they are."""
    result = one()
    assert result.location == Location("src/a.py", 3, 5, 4, 9)
    assert (result.kind, result.scope, result.report, result.pointer) == (
        *(Kind.SAST, "scans/semgrep.json", "semgrep.json", "/results/0"),
    )
    assert (result.title, result.message, result.native_severity) == ("Demo", "Do not.", "ERROR")


@pytest.mark.parametrize(
    ("word", "metadata", "severity"),
    [
        ("CRITICAL", {}, Severity.CRITICAL),
        ("HIGH", {}, Severity.HIGH),
        ("MEDIUM", {}, Severity.MEDIUM),
        ("LOW", {}, Severity.LOW),
        ("ERROR", {}, Severity.HIGH),
        ("WARNING", {}, Severity.MEDIUM),
        ("INFO", {}, Severity.INFO),
        ("INFO", {"category": "security", "impact": "MEDIUM"}, Severity.LOW),
        ("INFO", {"category": "security", "impact": "LOW"}, Severity.INFO),
        ("INVENTORY", {}, Severity.INFO),
        ("EXPERIMENT", {"category": "security", "impact": "HIGH"}, Severity.INFO),
        ("ERROR", {"sca-severity": "LOW"}, Severity.LOW),
    ],
)
def test_every_severity_word_has_its_step(word: str, metadata: dict[str, str], severity: Severity) -> None:
    """Old and new words, the deprecated ones too, and the supply chain's own."""
    report = read(match(severity=word, metadata=metadata))
    assert report.scans[0].results[0].severity is severity
    assert report.diagnostics == ()


def test_an_unknown_severity_is_info_and_said_once_a_rule() -> None:
    """A word nobody knows stops nothing; the diagnostic points at its first use and does not repeat it."""
    report = read(match(severity="DREADFUL"), match(severity="DREADFUL"))
    assert [result.severity for result in report.scans[0].results] == [Severity.INFO, Severity.INFO]
    (diagnostic,) = report.diagnostics
    assert diagnostic.pointer == "/results/0/extra/severity"
    assert "DREADFUL" not in diagnostic.sentence()


@pytest.mark.parametrize(
    ("check_id", "source", "rule_id", "aliases"),
    [
        ("demo", None, "demo", ()),
        ("tmp.checkout.rules.demo", None, "demo", ("tmp.checkout.rules.demo",)),
        ("ends-with-dot.", None, "ends-with-dot.", ()),
        ("python.x.demo", "https://semgrep.dev/r/python.x.demo", "python.x.demo", ("demo",)),
        ("sg.python.x.demo", "https://semgrep.dev/r/python.x.demo", "python.x.demo", ("sg.python.x.demo", "demo")),
        ("python.x.demo", "https://semgrep.dev/r/other", "demo", ("python.x.demo",)),
        ("python.x.demo", "https://example.org/rules", "demo", ("python.x.demo",)),
        ("python.x.demo", 7, "demo", ("python.x.demo",)),
    ],
)
def test_a_rule_is_named_without_the_path_of_its_configuration(
    check_id: str, source: object, rule_id: str, aliases: tuple[str, ...]
) -> None:
    """The id does not depend on how Semgrep was called; the full one stays an alias."""
    result = one(rule=check_id, metadata={"source": source})
    assert (result.rule_id, result.rule_aliases) == (rule_id, aliases)


@pytest.mark.parametrize(
    ("cwe", "weaknesses"),
    [("CWE-95: Eval", (95,)), (["CWE-78: x", "CWE-88: y"], (78, 88)), (None, ()), ({"a": 1}, ())],
)
def test_weaknesses_come_as_text_or_list(cwe: object, weaknesses: tuple[int, ...]) -> None:
    """Rules are written by people: any shape is taken."""
    assert one(metadata={"cwe": cwe}).weaknesses == weaknesses


def test_metadata_of_another_shape_is_no_metadata() -> None:
    """A rule whose metadata is no object still has results."""
    report = read(match(metadata=[1]), match(rule="other", metadata="x"))
    assert len(report.scans[0].results) == 2


def test_a_rule_is_described_by_a_message_that_all_its_results_share() -> None:
    """A message with metavariables differs from place to place and describes no rule."""
    about = {
        "short_description": "A demo",
        "references": "https://example.org",
        "owasp": ["A03:2021"],
        "category": "security",
        "technology": ["flask"],
        "shortlink": "https://sg.run/x",
        "confidence": "high",
    }
    same, differing = scan(
        *(match(metadata=about), match(metadata=about)),
        *(match(rule="x.other", message="a is bad"), match(rule="x.other", message="b is bad")),
    ).rules
    assert (same.id, same.description, same.help_uri) == ("demo", "Do not.", "https://sg.run/x")
    assert (same.references, same.tags) == (("https://example.org",), ("security", "flask", "A03:2021"))
    assert (differing.id, differing.description) == ("other", "")
    assert (one(metadata=about).title, one(metadata=about).confidence) == ("A demo", 90)


def test_one_rule_with_two_severities_is_one_rule() -> None:
    """A rule is listed once, whatever differs between its results."""
    assert len(scan(match(severity="LOW"), match(severity="HIGH")).rules) == 1


def test_withheld_words_are_absent() -> None:
    """Logged out, the same two words stand for every fingerprint and every line."""
    withheld = one(fingerprint="requires login", lines="requires login")
    assert (withheld.native_id, withheld.snippet) == ("", "")
    known = one(fingerprint="ab" * 64 + "_0", lines="    eval(x)")
    assert (known.native_id, known.snippet) == ("ab" * 64 + "_0", "    eval(x)")


def test_a_nosemgrep_comment_suppresses() -> None:
    """An ignored match is a result that is not to be acted on."""
    ignored = one(is_ignored=True).suppression
    assert ignored is not None
    assert ignored.disposition == "suppressed"
    assert one(is_ignored=False).suppression is None


@pytest.mark.parametrize(
    "extra",
    [
        {"metadata": {"product": "secrets"}},
        {"metadata": {"technology": ["secrets"]}},
        {"metadata": {"technology": "gitleaks"}},
        {"rule": "generic.secrets.security.demo"},
        {"validation_state": "CONFIRMED_INVALID"},
        {"validation_state": "VALIDATION_ERROR"},
    ],
)
def test_secrets_are_told_by_product_folder_or_validation(extra: dict[str, Any]) -> None:
    """A secret's message may print it, so only the rule's words are kept."""
    result = one(message=f"Found {SECRET}", lines=f"key = '{SECRET}'", **extra)
    assert (result.kind, result.snippet) == (Kind.SECRET, "")
    assert SECRET not in str(result)


def test_no_validator_is_no_secret() -> None:
    """Ordinary results carry that state too."""
    assert one(validation_state="NO_VALIDATOR").kind is Kind.SAST


def test_a_validated_secret_tells_whether_it_opens_anything() -> None:
    """A live secret is certain; the commit of an old one is named."""
    live = one(
        validation_state="CONFIRMED_VALID",
        metadata={"product": "secrets", "confidence": "LOW"},
        historical_info={"git_commit": "ab12", "git_blob": "x"},
    )
    assert live.confidence == 100
    assert "accepts this secret" in live.message
    assert "ab12" in live.message
    dead = one(validation_state="CONFIRMED_INVALID", historical_info={"git_commit": "<b>"})
    assert dead.message == "Demo. The service refuses this secret."


def test_a_secrets_value_is_masked_and_sealed() -> None:
    """Quoted literals of metavariables go to the redactor; a single one is sealed for comparison."""
    metavars = {"$X": {"abstract_content": f'"{SECRET}"'}, "$Y": {"abstract_content": "plain"}}
    report = read(match(metadata={"product": "secrets"}, metavars=metavars, lines="key = load('other-value')"))
    assert report.secrets.reveal() == {SECRET}
    assert report.scans[0].results[0].secret == seal(SECRET, KEY)


def test_without_metavariables_the_lines_tell_the_value() -> None:
    """Several literals are all masked, and none is taken for the secret."""
    report = read(match(metadata={"product": "secrets"}, lines=f"f('{SECRET}', `another-value`)"))
    assert report.secrets.reveal() == {SECRET, "another-value"}
    assert report.scans[0].results[0].secret == ""


def test_a_rule_about_credentials_keeps_no_text_either() -> None:
    """A hard-coded password is no secret's kind, and printed all the same."""
    report = read(match(metadata={"cwe": "CWE-798: x"}, message=f"Found {SECRET}", lines=f"p = '{SECRET}'"))
    (result,) = report.scans[0].results
    assert (result.kind, result.message, result.snippet, result.secret) == (Kind.SAST, "Demo", "", "")
    assert report.secrets.reveal() == {SECRET}
    assert SECRET not in str(report.scans)


def dependency(**found: Any) -> dict[str, Any]:
    return {"dependency_match": {"found_dependency": found, "lockfile": "web/yarn.lock"}, "reachable": False}


def test_a_supply_chain_match_names_the_package() -> None:
    """Component, fix and vulnerability come from the dependency match and the metadata."""
    metadata = {"sca-vuln-database-identifier": "cve-2021-23337", "sca-fix-versions": [{"lodash": "4.17.21"}, 7]}
    found = dependency(package="lodash", version="4.17.15", ecosystem="npm", lockfile_path="./web/package-lock.json")
    result = one(metadata=metadata, sca_info=found, message="lodash is open. Update it.")
    assert (result.kind, result.vulnerability_ids, result.title) == (Kind.SCA, ("CVE-2021-23337",), "lodash is open.")
    assert result.component == Component("pkg:npm/lodash", "lodash", "4.17.15", ("4.17.21",), "web/package-lock.json")
    old = one(sca_info=dependency(package="Flask", ecosystem="pypi"), message="").component
    assert old == Component("pkg:pypi/flask", "Flask", path="web/yarn.lock")


@pytest.mark.parametrize("sca_info", [None, dependency(), dependency(package="")])
def test_without_a_package_it_is_no_supply_chain_match(sca_info: object) -> None:
    """Nothing is made up."""
    assert one(sca_info=sca_info).kind is Kind.SAST


@pytest.mark.parametrize(
    "source",
    [
        ["CliLoc", [{"path": "src/b.py", "start": {"line": 1, "col": 2}, "end": {"line": 1, "col": 9}}, "x"]],
        [
            "CliCall",
            [[{"path": "src/b.py", "start": {"line": 1, "col": 2}, "end": {"line": 1, "col": 9}}, "x"], [], []],
        ],
        {
            "location": {"path": "src/b.py", "start": {"line": 1, "col": 2}, "end": {"line": 1, "col": 9}},
            "content": "x",
        },
    ],
)
def test_the_source_of_a_data_flow_is_related(source: object) -> None:
    """Every generation nests it differently; its text is not kept."""
    result = one(dataflow_trace={"taint_source": source, "taint_sink": ["CliLoc", []]})
    assert result.related == (Location("src/b.py", 1, 2, 1, 9),)


@pytest.mark.parametrize(
    ("trace", "related"),
    [
        (None, ()),
        ({}, ()),
        ({"taint_source": ["CliLoc", "x"]}, ()),
        ({"taint_source": [[[[[[[[{"path": "deep"}]]]]]]]]}, ()),
        ({"taint_source": {"path": "src/b.py", "start": {"line": "x"}, "end": 7}}, (Location("src/b.py"),)),
        (
            {"taint_source": {"path": "src/a.py", "start": {"line": 3, "col": 5}, "end": {"line": 4, "col": 9}}},
            (),
        ),
    ],
)
def test_a_data_flow_without_a_source_of_its_own_adds_nothing(trace: object, related: tuple[Location, ...]) -> None:
    """Odd shapes are no reason to lose the result."""
    assert one(dataflow_trace=trace).related == related


def test_one_bad_match_is_refused_alone() -> None:
    """Wrong types, missing parts and unreadable rare parts cost that entry only."""
    bad_rare = match(sca_info={"dependency_match": 7})
    report = read(match(), {"check_id": "x"}, match(), bad_rare, {**match(), "path": 7})
    (found,) = report.scans
    assert ([result.pointer for result in found.results], found.refused) == (["/results/0", "/results/2"], 3)
    assert sorted(diagnostic.pointer for diagnostic in report.diagnostics) == ["/results/1", "/results/3", "/results/4"]


def test_texts_are_cleaned() -> None:
    """Terminal sequences and NULs stay outside."""
    assert one(message="\x1b[31mred\x00").message == "red"


def test_the_same_file_is_named_the_same() -> None:
    """Paths and messages that repeat are worked out once."""
    first, second = scan(match(path="./src/a.py"), match(path="./src/a.py")).results
    assert first.location == second.location
    assert first.message is second.message


def test_a_report_without_results_is_refused() -> None:
    """An object without the list is no clean scan."""
    with pytest.raises(UnreadableReport):
        semgrep.read(b'{"errors": [], "paths": {}}', CONTEXT)


def test_the_version_may_be_absent() -> None:
    """Versions before 0.92 do not say theirs."""
    assert scan(version=None).tool_version == ""
    assert scan().tool_version == "1.2.3"


def test_a_clean_scan_covers_the_files_it_lists() -> None:
    """Only what was scanned counts as looked at."""
    clean = scan(paths={"scanned": ["./src/a.py", "/github/workspace/b.py"]})
    assert clean.completeness is Completeness.COMPLETE
    assert clean.coverage == Coverage(Extent.LISTED, frozenset(("src/a.py", "b.py")))


@pytest.mark.parametrize("paths", [None, {}, {"scanned": None}])
def test_without_a_list_of_files_nobody_knows_what_was_covered(paths: object) -> None:
    """Old versions do not tell; nothing is closed on their word."""
    assert scan(paths=paths).coverage.extent is Extent.UNKNOWN


@pytest.mark.parametrize(
    "error",
    [
        {"level": "warn", "type": "Timeout", "path": "src/a.py", "rule_id": "rules.slow"},
        {"level": "info", "type": "Other", "path": "src/a.py"},
        {"level": "warn", "type": ["PartialParsing", [{"path": "./src/a.py", "start": {}}, 7]]},
        {"level": "warn", "type": ["IncompatibleRule", {"path": "src/a.py"}]},
        {"level": "error", "type": "Syntax error", "path": "src/a.py"},
    ],
)
def test_a_file_with_an_error_was_not_fully_read(error: dict[str, Any]) -> None:
    """Its absent findings are not fixed; the scan is partial and says how many files."""
    partial = scan(match(), errors=[error])
    assert (partial.completeness, partial.coverage.unread) == (Completeness.PARTIAL, frozenset(("src/a.py",)))
    assert partial.coverage.unrun_rules == frozenset()
    assert partial.reason == "1 file(s) were not fully scanned."
    assert partial.next_step


@pytest.mark.parametrize(
    "parts",
    [
        {"errors": [{"level": "error", "type": ["PatternParseError", ["x"]], "rule_id": "rules.broken"}]},
        {"errors": [{"level": "warn", "type": ["IncompatibleRule", {"rule_id": "x"}], "rule_id": "rules.broken"}]},
        {"skipped_rules": [{"rule_id": "rules.broken", "details": "x"}]},
    ],
)
def test_a_rule_that_did_not_run_covers_nothing(parts: dict[str, Any]) -> None:
    """Its findings stay as they are, under its full and its short name."""
    partial = scan(match(), **parts)
    assert partial.completeness is Completeness.PARTIAL
    assert partial.coverage.unrun_rules == {"rules.broken", "broken"}
    assert partial.coverage.extent is Extent.LISTED
    assert partial.reason == "Some rules did not run."


def test_files_and_rules_are_both_told() -> None:
    """One sentence for both."""
    errors = [{"level": "warn", "path": "src/a.py"}, {"level": "warn", "rule_id": "x"}]
    assert scan(errors=errors).reason == "1 file(s) were not fully scanned, and some rules did not run."


def test_an_error_of_unknown_reach_makes_the_coverage_unknown() -> None:
    """When nobody can tell what was left undone, nothing counts as looked at."""
    partial = scan(match(), errors=[{"level": "error", "type": "SemgrepCoreError"}])
    assert (partial.completeness, partial.coverage.extent) == (Completeness.PARTIAL, Extent.UNKNOWN)
    assert "names no file" in partial.reason
    assert scan(match(), errors=[7]).coverage.extent is Extent.UNKNOWN


def test_a_notice_is_no_shortfall() -> None:
    """Information without a file or rule leaves the scan complete."""
    assert scan(errors=[{"level": "info", "type": "x"}]).completeness is Completeness.COMPLETE


def test_a_scan_of_errors_only_has_failed() -> None:
    """Semgrep's exit 2 still writes valid JSON: it is no clean scan, and covers nothing."""
    failed = scan(errors=[{"code": 2, "level": "error", "message": "Invalid scanning root"}], paths={"scanned": []})
    assert (failed.completeness, failed.coverage.extent) == (Completeness.FAILED, Extent.UNKNOWN)
    assert failed.reason
    assert failed.next_step
