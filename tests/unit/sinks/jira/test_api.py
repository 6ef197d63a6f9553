"""Calls to Jira: who may do them, what their failures mean, and what is never told."""

from __future__ import annotations

import pytest
from msgspec import Raw

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.jira.access import Access, Flavour
from aggregator.sinks.jira.client import MOST_PAGES, JiraClient
from aggregator.sinks.jira.rows import EMPTY, IssueRow, day_of, moment_of, text_of
from aggregator.transport.exchange import Break, Reply
from aggregator.transport.session import Session
from tests.fakes.jira.desk import Desk, data_center
from tests.fakes.jira.world import ANN, World

JSON = {"content-type": "application/json"}
SECRET = "canary-in-a-reply"
SITE = "https://shop.atlassian.net"


def client_of(reply: Reply | Break) -> tuple[JiraClient, Desk]:
    desk = Desk(World(), faults=lambda *_: reply)
    return desk.client, desk


def failure(reply: Reply | Break) -> ServiceError:
    client, _ = client_of(reply)
    with pytest.raises(ServiceError) as raised:
        client.project("SEC")
    assert SECRET not in str(raised.value)
    assert "canary" not in str(raised.value)
    return raised.value


def test_an_access_shows_nothing() -> None:
    """Neither the token nor the address of the account stands in what a log may show."""
    access = Access("https://jira.example/", "me@example.com", "canary-token")
    assert repr(access) == "Access(Cloud)"
    assert access.flavour is Flavour.CLOUD
    assert (access.api, access.browse("A-1")) == ("https://jira.example/rest/api/3", "https://jira.example/browse/A-1")
    assert (access.key_of("https://jira.example/browse/A-1"), access.key_of("https://x.example/browse/A-1")) == (
        "A-1",
        "",
    )
    assert Access("https://j.example/jira", "", "t").api == "https://j.example/jira/rest/api/2"
    assert Access("", "", "t").credentials == "Bearer t"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "jira.example",
        "ftp://jira.example",
        "https://",
        "https://u:p@x.example",
        "https://:p@x.example",
        "https://x.example?y=1",
        "https://[x",
    ],
)
def test_what_is_no_address_is_not_asked(url: str) -> None:
    """An address that is none is said to be so before anything is sent, and is not repeated."""
    desk = Desk()
    client = JiraClient(Session(desk.wire, desk.world.clock), Access(url, "me", "t"))
    with pytest.raises(ServiceError, match="jira-url is no address") as raised:
        client.me()
    assert raised.value.next_step
    assert desk.wire.calls == []


def test_a_page_of_a_site_is_no_site() -> None:
    """An address copied from a board says so, before anything is sent."""
    with pytest.raises(ServiceError, match="a page of a site") as raised:
        Access(f"{SITE}/jira/software/projects/SEC/boards/1", "me", "t").check()
    assert "https://example.atlassian.net" in raised.value.next_step
    Access(f"{SITE}/", "me", "t").check()


def test_without_a_token_nothing_is_asked() -> None:
    """No token, no call."""
    desk = Desk()
    with pytest.raises(ServiceError, match="no token") as raised:
        JiraClient(Session(desk.wire, desk.world.clock), Access(desk.world.url, "", "")).me()
    assert raised.value.fault is Fault.PERMISSION


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(401, JSON), Fault.PERMISSION, "does not know the token"),
        (Reply(403, JSON), Fault.PERMISSION, "may not do this"),
        (Reply(403, {"x-authentication-denied-reason": "CAPTCHA_CHALLENGE; login-url=x"}), Fault.PERMISSION, "captcha"),
        (Reply(404, JSON), Fault.MISSING, "not there"),
        (Reply(410, JSON), Fault.MISSING, "not there"),
        (Reply(302, {"location": "https://login.example"}), Fault.REFUSED, "another address"),
        (Reply(409, JSON), Fault.CONFLICT, "409"),
        (Reply(418, JSON), Fault.REFUSED, "418"),
        (Reply(500, JSON), Fault.UNREACHABLE, "500"),
        (Break.TIMEOUT, Fault.UNREACHABLE, "timeout"),
        (Reply(200, {}, b"<html>Log in</html>"), Fault.GARBLED, "no sense"),
        (Reply(200, JSON, b'{"key": 7}'), Fault.GARBLED, "no sense"),
        (Reply(400, JSON, f'{{"errorMessages": ["{SECRET}"]}}'.encode()), Fault.REFUSED, "the request"),
        (
            Reply(400, JSON, f'{{"errors": {{"a b {SECRET}": "x", "due": "{SECRET}"}}}}'.encode()),
            Fault.REFUSED,
            "the field due.",
        ),
        (Reply(400, JSON, b'{"errors": {"b": "x", "a": "x"}}'), Fault.REFUSED, "the fields a, b."),
        (Reply(400, JSON, SECRET.encode()), Fault.REFUSED, "the request"),
    ],
)
def test_a_failure_says_what_to_do(reply: Reply | Break, fault: Fault, words: str) -> None:
    """Each failure has a reason and a next step in our own words; nothing of the reply's text is told."""
    error = failure(reply)
    assert error.fault is fault
    assert words in error.reason
    assert error.next_step


def test_a_token_of_nobody_is_no_token() -> None:
    """A Jira that does not say who we are is not believed."""
    client, _ = client_of(Reply(200, JSON, b'{"self": "x"}'))
    with pytest.raises(ServiceError, match="whose token"):
        client.me()


def test_a_token_with_scopes_takes_the_gateway() -> None:
    """A token that the site does not know is tried at the gateway of all sites; tickets stay at the site's address."""
    desk = Desk(World(url=SITE, site_id="11111111-2222-3333-4444-555555555555"))
    assert desk.client.me().shown == "Onefold"
    assert desk.client.search(("x",)) == ()
    assert desk.wire.asked == ["GET myself", f"GET {SITE}/_edge/tenant_info", "GET myself", "GET search/jql"]
    assert desk.client.access.browse("SEC-1") == f"{SITE}/browse/SEC-1"


@pytest.mark.parametrize("site_id", ["", "../x", "11111111-2222-3333-4444-555555555555"])
def test_what_the_site_said_is_told(site_id: str) -> None:
    """Where the gateway does not help either, the site's own refusal is told, and the site is asked from then on."""
    told = Reply(200, JSON, f'{{"cloudId": "{site_id}"}}'.encode())
    desk = Desk(World(url=SITE, site_id="another"))
    desk.wire.world.site_id = site_id
    desk.wire.faults = lambda _, request: told if request.url.endswith("tenant_info") else Reply(401, JSON)
    for _ in range(2):
        with pytest.raises(ServiceError, match="does not know the token") as raised:
            desk.client.me()
        assert "read:jira-work" in raised.value.next_step


def test_a_site_that_tells_no_id_has_no_gateway() -> None:
    """When the site does not answer who it is, its first answer holds."""
    desk = Desk(World(url=SITE), faults=lambda _, request: Reply(401 if "myself" in request.url else 404, JSON))
    with pytest.raises(ServiceError, match="does not know the token"):
        desk.client.me()


@pytest.mark.parametrize(
    ("url", "user"), [("http://shop.atlassian.net", "me"), ("https://jira.example", "me"), (SITE, "")]
)
def test_only_sites_of_cloud_have_a_gateway(url: str, user: str) -> None:
    """A token of any other Jira is sent to that Jira alone."""
    assert Access(url, user, "t").tenant == ""
    assert Access(f"{SITE}/", "me", "t").tenant == f"{SITE}/_edge/tenant_info"


def test_who_we_are_is_asked_once() -> None:
    """One call tells it for the whole run."""
    desk = Desk()
    assert desk.client.me() == desk.client.me()
    assert desk.wire.asked == ["GET myself"]


def test_a_list_without_an_end_is_none() -> None:
    """Half a list is no list: what is not on it would be created again."""
    client, desk = client_of(Reply(200, JSON, b'{"accountId": "1", "issues": [{"key": "A-1"}], "nextPageToken": "1"}'))
    with pytest.raises(ServiceError, match="more than") as raised:
        client.search(("x",))
    assert raised.value.fault is Fault.RATE
    assert len(desk.wire.calls) == MOST_PAGES + 1
    endless = b'{"key": "1", "name": "me", "total": 999999, "comments": [{"id": "1"}], "issues": [{"key": "A-1"}]}'
    server = Desk(data_center(), faults=lambda *_: Reply(200, JSON, endless)).client
    for ask in (lambda: server.search(("x",)), lambda: server.comments("A-1")):
        with pytest.raises(ServiceError, match="more than"):
            ask()
    changes = b'{"accountId": "1", "key": "A-1", "total": 9999999, "values": [{}], "changelog": {"total": 9}}'
    cloud = Desk(World(), faults=lambda *_: Reply(200, JSON, changes)).client
    row = cloud.issue("A-1")
    assert row is not None
    with pytest.raises(ServiceError, match="history"):
        cloud.history(row)


def test_a_history_that_does_not_come_along_is_asked_for() -> None:
    """Where a search brings no history, Data Center is asked for the ticket alone; one without history has none."""
    desk = Desk(data_center())
    made = desk.world.create({"project": {"key": "SEC"}, "issuetype": {"name": "Task"}}, ANN)
    desk.world.move(made.key, "Done", ANN)
    assert [change.items[0].id for change in desk.client.history(IssueRow(made.key))] == ["status"]
    assert desk.client.history(IssueRow("SEC-9")) == ()


def test_a_list_that_ends_early_ends() -> None:
    """An empty page ends a list, whatever its total says."""
    early = b'{"key": "1", "name": "me", "accountId": "1", "total": 5, "changelog": {"total": 9}}'
    for world in (World(), data_center()):
        client = Desk(world, faults=lambda *_: Reply(200, JSON, early)).client
        assert client.search(("x",)) == ()
        assert client.comments("A-1") == ()
        row = client.issue("A-1")
        assert row is not None
        assert client.history(row) == ()


def test_a_label_cannot_leave_its_quotes() -> None:
    """A label in a query is only ever a label."""
    desk = Desk()
    with pytest.raises(ServiceError):
        desk.client.search(('a" OR project = "SEC', "b\\"))
    assert "%22a%5C%22%20OR" in desk.wire.calls[-1].url


def test_keys_are_escaped() -> None:
    """What stands in an address is one word of a path."""
    desk = Desk()
    assert desk.client.issue("../../x?y") is None
    assert desk.wire.asked[-1] == "GET issue/..%2F..%2Fx%3Fy"


def test_a_ticket_that_cannot_be_read_is_not_gone() -> None:
    """Only a ticket that is not there is gone; a Jira that fails says nothing about it."""
    desk = Desk()
    desk.client.me()
    desk.wire.faults = lambda *_: Reply(500, JSON)
    with pytest.raises(ServiceError, match="500"):
        desk.client.issue("SEC-1")


def test_words_of_jira_are_read() -> None:
    """Moments, days and texts are read as they are; what is none is nothing."""
    moment = moment_of("2026-11-23T06:00:00.123+0100")
    assert moment is not None
    assert moment.isoformat() == "2026-11-23T05:00:00+00:00"
    assert moment_of("2026-11-23T06:00:00") is moment_of("") is moment_of("1900-01-01T00:00:00Z") is None
    assert day_of("2026-11-23") is not None
    assert day_of(None) is day_of("soon") is None
    assert (text_of(EMPTY), text_of(Raw(b'"h1. x"')), text_of(Raw(b"["))) == ("", "h1. x", "")
