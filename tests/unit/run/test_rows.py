from aggregator.model.location import Location
from aggregator.run.rows import cut_start, fit, paragraph, row_of
from tests.builders import finding, result


def test_columns_are_as_wide_as_their_cells() -> None:
    """Short cells take no more room than they need, and stand below each other."""
    rows = [row_of(finding(title="Short")), row_of(finding(result(title="Longer", location=Location("b.py"))))]
    lines = [fit(rows, 120).line(row) for row in rows]
    assert lines == ["F-1111111111  Short   app.py:12  Semgrep", "F-1111111111  Longer  b.py       Semgrep"]


def test_no_title_is_told() -> None:
    """A finding whose rule has no letter has no title, and the row says so as the documents do."""
    rows = [row_of(finding(title=""))]
    assert fit(rows, 120).line(rows[0]) == "F-1111111111  Untitled  app.py:12  Semgrep"


def test_no_place_leaves_no_gap() -> None:
    """Where no finding has a place there is no column for it."""
    rows = [row_of(finding(result(location=None, title="Somewhere")))]
    assert fit(rows, 120).line(rows[0]) == "F-1111111111  Somewhere  Semgrep"


def test_a_place_loses_its_start() -> None:
    """The end of a long place says more than its start."""
    assert cut_start("deep/down/app.py:7", 13) == "...n/app.py:7"
    assert cut_start("app.py:7", 13) == "app.py:7"


def test_paragraph_is_wrapped_and_bounded() -> None:
    """A sentence is wrapped below its row; a very long one ends with an ellipsis."""
    assert list(paragraph("one two three", 11, "  ")) == ["  one two", "  three"]
    lines = list(paragraph("word " * 100, 22, "  "))
    assert len(lines) == 3
    assert lines[-1].endswith("...")
    assert max(map(len, lines)) <= 22
