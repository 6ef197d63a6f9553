from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Coverage, Extent
from tests.unit.readers.semgrep_reports import match, scan


def test_a_clean_scan_covers_the_files_it_lists() -> None:
    """Only what was scanned counts as looked at."""
    clean = scan(paths={"scanned": ["./src/a.py", "/github/workspace/b.py"]})
    assert clean.completeness is Completeness.COMPLETE
    assert clean.coverage == Coverage(Extent.LISTED, frozenset(("src/a.py", "b.py")))


def test_a_skipped_file_was_not_looked_at() -> None:
    """A verbose report lists what it passed over beside what it scanned."""
    skipped = [{"path": "src/big.py", "reason": "exceeded_size_limit"}]
    paths = {"scanned": ["src/a.py"], "skipped": skipped, "_comment": "<add --verbose for a list of skipped paths>"}
    assert scan(paths=paths).coverage == Coverage(Extent.LISTED, frozenset(("src/a.py",)))


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
        {"level": "warn", "type": ["DependencyResolutionError", ["ScaParseError", "x"]], "path": "src/a.py"},
    ],
)
def test_a_file_with_an_error_was_not_fully_read(error: dict[str, Any]) -> None:
    """Its absent findings are not fixed; the scan is partial and says how many files."""
    partial = scan(match(), errors=[error])
    assert (partial.completeness, partial.coverage.unread) == (Completeness.PARTIAL, frozenset(("src/a.py",)))
    assert partial.coverage.unrun_rules == frozenset()
    assert partial.reason == "1 file was not fully scanned."
    assert partial.next_step


@pytest.mark.parametrize(
    "parts",
    [
        {"errors": [{"level": "error", "type": ["PatternParseError", ["x"]], "rule_id": "rules.broken"}]},
        {"errors": [{"level": "warn", "type": ["IncompatibleRule", {"this_version": "1"}], "rule_id": "rules.broken"}]},
        {"errors": [{"level": "warn", "type": ["IncompatibleRule", {"rule_id": "rules.broken"}]}]},
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
    assert scan(errors=errors).reason == "1 file was not fully scanned, and some rules did not run."


def test_an_error_of_unknown_reach_makes_the_coverage_unknown() -> None:
    """When nobody can tell what was left undone, nothing counts as looked at."""
    partial = scan(match(), errors=[{"level": "error", "type": "SemgrepCoreError"}])
    assert (partial.completeness, partial.coverage.extent) == (Completeness.PARTIAL, Extent.UNKNOWN)
    assert "names no file" in partial.reason
    assert scan(match(), errors=[7]).coverage.extent is Extent.UNKNOWN


@pytest.mark.parametrize("kind", ["Timeout", ["DependencyResolutionError", ["ResolutionCmdFailed", {}]]])
def test_a_warning_about_nothing_named_closes_nothing(kind: object) -> None:
    """A time-out or a lock file that was not resolved, without its path, may have hidden any finding."""
    partial = scan(match(), errors=[{"level": "warn", "type": kind}])
    assert (partial.completeness, partial.coverage.extent) == (Completeness.PARTIAL, Extent.UNKNOWN)


def test_a_notice_is_no_shortfall() -> None:
    """Information without a file or rule leaves the scan complete."""
    assert scan(errors=[{"level": "info", "type": "x"}]).completeness is Completeness.COMPLETE


def test_a_scan_of_errors_only_has_failed() -> None:
    """Semgrep's exit 2 still writes valid JSON: it is no clean scan, and covers nothing."""
    failed = scan(errors=[{"code": 2, "level": "error", "message": "Invalid scanning root"}], paths={"scanned": []})
    assert (failed.completeness, failed.coverage.extent) == (Completeness.FAILED, Extent.UNKNOWN)
    assert failed.reason
    assert failed.next_step


def test_a_file_begun_and_given_up_was_not_fully_read() -> None:
    """A file both scanned and skipped was left in the middle, unless only a rule or a language passed over it."""
    skipped = [
        {"path": "a.py", "reason": "analysis_failed_parser_or_internal_error"},
        {"path": "b.py", "reason": "irrelevant_rule"},
        {"path": "c.py", "reason": "exceeded_size_limit"},
    ]
    half = scan(paths={"scanned": ["a.py", "b.py"], "skipped": skipped})
    assert half.coverage.unread == {"a.py"}
    assert half.completeness is Completeness.PARTIAL
    assert "1 file was not fully scanned" in half.reason


@pytest.mark.parametrize("skipped", [None, 7, [7], {"a.py": "reason"}, [{"path": None}]])
def test_an_odd_list_of_skipped_files_tells_nothing(skipped: object) -> None:
    """It sinks nothing: what was scanned is known without it."""
    assert scan(paths={"scanned": ["a.py"], "skipped": skipped}).completeness is Completeness.COMPLETE


@pytest.mark.parametrize("rules", [["x.rules.eval-use", "other"], [{"id": "x.rules.eval-use"}, {"id": "other"}, 7]])
def test_the_rules_that_ran_are_listed_with_the_time(rules: list[Any]) -> None:
    """By every name that results may call them, with or without the place they came from."""
    assert scan(time={"rules": rules}).coverage.rules == frozenset(
        {"x.rules.eval-use", "rules.eval-use", "eval-use", "other"}
    )


@pytest.mark.parametrize("time", [None, {}, {"rules": []}, {"rules": None}, {"rules": 7}, 7])
def test_without_the_time_nobody_knows_which_rules_ran(time: object) -> None:
    """Semgrep writes an empty list unless it was asked for the time."""
    assert scan(time=time).coverage.rules is None
