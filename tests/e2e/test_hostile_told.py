"""Text of an attacker in what a run tells others: nothing of it is interpreted, and everything stays valid."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from aggregator.run.exits import Exit
from tests.e2e.repository import semgrep
from tests.e2e.street import Street
from tests.e2e.test_hostile import prowler, sarif
from tests.e2e.test_hostile import semgrep as evil_semgrep
from tests.fakes.chat import SLACK, TEAMS
from tests.fakes.jira.desk import data_center
from tests.fakes.jira.shapes import is_document
from tests.fakes.jira.world import World

ATTACK = (
    "</script><script>alert(1)</script><!--\u2028\u2029\u202e\x00\x1b[2J\ud800 *b* _i_ <!channel> <@U0> @here ~s~ `c` "
    "<https://evil.example|x> {code}{html}x{html}{code} {noformat} !https://evil.example/x.png! [~admin] "
    "[l|https://evil.example] ||a|| =1+1;=2+2\t@SUM(1) ![p](https://evil.example/p) [x](javascript:alert(1)) "
    "</details><img src=x onerror=alert(1)> &lt; \\u003cscript {{7*7}} @octocat #1 | \nh1. x\n# h\n::error::x\n"
)
STARTS = ("=2+2", "@SUM", "=", "+", "-", "@")
OURS = {"github.com", "github.example", "jira.example", "tracker.example", "cwe.mitre.org"}


def longest() -> bytes:
    """Titles, rules and texts of a megabyte."""
    report = json.loads(semgrep("B" * (1 << 20), "shell"))
    report["results"][1]["extra"]["message"] = "A" * (1 << 20) + ATTACK
    return json.dumps(report).encode()


@pytest.fixture(scope="module", params=[World, data_center], ids=["cloud", "data-center"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Street:
    """A quiet run, an attack, and 40 days later the attack once more, with texts of a megabyte."""
    street = Street(tmp_path_factory.mktemp("told") / "street", jira=request.param())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.e2e.test_hostile.EVIL", ATTACK)
        reports = {"s.json": evil_semgrep(), "x.json": sarif(), "p.json": prowler()}
    packed = {name: json.dumps(report).encode() for name, report in reports.items()}
    street.run({"quiet.json": semgrep("eval")})
    street.run(packed)
    packed["long.json"] = longest()
    street.repository.hub.clock.pass_days(40)
    street.run(packed)
    assert [run.code for run in street.runs] == [Exit.OK] * 3
    return street


def last(told: Street, name: str) -> bytes:
    """A document of the last run, or a part of one."""
    folder = told.runs[-1].folder.name
    return told.left()[f"file {folder}/{name}"]


class Tags(HTMLParser):
    """Counts what a browser would see begin."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.seen.append((tag, dict(attrs)))


def tags(page: bytes) -> list[tuple[str, dict[str, str | None]]]:
    """The tags of a page and their attributes."""
    parser = Tags()
    parser.feed(page.decode())
    return parser.seen


def test_the_page_stays_the_page(told: Street) -> None:
    """The dashboard has the tags of a dashboard without an attack, and its data can be read."""
    left = told.left()
    quiet, small, large = (tags(left[f"file {run.folder.name}/dashboard.html"]) for run in told.runs)
    for seen in (small, large):
        for name in ("script", "img", "iframe", "style", "link", "meta"):
            assert len([each for each in seen if each[0] == name]) == len([each for each in quiet if each[0] == name])
        assert not [each for each in seen if any(attribute.startswith("on") for attribute in each[1])]
    data = json.loads(last(told, "dashboard.html!data"))
    details = json.loads(last(told, "dashboard.html!details-0"))
    assert len(data["rows"]) > 5
    assert "</script>" in json.dumps(data) + json.dumps(details)


def test_papers_stay_papers(told: Street) -> None:
    """The report calls nobody and shows no foreign picture; no cell of the evidence is a formula."""
    report = last(told, "report.md").decode()
    assert report.count("<details") == report.count("</details>")
    assert not re.search(
        r"<img|<script|@octocat|(?<!\\)!\[|(?<!\\)\]\((?!https://(?:github\.com|github\.example|jira|tracker))", report
    )
    for name in ("findings.csv", "decisions.csv", "history.csv"):
        csv.field_size_limit(2 << 20)
        rows = list(csv.reader(io.StringIO(last(told, f"evidence.zip!{name}").decode(), newline="")))
        assert {len(row) for row in rows} == {len(rows[0])}
        cells = [part for row in rows for cell in row for part in (cell, *re.split("[;\t]", cell)[1:])]
        assert not [cell for cell in cells if cell.lstrip().startswith(STARTS) and cell != "-"]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(each)


def links(value: Any) -> set[str]:
    """The hosts that a document leads to."""
    return {
        urlsplit(each[name]).hostname or each[name]
        for each in nodes(value)
        for name in ("href", "url")
        if isinstance(each.get(name), str) and each[name] not in {SLACK, TEAMS}
    }


def test_tickets_stay_tickets(told: Street) -> None:
    """In Cloud valid documents of our own kinds of nodes, in Data Center markup whose every mark is ours."""
    texts = [each.fields["description"] for each in told.jira.tickets]
    texts += [said["body"] for each in told.jira.tickets for said in each.comments]
    assert len(texts) > 5
    for text in texts:
        if isinstance(text, str):
            assert len(text) <= 32_767
            assert not re.search(
                r"\{code\}|\{html\}|(?<!\\)!https|(?<!\\)\[~admin|(?<!\\)\[l\||\|\|a\|\||^h1\. x", text, re.MULTILINE
            )
            assert text.count("{noformat}") % 2 == 0
            assert set(re.findall(r"(?<![\\{])\{(\w+)", text)) <= {"noformat", "panel"}
        else:
            assert is_document(text)
            kinds = {each["type"] for each in nodes(text) if "type" in each}
            assert not kinds & {"mention", "inlineCard", "media", "extension", "emoji", "blockCard"}
            assert links(text) <= OURS
    for ticket in told.jira.tickets:
        assert "\n" not in ticket.fields["summary"]
        assert len(ticket.fields["summary"]) <= 255


def test_messages_stay_messages(told: Street) -> None:
    """Within the limits of both services, of plain pieces of text, and with links of ours alone."""
    assert [len(told.chat.posts[each]) for each in (SLACK, TEAMS)] == [3, 3]
    for message in told.chat.posts[SLACK]:
        assert len(json.dumps(message)) < 13_000
        assert len(message["blocks"]) <= 50
        assert not re.search(r"<[!@#h]", message["text"])
        kinds = {each["type"] for each in nodes(message) if "type" in each}
        own = {"header", "plain_text", "rich_text", "rich_text_section", "rich_text_list", "text", "link", "context"}
        assert kinds <= own
        assert links(message) <= OURS
    for message in told.chat.posts[TEAMS]:
        assert len(json.dumps(message)) < 21_000
        kinds = {each["type"] for each in nodes(message) if "type" in each}
        assert kinds <= {"message", "AdaptiveCard", "RichTextBlock", "TextRun", "Action.OpenUrl"}
        assert links(message) <= OURS


def test_pushes_stay_pushes(told: Street) -> None:
    """DefectDojo takes every report, and its Markdown calls nobody, shows no picture and leads nowhere else."""
    assert len(told.dojo.rows) > 5
    for row in told.dojo.rows:
        for name in ("description", "mitigation", "references", "steps_to_reproduce", "severity_justification"):
            text = str(row.fields.get(name) or "")
            bare = re.sub(r"(`+).*?\1", "", text)
            assert not re.search(r"<img|<script|@octocat|(?<!\\)!\[|(?<!\\)\]\(", bare)


def test_a_small_page_stays_the_page(tmp_path: Path) -> None:
    """Data so small that it is not packed ends no script of the page's either."""
    street = Street(tmp_path / "street")
    ended = street.run({"s.json": semgrep("</script><!--<script>")})
    page = (ended.folder / "dashboard.html").read_text()
    blocks = re.findall(r'<script type="application/json" id="[a-z0-9-]+">(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == 2
    assert [bool(json.loads(block)) for block in blocks] == [True, True]
    assert not any("<" in block for block in blocks)
