"""Tickets in ADF and in wiki markup: the same said in both, and what a report wrote is only ever text."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.writers import escape
from aggregator.writers.ticket_adf import LONGEST, Node, adf, text_in
from aggregator.writers.ticket_blocks import Block, Bullets, Code, Heading, Panel, Paragraph, Span, Table, Text, words
from aggregator.writers.ticket_marks import mark_in, members_in
from aggregator.writers.ticket_wiki import wiki_markup
from tests.fakes.jira.shapes import is_document
from tests.wikimarkup import active, shown

MARK = "onefold:ticket v1 F-1 0123456789abcdef"
NASTY = st.text(
    st.sampled_from("ab1 {}[]|\\*_-+^~!?#():;DPx/@&<.\n\t\u202e\u200b") | st.characters(exclude_categories=("Cs", "Co"))
)
ATTACKS = [
    "{code}x{code}{noformat}y{noformat}{quote}{color:red}z{color}",
    "[click|javascript:alert(1)] [https://evil.example] [~admin] [#anchor] [^file] [mailto:a@b.example]",
    "!https://evil.example/pixel.png! mailto:a@b.example http://evil.example file://x \\\\server\\share",
    "(!) (/) (x) (y) (on) :) ;) :( :P :D",
    "h1. heading",
    "bq. quote",
    "# one",
    "---- -- --- -gone- _so_ +more+ ^up^ ~down~ ??who?? *bold* {{even}}",
    "|| head || | cell |",
    "&#123;code&#125; &amp; \\{code}",
    f"onefold:ticket v1 F-2 {'0' * 16} {'0' * 16}",
    "onefold:findings v1 F-9 F-8",
    "one\ntwo\r\nthree\u2028four",
]


def documents(*blocks: Block, members: tuple[str, ...] = ()) -> tuple[str, str, Node]:
    """The same in wiki markup, in ADF as it goes over the wire, and in ADF as it comes back."""
    text = Text(blocks, MARK, members)
    sent = msgspec.json.encode(adf(text)).decode()
    assert is_document(json.loads(sent))
    return wiki_markup(text), sent, msgspec.json.decode(sent, type=Node)


def everywhere(text: str) -> tuple[Block, ...]:
    """A text at every place that it can stand."""
    line = (Span(text), Span(f" {text} ", strong=True), Span(text, code=True), Span(text, link="https://x.example"))
    return (
        Panel(line),
        Panel(line, "warning"),
        Heading(text),
        Paragraph(line),
        Bullets((line, line)),
        Table(((line, line), (words(text), words(""))), (text, "")),
        Table(((words(text), line),)),
        Code(text),
    )


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("before", ["", "x", "x "])
def test_an_attack_is_only_text_in_wiki_markup(attack: str, before: str) -> None:
    """No macro, link, mention, picture, face or format comes of what a report wrote; all of it is shown."""
    line = escape.wiki(before + attack)
    assert active(line) == []
    assert shown(line) == escape.plain(before + attack)


@given(NASTY)
@example("-\\-")
@example("h1.")
def test_any_text_is_only_text_in_wiki_markup(text: str) -> None:
    """Whatever stands in a report starts nothing, and the same characters are shown."""
    line = escape.wiki(text)
    assert active(line) == []
    assert shown(line) == escape.plain(text).replace("\u200b", "")


@given(NASTY)
def test_nothing_ends_a_block_of_code(text: str) -> None:
    """Lines of code stay lines of code, and no macro in them begins or ends."""
    for line in escape.wiki_code(f"{text}{{noformat}}{{code}}{text}").split("\n"):
        assert "{noformat}" not in line
        assert "{code}" not in line
    assert escape.wiki_code("a\x00b\r\n\tc  \n\n") == "ab\n\tc"


@settings(max_examples=20)
@given(NASTY)
@example(ATTACKS[0])
@example("")
def test_any_text_makes_a_document(text: str) -> None:
    """Every block of any text is a document after the schema, and wiki markup whose frames are all closed."""
    markup, _, _ = documents(*everywhere(text), members=("F-1", "F-2"))
    assert markup.count("{panel") == 4
    assert markup.count("{noformat}") == 4


@pytest.mark.parametrize("attack", ["plain", *ATTACKS])
def test_our_mark_is_found_below_any_text(attack: str) -> None:
    """The last mark is ours, whatever stands before it, and the text is known to be as it was written."""
    markup, _, node = documents(*everywhere(attack), members=("F-1", "F-2"))
    for said in (markup, markup.replace("\n", "\r\n"), text_in(node)):
        mark = mark_in(said)
        assert mark is not None
        assert (mark.mark, mark.is_as_written) == (MARK, True)
        assert members_in(said) == ("F-1", "F-2")


def test_an_edit_is_known() -> None:
    """A word more or less is noticed in both dialects; blanks and the marks of an editor are not."""
    markup, sent, _ = documents(Paragraph(words("One thing.")))
    for changed in (markup.replace("thing", "thong"), f"More.\n{markup}", f"{markup}\nMore."):
        mark = mark_in(changed)
        assert mark is not None
        assert not mark.is_as_written
    spaced = mark_in(markup.replace(" thing", "  \n thing"))
    assert spaced is not None
    assert spaced.is_as_written
    inserted = sent.replace('{"type":"text","text":"One thing."}', '{"type":"mention","attrs":{"id":"1","text":"@A"}}')
    mark = mark_in(text_in(msgspec.json.decode(inserted, type=Node)))
    assert mark is not None
    assert not mark.is_as_written
    parts = '{"type":"text","text":"One "},{"type":"hardBreak"},{"type":"text","text":"thing.","marks":[]}'
    split = sent.replace('{"type":"text","text":"One thing."}', parts)
    mark = mark_in(text_in(msgspec.json.decode(split, type=Node)))
    assert mark is not None
    assert mark.is_as_written


def test_a_text_without_a_mark_is_none_of_ours() -> None:
    """What people wrote bears no mark and names no findings."""
    assert mark_in("Buy milk. onefold: v1") is None
    assert members_in("Buy milk.") == ()


def test_what_does_not_fit_is_left_out() -> None:
    """A text that is too long loses whole blocks, never its mark; what fits after them stays."""
    long = Paragraph(words("x" * 20_000))
    markup, sent, node = documents(Heading("First"), long, long, Paragraph(words("Last.")))
    for said, size in ((markup, len(markup)), (text_in(node), len(sent))):
        assert size <= LONGEST
        assert said.count("x" * 20_000) == 1
        assert "First" in said
        assert "Last." in said
        mark = mark_in(said)
        assert mark is not None
        assert mark.is_as_written


def test_a_long_table_is_cut_before_sentences_are() -> None:
    """Sentences have room first; a table shows the rows that fit, and says how many there are besides."""
    rows = tuple((words(f"row {number}"), words("y" * 150)) for number in range(300))
    table = Table(rows, ("A", "B"), 600)
    markup, sent, node = documents(table, Paragraph(words("z" * 2000)), members=tuple(f"F-{n}" for n in range(500)))
    for said, size in ((markup, len(markup)), (text_in(node), len(sent))):
        shown_rows = said.count("y" * 150)
        assert LONGEST - 800 < size <= LONGEST
        assert 50 < shown_rows < 200
        assert f"{600 - shown_rows} more stand in findings.json." in said
        assert "z" * 2000 in said
        assert len(members_in(said)) == 500
    few = Table(rows[:2], ("A", "B"))
    assert "2 more stand" in text_in(documents(Paragraph(words("x" * 32_400)), few)[2])
    assert "2 more stand" in documents(Paragraph(words("x" * 32_560)), few)[0]
    assert "more" not in documents(Paragraph(words("x" * 32_660)), few)[0]
    assert "1 more stands" in documents(Table(rows[:1], ("A", "B"), 2))[0]


def test_the_same_is_said_in_both() -> None:
    """What blocks are in either dialect."""
    line = (Span("See "), Span("this", strong=True), Span(" and "), Span("that", link="https://x.example/a"))
    blocks = (Panel(line, "success"), Heading("Why"), Table(((words("a"),),), ("H",)), Code("x\ny"))
    markup, sent, _ = documents(*blocks, Paragraph((Span("bad", link="javascript:alert(1)"), Span(""), Span(" "))))
    assert markup.split("\n\n{noformat}\nonefold")[0] == (
        "{panel:bgColor=#e3fcef}\nSee *this* and [that|https://x.example/a]\n{panel}\n\nh3. Why\n\n||H||\n|a|\n\n"
        "{noformat}\nx\ny\n{noformat}\n\nbad"
    )
    content = json.loads(sent)["content"]
    assert [each["type"] for each in content] == ["panel", "heading", "table", "codeBlock", "paragraph", "paragraph"]
    assert content[0]["content"][0]["content"][3]["marks"] == [
        {"type": "link", "attrs": {"href": "https://x.example/a"}}
    ]
    assert "javascript" not in sent


def test_a_link_with_brackets_is_still_one() -> None:
    """What would end a link stands before it; what would need escapes within stars stands without them."""
    markup, _, _ = documents(Paragraph((Span("app/[id].ts", link="https://x.example"), Span(" a*b", strong=True))))
    assert markup.startswith("app/\\[id\\].ts ([link|https://x.example]) a\\*b\n")
    assert documents(Paragraph((Span("https://x.example/a-b", link="https://x.example/a-b"),)))[0].startswith(
        "[https://x.example/a-b]\n"
    )


def test_members_are_named_within_bounds() -> None:
    """Of very many findings the first 500 are named; what is no id is not."""
    markup, _, _ = documents(members=tuple(f"F-{number}" for number in range(600)))
    assert len(members_in(markup)) == 500
    markup, _, _ = documents(members=("F 1", "{x}"))
    assert members_in(markup) == ()


def test_links_of_people_are_read() -> None:
    """What an editor puts in as a card is part of what is said."""
    card = Node("paragraph", content=(Node("inlineCard", attrs={"url": "https://x.example", "localId": 7}),))
    assert text_in(card) == "https://x.example\n"
