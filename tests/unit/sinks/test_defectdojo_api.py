"""Tests of :mod:`aggregator.sinks.defectdojo_api`."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest

from aggregator.model.errors import Fault, ServiceError, UsageError
from aggregator.sinks.defectdojo_api import FORM, DojoApi, address_of
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.transport.session import Session
from tests.fakes.defectdojo import server
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.faults import After
from tests.fakes.github.clock import FakeClock

FIELDS = [
    ("scan_type", server.SCAN_TYPE),
    ("product_name", "shop"),
    ("product_type_name", "Retail"),
    ("engagement_name", "Onefold"),
    ("test_title", "Semgrep"),
    ("auto_create_context", "true"),
    ("close_old_findings", "false"),
]
REPORT = json.dumps(
    {
        "type": "Onefold",
        "findings": [{"title": "A", "severity": "High", "description": "d", "unique_id_from_tool": "F-1"}],
    }
).encode()
CANARY = "canary-5521"


def api(dojo: FakeDefectDojo, **session: Any) -> DojoApi:
    """A client of the double."""
    return DojoApi(Session(dojo, FakeClock(), **session), dojo.origin, dojo.token)


def refused(dojo: FakeDefectDojo, fields: list[tuple[str, str]] = FIELDS, report: bytes = REPORT) -> ServiceError:
    """How a push fails."""
    with pytest.raises(ServiceError) as caught:
        api(dojo).reimport(fields, report)
    return caught.value


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("https://dojo.example", "https://dojo.example"),
        (" https://dojo.example/ ", "https://dojo.example"),
        ("https://dojo.example/api/v2/", "https://dojo.example"),
        ("https://dojo.example/api", "https://dojo.example"),
        ("http://10.0.0.7:8080/dojo", "http://10.0.0.7:8080/dojo"),
    ],
)
def test_an_address_is_taken_as_people_write_it(said: str, address: str) -> None:
    """With or without the API's path and a slash."""
    assert address_of(said) == address


@pytest.mark.parametrize(
    "said",
    [
        "dojo.example",
        "ftp://dojo.example",
        "https://",
        "https://u:canary@dojo.example",
        "https://d/?a=canary",
        "https://[",
        "x",
    ],
)
def test_what_is_no_address_is_refused(said: str) -> None:
    """Without showing it: people put passwords into addresses."""
    with pytest.raises(UsageError) as caught:
        address_of(said)
    assert "canary" not in str(caught.value)


def test_a_push_makes_what_it_needs_and_gives_the_test() -> None:
    """Product type, product, engagement and test are made, and the findings stand in it."""
    dojo = FakeDefectDojo()
    number = api(dojo).reimport(FIELDS, REPORT)
    assert [(key, test.id) for key, test in dojo.tests.items()] == [(("shop", "Onefold", "Semgrep"), number)]
    assert dojo.open() == ["F-1"]
    assert FORM <= server.FORM


def test_products_are_known_by_their_exact_names() -> None:
    """DefectDojo's own filter takes no notice of case."""
    dojo = FakeDefectDojo()
    assert not api(dojo).has_product("shop")
    api(dojo).reimport(FIELDS, REPORT)
    assert api(dojo).has_product("shop")
    assert not api(dojo).has_product("SHOP")


def test_findings_are_found_by_their_exact_ids_and_edited() -> None:
    """An id that begins alike is another finding; of two rows the later one is meant."""
    dojo = FakeDefectDojo()
    test = api(dojo).reimport(FIELDS, REPORT.replace(b"F-1", b"F-11"))
    assert api(dojo).find(test, "F-1") is None
    number = api(dojo).find(test, "F-11")
    assert number is not None
    assert api(dojo).edit(number, {"severity": "Low"})
    assert [row.severity for row in dojo.rows] == ["Low"]
    dojo.may_edit = False
    assert not api(dojo).edit(number, {"severity": "High"})
    with pytest.raises(ServiceError):
        api(dojo).find(test, "F-1") or api(FakeDefectDojo()).edit(99, {"severity": "Low"})


def test_the_connection_is_checked_with_a_question() -> None:
    """Whoever answers otherwise than a DefectDojo is none."""
    dojo = FakeDefectDojo()
    api(dojo).greet()
    dojo.faults = lambda *_: Reply(200, {"content-type": "text/html"}, b"<h1>Welcome</h1>")
    with pytest.raises(ServiceError, match="no DefectDojo answers there"):
        api(dojo).greet()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(401), "it does not know the token"),
        (Reply(403), "the token's user may not do this"),
        (Reply(404), "no DefectDojo answers there"),
        (Reply(405), "no DefectDojo answers there"),
        (Reply(413), "Lower defectdojo.part-findings"),
        (Reply(301, {"location": f"https://x/{CANARY}"}), "Write the address that it redirects to"),
        (Reply(400, {}, b"<html>"), "it found the request wrong."),
        (Reply(400, {}, b'{"test_title":["canary-5521"],"message":"canary-5521"}'), "wrong because of test_title."),
        (
            Reply(400, {}, b'{"message":"Report file is too large. Maximum is 100 MB"}'),
            "Lower defectdojo.part-findings",
        ),
        (Reply(500), "HTTP status 500"),
        (Reply(201, {}, b"[]"), "no DefectDojo answers there"),
    ],
)
def test_every_refusal_says_whose_turn_it_is(reply: Reply, said: str) -> None:
    """What is wrong and what to do about it, never what was sent nor what was answered."""
    dojo = FakeDefectDojo(token=CANARY)
    dojo.faults = lambda *_: reply
    error = refused(dojo, [*FIELDS, ("branch_tag", CANARY)])
    assert said in str(error)
    assert error.fault not in {Fault.PERMISSION, Fault.MISSING}
    assert CANARY not in "".join(traceback.format_exception(error))
    assert CANARY not in repr(error)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"product_type_name": "Other"}, "The product is there under another product type"),
        ({"environment": "Moon"}, "Add the environment in DefectDojo"),
        ({"product_name": "new", "product_type_name": ""}, "may not be blank"),
    ],
)
def test_what_the_server_says_is_understood(change: dict[str, str], said: str) -> None:
    """Its own refusals lead to the step that mends them."""
    dojo = FakeDefectDojo()
    dojo.makes_environments = False
    api(dojo).reimport(FIELDS, REPORT)
    error = refused(dojo, list((dict(FIELDS) | change).items()))
    assert said in str(error) or "report it as a fault of Onefold" in str(error)


def test_a_product_nobody_says_where_to_put_is_named() -> None:
    """A product that is new needs a product type."""
    fields = [field for field in FIELDS if field[0] != "product_type_name"]
    assert "name its product type" in str(refused(FakeDefectDojo(), fields))


def test_another_kind_of_test_is_named() -> None:
    """A test of the same name that is not ours is not overwritten."""
    dojo = FakeDefectDojo()
    api(dojo).reimport(FIELDS, REPORT.replace(b"Onefold", b"Acme"))
    assert "rename it in DefectDojo" in str(refused(dojo))


def test_one_wrong_finding_is_our_fault() -> None:
    """A report with a key that DefectDojo does not know is refused whole, and changes nothing."""
    dojo = FakeDefectDojo()
    error = refused(dojo, report=REPORT.replace(b'"title"', b'"name":"x","title"'))
    assert "report it as a fault of Onefold" in str(error)
    assert dojo.rows == []


@pytest.mark.parametrize(
    "lost", [After(Break.TIMEOUT), After(Break.RESET), After(Break.CUT_SHORT), After(Reply(502)), After(Reply(504))]
)
def test_what_may_have_been_done_is_not_done_again_at_once(lost: After) -> None:
    """A second reimport beside the first would make findings twice; the next run repeats it, and changes nothing."""
    dojo = FakeDefectDojo()
    dojo.faults = lambda number, _: lost if number == 0 else None
    error = refused(dojo)
    assert dojo.reimports == 1
    assert "It may have been carried out all the same" in str(error)
    api(dojo).reimport(FIELDS, REPORT)
    assert dojo.open() == ["F-1"]
    assert len(dojo.rows) == 1


def test_what_was_surely_not_done_is_asked_again() -> None:
    """Without a connection, in a rate limit and while it is busy starting."""
    outcomes: list[Reply | Break] = [Break.NO_CONNECTION, Reply(429, {"retry-after": "1"}), Reply(503)]
    dojo = FakeDefectDojo()
    dojo.faults = lambda number, _: outcomes[number] if number < len(outcomes) else None
    api(dojo).reimport(FIELDS, REPORT)
    assert (dojo.reimports, dojo.open()) == (4, ["F-1"])


def test_a_limit_that_lasts_is_told() -> None:
    """A wait that is longer than we are willing to wait ends the push."""
    dojo = FakeDefectDojo()
    dojo.faults = lambda *_: Reply(429, {"retry-after": "7200"})
    error = refused(dojo)
    assert error.fault is Fault.RATE
    assert "next run" not in str(error)


def test_the_token_stands_in_one_header() -> None:
    """Neither in the address nor in the body, nor where a request is printed."""
    dojo = FakeDefectDojo(token=CANARY)
    api(dojo).reimport(FIELDS, REPORT)
    (call,) = dojo.calls
    assert call.headers["Authorization"] == f"Token {CANARY}"
    assert CANARY.encode() not in call.body
    assert CANARY not in call.url + call.purpose + repr(call)
    assert isinstance(call, Request)
