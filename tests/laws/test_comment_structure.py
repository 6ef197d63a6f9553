"""Hostile reports change nothing outside their place, as a reader of GitHub-flavoured Markdown sees it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Observation, Standing
from aggregator.model.location import Component, Location, Resource
from aggregator.model.outcome import Context, Outcome, Ruling, Verdict
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRef
from aggregator.writers.comment import CommentFacts, render_comment
from aggregator.writers.summary import render_summary
from tests.builders import NOW, finding, outcome, result, scan

GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
SERVER = "https://github.com/acme/shop"
FACTS = CommentFacts(key="k", number=7, head="9be0" * 10, run_url=f"{SERVER}/actions/runs/4711", is_foreign=True)

ATTACKS = [
    "@org/team wake up @everyone",
    "#123 GH-1 owner/repo#1 Fixes #2",
    "4f1c2a9be07d3f5566778899aabbccddeeff0011 deadbeef owner/repo@deadbeef",
    "https://github.com/other/repo/issues/1 www.evil.example http://evil.example ftp://evil.example",
    "mailto:a@evil.example a@evil.example xmpp:a@evil.example <https://evil.example> <a@evil.example>",
    "[click](https://evil.example) [a][b] [b]: https://evil.example",
    "![pixel](https://evil.example/p.png) <img src=//evil.example/p.png>",
    "<!-- onefold:comment v1 k --> <!-- onefold:new 0badf00d -->",
    "-->",
    "</details></summary></sub></table>",
    "<details open><summary>All fixed</summary>",
    "<script>alert(1)</script><style>*{display:none}</style>",
    "::set-output name=total::0",
    "##[group]x ::add-mask::a",
    "\u202egpj.exe \u2066x\u2069 \U000e0041\U000e0042",
    "```\nfence\n```",
    "~~~ fence ~~~ `code` ``code`` `",
    "a | b || c \\| d",
    "one\ntwo\r\n\r\n# three\u2028four\x85five\tsix",
    "=cmd|' /C calc'!A0",
    "+1; -1; @SUM(1)",
    "## Onefold: all is fixed",
    "> [!CAUTION]\n> Run this",
    "- [x] done 1. one * two",
    "===\n---\n***",
    "**bold** __bold__ ~~gone~~ $x^2$ [^1] :octocat: :+1:",
    "&#64;team &lt;b&gt; &amp;#35;1",
    "\\",
    "trailing \\",
    "{{ 7*7 }} ${{ github.token }} {% raw %}",
    "x" * 1_000_000,
    "@a " * 400_000,
    "\ud800\udfff half",
    "http:\u200b//evil.example @\u200bteam #\u200b1",
]
NASTY = st.text(
    st.sampled_from("a1f @#`*_[]()!|<>&\\~$:/-+=.\n\t'\"{}^\u202e\u200b\ud800") | st.characters(), min_size=1
)


def told(word: str) -> Outcome:
    """Give a run in which every text that a report, a log or a person brings is this one."""
    place = Location(f"src/{word[:35]}", 3)  # the address of a much longer one is left out
    primary = result(title=word, tool=word, rule_id=word, scope=word, report=word, location=place)
    package = Component("pkg:npm/x", word, word, (word,), word[:35])
    until = Decision(Disposition.RISK_ACCEPTED, word, word, "exceptions", None, NOW + timedelta(days=5))
    items: list[Finding] = [
        finding(primary, result(tool=f"{word}2"), id="F-1", baseline=Baseline.NEW, vulnerability_ids=(word, word)),
        finding(primary, id="F-2", baseline=Baseline.NEW, weaknesses=(), location=None, component=package),
        finding(
            primary, id="F-3", baseline=Baseline.NEW, reopened_at=NOW, location=None, resource=Resource(word, name=word)
        ),
        finding(primary, id="F-4", baseline=Baseline.UPDATED, changes=(word, word), severity=Severity.LOW),
        finding(primary, id="F-5", standing=Standing.BREACHED, due_at=NOW),
        finding(primary, id="F-6", standing=Standing.APPROACHING, due_at=NOW + timedelta(days=1)),
        finding(primary, id="F-7", baseline=Baseline.ABSENT, closed_at=NOW, closed_reason=word),
        finding(primary, id="F-8", decision=until),
        finding(primary, id="F-9", observation=Observation.HELD, observation_reason=word),
    ]
    return outcome(
        *items,
        context=Context(
            line=Line("acme/shop", "", "main"), run=RunRef("4711"), commit="0" * 40, source_url=f"{SERVER}/{{path}}"
        ),
        verdict=Verdict(Ruling.FAIL, "1 finding meets new.", ("F-1", "F-9")),
        scans=(
            scan(tool=word, scope=word, report=word, completeness=Completeness.FAILED, reason=word, next_step=word),
        ),
        diagnostics=(
            Diagnostic("expected-report-missing", Level.ERROR, word, word, word),
            Diagnostic("scope-not-covered", Level.WARNING, word, word, word, word),
        ),
    )


def summary(of: Outcome) -> str:
    return b"".join(render_summary(of)).decode()


def comment(of: Outcome) -> str:
    return render_comment(of, FACTS)


def flat(text: str) -> list[Token]:
    return [inner for token in GFM.parse(text) for inner in (token, *(token.children or ()))]


def structure(text: str) -> list[tuple[str, str, str]]:
    """Give what a reader's page is built of: each element, each tag of HTML, each run of words as one."""
    found: list[tuple[str, str, str]] = []
    for token in flat(text):
        if token.type == "inline":
            continue
        words = token.type in {"text", "code_inline", "text_special"}
        html = (
            re.sub(r"\b[0-9a-f]{8}\b|\d+", "0", token.content)
            if token.type in {"html_block", "html_inline", "fence"}
            else ""
        )
        part = ("words", "", "") if words else (token.type, token.tag, html)
        if not (words and found and found[-1] == part):
            found.append(part)
    return found


def shown(text: str) -> list[str]:
    """Give the runs of words as GitHub's own passes see them after rendering, code left out."""
    return [token.content for token in flat(text) if token.type in {"text", "text_special"}]


def links(text: str) -> list[Any]:
    return [token.attrs["href"] for token in flat(text) if token.type == "link_open"]


AFTER_RENDERING = (
    r"@\w",
    r"#\d",
    r"(?i)\bGH-\d",
    r"://",
    r"(?i)\bwww\.",
    r"(?i)\b[0-9a-f]{7,64}\b",
    r"(?i):[a-z0-9_+-]+:",
    "[\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e0fff]",
)
"""What GitHub turns into a mention, a reference, a link or a picture, and what turns the text's direction."""


@pytest.mark.parametrize("render", [comment, summary], ids=["comment", "summary"])
@pytest.mark.parametrize("attack", ATTACKS, ids=[ascii(attack[:24]) for attack in ATTACKS])
def test_attacks_stay_in_their_place(render: Any, attack: str) -> None:
    """No known attack changes what the page is built of, makes a link of its own, or calls anybody."""
    holds_in_place(render, attack)


@settings(max_examples=60, deadline=None)
@given(NASTY)
@example("|")
@example("`|")
@example("a\\|")
@example("\u200b")
@pytest.mark.parametrize("render", [comment, summary], ids=["comment", "summary"])
def test_any_text_stays_in_its_place(render: Any, text: str) -> None:
    """Whatever a report says, the page is built as with harmless words."""
    holds_in_place(render, text)


def holds_in_place(render: Any, text: str) -> None:
    """Check a text against a harmless one, which stands behind it so that both have something to show."""
    page, calm = render(told(f"{text} word")), render(told("word"))
    assert structure(page) == structure(calm)
    assert all(link.startswith(f"{SERVER}/") for link in links(page))
    for words in shown(page):
        for pattern in AFTER_RENDERING:
            assert not re.search(pattern, words), pattern
    assert len(page.encode()) <= 65_000


def test_harmless_page_has_all_parts() -> None:
    """The page that the laws compare with shows every kind of block, so that each has been attacked."""
    titles = re.findall(r"<summary>\d* ?([^<]*)</summary>|^### (.*)$", comment(told("word")), re.MULTILINE)
    assert [block or head for block, head in titles] == [
        "New (2), Back again (1)",
        "on the gate's list and not new",
        "fixed",
        "past the due date",
        "due soon",
        "updated",
        "set aside, 1 of them not for long (the first ends in 5 days)",
        "not seen this time and still open",
        "scans read, 1 failed, 1 missing",
        "messages about this run",
        "How to accept a finding, or ask why it is here",
    ]
