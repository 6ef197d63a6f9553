import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.errors import UnreadableReport
from aggregator.model.report import ReadFailure, Report
from aggregator.readers.base import Head, ReadContext, Reader
from aggregator.readers.intake import take_in
from aggregator.readers.registry import READERS, detect, read_report, tool_of

LEAK = {"RuleID": "generic-api-key", "File": "a.py", "Secret": "s3cr3t-value-1", "Match": "k = s3cr3t-value-1"}
MATCH = {
    "check_id": "x",
    "path": "a.py",
    "start": {"line": 1},
    "end": {"line": 1},
    "extra": {"message": "m", "severity": "ERROR"},
}
SEMGREP = {"version": "1.0.0", "results": [MATCH], "errors": [], "paths": {"scanned": ["a.py"]}}
SARIF = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Semgrep OSS"}}, "results": []}]}


class Greedy:
    """A reader that claims everything."""

    FORMAT = "greedy"
    TOOL = "Greedy"

    def sniff(self, head: Head) -> bool:
        """Claims everything."""
        return True

    def read(self, data: bytes, context: ReadContext) -> Report:
        """Is never asked."""
        raise UnreadableReport("never asked.")


class Clumsy(Greedy):
    """A reader that stumbles over a document."""

    FORMAT = "clumsy"

    def sniff(self, head: Head) -> bool:
        """Stumbles."""
        raise ValueError


def read(value: Any, **settings: Any) -> Report | ReadFailure:
    return read_report(json.dumps(value).encode(), "r.json", **settings)


def failure(value: Any, **settings: Any) -> ReadFailure:
    result = read(value, **settings)
    assert isinstance(result, ReadFailure)
    return result


def report(value: Any, **settings: Any) -> Report:
    result = read(value, **settings)
    assert isinstance(result, Report)
    return result


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ([LEAK], "gitleaks-json"),
        ([{"rule": "AWS", "offender": "x", "commitMessage": "m", "file": "a"}], "gitleaks-json"),
        (SEMGREP, "semgrep-json"),
        ({"results": [], "errors": []}, "semgrep-json"),
        ({"results": [], "errors": [], "paths": {}}, "semgrep-json"),
        ({"SchemaVersion": 2}, "trivy-json"),
        ({"ArtifactName": "."}, "trivy-json"),
        ([{"Target": "a", "Type": "npm"}], "trivy-json"),
        (SARIF, "sarif"),
    ],
)
def test_the_content_tells_the_format(value: Any, form: str) -> None:
    """A report is recognised whatever its file is called."""
    assert report(value).format == form


def test_a_file_in_no_format_of_ours_is_not_helped_by_a_pin() -> None:
    """Who wrote it does not make it readable: the way out is another format."""
    assert "SARIF" in failure({"a": 1}).next_step
    assert "tool=path" not in failure({"a": 1}).next_step


def test_two_readers_that_claim_one_file_are_both_named() -> None:
    """Nobody guesses between two formats."""
    readers: tuple[Reader, ...] = (*READERS, Greedy())
    with pytest.raises(UnreadableReport, match="semgrep-json and greedy"):
        detect(take_in(json.dumps(SEMGREP).encode()).head, readers)


def test_a_reader_that_stumbles_claims_nothing() -> None:
    """Detection never fails for what a file holds."""
    assert detect(take_in(b"[]").head, (Clumsy(),)) is None


@pytest.mark.parametrize("text", [b"", b"null", b"[]"])
def test_an_empty_file_is_nobodys_without_a_pin(text: bytes) -> None:
    """Twenty-five tools write the same nothing; swept up it is passed over, named it fails."""
    named = read_report(text, "r.json")
    assert isinstance(named, ReadFailure)
    assert "empty" in named.reason
    assert "tool=path" in named.next_step
    swept = read_report(text, "r.json", swept=True)
    assert isinstance(swept, ReadFailure)
    assert swept.ignored


@pytest.mark.parametrize(
    ("pin", "text", "extent"),
    [("gitleaks", b"[]", Extent.UNKNOWN), ("Gitleaks", b"null", Extent.UNKNOWN), ("trivy", b"null", Extent.SCOPE)],
)
def test_a_pin_says_what_nothing_stands_for(pin: str, text: bytes, extent: Extent) -> None:
    """The empty form its tool writes is a complete clean scan, of whatever was looked at."""
    result = read_report(text, "r.json", place="scans/r.json", pinned=pin)
    assert isinstance(result, Report)
    (scan,) = result.scans
    assert (scan.completeness, scan.coverage.extent, scan.results) == (Completeness.COMPLETE, extent, ())
    assert scan.scope == "scans/r.json"


@pytest.mark.parametrize(
    ("pin", "text"),
    [
        ("gitleaks", b""),
        ("gitleaks", b"{}"),
        ("trivy", b""),
        ("trivy", b"[]"),
        ("trivy", b"{}"),
        ("semgrep", b""),
        ("zap", b""),
        ("zap", b"null"),
        ("zap", b"[]"),
        ("prowler", b""),
        ("prowler", b"null"),
        ("sarif", b""),
        ("sarif", b"null"),
        ("bandit", b""),
        ("semgrep", b"[]"),
        ("semgrep", b"{}"),
        ("semgrep", b"null"),
        ("semgrep", b'{"results": [{"che'),
        ("semgrep-json", b'{"version": "1", "ver'),
        ("trivy", b"Usage: trivy"),
        ("gitleaks", json.dumps(SEMGREP).encode()),
        ("bandit", json.dumps(SEMGREP).encode()),
        ("trivy", json.dumps(SARIF).encode()),
        ("bandit", b"[]"),
    ],
)
def test_a_pin_to_what_the_tool_never_writes_is_a_failure(pin: str, text: bytes) -> None:
    """A pinned file of another shape is no empty result; the failure carries the tool and is never passed over."""
    result = read_report(text, "r.json", pinned=pin, swept=True)
    assert isinstance(result, ReadFailure)
    assert result.tool.casefold() == pin.removesuffix("-json")
    assert not result.ignored
    assert result.next_step


@pytest.mark.parametrize("pin", ["gitleaks", "semgrep", "trivy", "zap", "prowler", "sarif", "bandit"])
def test_a_pinned_file_of_no_bytes_is_called_empty(pin: str) -> None:
    """No tool writes nothing at all: it crashed, or its output went elsewhere."""
    for nothing in (b"", b" \n", b"\xef\xbb\xbf"):
        assert "it is empty" in failure_of(nothing, pinned=pin).reason


def test_our_own_output_is_passed_over_where_a_folder_held_it() -> None:
    """Swept up it is a note; named or pinned, somebody meant it, and it is a failure."""
    own = json.dumps({**SARIF, "runs": [{"tool": {"driver": {"name": "Semgrep (Onefold)"}}, "results": []}]}).encode()
    assert failure_of(own, swept=True).ignored
    assert "own output" in failure_of(own, swept=True).reason
    assert not failure_of(own).ignored
    assert not failure_of(own, swept=True, pinned="semgrep").ignored


def failure_of(data: bytes, **more: Any) -> ReadFailure:
    """Why there is no report."""
    read = read_report(data, "r.json", **more)
    assert isinstance(read, ReadFailure)
    return read


def test_a_tool_that_is_read_from_sarif_alone_is_told_so() -> None:
    """A true pin on a tool's own format that nobody reads is no wrong pin: the tool may write SARIF."""
    own = failure_of(b'{"ok": false, "vulnerabilities": []}', pinned="snyk")
    assert own.reason == "it is pinned to snyk, and Onefold has no reader for snyk's own format."
    assert own.next_step == "Let it write SARIF."
    assert "its content is something else" in failure_of(b'{"ok": fal', pinned="snyk").reason


def test_a_pinned_tool_may_have_written_sarif() -> None:
    """Anybody writes SARIF: the pin is held against the tool inside."""
    assert report(SARIF, pinned="semgrep").format == "sarif"
    assert report(SARIF, pinned="semgrep-oss").format == "sarif"
    assert report(SARIF, pinned="sarif").format == "sarif"
    assert "another tool" in failure(SARIF, pinned="bandit").reason


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(SEMGREP).encode()[:-40],
        b'{"SchemaVersion": 2, "Results": 7}',
        b'{"results": [], "errors": 5, "version": "1"}',
    ],
)
def test_a_recognised_file_that_cannot_be_used_carries_its_tool(text: bytes) -> None:
    """Cut short or of the wrong shape: the failure says whose it was, and is never passed over."""
    result = read_report(text, "r.json", swept=True)
    if isinstance(result, Report):  # Trivy refuses the one bad part
        assert result.scans[0].refused == 1
        return
    assert result.tool == "Semgrep"
    assert not result.ignored


def test_a_broken_file_of_nobody_is_not_passed_over() -> None:
    """A crashed scanner's leavings in a folder of reports are worth a word."""
    result = read_report(b'[{"RuleI', "r.json", swept=True)
    assert isinstance(result, ReadFailure)
    assert (result.ignored, result.tool) == (False, "")
    assert "breaks off" in result.reason


def test_a_cut_array_counts_for_nothing_it_does_not_show() -> None:
    """The complete entries are read; the scan is partial, and nothing of its scope counts as looked at."""
    result = read_report(json.dumps([LEAK, LEAK]).encode()[:-20], "r.json")
    assert isinstance(result, Report)
    (scan,) = result.scans
    assert (scan.completeness, scan.coverage.extent, len(scan.results)) == (Completeness.PARTIAL, Extent.UNKNOWN, 1)
    assert scan.reason
    assert scan.next_step
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["report-damaged"]


def test_a_failed_scan_with_a_log_behind_it_stays_failed() -> None:
    """A word about the log is added, nothing else."""
    failed = {"results": [], "errors": [{"level": "error"}], "paths": {"scanned": []}}
    result = read_report(json.dumps(failed).encode() + b"\nExit 2\n", "r.json")
    assert isinstance(result, Report)
    assert result.scans[0].completeness is Completeness.FAILED
    assert len(result.diagnostics) == 1


@pytest.mark.parametrize("damage", [b"half \\ud83d", b"half \xff"])
def test_texts_that_no_decoder_takes_are_mended(damage: bytes) -> None:
    """A half character or a wrong byte inside an entry costs a word, not the report."""
    text = json.dumps(SEMGREP).encode().replace(b'"m"', b'"' + damage + b'"')
    result = read_report(text, "r.json")
    assert isinstance(result, Report)
    assert result.scans[0].results[0].message == "half \ufffd"
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["report-damaged"]
    is_complete = result.scans[0].completeness is Completeness.COMPLETE
    assert is_complete == (b"\xff" not in damage)  # a name of which bytes are lost may be any other


@pytest.mark.parametrize("control", [b"", b"\t"])
def test_a_report_of_which_bytes_are_lost_covers_nothing(control: bytes) -> None:
    """Whatever else is mended with them; its remark says so."""
    result = read_report(json.dumps(SEMGREP).encode().replace(b'"m"', b'"' + control + b'\xff"'), "r.json")
    assert isinstance(result, Report)
    (scan,) = result.scans
    assert (scan.completeness, scan.coverage.extent) == (Completeness.PARTIAL, Extent.UNKNOWN)
    assert scan.reason == result.diagnostics[0].reason == "bytes of it that are no text were replaced."


def test_a_bomb_is_a_failure() -> None:
    """What intake refuses is said, not raised."""
    result = read_report(b"\x1f\x8b broken", "r.json", pinned="trivy")
    assert isinstance(result, ReadFailure)
    assert (result.tool, result.place) == ("Trivy", "r.json")


@pytest.mark.parametrize(
    ("pin", "tool"),
    [
        ("zaproxy", "ZAP"),
        ("osv_scanner", "OSV-Scanner"),
        ("trivy-json", "Trivy"),
        ("codeql", "CodeQL"),
        ("sarif", "sarif"),
        ("own", "own"),
        ("", ""),
    ],
)
def test_a_pin_is_any_name_of_a_tool(pin: str, tool: str) -> None:
    """That of its format too, and of a tool that nobody knows the pin itself."""
    assert tool_of(pin) == tool
