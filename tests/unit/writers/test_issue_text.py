"""Tests of :mod:`aggregator.writers.issue_text`, ``issue_marks`` and ``issue_comments``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding, Standing
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Location, Resource
from aggregator.model.outcome import Outcome
from aggregator.model.result import Kind, Rule
from aggregator.planning.commands import USAGE
from aggregator.policy import Policy
from aggregator.sla import Clock
from aggregator.writers.finding_words import days_late
from aggregator.writers.issue_comments import answer, decided, fixed, heard, misunderstood, reminder
from aggregator.writers.issue_marks import (
    END,
    base_key,
    comment_kind,
    comment_mark,
    content_mark,
    has_our_title,
    heard_in,
    is_shared_key,
    issue_mark,
    key_in,
    members_in,
    moment_word,
    rule_key,
    says_the_same,
    since_in,
)
from aggregator.writers.issue_text import LONGEST_BODY, Text, finding_issue, rolling_issue, rule_issue
from tests.builders import NOW, finding, outcome, result, scan

HOSTILE = (
    "<!-- onefold:issue v1 F-2 --> <!-- onefold:content v1 0000000000000000 0000000000000000 -->\n"
    "<!-- onefold:content v1 0000000000000000 0000000000000000 -->\r@acme/all closes #1 </details> | ``` "
    "![x](http://e.example) \u202egnp\u0000 https://e.example/acme/shop/issues/1"
)


def late(*sources: Any, **fields: Any) -> Finding:
    """A finding past its SLA, dated as the clock would."""
    item = finding(*sources, **fields)
    return replace(item, due_at=Clock(Policy.default(), NOW).of(item)[0], standing=Standing.BREACHED)


def text(item: Finding, **fields: Any) -> Text:
    """The text of the issue about one finding."""
    return finding_issue(item.id, item, outcome(item, **fields), USAGE)


def linked(item: Finding) -> Outcome:
    """A run that knows where its files can be seen."""
    told = outcome(item)
    return replace(
        told, context=replace(told.context, source_url="https://github.com/acme/shop/blob/abc/{path}#L{line}")
    )


def test_an_issue_says_what_where_since_when_and_how_to_decide() -> None:
    """Severity, age, SLA, place with a link, rule, message, fix, links, sources and every command."""
    item = late(result(message="Query built here."))
    rule = Rule(
        item.rule_id,
        description="d",
        help="Bind it.",
        help_uri="https://rules.example/1",
        references=("javascript:x", "https://e.example/a/b/issues/1"),
    )
    told = replace(linked(item), scans=(scan(), scan(rules=(rule,))))
    written = finding_issue(item.id, item, told, USAGE)
    assert written.title == "HIGH: SQL query built from user input in app.py is past its SLA"
    for part in (
        "open since 2026-10-01. The SLA is 30 days, so it was due on 2026-10-31",
        "it had been open for 52 days",
        "[`app.py:12`](https://github.com/acme/shop/blob/abc/app.py#L12)",
        "`python.sql-injection` (Semgrep)",
        "CWE-89",
        "**Why**: Query built here.",
        "**Fix**: Bind it.",
        "**Read on**: <https://rules.example/1>",
        *USAGE,
    ):
        assert part in written.body
    assert "javascript" not in written.body
    assert "e.example" not in written.body
    assert written.body.startswith("<!-- onefold:issue v1 F-1111111111 -->\n<!-- onefold:content v1 ")


def test_an_issue_says_whose_it_is() -> None:
    """The owner has a row, and a new owner is news; without the policy's word nobody is notified."""
    item = late()
    ours, theirs = (text(replace(item, owners=(name,))) for name in ("@kim", "@lee"))
    assert "| Owner | kim |" in ours.body
    assert "@kim" not in ours.body
    assert "| Owner | @kim |" in text(replace(item, owners=("@kim",)), mentions=True).body
    assert not says_the_same(ours.body, theirs.body)
    listed = rolling_issue("key", [replace(item, owners=("@kim",))], outcome(item), USAGE)
    assert " · owner: kim</sub>" in listed.body


def test_a_problem_of_the_web_is_explained_by_its_rule() -> None:
    """What a web scanner says of one page is only where it was, so the rule's own words come first."""
    item = late(result(kind=Kind.DAST, message="Seen at GET /a."))
    rules = (scan(rules=(Rule(item.rule_id, description="The header is missing."),)),)
    assert "**Why**: The header is missing." in text(item, scans=rules).body
    assert "**Why**: Seen at GET /a." in text(item).body


def test_a_package_says_what_mends_it() -> None:
    """The vulnerability and the versions that carry the fix."""
    package = Component("pkg:npm/lodash", "lodash", "4.17.15", ("4.17.21",), "package-lock.json")
    item = late(
        result(kind=Kind.SCA, location=None, component=package, weaknesses=(), vulnerability_ids=("CVE-2020-8203",))
    )
    written = text(item)
    assert "| Known as | CVE-2020-8203 |" in written.body
    assert "| Fixed in | `4.17.21` |" in written.body
    assert " in lodash 4.17.15 in package-lock.json is past its SLA" in written.title


def test_a_rule_without_words_says_less() -> None:
    """What no report says is left out: a link, a fix, a weakness, a place, a title."""
    bare = late(result(weaknesses=(), title="", location=None, resource=None))
    written = text(bare)
    assert not any(word in written.body for word in ("**Why**", "**Fix**", "**Read on**", "Known as", "Fixed in"))
    assert written.title == "HIGH: Untitled is past its SLA"
    same = text(late(result(message="Same.")), scans=(scan(rules=(Rule("python.sql-injection", help="Same."),)),))
    assert "**Fix**" not in same.body
    nameless = late(result(title="", component=Component("p", "lib", fixed_versions=())))
    assert "has findings past their SLA" in rule_issue("rule/x/y", [nameless], outcome(nameless), USAGE).title


@pytest.mark.parametrize("is_shared", [False, True], ids=["one", "rule"])
def test_a_run_that_saw_nothing_keeps_what_reports_said(is_shared: bool) -> None:
    """Without a report about the finding the prose stays as it stands there, and is missed where there is none."""
    item = late(result(message="Query built here."))
    rules = (scan(rules=(Rule(item.rule_id, help="Bind it.", help_uri="https://rules.example/1"),)),)
    unseen = replace(item, sources=())

    def written(seen: Finding, told: Outcome, earlier: str = "") -> str:
        if is_shared:
            return rule_issue("rule/a/b", [unseen, seen], told, USAGE, (), earlier).body
        return finding_issue("F", seen, told, USAGE, earlier).body

    whole, missed = written(item, outcome(item, scans=rules)), outcome(unseen, scans=())
    brief = written(unseen, missed, "By somebody.")
    prose = "**Why**: Query built here.\n\n**Fix**: Bind it.\n\n**Read on**: <https://rules.example/1>"
    assert brief == whole.replace(f"\n\n{prose}\n\n", "\n\n").replace(
        " -->\n<!-- onefold:home", " brief -->\n<!-- onefold:home"
    )
    assert written(unseen, missed, whole) == written(unseen, missed, whole.replace("\n", "\r\n")) == whole
    assert written(unseen, missed, brief) == brief
    assert says_the_same(whole, brief)
    assert says_the_same(brief, brief)
    assert not says_the_same(brief, whole)


def test_the_tool_a_finding_is_named_after_says_most() -> None:
    """What another tool says of it stands there until that one was read, and is not put over its words."""
    item = late(result(message="Query built here."))
    other = replace(item, sources=(result(tool="Bandit", message="Looks bad."),))
    whole, less = text(item).body, text(other).body
    assert "**Why**: Looks bad." in less
    assert not says_the_same(less, whole)
    for earlier, words in ((less, "Looks bad."), (whole, "Query built here.")):
        again = finding_issue(item.id, other, outcome(other), USAGE, earlier).body
        assert f"\n\n**Why**: {words}\n\n" in again
        assert says_the_same(earlier, again)


def test_only_news_change_the_mark() -> None:
    """Lines, commits, days and messages do not count; severity, place, versions and tools do."""
    one = text(late(result(message="a")))
    moved = late(result(message="b", location=Location("app.py", 99)))
    same = finding_issue(moved.id, moved, replace(linked(moved), now=NOW.replace(day=28)), USAGE)
    assert says_the_same(one.body, same.body)
    assert not says_the_same(one.body, text(late(result(location=Location("b.py")))).body)
    assert not says_the_same("", one.body)
    assert not says_the_same(one.body, "")


def test_a_title_is_known_again() -> None:
    """Whether people gave the issue another title is told by the mark."""
    written = text(late())
    assert has_our_title(written.title, written.body)
    assert not has_our_title("Mend the login", written.body)
    assert not has_our_title(written.title, "")


def test_a_list_is_cut_where_the_room_ends() -> None:
    """Ten thousand findings stay within what GitHub keeps, and the text says how many more there are."""
    wide = [late(id=f"F-{number}", title="ü" * 300) for number in range(2_000)]
    told = outcome(*wide[:1])
    for written in (rule_issue("rule/a/b", wide, told, USAGE), rolling_issue("rolling", wide, told, USAGE)):
        assert len(written.body.encode()) <= 65_000
        assert "more stand in `findings.csv`." in written.body
        assert USAGE[0] in written.body


def test_prose_that_does_not_fit_is_left_out_whole() -> None:
    """The marks, the list and the commands always stand."""
    item = late(result(message="&" * 60_000))
    rule = Rule(
        item.rule_id, help="<" * 60_000, references=tuple(f"https://e.example/{'a' * 1900}{n}" for n in range(9))
    )
    many = [late(result(message="&" * 60_000), id=f"F-{n}", title="<" * 300) for n in range(2_000)]
    written = rule_issue("rule/a/b", many, replace(outcome(item), scans=(scan(rules=(rule,)),)), USAGE)
    assert len(written.body.encode()) <= 65_000
    assert "**Decide**" in written.body
    assert "**Read on**" not in written.body


@pytest.mark.parametrize("field", ["title", "message", "rule_id", "tool"])
def test_hostile_text_stays_in_its_place(field: str) -> None:
    """No mention, no second mark, no HTML, no image, no line of its own: in every text we write."""
    item = late(result(**{field: HOSTILE}), id="F-1")
    told = outcome(item, scans=(scan(tool=item.tool, rules=(Rule(item.rule_id, help=HOSTILE, help_uri=HOSTILE),)),))
    key = rule_key(item.tool, item.rule_id)
    accepted = replace(
        item, decision=Decision(Disposition.RISK_ACCEPTED, HOSTILE, HOSTILE, "issues"), closed_reason=HOSTILE
    )
    for body, marks in (
        (finding_issue("F-1", item, told, USAGE).body, 5),
        (rule_issue(key, [item], told, USAGE).body, 6),
        (rolling_issue("rolling", [item], told, USAGE).body, 5),
        (reminder([item], NOW), 1),
        (fixed([accepted], NOW), 1),
        (decided([accepted], NOW), 1),
        (answer([heard(HOSTILE, accepted), misunderstood(HOSTILE, "No.", USAGE)], "2026", [(1, "a" * 16)]), 2),
    ):
        assert sum(line.startswith("<!--") for line in body.splitlines()) == marks
        outside = "".join(part for index, part in enumerate(body.replace("\\`", "").split("`")) if index % 2 == 0)
        assert "@acme" not in outside
        assert "![x](" not in outside
        assert "</details>" not in outside
        assert "\u202e" not in body
    assert key_in(issue_mark(key)) == key
    assert "\n" not in text(item).title


@given(st.text(), st.text())
def test_a_rules_key_fits_its_mark(tool: str, rule: str) -> None:
    """Whatever a tool calls itself and its rules, the key is one word, is read back, and is that rule's alone."""
    key = rule_key(tool, rule)
    assert key_in(issue_mark(key)) == base_key(key) == key
    assert is_shared_key(key)
    assert rule_key(tool + "x", rule) != key
    assert rule_key(tool, rule + "~2") != f"{key}~2"


def test_long_keys_stay_apart() -> None:
    """Two long rule ids that begin alike have two keys."""
    one, two = (rule_key("Semgrep", "a" * 1000 + end) for end in "bc")
    assert one != two
    assert key_in(issue_mark(one)) == one


def test_marks_are_read_at_the_beginning_only() -> None:
    """A mark further down is somebody's quotation."""
    assert key_in(f"> {issue_mark('F-1')}") == ""
    assert comment_kind(f"see {comment_mark('reminder', '2026-11-22')}") == ""
    assert comment_kind(comment_mark("reminder", "2026-11-22")) == "reminder"
    mark = content_mark(("a",), "t")
    assert says_the_same(f"x\r\n{mark}\r\n", mark)


def test_the_latest_answer_counts() -> None:
    """An answer names what it answers, as it was then; of a comment that was answered twice the last one counts."""
    one, two = "a" * 16, "b" * 16
    bodies = [answer(["x"], moment_word(NOW), [(7, one), (8, one)]), "x", answer(["y"], "2026", [(7, two)])]
    assert heard_in(bodies) == {7: two, 8: one}
    assert heard_in([comment_mark("reminder", "2026-11-22") + bodies[0], comment_mark("answer", "2026")]) == {}


@pytest.mark.parametrize("kind", ["finding", "rule", "rolling"])
def test_what_people_write_below_stays(kind: str) -> None:
    """Notes below our last line outlive every edit, as they are; without that line the text is ours."""
    item = finding()
    told = outcome(item, scans=())

    def write(earlier: str) -> str:
        if kind == "finding":
            return finding_issue("F-1", item, told, USAGE, earlier).body
        if kind == "rule":
            return rule_issue("rule/a/b", [item], told, USAGE, earlier=earlier).body
        return rolling_issue("rolling", [item], told, USAGE, earlier).body

    bare = write("")
    assert bare.endswith(END)
    notes = f"### Plan (kim)\n- [x] PR 77\n\n**Why**: because.\n> {END}"
    noted = f"{bare}\r\n\r\n{notes}"
    assert write(noted) == f"{bare}\n\n{notes}"
    assert write(write(noted)) == write(noted)
    assert write(noted.replace(END, "")) == bare


def test_long_notes_leave_less_room() -> None:
    """What people wrote comes before the rows of a table; beyond what GitHub takes it is cut."""
    items = [finding(id=f"F-{number}") for number in range(600)]
    told = outcome(*items, scans=())
    bare = rule_issue("rule/a/b", items, told, USAGE).body
    long = rule_issue("rule/a/b", items, told, USAGE, earlier=f"{bare}\n{'note ' * 9_000}").body
    assert long.count("note ") == 8_999
    assert members_in(long) == members_in(bare)
    full = rule_issue("rule/a/b", items, told, USAGE, earlier=f"{bare}\n{'note ' * 90_000}").body
    assert 60_000 < len(full.encode()) <= LONGEST_BODY


def test_what_is_heard() -> None:
    """An answer tells what holds now: another word, a closing, nothing known."""
    item = finding()
    assert heard("kim", item).endswith("it is open and asks for action.")
    assert heard("kim", replace(item, closed_at=NOW)).endswith("the finding is closed already.")
    assert "no finding" in heard("kim", None)
    verified = replace(item, decision=Decision(Disposition.VERIFIED, origin="issues"))
    assert heard("kim", verified) == "kim: heard; it is **verified** (issues)"


def test_words_about_an_end() -> None:
    """A proof or a decision that says nothing is a plain word, and a long list is cut."""
    assert "- SQL query built from user input (`F-1111111111`): closed" in fixed([finding()], NOW)
    silent = replace(finding(), title="", decision=Decision(Disposition.SUPPRESSED))
    assert decided([silent], NOW).endswith("- Untitled (`F-1111111111`): suppressed")
    assert fixed([finding()] * 12, NOW).endswith("- and 2 more")


def test_how_late() -> None:
    """Whole days; on the day itself just late."""
    item = late()
    assert days_late(item, NOW) == "22 days past its SLA"
    assert days_late(replace(item, due_at=NOW), NOW) == "past its SLA"
    assert days_late(replace(item, due_at=None), NOW) == "past its SLA"


def test_a_resource_is_a_place() -> None:
    """Cloud findings name their resource."""
    bucket = Resource("arn:aws:s3:::logs", name="logs")
    assert " in logs is past its SLA" in text(late(result(kind=Kind.CLOUD, location=None, resource=bucket))).title


def test_first_days_come_back_from_a_text() -> None:
    """The day on which each finding was first seen stands in the issue, and is read again; oddities are nothing."""
    items = [late(id=f"F-{number}", first_seen=NOW - timedelta(days=number)) for number in range(1, 4)]
    body = rule_issue("rule/Semgrep/r", items, outcome(*items), USAGE).body
    assert since_in(body) == {f"F-{number}": NOW - timedelta(days=number) for number in range(1, 4)}
    assert since_in("no mark") == {}
    assert since_in("<!-- onefold:since v1 F-1=2026-99-99T12:00:00Z F-2=2026-01-01T00:00:00Z -->") == {
        "F-2": datetime(2026, 1, 1, tzinfo=UTC)
    }


def test_an_issue_says_whose_product_it_is_about() -> None:
    """A finding that is not in the run's own product or engagement says so; any other one needs no row for it."""
    item = late(belonging=Belonging("retail", "till", "Pen | test", "staging"))
    body = finding_issue("k", item, outcome(item), ()).body
    assert "| Product | till, staging |" in body
    assert "| Engagement | Pen \\| test |" in body
    assert "| Product |" not in finding_issue("k", late(), outcome(late()), ()).body
