import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.uploads.line_hash import line_hashes

LOREM = "Lorem ipsum dolor sit amet.\n" * 10
VECTORS = {
    "": ["c129715d7a2bc9a3:1"],
    " a\nb\n  \t\tc\n d": ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n": [
        "e54938cc54b302f1:1",
        "bb609acbe9138d60:1",
        "1131fd5871777f34:1",
        "5c482a0f8b35ea28:1",
        "54517377da7028d2:1",
        "2c644846cb18d53e:1",
        "f1b89f20de0d133:1",
        "c129715d7a2bc9a3:1",
    ],
    " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End": [
        "8b7cf3e952e7aeb2:1",
        "b1ae1287ec4718d9:1",
        "bff680108adb0fcc:1",
        "c6805c5e1288b612:1",
        "b86d3392aea1be30:1",
        "e6ceba753e1a442:1",
    ],
    LOREM: [
        *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
        "a7f2ff1481e87703:1",
        "a9cf91f7bbf1862b:1",
        "55ec222b86bcae53:1",
        "cc97dc7b1d7d8f7b:1",
        "c129715d7a2bc9a3:1",
    ],
    "é 😀 = 1\n": ["a2e5211a80e61fd9:1", "c129715d7a2bc9a3:1"],
}


def rolled(text: str) -> list[str]:  # noqa: C901, PLR0915 - one piece, as it is published
    """The algorithm as it is published: one unit after the other through a window of 100."""
    data = text.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
    window, marks, at, value, line = [0] * 100, [-1] * 100, 0, 0, 0
    fresh, was_return = True, False
    found: list[str] = []
    seen: dict[str, int] = {}

    def emit(number: int) -> None:
        digest = f"{value:x}"
        seen[digest] = seen.get(digest, 0) + 1
        assert number == len(found) + 1
        found.append(f"{digest}:{seen[digest]}")

    def feed(unit: int) -> None:
        nonlocal at, value, line, fresh
        if marks[at] >= 0:
            emit(marks[at])
        marks[at] = -1
        if fresh:
            line += 1
            marks[at] = line
            fresh = False
        gone, window[at] = window[at], unit
        fresh = unit == 10
        value = (37 * value + unit - pow(37, 100, 2**64) * gone) % 2**64
        at = (at + 1) % 100

    for unit in units:
        if unit in {32, 9} or (unit == 10 and was_return):
            was_return = False
            continue
        was_return = unit == 13
        feed(10 if unit == 13 else unit)
    feed(65535)
    for _ in range(100):
        if marks[at] >= 0:
            emit(marks[at])
        marks[at] = -1
        gone, window[at] = window[at], 0
        value = (37 * value - pow(37, 100, 2**64) * gone) % 2**64
        at = (at + 1) % 100
    return found


@pytest.mark.parametrize("text", VECTORS)
def test_published_vectors(text: str) -> None:
    """Every published vector comes out exactly."""
    expected = dict(enumerate(VECTORS[text], start=1))
    assert line_hashes(text, range(-1, 40)) == expected


@pytest.mark.parametrize("text", VECTORS)
def test_reference_agrees_with_vectors(text: str) -> None:
    """The unit-by-unit algorithm of this test is the published one."""
    assert rolled(text) == VECTORS[text]


@given(st.text(st.sampled_from("ab \t\r\n\0é😀\uffff"), max_size=400))
def test_windows_equal_rolling(text: str) -> None:
    """The fast way gives what rolling over every unit gives, for any text."""
    assert line_hashes(text, range(1, 500)) == dict(enumerate(rolled(text), start=1))


def test_only_wanted_lines() -> None:
    """Lines nobody asked for cost nothing, and no file has a line zero."""
    assert line_hashes("a\nb\n", []) == {}
    assert list(line_hashes("a\nb\n", [2, 0, 99])) == [2]


def test_secret_in_window() -> None:
    """A line whose window reaches a secret is not hashed; one behind the secret, or far before it, is."""
    text = "x" * 200 + "\n" + "short\n" + "password = 'hunter2'\n" + "after\n"
    assert list(line_hashes(text, range(1, 5), secret_lines=[3, 77])) == [1, 4]
