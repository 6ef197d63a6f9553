import pytest

from aggregator.normalize.columns import gitleaks_columns


@pytest.mark.parametrize(
    ("line", "start", "end", "expected"),
    [
        (1, 1, 30, (1, 31)),
        (6, 5, 43, (4, 43)),
        (6, 1, 1, (None, 1)),
        (1, 0, 0, (None, None)),
        (2, None, None, (None, None)),
        (2, -3, -3, (None, None)),
    ],
)
def test_columns_of_gitleaks_become_those_of_sarif(
    line: int, start: int | None, end: int | None, expected: tuple[int | None, int | None]
) -> None:
    """One too many on every line but the first, and an end that is still inside."""
    assert gitleaks_columns(line, start, end) == expected
