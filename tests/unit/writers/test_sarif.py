import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.location import Location
from aggregator.model.severity import Severity
from aggregator.writers.sarif import Region, artifact_at, level_of, message_of, rank_of, region_at

NUMBERS = st.none() | st.integers(-(2**40), 2**40)


@given(st.text())
def test_any_path_is_a_relative_uri(path: str) -> None:
    """Any path gives a URI without scheme, host or leading slash that leads back to the path."""
    uri = artifact_at(path).uri
    assert uri
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
    assert not urlsplit(uri).scheme
    assert not uri.startswith("/")
    assert path.lstrip("/") in ("", unquote(uri))


@pytest.mark.parametrize("path", ["https://evil.example/x", "nginx:1.2", "C:\\a\\b", "localhost:8000/x", "/etc/passwd"])
def test_no_scheme(path: str) -> None:
    """What looks like a scheme, a host or an absolute path is only a name."""
    assert ":" not in artifact_at(path).uri
    assert not artifact_at(path).uri.startswith("/")


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_any_region_is_possible(line: int | None, column: int | None, end_line: int | None, end: int | None) -> None:
    """Whatever a report says, the region is one that SARIF allows."""
    region = region_at(Location("a", line, column, end_line, end))
    assert 0 < region.start_line < 2**31
    for number in (region.start_column, region.end_line, region.end_column):
        assert number is None or 0 < number < 2**31
    assert region.end_line is None or region.end_line >= region.start_line
    if region.end_line in (None, region.start_line) and region.end_column is not None:
        assert region.end_column >= (region.start_column or 1)


def test_good_region_stays() -> None:
    """A region that is right is written as it is; an end column may stand before the start column on a later line."""
    assert region_at(Location("a", 3, 9, 4, 2)) == Region(3, 9, 4, 2)
    assert region_at(Location("a", 3, 9, 3, 2)) == Region(3, 9, 3)
    assert region_at(Location("a", 3, -1, 2, 2)) == Region(3)


def test_levels_and_ranks() -> None:
    """Worse severities never have a lower rank or level."""
    assert [level_of(severity) for severity in Severity] == ["note", "note", "warning", "error", "error"]
    assert [rank_of(severity) for severity in Severity] == [5.0, 25.0, 50.0, 75.0, 95.0]


def test_no_embedded_link() -> None:
    """A report's message cannot smuggle in a link."""
    assert message_of("see [here](http://evil.example)").text == "see [here] (http://evil.example)"
    assert message_of("plain").text == "plain"
