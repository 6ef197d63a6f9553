"""The REST API of the fake: version 3 of Cloud, strictly after its schemas, and version 2 of Data Center."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aggregator.sinks.jira.access import Flavour
from aggregator.transport.exchange import Reply, Request
from tests.fakes.jira import shapes, shown
from tests.fakes.jira.fields import complaints
from tests.fakes.jira.world import BOT, Person, Ticket, World

JSON = {"content-type": "application/json;charset=UTF-8"}
_JQL = re.compile(r'labels = "([^"]*)"(?: AND labels = "([^"]*)")? ORDER BY created ASC')
_LARGEST_PAGE = 100

Query = Mapping[str, str]
Answer = Callable[[World, list[str], Query, Any], Reply]


def answer(world: World, request: Request) -> Reply:
    """What Jira says."""
    if request.url == world.access.tenant:
        assert "Authorization" not in request.headers, "the token on its way to where nobody asked for it"
        return ok({"cloudId": world.site_id})
    if not request.url.startswith(f"{world.root}/"):
        return refusal(401, "Client must be authenticated.")
    parts = urlsplit(request.url)
    path = parts.path.removeprefix(f"{urlsplit(world.root).path}/")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    body = json.loads(request.body) if request.body else None
    for pattern, part in _PARTS.items():
        method, _, template = pattern.partition(" ")
        found = re.fullmatch(re.sub(r"\{\w+\}", "([^/]+)", template), path)
        if method == request.method and found:
            return _checked(world, pattern, part, [unquote(each) for each in found.groups()], query, body, request)
    return refusal(404, "There is no such thing here.")


def _checked(
    world: World, call: str, part: Answer, words: list[str], query: Query, body: Any, request: Request
) -> Reply:
    is_cloud = world.flavour is Flavour.CLOUD and call != "GET search"
    if is_cloud:
        shapes.check_query(call, query)
        if body is not None:
            shapes.check_asked(call, body)
    who = _authenticated(world, request.headers)
    if who is None:
        # Assumed, and the reason why we ask who we are first: a search by nobody finds nothing, and succeeds.
        empty = {"issues": [], "isLast": True, "total": 0}
        return ok(empty) if call.startswith("GET search") else refusal(401, "Client must be authenticated.")
    reply = part(world, words, query, body)
    if is_cloud and 200 <= reply.status < 300 and reply.body:
        shapes.check_given(call, json.loads(reply.body))
    return reply


def _authenticated(world: World, headers: Mapping[str, str]) -> Person | None:
    given = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
    if world.flavour is Flavour.CLOUD:
        wanted = f"Basic {base64.b64encode(f'{BOT.email}:{world.token}'.encode()).decode()}"
    else:
        wanted = f"Bearer {world.token}"
    return BOT if given == wanted else None


def ok(value: object, status: int = 200) -> Reply:
    """Answer with a value."""
    return Reply(status, JSON, json.dumps(value).encode())


def refusal(status: int, *messages: str, **errors: str) -> Reply:
    """Refuse with Jira's words."""
    return Reply(status, JSON, json.dumps({"errorMessages": messages, "errors": errors}).encode())


def too_many(seconds: int | None = 5) -> Reply:
    """Turn a call away for a rate limit."""
    more = {} if seconds is None else {"retry-after": str(seconds)}
    return Reply(429, {**JSON, **more}, b'{"errorMessages":["Rate limit exceeded."],"errors":{}}')


# --- who and where


def _myself(world: World, _words: list[str], _query: Query, _body: Any) -> Reply:
    return ok(shown.person(world, BOT))


_PERMISSIONS = {
    "BROWSE_PROJECTS": "browse",
    "CREATE_ISSUES": "create",
    "EDIT_ISSUES": "edit",
    "ADD_COMMENTS": "comment",
    "TRANSITION_ISSUES": "transition",
}


def _permissions(world: World, _words: list[str], query: Query, _body: Any) -> Reply:
    """Cloud tells of those that were asked for, Data Center of all."""
    names = query["permissions"].split(",") if world.flavour is Flavour.CLOUD else [*_PERMISSIONS, "OTHER"]
    told = {name: {"key": name, "havePermission": _PERMISSIONS.get(name) in world.may} for name in names}
    return ok({"permissions": told})


def _project(world: World, words: list[str], _query: Query, _body: Any) -> Reply:
    if words[0] not in world.projects or "browse" not in world.may:
        return refusal(404, f"No project could be found with key '{words[0]}'.")
    types = [{"id": str(number), "name": name} for number, name in enumerate(world.issue_types)]
    is_archived = world.projects[words[0]] == "archived"
    return ok({"id": "1", "key": words[0], "name": "A project", "archived": is_archived, "issueTypes": types})


def _status(world: World, words: list[str], _query: Query, _body: Any) -> Reply:
    if words[0] not in world.workflow.statuses:
        return refusal(404, "The status with ID does not exist.")
    return ok(shown.status(world, words[0]))


def _assignable(world: World, _words: list[str], query: Query, _body: Any) -> Reply:
    if "people" not in world.may:
        return refusal(403, "You do not have permission to browse users.")
    asked = (query.get("query") or query.get("username") or "").lower()
    found = [
        each
        for each in world.assignable
        if (asked and any(asked in text.lower() for text in (each.id, each.name, each.email)))
        or query.get("accountId") == each.id
    ]
    return ok([shown.person(world, each) for each in found])


# --- tickets


def _search_jql(world: World, _words: list[str], query: Query, _body: Any) -> Reply:
    found = _found(world, query["jql"])
    if isinstance(found, Reply):
        return found
    start, size = int(query.get("nextPageToken", "0")), min(int(query["maxResults"]), _LARGEST_PAGE)
    rows = [shown.ticket(world, each, query["fields"], query.get("expand", "")) for each in found[start : start + size]]
    value: dict[str, Any] = {"issues": rows, "isLast": start + size >= len(found)}
    if not value["isLast"]:
        value["nextPageToken"] = str(start + size)
    return ok(value)


def _search(world: World, _words: list[str], query: Query, _body: Any) -> Reply:
    if world.flavour is Flavour.CLOUD:
        return refusal(410, "The requested API has been removed.")
    found = _found(world, query["jql"])
    if isinstance(found, Reply):
        return found
    start, size = int(query.get("startAt", "0")), min(int(query["maxResults"]), _LARGEST_PAGE)
    rows = [shown.ticket(world, each, query["fields"], query.get("expand", "")) for each in found[start : start + size]]
    return ok({"startAt": start, "maxResults": size, "total": len(found), "issues": rows})


def _found(world: World, jql: str) -> list[Ticket] | Reply:
    asked = _JQL.fullmatch(jql)
    if asked is None:
        return refusal(400, "Error in the JQL Query.")
    labels = {label.lower() for label in asked.groups() if label}
    seen = world.indexed() if "browse" in world.may else []
    return [each for each in seen if labels <= {label.lower() for label in each.fields.get("labels", ())}]


def _issue(world: World, words: list[str], query: Query, _body: Any) -> Reply:
    it = world.find(words[0])
    if it is None or "browse" not in world.may:
        return refusal(404, "Issue does not exist or you do not have permission to see it.")
    return ok(shown.ticket(world, it, query["fields"], query.get("expand", "")))


def _create(world: World, _words: list[str], _query: Query, body: Any) -> Reply:
    if "create" not in world.may:
        return refusal(403, "You do not have permission to create issues in this project.")
    errors = complaints(world, body["fields"], is_new=True)
    if errors:
        return refusal(400, *errors.pop("", ()), **errors)
    made = world.create(body["fields"], BOT)
    return ok({"id": made.id, "key": made.key, "self": f"{world.url}/issue/{made.id}"}, 201)


def _edit(world: World, words: list[str], _query: Query, body: Any) -> Reply:
    it = world.find(words[0])
    if it is None:
        return refusal(404, "Issue does not exist or you do not have permission to see it.")
    if "edit" not in world.may:
        return refusal(403, "You do not have permission to edit issues in this project.")
    fields = dict(body.get("fields", {}))
    added = [each["add"] for each in body.get("update", {}).get("labels", ())]
    if added:
        fields["labels"] = sorted({*it.fields.get("labels", ()), *added})
    errors = complaints(world, fields, is_new=False)
    if errors:
        return refusal(400, *errors.pop("", ()), **errors)
    world.set(it.key, BOT, **fields)
    return Reply(204, {})


# --- comments, history, transitions


def _comments(world: World, words: list[str], query: Query, _body: Any) -> Reply:
    it = world.find(words[0])
    if it is None:
        return refusal(404, "Issue does not exist or you do not have permission to see it.")
    start, size = int(query.get("startAt", "0")), int(query.get("maxResults", "50"))
    assert query.get("orderBy") in {"created", "+created", None}, "only this order is known"
    rows = [shown.comment(world, each) for each in it.comments[start : start + size]]
    return ok({"startAt": start, "maxResults": size, "total": len(it.comments), "comments": rows})


def _say(world: World, words: list[str], _query: Query, body: Any) -> Reply:
    it = world.find(words[0])
    if it is None or "comment" not in world.may:
        return refusal(404 if it is None else 403, "Comment cannot be added.")
    if not _is_text(world, body["body"]):
        return refusal(400, comment="Comment body is not valid!")
    return ok(shown.comment(world, world.say(it.key, BOT, body["body"])), 201)


def _changelog(world: World, words: list[str], query: Query, _body: Any) -> Reply:
    assert world.flavour is Flavour.CLOUD, "Data Center has no such address"
    it = world.get(words[0])
    start, size = int(query["startAt"]), int(query["maxResults"])
    rows = [shown.change(world, each) for each in it.history[start : start + size]]
    return ok({"startAt": start, "maxResults": size, "total": len(it.history), "values": rows})


def _transitions(world: World, words: list[str], query: Query, _body: Any) -> Reply:
    it = world.find(words[0])
    if it is None:
        return refusal(404, "Issue does not exist or you do not have permission to see it.")
    offered = world.workflow.offered(it.status) if "transition" in world.may else []
    rows = [shown.transition(world, each, query.get("expand", "")) for each in offered]
    return ok({"expand": "transitions", "transitions": rows})


def _transit(world: World, words: list[str], _query: Query, body: Any) -> Reply:
    it = world.get(words[0])
    offered = {each.id: each for each in world.workflow.offered(it.status) if each.is_available}
    chosen = offered.get(body["transition"]["id"])
    if chosen is None:
        return refusal(400, "It is not valid for the current state of the issue.")
    fields = body.get("fields", {})
    lacking = [
        name
        for name, asked in chosen.screen.items()
        if asked["required"] and name not in fields and not it.fields.get(name)
    ]
    unknown = [name for name in fields if name not in chosen.screen]
    if lacking or unknown:
        return refusal(400, **dict.fromkeys((*lacking, *unknown), "is required, or not on the screen"))
    ended = shown.resolution_named(fields["resolution"]) if "resolution" in fields else ""
    world.move(it.key, chosen.to, BOT, ended)
    return Reply(204, {})


def _is_text(world: World, body: object) -> bool:
    return shapes.is_document(body) if world.flavour is Flavour.CLOUD else isinstance(body, str)


_PARTS: dict[str, Answer] = {
    "GET myself": _myself,
    "GET mypermissions": _permissions,
    "GET project/{key}": _project,
    "GET status/{key}": _status,
    "GET user/assignable/search": _assignable,
    "GET search/jql": _search_jql,
    "GET search": _search,
    "GET issue/{key}": _issue,
    "POST issue": _create,
    "PUT issue/{key}": _edit,
    "GET issue/{key}/comment": _comments,
    "POST issue/{key}/comment": _say,
    "GET issue/{key}/changelog": _changelog,
    "GET issue/{key}/transitions": _transitions,
    "POST issue/{key}/transitions": _transit,
}
