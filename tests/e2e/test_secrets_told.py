"""No secret leaves by what a run tells others: documents, tickets, messages and pushes, however it is packed there."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest

from aggregator.run.exits import Exit
from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request
from tests.canaries import CORE, HIDDEN, KNOWN, SHAPES, leak_of, planted, reshaped, traces_in
from tests.e2e.repository import semgrep
from tests.e2e.street import POLICY, Street
from tests.fakes.chat import SLACK, TEAMS

DOCUMENTS = {"dashboard.html!data", "dashboard.html!details-0", "report.md", "evidence.zip!state.json"}
_ESCAPED = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["/\\]))')
CODE = {"semgrep.json": semgrep("eval")}


def layers(data: bytes) -> str:
    """A text and what it says once its escapes are undone: of JSON, of HTML and of addresses."""
    text = data.decode("utf-8", "replace")
    undone = [text, html.unescape(text), unquote(text)]
    undone += [_ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], each) for each in undone]
    return "\n".join(undone)


def digests(value: str) -> set[str]:
    """The hashes by which a value could be looked up, in hex."""
    makers = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.blake2b)
    return {make(value.encode()).hexdigest()[:20] for make in makers}


def found_in(left: Mapping[str, bytes], *texts: str) -> dict[str, list[str]]:
    """Where any of the texts stands, in any case and under any escape; reports of scanners are not ours."""
    ours = {name: layers(data).lower() for name, data in left.items()}
    hits = {name: [text for text in texts if text.lower() in said] for name, said in ours.items()}
    return {name: hit for name, hit in hits.items() if hit}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Street:
    """A quiet first run, then planted reports of all kinds in all shapes, and 40 days later some more."""
    street = Street(tmp_path_factory.mktemp("told") / "street")
    reports = dict(planted())
    for number, shape in enumerate(SHAPES.values()):
        reports[f"{number}/leaks.json"] = leak_of(shape)
        reports |= {f"{number}/{name}": data for name, data in reshaped(shape).items()}
    street.run(CODE)
    street.run(reports)
    street.repository.hub.clock.pass_days(40)
    street.run({**reports, "more.json": leak_of("Another-one-8829")})
    return street


def test_everybody_was_told(told: Street) -> None:
    """The canaries were not kept back by telling nobody: tickets, messages, rows and documents are there."""
    assert {run.code for run in told.runs} == {Exit.OK}
    assert len(told.jira.tickets) > 10
    assert {address: len(posts) for address, posts in told.chat.posts.items()} == {SLACK: 3, TEAMS: 3}
    assert len(told.dojo.rows) > 50
    names = {name.rpartition("/")[2] for name in told.left()}
    assert names >= DOCUMENTS


def test_no_canary_is_told(told: Street) -> None:
    """No byte of a secret, nor of what is never kept, in any shape and under any escape."""
    left = told.left()
    assert found_in(left, CORE, HIDDEN, "kn0wn") == {}
    assert {name: found for name, data in left.items() if (found := traces_in(layers(data)))} == {}


def test_no_hash_of_a_secret_is_told(told: Street) -> None:
    """A hash of a password is looked up in no time."""
    values = {KNOWN, HIDDEN, *SHAPES.values()}
    assert found_in(told.left(), *sorted(set().union(*map(digests, values)))) == {}


def test_what_opens_the_services_is_told_to_nobody(told: Street) -> None:
    """Neither a token nor an address of a webhook is in a document, a log or a message to anybody."""
    secrets = (told.jira.token, told.dojo.token, SLACK, TEAMS, "T0CANARY", "sEcReTcAnArY", told.repository.token)
    assert len(told.dojo.token) > 8
    assert found_in(told.left(), *secrets) == {}
    for origin, requests in told.sent.items():
        others = {told.jira.url: told.dojo.token, told.dojo.origin: told.jira.token}
        assert not any(
            secret in repr(dict(each.headers)) for each in requests for secret in (others.get(origin, SLACK),)
        )


def test_secrets_that_people_wrote_into_rules_are_masked(tmp_path: Path) -> None:
    """Into the policy, the exceptions or a reason: evidence, tickets and messages do not carry them on."""
    street = Street(tmp_path / "street")
    token = "AKIAZQ7KNOWNABCDEFGH"
    street.policy = f"{POLICY}# {SLACK} {street.jira.token}\npaths: {{roots: [/{street.dojo.token}]}}\n"
    written = f"It was {json.dumps(KNOWN)[1:-1]}, see {TEAMS}, {street.dojo.token} and {token}."
    rules = tmp_path / "exceptions.yml"
    rules.write_text(
        f'# {SLACK}\nexceptions:\n  - status: risk_accepted\n    reason: "{written}"\n'
        "    owner: kim\n    expires: 2026-12-01\n    rule: eval\n"
    )
    reports = {**CODE, "gitleaks.json": planted()["gitleaks.json"]}
    for _ in range(2):
        street.run(reports, exceptions=rules)
    left = street.left()
    kept = {name.rpartition("!")[2]: data for name, data in left.items() if "!policy/" in name}
    assert b"It was [redacted], see [redacted], [redacted] and [redacted]." in kept["policy/onefold-exceptions.yml"]
    assert json.loads(kept["policy/in-force.json"])["paths"]["roots"] == ["/[redacted]"]
    assert b"It was [redacted], see" in next(data for name, data in left.items() if name.endswith("decisions.csv"))
    secrets = (street.jira.token, street.dojo.token, "T0CANARY", "sEcReTcAnArY", token, "kn0wn")
    assert found_in(left, *secrets) == {}


class Grim:
    """A service that answers every call with the same bad news, and tells as much of the call as it can."""

    def __init__(self, status: int | Break) -> None:
        self.status = status
        self.asked: list[Request] = []

    def send(self, request: Request) -> Reply:
        """The bad news."""
        self.asked.append(request)
        if isinstance(self.status, Break):
            raise BrokenExchange(self.status)
        said = json.dumps({"detail": [request.url, dict(request.headers)], "file": [request.url]}).encode()
        return Reply(self.status, {"location": "https://mallory.example/", "content-type": "application/json"}, said)


@pytest.mark.parametrize("status", [200, 302, 307, 400, 401, 403, 404, 500, Break.TIMEOUT, Break.NO_CONNECTION])
def test_no_failure_tells_what_opens_a_service(tmp_path: Path, status: int | Break) -> None:
    """Refused, redirected, broken: the reason is said without the token and the address, which go nowhere else."""
    street = Street(tmp_path / "street", policy=POLICY.replace('mode: "on"', 'mode: "off"'))
    services = (street.jira.url, street.dojo.origin, SLACK, TEAMS)
    street.wires = {origin: Grim(status) for origin in services}
    stranger = street.wires["https://mallory.example"] = Grim(200)
    street.run(CODE)
    street.run({"semgrep.json": semgrep("eval", "shell")}, dry_run=True)
    first, _ = street.runs
    assert first.code is Exit.DELIVERY
    assert len([line for line in first.console.warned if "Could not" in line]) > 0
    assert stranger.asked == []
    assert [each for each in services if not street.sent[each]] == []
    left = street.left()
    assert found_in(left, street.jira.token, street.dojo.token, SLACK, TEAMS, "sEcReTcAnArY") == {}
