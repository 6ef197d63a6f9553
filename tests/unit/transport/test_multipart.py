"""Tests of :mod:`aggregator.transport.multipart`."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from aggregator.transport.multipart import Upload, multipart

VALUES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


def read(kind: str, body: bytes) -> list[tuple[str, str | None, bytes]]:
    """Name, file name and content of each part, as Python's own parser of messages reads them."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    parts = []
    for part in message.iter_parts():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        parts.append((name, part.get_filename(), content))
    return parts


def test_a_form_is_read_as_it_was_written() -> None:
    """Each field keeps its value, in order and as often as it stands there, and the file its bytes."""
    upload = Upload("file", "onefold.json", "application/json", b'{"a": "\r\n--x"}')
    kind, body = multipart([("tags", "a"), ("tags", 'b; c="d"'), ("name", "Zoë")], upload)
    assert read(kind, body) == [
        ("tags", None, b"a"),
        ("tags", None, b'b; c="d"'),
        ("name", None, "Zoë".encode()),
        ("file", "onefold.json", b'{"a": "\r\n--x"}'),
    ]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), VALUES), max_size=4), st.binary(max_size=40))
def test_no_value_ends_its_part(fields: list[tuple[str, str]], content: bytes) -> None:
    """Whatever stands in a value, the boundary stands around the parts alone, and the same form is the same bytes."""
    upload = Upload("file", "r.json", "application/json", content)
    kind, body = multipart(fields, upload)
    boundary = kind.partition("boundary=")[2].encode()
    assert body.count(boundary) == len(fields) + 2
    assert all(boundary not in value.encode() for _, value in fields)
    assert multipart(fields, upload) == (kind, body)


def test_a_boundary_that_stands_in_a_value_is_not_taken() -> None:
    """A value that holds the boundary it would lead to gets another one."""

    # No text holds its own digest, so the digest is planted into a value that the boundary is not made from.
    class Echo(bytes):
        def __contains__(self, _: object) -> bool:
            return next(answers)

    answers = iter([True, False])
    content = Echo(b"x")
    kind, _ = multipart([], Upload("file", "r.json", "application/json", content))
    digest = blake2b(b"x", digest_size=16)
    assert not kind.endswith(digest.hexdigest())
    digest.update(b"\0")
    assert kind.endswith(digest.hexdigest())
