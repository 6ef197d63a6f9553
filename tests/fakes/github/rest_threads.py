"""The fake REST API of issues, pull requests, comments and labels."""

from __future__ import annotations

from typing import Any

from aggregator.transport.exchange import Reply
from tests.fakes.github.description import Call, sample
from tests.fakes.github.forum import Post, Thread
from tests.fakes.github.hub import Hub, rfc3339
from tests.fakes.github.replies import FORBIDDEN, REPO, Answer, ok, page, refusal

_LONGEST_TEXT = 65_536
_LONGEST_TITLE = 256
_TOO_LONG = "Validation Failed: body is too long (maximum is 65536 characters)"
_OFF = "Issues has been disabled in this repository."

# --- issues


def _issues(hub: Hub, call: Call) -> Reply:
    """Issues and pull requests, open ones where nobody says."""
    if not hub.forum.issues_enabled:
        return refusal(410, _OFF)
    state = call.query.get("state", "open")
    labels = set(filter(None, call.query.get("labels", "").split(",")))
    rows = [
        thread
        for thread in reversed(hub.forum.threads.values())
        if state in {"all", "open" if thread.is_open else "closed"} and labels <= set(thread.labels)
    ]
    return page(hub, call, "", rows, _listed)


def _create_issue(hub: Hub, call: Call) -> Reply:
    if not hub.forum.issues_enabled:
        return refusal(410, _OFF)
    title, body = str(call.fields["title"]), call.fields.get("body", "")
    if not 0 < len(title) <= _LONGEST_TITLE or len(body) > _LONGEST_TEXT:
        return refusal(422, _TOO_LONG)
    assignees = call.fields.get("assignees", [])
    if any(hub.forum.collaborators.get(each) not in {"admin", "write"} for each in assignees):
        return refusal(422, "Validation Failed: assignees")
    made = hub.forum.open_issue(
        title, body, author=call.login, labels=call.fields.get("labels", ()), assignees=assignees
    )
    return ok(_issue(hub, made), 201)


def _one_issue(hub: Hub, call: Call) -> Reply:
    thread = _thread(hub, call)
    return thread if isinstance(thread, Reply) else ok(_issue(hub, thread))


def _edit_issue(hub: Hub, call: Call) -> Reply:
    """Change an issue. A text that is too long is passed over, with a 200 as if nothing were wrong."""
    thread = _thread(hub, call, write=True)
    if isinstance(thread, Reply):
        return thread
    fields = call.fields
    if not 0 < len(str(fields.get("title") or thread.title)) <= _LONGEST_TITLE:
        return refusal(422, "Validation Failed: title is too long")
    thread.title = str(fields.get("title") or thread.title)
    if len(fields.get("body") or "") <= _LONGEST_TEXT:
        thread.body = fields.get("body", thread.body) or ""
    thread.labels = fields.get("labels", thread.labels)
    thread.updated_at = hub.clock.now()
    if fields.get("state") == "closed":
        hub.forum.close(thread.number, by=call.login, reason=fields.get("state_reason") or "completed")
    elif fields.get("state") == "open" and not thread.is_open:
        hub.forum.reopen(thread.number)
    return ok(_issue(hub, thread))


def _add_labels(hub: Hub, call: Call) -> Reply:
    thread = _thread(hub, call, write=True)
    if isinstance(thread, Reply):
        return thread
    thread.labels = list(dict.fromkeys([*thread.labels, *call.fields["labels"]]))
    return ok([_label(name) for name in thread.labels])


def _remove_label(hub: Hub, call: Call) -> Reply:
    thread = _thread(hub, call, write=True)
    if isinstance(thread, Reply):
        return thread
    if call.values["name"] not in thread.labels:
        return refusal(404, "Label does not exist")
    thread.labels.remove(call.values["name"])
    return ok([_label(name) for name in thread.labels])


def _thread(hub: Hub, call: Call, *, write: bool = False) -> Thread | Reply:
    """The thread that is asked for, or why not: the permission depends on what it is."""
    thread = hub.forum.threads.get(int(call.values["issue_number"]))
    if thread is None:
        return refusal(404, "Not Found")
    return thread if _may(call, thread, write=write) else refusal(403, FORBIDDEN)


def _may(call: Call, thread: Thread, *, write: bool) -> bool:
    kind = "write" if write else "read"
    return call.may(f"issues:{kind}") or (thread.pull is not None and call.may(f"pull-requests:{kind}"))


# --- comments


def _comments(hub: Hub, call: Call) -> Reply:
    thread = _thread(hub, call)
    return thread if isinstance(thread, Reply) else page(hub, call, "", hub.forum.below(thread.number), _comment)


def _create_comment(hub: Hub, call: Call) -> Reply:
    thread = _thread(hub, call, write=True)
    if isinstance(thread, Reply):
        return thread
    if thread.pull is None and not hub.forum.issues_enabled:
        return refusal(410, _OFF)
    if thread.locked:
        return refusal(403, "Unable to create comment because issue is locked.")
    if not 0 < len(call.fields["body"]) <= _LONGEST_TEXT:
        return refusal(422, _TOO_LONG)
    return ok(_comment(hub, hub.forum.comment(thread.number, call.fields["body"], author=call.login)), 201)


def _edit_comment(hub: Hub, call: Call) -> Reply:
    post = hub.forum.posts.get(int(call.values["comment_id"]))
    if post is None:
        return refusal(404, "Not Found")
    if not _may(call, hub.forum.threads[post.thread], write=True):
        return refusal(403, FORBIDDEN)
    if not 0 < len(call.fields["body"]) <= _LONGEST_TEXT:
        return refusal(422, _TOO_LONG)
    post.body, post.updated_at = call.fields["body"], hub.clock.now()
    return ok(_comment(hub, post))


# --- pull requests and people


def _pulls(hub: Hub, call: Call) -> Reply:
    state, head = call.query.get("state", "open"), call.query.get("head")
    rows = [
        thread
        for thread in reversed(hub.forum.threads.values())
        if thread.pull is not None
        and state in {"all", "open" if thread.is_open else "closed"}
        and head in {None, f"{thread.pull.head_repository.partition('/')[0]}:{thread.pull.head_branch}"}
    ]
    return page(hub, call, "", rows, _pull_row)


def _one_pull(hub: Hub, call: Call) -> Reply:
    thread = hub.forum.threads.get(int(call.values["pull_number"]))
    if thread is None or thread.pull is None:
        return refusal(404, "Not Found")
    return ok(_pull(thread, "pull-request"))


def _permission(hub: Hub, call: Call) -> Reply:
    login = call.values["username"]
    people = {post.author for post in hub.forum.posts.values()} | {each.author for each in hub.forum.threads.values()}
    if login not in hub.forum.collaborators and login not in people:
        return refusal(404, f"{login} is not a user")
    level = hub.forum.collaborators.get(login, "read")
    return ok({"permission": level, "role_name": level, "user": None})


# --- in GitHub's words


def _listed(hub: Hub, thread: Thread) -> dict[str, Any]:
    """A row of a list; who closed an issue, only the issue itself tells."""
    return {name: value for name, value in _issue(hub, thread).items() if name != "closed_by"}


def _issue(hub: Hub, thread: Thread) -> dict[str, Any]:
    url = f"{hub.api}/repos/{hub.name}/issues/{thread.number}"
    about = {
        "id": 400_000 + thread.number,
        "node_id": f"I_{thread.number}",
        "number": thread.number,
        "url": url,
        "html_url": f"https://github.example/{hub.name}/issues/{thread.number}",
        "title": thread.title,
        "body": thread.body or None,
        "user": _user(thread.author),
        "state": "open" if thread.is_open else "closed",
        "state_reason": thread.state_reason,
        "labels": [_label(name) for name in thread.labels],
        "assignees": [_user(name) for name in thread.assignees],
        "locked": thread.locked,
        "comments": len(hub.forum.below(thread.number)),
        "created_at": rfc3339(thread.created_at),
        "updated_at": rfc3339(thread.updated_at),
        "closed_at": None if thread.closed_at is None else rfc3339(thread.closed_at),
        "closed_by": None if thread.closed_by is None else _user(thread.closed_by),
    }
    if thread.pull is not None:
        about["pull_request"] = {"url": url, "html_url": url, "diff_url": url, "patch_url": url}
    return sample("issue") | about


def _comment(hub: Hub, post: Post) -> dict[str, Any]:
    return sample("issue-comment") | {
        "id": post.id,
        "node_id": post.node_id,
        "issue_url": f"{hub.api}/repos/{hub.name}/issues/{post.thread}",
        "user": _user(post.author) if post.author else None,
        "body": post.body,
        "created_at": rfc3339(post.created_at),
        "updated_at": rfc3339(post.updated_at),
    }


def _pull_row(_: Hub, thread: Thread) -> dict[str, Any]:
    return _pull(thread, "pull-request-simple")


def _pull(thread: Thread, schema: str) -> dict[str, Any]:
    assert thread.pull is not None
    least, pull = sample(schema), thread.pull
    repository = sample("repository") | {"full_name": pull.head_repository} if pull.head_repository else None
    head = {"ref": pull.head_branch, "sha": pull.head_sha, "repo": repository}
    return least | {
        "number": thread.number,
        "state": "open" if thread.is_open else "closed",
        "head": least["head"] | head,
        "base": least["base"] | {"ref": pull.base_branch, "sha": "0" * 40},
    }


def _user(login: str) -> dict[str, Any]:
    return sample("simple-user") | {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}


def _label(name: str) -> dict[str, Any]:
    return sample("label") | {"name": name, "color": "ededed"}


_ANY_READ, _ANY_WRITE = ("issues:read", "pull-requests:read"), ("issues:write", "pull-requests:write")
_ISSUE_READ, _ISSUE_WRITE, _PULL_READ = ("issues:read",), ("issues:write",), ("pull-requests:read",)
ANSWERS: dict[tuple[str, str], tuple[tuple[str, ...], Answer]] = {
    ("GET", f"{REPO}/collaborators/{{username}}/permission"): (("contents:read",), _permission),
    ("GET", f"{REPO}/issues"): (_ISSUE_READ, _issues),
    ("POST", f"{REPO}/issues"): (_ISSUE_WRITE, _create_issue),
    ("PATCH", f"{REPO}/issues/comments/{{comment_id}}"): (_ANY_WRITE, _edit_comment),
    ("GET", f"{REPO}/issues/{{issue_number}}"): (_ANY_READ, _one_issue),
    ("PATCH", f"{REPO}/issues/{{issue_number}}"): (_ANY_WRITE, _edit_issue),
    ("GET", f"{REPO}/issues/{{issue_number}}/comments"): (_ANY_READ, _comments),
    ("POST", f"{REPO}/issues/{{issue_number}}/comments"): (_ANY_WRITE, _create_comment),
    ("POST", f"{REPO}/issues/{{issue_number}}/labels"): (_ANY_WRITE, _add_labels),
    ("DELETE", f"{REPO}/issues/{{issue_number}}/labels/{{name}}"): (_ANY_WRITE, _remove_label),
    ("GET", f"{REPO}/pulls"): (_PULL_READ, _pulls),
    ("GET", f"{REPO}/pulls/{{pull_number}}"): (_PULL_READ, _one_pull),
}
