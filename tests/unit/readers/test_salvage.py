import json

import pytest

from aggregator.readers.salvage import close_brackets, mend, rescue


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'["\\ud83d"]', ["\ufffd"]),
        (b'["\\ud83d\\ude00"]', ["\U0001f600"]),
        (b"[1e999, 1.5]", [None, 1.5]),
        (b"[" + b"9" * 5000 + b", 7]", [None, 7]),
        (b'["\xff"]', ["\ufffd"]),
        (b'["a \\x0000 \\u12 \\\\ \\" \\u00e9 b"]', ['a \\x0000 \\u12 \\ " \u00e9 b']),
    ],
)
def test_mending_replaces_what_cannot_be_kept(data: bytes, value: object) -> None:
    """Half characters, unknown escapes, infinite and absurd numbers are replaced, everything else stays."""
    mended = mend(data)
    assert mended is not None
    assert json.loads(mended) == value


@pytest.mark.parametrize("data", [b"[1,", b"{", b"[" * 100_000, b'["\\x", ', b'["\\x", "'])
def test_what_is_cut_cannot_be_mended(data: bytes) -> None:
    """Mending is for characters, not for structure."""
    assert mend(data) is None


@pytest.mark.parametrize("data", [b"", b"[", b"{", b'{"a": 1}', b"[]", b"junk"])
def test_without_a_complete_entry_nothing_is_rescued(data: bytes) -> None:
    """An empty rescue would look like a clean scan."""
    assert rescue(data) is None


def test_huge_numbers_do_not_stop_the_rescue() -> None:
    """The source text of an entry is kept, whatever stands in it."""
    rescued = rescue(b'[{"a": ' + b"9" * 5000 + b"},")
    assert rescued is not None
    assert rescued.data.count(b"9") == 5000


@pytest.mark.parametrize(
    ("opening", "closed"),
    [
        ('{"a": [1, 2', '{"a": [1]}'),
        ('{"a": "x, [y", "b": "', '{"a": "x, [y"}'),
        ('{"a": "\\", x", "b', '{"a": "\\", x"}'),
        ('{"a": {"b": 1}', '{"a": {"b": 1}}'),
        ('{"a": 1, "b"]', '{"a": 1}'),
        ("[" * 300, ""),
        ("no json", ""),
    ],
)
def test_brackets_are_closed_behind_the_last_complete_value(opening: str, closed: str) -> None:
    """What is left of an opening is well-formed, or nothing."""
    assert close_brackets(opening) == closed


def test_inner_arrays_are_not_the_document() -> None:
    """An object that breaks off is not replaced by an array that stood somewhere inside it."""
    assert (
        rescue(b'{\n  "Metadata": {\n    "history": [\n      {"created": 1},\n      {"created": 2}\n    ],\n    "x')
        is None
    )


def test_a_text_that_fails_at_every_line_is_given_up() -> None:
    """Each failure costs the more the later it comes: a megabyte of them once took two minutes."""
    assert rescue(b"{x\n" * 300_000) is None
    found = rescue(b'{"a": 1}\n' + b"{x\n" * 300_000 + b'{"a": 2}\n')
    assert found is not None
    assert (found.data, found.is_partial) == (b'{"a": 1}', False)
