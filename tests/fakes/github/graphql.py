"""The two questions of GraphQL that are asked: whose token this is, and to fold a comment up."""

from __future__ import annotations

import json

from aggregator.transport.exchange import Reply
from tests.fakes.github.hub import Hub
from tests.fakes.github.replies import ok

_VIEWER = "query { viewer { login } }"
_MINIMISE = (
    "mutation Mutation($input: MinimizeCommentInput!) "
    "{ minimizeComment(input: $input) { minimizedComment { isMinimized } } }"
)
_CLASSIFIERS = {"ABUSE", "DUPLICATE", "LOW_QUALITY", "OFF_TOPIC", "OUTDATED", "RESOLVED", "SPAM"}


def answer(hub: Hub, body: bytes, login: str, granted: frozenset[str]) -> Reply:
    """Answer one document; any other than the two fails the test that sends it."""
    asked = json.loads(body)
    assert set(asked) == {"query", "variables"}, sorted(asked)
    if asked["query"] == _VIEWER:
        return ok({"data": {"viewer": {"login": login.removesuffix("[bot]")}}})
    assert asked["query"] == _MINIMISE, asked["query"]
    fields = asked["variables"]["input"]
    assert set(fields) == {"subjectId", "classifier"}, sorted(fields)
    assert fields["classifier"] in _CLASSIFIERS, fields["classifier"]
    return _minimise(hub, fields["subjectId"], fields["classifier"], granted)


def _minimise(hub: Hub, subject: str, classifier: str, granted: frozenset[str]) -> Reply:
    post = next((each for each in hub.forum.posts.values() if each.node_id == subject), None)
    if post is None:
        return _error("NOT_FOUND", f"Could not resolve to a node with the global id of '{subject}'")
    enough = (
        {"issues:write"} if hub.forum.threads[post.thread].pull is None else {"issues:write", "pull-requests:write"}
    )
    if granted.isdisjoint(enough):
        return _error("FORBIDDEN", "Resource not accessible by integration")
    post.minimised = classifier
    return ok({"data": {"minimizeComment": {"minimizedComment": {"isMinimized": True}}}})


def _error(kind: str, message: str) -> Reply:
    told = {"type": kind, "path": ["minimizeComment"], "message": message}
    return ok({"data": {"minimizeComment": None}, "errors": [told]})
