import base64
import codecs
import gzip
import json

import pytest

from aggregator.model.errors import UnreadableReport
from aggregator.readers.intake import decode, take_in

UTF16_XML = codecs.BOM_UTF16_LE + "<?xml version='1.0' encoding='x'?><a>é</a>".encode("utf-16-le")
REPORT = '{"version": "1", "results": [{"message": "Größe"}]}'


@pytest.mark.parametrize(
    "data",
    [
        REPORT.encode(),
        codecs.BOM_UTF8 + REPORT.encode(),
        codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + REPORT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + REPORT.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + REPORT.encode("utf-32-be"),
        REPORT.encode("utf-16-le"),
        REPORT.encode("utf-16-be"),
        REPORT.encode("utf-32-le"),
        REPORT.encode("utf-32-be"),
        gzip.compress(REPORT.encode()),
    ],
)
def test_every_encoding_gives_the_same_document(data: bytes) -> None:
    """With or without a byte-order mark, packed or not: the reader gets UTF-8."""
    document = take_in(data)
    assert document.data == REPORT.encode()
    assert (document.head.shape, sorted(document.head.keys), document.damage) == ("object", ["results", "version"], "")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "<?xml version='1.0'?><a>é</a>"),
        (b'<?xml version="1.0" encoding="utf-8" standalone="no"?><a/>', '<?xml version="1.0" standalone="no"?><a/>'),
        (b"<?xml version='1.0' encoding='unicode_escape'?><a>\xe9</a>", None),
        (
            codecs.BOM_UTF8 + "<?xml version='1.0' encoding='latin-1'?><a>é</a>".encode(),
            "<?xml version='1.0'?><a>é</a>",
        ),
        (UTF16_XML, "<?xml version='1.0'?><a>é</a>"),
        (b"<a/>", "<a/>"),
    ],
)
def test_xml_obeys_its_declaration_unless_a_mark_says_otherwise(data: bytes, text: str | None) -> None:
    """Plain character sets are decoded as declared; the declaration then loses what no longer holds."""
    assert decode(data) == (b"<?xml version='1.0'?><a>\xe9</a>" if text is None else text.encode())
    assert take_in(data).head.shape == "xml"


@pytest.mark.parametrize("data", [b"", b"  \n", codecs.BOM_UTF8, b"null", b" null\n"])
def test_nothing_and_null_are_empty(data: bytes) -> None:
    """Who wrote nothing cannot be told from nothing."""
    assert take_in(data).head.shape == "empty"


def test_the_head_of_an_array_shows_its_first_object() -> None:
    """What stands before the first object does not hide it."""
    head = take_in(b'[null, 1, {"RuleID": "x", "File": "y"}, {"other": 1}]').head
    assert (head.shape, sorted(head.first), head.keys) == ("array", ["File", "RuleID"], {})
    assert take_in(b"[]").head.first == {}


@pytest.mark.parametrize("data", [b"Name,Severity\nx,HIGH\n", b"nothing to see", b"42"])
def test_what_is_no_json_and_no_xml_is_text(data: bytes) -> None:
    """Other text is handed on as it is."""
    document = take_in(data)
    assert (document.head.shape, document.is_broken, document.data) == ("text", False, data)


@pytest.mark.parametrize(
    "data",
    [
        b'Scanning...\n[INFO] 3 files\n  {"results": []}\n',
        b'[INFO] starting\n[WARN] x\n{"results": []}',
        b'{"results": []}\nAll done, 0 findings.\n',
    ],
)
def test_log_lines_around_the_report_are_skipped(data: bytes) -> None:
    """A log in the same file costs a word, not the report."""
    document = take_in(data)
    assert json.loads(document.data) == {"results": []}
    assert "skipped" in document.damage
    assert not document.is_partial


@pytest.mark.parametrize(
    ("data", "count", "is_partial"),
    [
        (b'[{"a": 1},{"a": 2},', 2, True),
        (b'[{"a": 1},{"a": 2},{"a', 2, True),
        (b'[{"a": 1}, broken', 1, True),
        (b'[{"a": "x\x01"}, {"a": NaN},', 2, True),
        (b'[{"a": 1}][{"a": 2}]', 2, False),
        (b'[{"a": 1}]{"a": 2},]', 2, False),
        (b'{"a": 1}\n{"a": 2}\n', 2, False),
        (b'{"a": 1}\x1e{"a": 2}', 2, False),
        (b'{"a": 1}\nbad line\n{"a": 2}\n', 2, True),
        (b'{"a": 1}\n"no entry"\n{"a": 2}\n', 2, True),
    ],
)
def test_complete_entries_of_a_damaged_array_are_kept(data: bytes, count: int, *, is_partial: bool) -> None:
    """A killed or repeated scanner's entries are read; whether some are missing is said."""
    document = take_in(data)
    assert len(json.loads(document.data)) == count
    assert document.is_partial is is_partial
    assert document.damage


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b'{"version": "1", "results": [{"check_id": "x", "extra": {}}, {"che', ["results", "version"]),
        (b'{"version": "1", "results"', ["version"]),
        (b"[", []),
        (b"{]", []),
        (b'{"a": "\\"', []),
    ],
)
def test_a_broken_object_still_tells_whose_it_was(data: bytes, keys: list[str]) -> None:
    """Nothing of it is used, and its opening names the tool for the message."""
    document = take_in(data)
    assert document.is_broken
    assert sorted(document.head.keys) == keys


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": "x\x01y"}', {"a": "x\x01y"}),
        (b'{"a": NaN, "b": -Infinity}', {"a": None, "b": None}),
        (b'{"a": "tab\there"}', {"a": "tab\there"}),
    ],
)
def test_what_json_does_not_allow_is_mended(data: bytes, value: object) -> None:
    """Controls inside strings, NaN and infinity cost a word, not the report."""
    document = take_in(data)
    assert json.loads(document.data) == value
    assert "replaced" in document.damage


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_hostile_nesting_is_refused(opening: bytes) -> None:
    """Ten thousand levels are no report."""
    with pytest.raises(UnreadableReport, match="nested deeper"):
        take_in(opening * 10_000 + b"1" + b"]" * 10_000)


def test_bytes_that_are_no_utf8_in_a_broken_report_do_not_stop_it() -> None:
    """What cannot be decoded becomes the replacement character."""
    assert json.loads(take_in(b'[{"a": "\xff"},').data) == [{"a": "\ufffd"}]


@pytest.mark.parametrize(
    ("data", "is_partial"),
    [
        (b'{"a": "\xff\t"}', True),
        (b'{"a": "\t"}', False),
        (b'{"a": "\xff"}\n{"b": 1}', True),
        (b'{"a": 1}\n{"b": 1}', False),
        (b"\xff\xfe" + '[{"a": 1}]'.encode("utf-16-le"), False),
        (b"\xff\xfe" + '[{"a": "'.encode("utf-16-le") + b"\x00\xd8" + '"}]'.encode("utf-16-le"), True),
        (b"a;b\n\xe9;1\n", True),
        ("a;b\né;1\n".encode(), False),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', False),
        (b'<?xml version="1.0" encoding="shift_jis"?><a>\x81</a>', True),
    ],
)
def test_a_document_of_which_bytes_are_lost_is_partial(data: bytes, *, is_partial: bool) -> None:
    """What they said, a path or a rule perhaps, nobody knows; of NaN and control characters everybody does."""
    document = take_in(data)
    assert document.is_partial == is_partial
    assert document.damage or not is_partial


def test_of_two_equal_keys_the_last_counts() -> None:
    """As in most readers; the first is not seen."""
    assert bytes(take_in(b'{"a": 1, "a": 2}').head.keys["a"]) == b"2"


def test_what_is_packed_as_text_is_no_report() -> None:
    """GitHub's upload wraps gzip in base64; a file of that is text, and nobody's."""
    assert take_in(base64.b64encode(gzip.compress(REPORT.encode()))).head.shape == "text"
