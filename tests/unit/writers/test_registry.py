from aggregator.writers.registry import OPENVEX, WRITERS
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


def test_same_outcome_same_bytes() -> None:
    """Every writer gives the same bytes for the same outcome, time after time."""
    items = uploaded(finding(result(), result(tool="Bandit"), id="F-1"), finding(id="F-2"))
    of = outcome(*items, diagnostics=(note(),))
    for writer in (*WRITERS, OPENVEX):
        document = b"".join(writer.render(of))
        assert document == b"".join(writer.render(of))
        assert document.endswith(b"\n")
