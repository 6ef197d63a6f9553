"""What tickets say of findings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding, Standing
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Location
from aggregator.model.outcome import Context
from aggregator.model.report import Scan
from aggregator.model.result import Rule
from aggregator.model.risk import Risk, Term
from aggregator.model.severity import Severity
from aggregator.writers.finding_words import age
from aggregator.writers.ticket_blocks import Bullets, Heading, Panel, Paragraph, Table, Text, lines_of, words
from aggregator.writers.ticket_marks import about_in, known_in, note_kind, note_mark, note_word, ticket_mark
from aggregator.writers.ticket_text import LONGEST_SUMMARY, shared, single, summary_line
from tests.builders import BEFORE, LINE, NOW, RUN, finding, outcome, result

ANSWER = (Heading("What you can do"), Bullets((words("Fix it."),)))
CONTEXT = Context(line=LINE, run=RUN, source_url="https://x.example/{path}#L{line}")
RULE = Rule("python.sql-injection", help="Use parameters.", help_uri="https://x.example/rule")


def rich(**fields: object) -> Finding:
    given: dict[str, object] = {
        "due_at": NOW - timedelta(days=3),
        "standing": Standing.BREACHED,
        "owners": ("@ann", "@org/team", "b@x.example", "c", "d"),
        "vulnerability_ids": ("CVE-2026-1",),
        "risk": Risk(
            71, (Term("cvss", 60.0, "CVSS is 6.0."), Term("epss", None, "Nobody knows."), Term("age", 0, "New."))
        ),
        "belonging": Belonging(product_type="Payments"),
    }
    return finding(result(message="User input reaches a query."), **{**given, **fields})


def told(item: Finding, **fields: object) -> Text:
    scans = (Scan(tool=item.tool, scope="src", report="r", rules=(RULE,)),)
    return single(item.id, item, outcome(item, context=CONTEXT, scans=scans, **fields), ANSWER)


def read(text: Text) -> list[str]:
    return ["".join(span.text for span in line) for block in text.blocks for line in lines_of(block)]


def rows(text: Text) -> dict[str, str]:
    (table,) = [block for block in text.blocks if isinstance(block, Table)]
    return {head[0].text: "".join(span.text for span in cell) for head, cell in table.rows}


def test_a_ticket_tells_all_there_is_to_know() -> None:
    """Severity, age, place, rule, tools, names, risk, due day, owners, product, why, how, and what people can do."""
    text = told(rich())
    assert read(text)[0] == (
        "HIGH: open since 2026-10-01. The SLA is 49 days, so it was due on 2026-11-19; when this was written, it had "
        "been open for 52 days."
    )
    assert isinstance(text.blocks[0], Panel)
    assert text.blocks[0].kind == "warning"
    assert rows(text) == {
        "Where": "app.py:12",
        "Rule": "python.sql-injection",
        "Reported by": "Semgrep",
        "Known as": "CVE-2026-1, CWE-89",
        "Risk": "71 of 100: CVSS is 6.0.",
        "Due": "2026-11-19",
        "Owner": "ann, org/team, b@x.example, c and 1 more",
        "Product": "Payments, shop",
        "Finding": "F-1111111111",
    }
    heads = [block.text for block in text.blocks if isinstance(block, Heading)]
    assert heads == ["Why", "Fix", "Read on", "What you can do"]
    assert {"User input reaches a query.", "Use parameters.", "https://x.example/rule"} <= set(read(text))
    links = [span.link for block in text.blocks for line in lines_of(block) for span in line if span.link]
    assert links == ["https://x.example/app.py#L12", "https://x.example/rule"]
    assert text.blocks[-2:] == ANSWER
    assert text.members == ("F-1111111111",)


def test_what_is_not_known_is_not_told() -> None:
    """A finding with nothing but a place in a package has no empty rows."""
    package = Component("pkg:npm/lodash@4.17.15", "lodash", "4.17.15", ("4.17.21",), "package-lock.json")
    bare = finding(result(location=None, component=package, weaknesses=()), clock_start=None, owners=("@a",))
    text = single("F-1", bare, outcome(bare), ())
    assert [*rows(text)] == ["Where", "Rule", "Reported by", "Fixed in", "Owner", "Product", "Finding"]
    assert rows(text)["Where"] == "lodash 4.17.15 in package-lock.json"
    assert read(text)[0] == "HIGH: open since 2026-11-22; when this was written, it had been open for 0 days."
    examined = replace(bare, belonging=Belonging("", "till", "Pen test", "staging"))
    told_more = rows(single("F-1", examined, outcome(examined), ()))
    assert (told_more["Product"], told_more["Engagement"]) == ("till, staging", "Pen test")
    nowhere = finding(result(location=None))
    assert rows(single("F-1", nowhere, outcome(nowhere), ()))["Where"] == "-"


def test_who_verified_it_is_told() -> None:
    """What is verified names who said so, or where, and that is news; any other status is told by a note."""
    verified = Decision(Disposition.VERIFIED, author="kim")
    assert rows(told(rich(decision=verified)))["Status"] == "verified by kim"
    assert rows(told(rich(decision=Decision(Disposition.VERIFIED, origin="agreement"))))["Status"].endswith("agreement")
    assert rows(told(rich(decision=Decision(Disposition.VERIFIED))))["Status"] == "verified"
    assert "Status" not in rows(told(rich())) | rows(told(rich(decision=verified, closed_at=NOW)))
    assert told(rich(decision=verified)).mark != told(rich()).mark


def test_a_day_to_come_is_said_so() -> None:
    """What is not late yet is due."""
    assert "so it is due on 2026-11-24" in age(rich(due_at=NOW + timedelta(days=2)), NOW)
    assert isinstance(told(rich(standing=Standing.WITHIN)).blocks[0], Panel)
    assert told(rich(standing=Standing.WITHIN)).blocks[0].kind == "info"  # type: ignore[union-attr]


def test_a_long_place_shows_its_end() -> None:
    """A path that is too long loses its beginning."""
    deep = finding(result(location=Location("x/" * 150 + "end.py", 3)))
    assert rows(told(deep))["Where"].startswith("…/x/")
    assert rows(told(deep))["Where"].endswith("end.py:3")


def test_many_tools_are_counted() -> None:
    """Eight tools are named, the rest is counted."""
    tools = [result(tool=f"Tool {number}") for number in range(10)]
    assert rows(told(finding(*tools)))["Reported by"].endswith("Tool 7 and 2 more")


@pytest.mark.parametrize(
    ("field", "value", "is_news"),
    [
        ("severity", Severity.LOW, True),
        ("due_at", NOW, True),
        ("owners", ("@ben",), True),
        ("location", Location("other.py", 12), True),
        ("location", Location("app.py", 99), False),
        ("last_seen", BEFORE, False),
        ("risk", Risk(3), False),
    ],
)
def test_a_text_is_written_anew_for_news_alone(field: str, value: object, is_news: bool) -> None:
    """The fingerprint in the mark changes with what people must know, not with lines, days or scores."""
    before, after = told(rich()), told(rich(**{field: value}))
    assert (before.mark != after.mark) is is_news
    assert about_in(after.mark) == "F-1111111111"


def listed(count: int, **fields: object) -> tuple[Finding, ...]:
    return tuple(finding(id=f"F-{number:010d}", due_at=NOW, **fields) for number in range(count))


def test_a_shared_ticket_lists_its_findings() -> None:
    """A row for each finding, the reason once, and every finding named beside the mark."""
    items = listed(70)
    text = shared("rule-x", "70 findings of one rule.", items, outcome(*items), ANSWER)
    table = next(block for block in text.blocks if isinstance(block, Table))
    assert table.heads == ("Severity", "Finding", "Where", "Due")
    assert len(table.rows) == 60
    assert ["".join(span.text for span in cell) for cell in table.rows[0]] == [
        "High",
        "SQL query built from user input F-0000000000",
        "app.py:12",
        "2026-11-22",
    ]
    assert table.total == 70
    assert text.members == tuple(item.id for item in items)
    assert about_in(text.mark) == "rule-x"
    few = shared("rule-x", "One.", listed(1), outcome(*listed(1)), ())
    assert isinstance(few.blocks[-1], Table)
    assert few.mark != shared("rule-x", "One.", listed(1), outcome(*listed(1)), ANSWER).mark
    assert few.mark == shared("rule-x", "One.", listed(1), outcome(*listed(1)), (), ANSWER).mark


def test_findings_of_several_rules_share_no_reason() -> None:
    """Where rules differ there is no one reason to give."""
    item = result(message="Why.")
    items = (finding(item, id="F-1"), finding(result(rule_id="other"), id="F-2", due_at=None))
    text = shared("rolling", "Two.", items, outcome(*items), ())
    assert [type(block) for block in text.blocks] == [Paragraph, Table]
    same = shared("rule-x", "One.", items[:1], outcome(*items), ())
    assert Heading("Why") in same.blocks


def test_a_summary_is_one_line() -> None:
    """Jira takes fewer than 255 characters and no line break."""
    assert summary_line("a\nb") == "a b"
    assert len(summary_line("x" * 300)) == LONGEST_SUMMARY
    assert summary_line(" ") == "Untitled"


def test_marks_are_read_as_they_are_written() -> None:
    """What a mark was made of can be told from it; a mark of another kind tells nothing of a ticket."""
    mark = ticket_mark("F-1~2", "0123456789abcdef")
    assert (about_in(mark), known_in(mark)) == ("F-1~2", "0123456789abcdef")
    note = note_mark("reminder", date(2026, 11, 22).isoformat())
    assert (about_in(note), known_in(note)) == ("", "")
    assert (note_kind(note), note_word(note)) == ("reminder", "2026-11-22")
