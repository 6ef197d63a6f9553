"""The fake REST API against GitHub's own description of it: what the description does not know, nobody may ask."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from aggregator.transport.exchange import Request
from tests.fakes.github import rest
from tests.fakes.github.cut_openapi import OPERATIONS, cut
from tests.fakes.github.description import DOCUMENT, check_reply, sample, understood
from tests.fakes.github.memory import Memory

REPO = "/repos/octo/shop"


def test_every_operation_is_there() -> None:
    """The cut holds each operation that we use, in JSON Schema alone, and cutting it again changes nothing."""
    assert {(method, path) for path, item in DOCUMENT["paths"].items() for method in item} == set(OPERATIONS)
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    assert cut(DOCUMENT) == DOCUMENT


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("DELETE", f"{REPO}/actions/artifacts/1"),
        ("GET", f"{REPO}/actions/artefacts"),
        ("GET", f"{REPO}/actions/artifacts?sort=created"),
        ("GET", f"{REPO}/actions/artifacts?per_page=many"),
        ("GET", f"{REPO}/actions/artifacts/last/zip"),
        ("GET", f"{REPO}/actions/runs/1/artifacts?direction=up"),
        ("GET", f"{REPO}/compare/release/1.2...main"),
    ],
)
def test_what_is_not_described_cannot_be_asked(method: str, url: str) -> None:
    """Another method, path, parameter or value than GitHub describes fails the test that sends it."""
    with pytest.raises(AssertionError):
        understood(method, url)
    with pytest.raises(AssertionError):
        rest.answer(Memory().hub, Request(method=method, url=url, purpose="test"))


@pytest.mark.parametrize("field", ["id", "expired", "created_at"])
def test_the_fake_cannot_drift(field: str) -> None:
    """An answer that GitHub would not give fails the test that gets it."""
    path = "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}"
    good = sample("artifact")
    for wrong in ({**good, field: []}, {name: value for name, value in good.items() if name != field}):
        with pytest.raises(AssertionError):
            check_reply("GET", path, 200, json.dumps(wrong).encode())
    check_reply("GET", path, 200, json.dumps(good).encode())


def test_a_name_with_a_slash_is_one_value() -> None:
    """A branch's slash is escaped in an address, and arrives as it was."""
    call = understood("GET", f"{REPO}/compare/release%2F1.2...main?per_page=1")
    assert call.values["basehead"] == "release/1.2...main"


def test_tokens_are_checked() -> None:
    """No token, a token without the permission, and another repository are turned away as GitHub does."""
    memory = Memory()

    def status(token: str, repo: str = REPO) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{memory.hub.api}{repo}/actions/artifacts"
        return rest.answer(memory.hub, Request(method="GET", url=url, purpose="test", headers=headers)).status

    assert status(memory.token) == 200
    assert status("") == 401
    assert status(memory.hub.api_token("contents:read")) == 403
    assert status(memory.token, "/repos/octo/other") == 404


def test_a_list_has_no_order() -> None:
    """Artifacts come in no order, page by page, each once."""
    memory = Memory()
    run = memory.hub.start_run()
    made = [memory.hub.publish("a", b"", run).id for _ in range(250)]
    shelf = memory.shelf().listed("a").artifacts
    assert [each.id for each in shelf] != sorted(made)
    assert sorted(each.id for each in shelf) == made
