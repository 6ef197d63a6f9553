"""How the fake REST API answers: values, pages and refusals, as GitHub words them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from aggregator.transport.exchange import Reply
from tests.fakes.github.description import Call
from tests.fakes.github.hub import Hub

REPO = "/repos/{owner}/{repo}"
FORBIDDEN = "Resource not accessible by integration"
JSON = {"content-type": "application/json; charset=utf-8"}
_FEW = 30
"""Rows of a page where nobody says."""

Answer = Callable[[Hub, Call], Reply]


def refusal(status: int, message: str) -> Reply:
    """Refuse with GitHub's words."""
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return Reply(status, JSON, json.dumps(body).encode())


def ok(value: object, status: int = 200, **headers: str) -> Reply:
    """Answer with a value."""
    return Reply(status, JSON | headers, json.dumps(value).encode())


def page(hub: Hub, call: Call, kind: str, rows: Sequence[Any], describe: Callable[[Hub, Any], dict[str, Any]]) -> Reply:
    """Answer with one page of a list: a bare one, or one under a name with a count."""
    size = min(int(call.query.get("per_page", _FEW)), 100)
    number = int(call.query.get("page", 1))
    shown = [describe(hub, row) for row in rows[(number - 1) * size : number * size]]
    value = {"total_count": len(rows), kind: shown} if kind else shown
    if number * size >= len(rows):
        return ok(value)
    query = urlencode({**call.query, "page": number + 1})
    return ok(value, link=f'<{hub.api}{call.template.format(**call.values)}?{query}>; rel="next"')


def too_many(seconds: int | None = None, *, status: int = 403, reset: float | None = None) -> Reply:
    """Turn a call away for a rate limit: the secondary one, or with ``reset`` the hourly one."""
    headers = {} if seconds is None else {"retry-after": str(seconds)}
    if reset is not None:
        headers |= {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(reset))}
    reply = refusal(status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
    return Reply(status, {**reply.headers, **headers}, reply.body)
