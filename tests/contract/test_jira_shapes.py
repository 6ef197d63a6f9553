"""The fake Jira Cloud against schemas that others keep: what they do not know, nobody may ask, send or answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aggregator.transport.exchange import Request
from tests.fakes.jira import shapes
from tests.fakes.jira.rest import answer
from tests.fakes.jira.world import World


def paragraph(*content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content), **more}


def document(*content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": 1, "type": "doc", "content": list(content), **more}


TEXT = {"type": "text", "text": "x"}


@pytest.mark.parametrize(
    "broken",
    [
        "h1. wiki markup",
        {"type": "doc", "content": []},
        document(TEXT),
        document(paragraph({"type": "text", "text": ""})),
        document(paragraph({"type": "txt", "text": "x"})),
        document(paragraph({**TEXT, "marks": [{"type": "bold"}]})),
        document(paragraph({**TEXT, "marks": [{"type": "code"}, {"type": "strong"}]})),
        document(paragraph({**TEXT, "marks": [{"type": "link", "attrs": {}}]})),
        document({"type": "heading", "content": [TEXT]}),
        document({"type": "heading", "attrs": {"level": 7}, "content": [TEXT]}),
        document({"type": "panel", "attrs": {"panelType": "loud"}, "content": [paragraph(TEXT)]}),
        document({"type": "bulletList", "content": [paragraph(TEXT)]}),
        document({"type": "table", "content": [{"type": "tableRow", "content": [TEXT]}]}),
        document({"type": "codeBlock", "content": [{**TEXT, "marks": [{"type": "strong"}]}]}),
        document(paragraph(TEXT), extra=1),
    ],
)
def test_a_broken_document_is_refused(broken: object) -> None:
    """The official schema of documents refuses what Jira would, also where we look at types of nodes first."""
    assert not shapes.is_document(broken)
    assert shapes.is_document(document(paragraph(TEXT)))


def test_what_is_not_described_cannot_be_asked() -> None:
    """Another parameter or field than Cloud describes fails the test that sends it."""
    shapes.check_query("GET search/jql", {"jql": "x", "nextPageToken": "y"})
    for call, query in (("GET search/jql", {"startAt": "0"}), ("GET myself", {"x": "y"})):
        with pytest.raises(AssertionError):
            shapes.check_query(call, query)
    shapes.check_asked("POST issue", {"fields": {"summary": "x"}})
    for call, body in (("POST issue", {"summary": "x"}), ("GET myself", {}), ("POST issue", [])):
        with pytest.raises(AssertionError):
            shapes.check_asked(call, body)
    with pytest.raises(jsonschema.ValidationError):
        shapes.check_asked("POST issue/{key}/comment", {"body": {"type": "doc"}})


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ("POST issue", {"id": "1", "key": "SEC-1"}),
        ("GET search/jql", {"issues": {}}),
        ("GET search/jql", {"isLast": "yes"}),
        ("GET issue/{key}", {"fields": []}),
        ("GET issue/{key}/transitions", {"transitions": [{"id": 5}]}),
        ("GET issue/{key}/comment", {"comments": [{"id": 5}]}),
    ],
)
def test_the_fake_cannot_drift(call: str, wrong: object) -> None:
    """An answer that Cloud would not give fails the test that gets it."""
    with pytest.raises(jsonschema.ValidationError):
        shapes.check_given(call, wrong)


def test_another_address_is_not_there() -> None:
    """What Onefold has no use for, the fake does not have; the search that Cloud has taken away is gone."""
    world = World()
    head = {"Authorization": world.access.credentials}
    for method, path, status in (("DELETE", "issue/SEC-1", 404), ("GET", "search?jql=x", 410)):
        request = Request(method=method, url=f"{world.access.api}/{path}", purpose="test", headers=head)
        assert answer(world, request).status == status


def test_the_schema_of_documents_is_the_official_one() -> None:
    """What we hold documents to is what Atlassian publishes with its editor."""
    theirs = Path("tests/node/node_modules/@atlaskit/adf-schema/dist/json-schema/v1/full.json").read_bytes()
    assert json.loads(theirs) == json.loads((shapes.HERE / "adf.schema.json").read_bytes())
