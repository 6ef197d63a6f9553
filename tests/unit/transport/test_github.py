"""Tests of :mod:`aggregator.transport.github`."""

from __future__ import annotations

import json

import pytest
from msgspec import Struct

from aggregator.model.errors import Fault, ServiceError
from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request
from aggregator.transport.github import RepositoryApi, needing
from aggregator.transport.session import Session
from tests.fakes.github.clock import FakeClock

JSON = {"content-type": "application/json; charset=utf-8"}


class Row(Struct):
    id: int


class Pages:
    """Answers with these pages, each naming the next one."""

    def __init__(self, *pages: object, status: int = 200) -> None:
        self.pages = list(pages)
        self.status = status
        self.asked: list[Request] = []

    def send(self, request: Request) -> Reply:
        """The next page."""
        self.asked.append(request)
        page = self.pages.pop(0)
        if isinstance(page, Break):
            raise BrokenExchange(page)
        more = {"link": '<https://x/?page=9>; rel="prev", <https://x/?page=9>; rel="next"'} if self.pages else {}
        return Reply(self.status, JSON | more, json.dumps(page).encode())


def api(wire: Pages, clock: FakeClock | None = None) -> RepositoryApi:
    session = Session(wire, clock or FakeClock())
    return RepositoryApi(session, "https://api.example/", "octo/my shop", "canary", pause=2.0)


def test_all_pages_are_read() -> None:
    """The rows of all pages come in order; the address of each is ours, whatever the service says."""
    wire = Pages([{"id": 1}, {"id": 2}], [{"id": 3}])
    assert api(wire).pages("alerts?state=open", "list", Row, 9) == ((Row(1), Row(2), Row(3)), False)
    base = "https://api.example/repos/octo/my%20shop/alerts?state=open&per_page=100&page="
    assert [each.url for each in wire.asked] == [f"{base}1", f"{base}2"]


def test_too_many_pages_are_told() -> None:
    """After the last page that may be read, it is said whether there are more; a path without a query works too."""
    wire = Pages([{"id": 1}], [{"id": 2}])
    assert api(wire).pages("alerts?", "list", Row, 1) == ((Row(1),), True)
    assert wire.asked[0].url.endswith("/alerts?per_page=100&page=1")


def test_a_write_is_sent_once() -> None:
    """A change carries its fields as JSON; when its answer is lost it is not sent again, and the fault says so."""
    wire = Pages({"id": 4}, Break.TIMEOUT)
    ours = api(wire)
    assert ours.write("POST", "sarifs", "upload", {"ref": "refs/heads/main"}, Row) == Row(4)
    with pytest.raises(ServiceError) as caught:
        ours.write("POST", "sarifs", "upload", {}, Row)
    assert caught.value.fault is Fault.UNREACHABLE
    assert [(each.method, json.loads(each.body)) for each in wire.asked] == [
        ("POST", {"ref": "refs/heads/main"}),
        ("POST", {}),
    ]
    assert wire.asked[0].headers["Content-Type"] == "application/json"


def test_writes_keep_their_pause() -> None:
    """Two writes are as far apart as asked; a read between them waits for nothing."""
    clock = FakeClock()
    ours = api(Pages({"id": 1}, {"id": 1}, {"id": 1}), clock)
    ours.write("POST", "x", "write", {}, Row)
    ours.read("x", "read", Row)
    assert clock.slept == []
    ours.write("POST", "x", "write", {}, Row)
    assert clock.slept == [2.0]


def test_an_answer_of_another_shape_is_garbled() -> None:
    """A page that is no list of rows is a fault of whoever answers, and shows nothing of it."""
    with pytest.raises(ServiceError) as caught:
        api(Pages({"id": "canary"})).pages("x?", "list", Row, 1)
    assert caught.value.fault is Fault.GARBLED
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (401, "look at what the input `token` is given"),
        (403, "Give the job `issues: write`."),
        (404, "It may also be that the job needs `issues: write`."),
        (422, "report it as a fault"),
    ],
)
def test_a_missing_permission_is_named(status: int, step: str) -> None:
    """A refusal names the permission, a missing thing says that it may be one; a token that nobody knows lacks none."""
    with pytest.raises(ServiceError) as caught, needing("issues: write"):
        api(Pages({}, status=status)).read("x", "list", Row)
    assert step in caught.value.next_step
    assert ("issues" in caught.value.next_step) is (status in {403, 404})
    assert f"HTTP status {status}" in caught.value.reason
