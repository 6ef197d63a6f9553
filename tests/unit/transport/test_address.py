"""Tests of :mod:`aggregator.transport.address`."""

from __future__ import annotations

import pytest

from aggregator.transport.address import is_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://jira.example.com", True),
        ("http://127.0.0.1:8080/dojo", True),
        ("jira.example.com", False),
        ("ftp://jira.example.com", False),
        ("https://", False),
        ("https://ann:secret@jira.example.com", False),
        ("https://jira.example.com?a=b", False),
        ("https://jira.example.com#a", False),
        ("https://[jira", False),
        ("https://jira.example.com:port", False),
        ("https://jira.example.com:0", False),
    ],
)
def test_what_an_address_is(text: str, *, expected: bool) -> None:
    """A host of the web, with a port and a path perhaps; no name, no password, and nothing that is no host."""
    assert is_address(text) is expected
