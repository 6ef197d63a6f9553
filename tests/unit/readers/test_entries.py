import msgspec
import pytest
from msgspec import Raw, Struct

from aggregator.readers.entries import decode_entries, decode_present, keys_of_first, line_of, reason_of


class Entry(Struct):
    name: str
    line: int = 0


def test_sound_entries_come_with_their_positions() -> None:
    """A sound list refuses nothing."""
    entries = decode_entries(b'[{"name": "a"}, {"name": "b", "line": 2}]', Entry, "/results", "r.json")
    assert [(index, entry.name) for index, entry in entries.entries] == [(0, "a"), (1, "b")]
    assert entries.refused == ()


@pytest.mark.parametrize("raw", [Raw(), Raw(b"null"), b"[]", b""])
def test_no_list_is_an_empty_list(raw: Raw | bytes) -> None:
    """Absent, null and empty mean no entries."""
    assert list(decode_entries(raw, Entry, "", "r.json").entries) == []


def test_a_bad_entry_is_refused_alone() -> None:
    """The others keep their positions; the diagnostic points at the bad one and tells none of its values."""
    raw = b'[{"name": "a"}, {"line": 3}, {"name": "c", "line": "s3cret"}, 7, {"name": "e"}]'
    entries = decode_entries(raw, Entry, "/results", "r.json")
    assert [index for index, _ in entries.entries] == [0, 4]
    assert [diagnostic.pointer for diagnostic in entries.refused] == ["/results/1", "/results/2", "/results/3"]
    assert "s3cret" not in str(entries.refused)
    assert "required field `name`" in entries.refused[0].reason


def test_what_is_no_list_is_an_error() -> None:
    """A wrong shape is the whole report's trouble."""
    with pytest.raises(msgspec.DecodeError):
        decode_entries(b'{"name": "a"}', Entry, "", "r.json")


@pytest.mark.parametrize("raw", [Raw(b"null"), b"7", Raw(b'{"name": "a"}')])
def test_what_a_tool_never_writes_is_refused(raw: Raw | bytes) -> None:
    """``null`` is no empty list where its tool writes an empty list for one."""
    entries = decode_present(raw, Entry, "/results", "r.json")
    assert (list(entries.entries), [each.pointer for each in entries.refused]) == ([], ["/results"])
    assert entries.refused[0].reason.startswith("Expected `array")


@pytest.mark.parametrize(("raw", "names"), [(Raw(), []), (b"[]", []), (b'[{"name": "a"}]', ["a"])])
def test_what_a_tool_leaves_out_or_empty_is_none(raw: Raw | bytes, names: list[str]) -> None:
    """Neither is refused."""
    entries = decode_present(raw, Entry, "/results", "r.json")
    assert ([entry.name for _, entry in entries.entries], entries.refused) == (names, ())


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        (b'[ {"a": 1, "b": [2]}, broken', {"a", "b"}),
        (b"[ ]", set()),
        (b"[]", set()),
        (b"null", set()),
        (b"[1]", None),
        (b"[broken", None),
        (b'[{"a": "' + b"x" * 600_000 + b'"}]', {"a"}),
        (b'["' + b"x" * 600_000 + b'"]', None),
        (b"[" * 100_000, None),
    ],
)
def test_the_first_entry_is_looked_at_without_decoding_the_list(raw: bytes, keys: set[str] | None) -> None:
    """Detection needs the first entry's keys only."""
    assert keys_of_first(Raw(raw)) == keys


@pytest.mark.parametrize(
    ("number", "line"), [(1, 1), (230_165, 230_165), (0, None), (-1, None), (None, None), (2**31, None), (2**70, None)]
)
def test_only_sensible_numbers_are_lines(number: int | None, line: int | None) -> None:
    """Lines and columns count from one; zero, negative and absurd ones say nothing."""
    assert line_of(number) == line


def test_a_reason_tells_no_value() -> None:
    """Messages that would echo the report are replaced."""
    assert (
        reason_of(msgspec.ValidationError("Invalid enum value 's3cret'"))
        == "it does not hold what this format promises."
    )
    assert reason_of(ValueError("s3cret")) == "it does not hold what this format promises."
    assert reason_of(msgspec.ValidationError("Expected `int`, got `str` - at `$.a`")).startswith("Expected `int`")
