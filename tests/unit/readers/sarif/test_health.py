from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from tests.unit.readers.sarif.logs import place, read, result, run, scan_of


def health(**more: Any) -> tuple[str, str, frozenset[str]]:
    """Completeness, extent and unread files of a run."""
    scan = scan_of(result(), **more)
    return scan.completeness.value, scan.coverage.extent.value, scan.coverage.unread


def note(level: str | None = "error", *places: Any, text: str = "m") -> dict[str, Any]:
    """An execution notification in an invocation."""
    told: dict[str, Any] = {"message": {"text": text}, "locations": list(places)}
    if level:
        told["level"] = level
    return {"executionSuccessful": True, "toolExecutionNotifications": [told]}


@pytest.mark.parametrize("results", [None, "absent"])
def test_a_run_without_results_failed(results: str | None) -> None:
    """Absent and null results are no empty list: nothing was computed."""
    broken = run()
    if results is None:
        broken["results"] = None
    else:
        del broken["results"]
    (scan,) = read(broken).scans
    assert (scan.completeness, scan.coverage.extent) == (Completeness.FAILED, Extent.UNKNOWN)
    assert "no results" in scan.reason
    assert scan.next_step


def test_a_clean_run_is_complete() -> None:
    """An empty list of results closes what was there."""
    assert scan_of().completeness is Completeness.COMPLETE
    assert health() == ("complete", "scope", frozenset())


def test_a_run_that_did_not_finish_covers_nothing_for_sure() -> None:
    """``executionSuccessful: false`` leaves open what was read; SpotBugs says it for missing classes."""
    assert health(invocations=[{"executionSuccessful": False}]) == ("partial", "unknown", frozenset())
    assert health(invocations=[{"executionSuccessful": False}], tool="SpotBugs")[0] == "complete"


def test_errors_that_name_files_leave_the_rest_covered() -> None:
    """A file with an error of its own was not read; an error without a file may be about any."""
    assert health(invocations=[note("error", place("b.py"))]) == ("partial", "scope", frozenset({"b.py"}))
    assert health(invocations=[note(None, place("b.py"))]) == ("partial", "scope", frozenset({"b.py"}))
    assert health(invocations=[note("error")]) == ("partial", "unknown", frozenset())
    assert health(invocations=[note("warning")]) == ("complete", "scope", frozenset())
    assert health(invocations=[note("none", place("b.py"))]) == ("complete", "scope", frozenset())
    configuration = {"toolConfigurationNotifications": [{"level": "error"}, {"level": "error"}]}
    assert scan_of(result(), invocations=[configuration]).reason == "the tool reports 2 errors of its own."


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Syntax error at line src/b.py:2:\n x", {"src/b.py"}),
        ("Timeout when running rules.x on src/c.py:\n ", {"src/c.py"}),
        ("Other", set()),
    ],
)
def test_semgrep_names_files_in_its_messages(text: str, unread: set[str]) -> None:
    """A warning of Semgrep is a file read in part; which one, only the message tells."""
    found = health(invocations=[note("warning", text=text)], tool="Semgrep OSS")
    assert found == ("partial", "scope" if unread else "unknown", frozenset(unread))


def test_results_elsewhere_and_unparsed_files_are_partial() -> None:
    """Results in another file were not read; Snyk Code counts the files it could not parse."""
    assert health(externalPropertyFileReferences={"results": []})[:2] == ("partial", "unknown")
    assert health(externalPropertyFileReferences={"taxonomies": []})[0] == "complete"
    unparsed = {"coverage": [{"type": "SUPPORTED"}, {"type": "FAILED_PARSING", "files": 2}]}
    assert health(properties=unparsed)[:2] == ("partial", "unknown")
    for fine in ({"coverage": 1}, [1], {"coverage": [1]}):
        assert health(properties=fine)[0] == "complete"


@pytest.mark.parametrize("told", [{"exitSignalName": "SIGKILL"}, {"processStartFailureMessage": "no such file"}])
def test_a_tool_that_was_stopped_is_partial(told: dict[str, Any]) -> None:
    """A tool that a signal ended, or that never started, looked at nobody knows what."""
    assert health(invocations=[{"executionSuccessful": True, **told}])[:2] == ("partial", "unknown")


@pytest.mark.parametrize(
    "more",
    [
        {"properties": {"incrementalMode": "diff-informed,overlay"}},
        {"invocations": [{"commandLine": "semgrep scan --baseline-commit HEAD~1 ."}]},
        {"invocations": [{"arguments": ["git", "--log-opts=a..b"]}]},
        {"tool": "Gitleaks"},
        {"tool": "TruffleHog"},
    ],
)
def test_what_only_compares_covers_nobody_knows_what(more: dict[str, Any]) -> None:
    """A scan of what changed, or of a part of the history, is complete and says nothing about the rest."""
    assert health(**more)[:2] == ("complete", "unknown")
    assert health(**{"invocations": [note("error", place("b.py"))], **more})[1] == "unknown"


@pytest.mark.parametrize(
    "more",
    [
        {"properties": {"incrementalMode": "overlay"}},
        {"invocations": [{"commandLine": "semgrep scan .", "arguments": ["--baseline-committee"]}]},
    ],
)
def test_a_whole_scan_is_no_comparison(more: dict[str, Any]) -> None:
    """A faster way to the whole answer, or an option that only looks alike, changes nothing."""
    assert health(**more) == ("complete", "scope", frozenset())
