from aggregator.writers.registry import ALL, WRITERS
from tests.builders import finding, note, outcome, result
from tests.writers import uploaded


def test_names_and_files() -> None:
    """The documents of a run, by name and file."""
    assert {writer.name: writer.filename for writer in WRITERS} == {
        "merged-sarif": "merged.sarif",
        "upload-sarif": "upload.sarif",
        "findings": "findings.json",
        "csv": "findings.csv",
        "summary": "summary.md",
    }


def test_further_documents() -> None:
    """The documents that a policy may ask for, or switch off, by name and file."""
    assert {writer.name: writer.filename for writer in ALL if writer not in WRITERS} == {
        "dashboard": "dashboard.html",
        "report": "report.md",
        "evidence": "evidence.zip",
        "openvex": "openvex.json",
    }


def test_same_outcome_same_bytes() -> None:
    """Every writer gives the same bytes for the same outcome, time after time."""
    items = uploaded(finding(result(), result(tool="Bandit"), id="F-1"), finding(id="F-2"))
    of = outcome(*items, diagnostics=(note(),))
    for writer in ALL:
        document = b"".join(writer.render(of))
        assert document == b"".join(writer.render(of))
        assert document.endswith(b"\n") or writer.name == "evidence"
