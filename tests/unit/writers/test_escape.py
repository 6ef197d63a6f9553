import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aggregator.writers import escape

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(st.sampled_from("ab1 @#`*_[]()!|<>&\\~$:/-+=.\n\t'\"{}^\u202e\u200b") | st.characters())
ATTACKS = [
    "@org/team and \\@user",
    "Fixes #12, GH-34, owner/repo#1",
    "![](https://evil.example/pixel.png)",
    "<img src=x onerror=alert(1)>",
    "<!-- onefold:marker -->",
    "</details></table>",
    "a | b \\| c",
    "```\ncode\n```",
    "[click](javascript:alert(1))",
    "https://evil.example www.evil.example a@b.example",
    "# heading",
    "1. list",
    "- list",
    "> quote",
    "\u202egpj.exe",
    "&#64;user &lt;b&gt;",
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
    "**bold** ~~gone~~ $x$",
    "===",
]


def flat(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def shown(markdown: str) -> str:
    """The text that a reader sees, without the spaces of no width."""
    text = "".join(token.content for token in flat(GFM.parse(markdown)) if token.type in {"text", "code_inline"})
    return text.replace("\u200b", "")


def kinds(markdown: str) -> set[str]:
    return {token.type for token in flat(GFM.parse(markdown))}


def visible(text: str) -> str:
    return escape.plain(text).replace("\u200b", "")


@given(NASTY)
@pytest.mark.parametrize("frame", ["{}", "- {}", "| a |\n| --- |\n| {} |"], ids=["paragraph", "item", "cell"])
def test_markdown_starts_nothing(frame: str, text: str) -> None:
    """In a paragraph, an item or a cell any text is only text, and all of it is shown."""
    assert kinds(frame.format(escape.markdown(text))) == kinds(frame.format("x" if visible(text) else ""))
    assert shown(frame.format(escape.markdown(text))).endswith(visible(text))


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_attacks(attack: str) -> None:
    """No known attack makes anything but a paragraph of text."""
    assert kinds(escape.markdown(attack)) == {"paragraph_open", "inline", "text", "paragraph_close"}


@given(NASTY)
def test_markdown_links_nothing(text: str) -> None:
    """What GitHub looks for in the rendered text is parted: mentions, numbers, addresses, commit ids."""
    rendered = "".join(token.content for token in flat(GFM.parse(escape.markdown(text))) if token.type == "text")
    for found in (r"@\w", r"#\d", r"GH-\d", r"://", r"www\.", r"\b[0-9a-f]{7,64}\b", r":[\w+-]+:"):
        assert not re.search(found, rendered, re.IGNORECASE), found


@given(NASTY)
@example("`a``b`")
@example("a|b")
def test_code_spans(text: str) -> None:
    """A code span holds any text, also in a table's cell."""
    cell = f"| a |\n| --- |\n| {escape.markdown_code(text)} |"
    assert kinds(cell) - {"code_inline", "text"} == kinds("| a |\n| --- |\n| x |") - {"text"}
    assert shown(cell).removeprefix("a") == visible(text)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", " =", "\t=", "\xa0+"])
def test_csv_formula(start: str) -> None:
    """What a spreadsheet could take for a formula starts with an apostrophe."""
    assert escape.csv(f"{start}1+1").replace("\t'=", "\t=") == f"'{start}1+1"


@pytest.mark.parametrize("start", [";=", ";-", "; +", "\t@", ";\uff1d", "\t-"])
def test_csv_formula_behind_another_separator(start: str) -> None:
    """Where rows are parted at semicolons or tabs, what follows one is no formula either."""
    assert escape.csv(f"x{start}1+1") == f"x{start[:-1]}'{start[-1]}1+1"


@pytest.mark.parametrize("text", ["", "a=1", " a", "1", "'x", "a; b", "a; - b", "a;b=c"])
def test_csv_plain(text: str) -> None:
    """Everything else stays as it is."""
    assert escape.csv(text) == text


@pytest.mark.parametrize("piece", ["\t", ";", "; ", ";\xa0", "\t\xa0\xa0"])
def test_a_csv_field_of_blanks_costs_no_more_than_its_length(piece: str) -> None:
    """Where a path or a rule is made of what may part two cells, each blank is looked at once; the sign is found."""
    text = "a" + piece * (200_000 // len(piece))
    start = time.perf_counter()
    assert escape.csv(f"{text}b") == f"{text}b"
    assert escape.csv(f"{text}=1") == f"{text}'=1"
    assert time.perf_counter() - start < 5


@given(NASTY)
@example("::error::x")
@example(" \xa0::set-output name=a::b")
@example("x ##[add-mask]y")
@example("a\r::b\x85::c\u2028::d")
@example("\u200b::x::y")
@example("##\u200b[group]x")
def test_workflow_log(text: str) -> None:
    """No line of a log is a command for the runner, however lines are parted."""
    for line in re.split("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", escape.workflow_log(text)):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_workflow_log_keeps_lines() -> None:
    """Lines stay lines, and what is harmless stays as it is."""
    assert escape.workflow_log("one\r\ntwo a::b\n  indented") == "one\ntwo a::b\n  indented"


@given(st.text(), st.integers(1, 50))
def test_clip(text: str, limit: int) -> None:
    """A clipped text is never longer than asked, and a short one is not touched."""
    found = escape.clip(text, limit)
    assert len(found) <= limit
    assert len(text) > limit or found == text


def test_plain() -> None:
    """A text on one line: breaks are spaces, controls and direction marks are gone."""
    assert escape.plain(" a\n b\u202e\x07c ") == "a bc"
    assert escape.plain(" a  b ") == "a  b"
    assert escape.plain(" a  \u00bb  b ") == "a  \u00bb  b"


@pytest.mark.parametrize("mark", ["\ud800", "\U000e0041", "\U000e0101", "\u3164", "\ufff9", "\u034f"])
def test_plain_hides_nothing(mark: str) -> None:
    """Half characters and marks that can carry a hidden message are gone, so that any text can be written."""
    assert escape.plain(f"a{mark}b") == "ab"
    assert escape.markdown(f"a{mark}b") == "ab"
    assert escape.markdown_code(f"a{mark}b") == "`ab`"
    assert escape.workflow_log(f"a{mark}b") == "ab"


@pytest.mark.parametrize("link", ["https://a.example/b?c=d#e", "http://a.example"])
def test_links(link: str) -> None:
    """A web address is a link."""
    assert escape.is_link(link)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://a.example",
        "https://",
        "https://a.example/>x",
        "https://a.example/a b",
        "https://a.example/é",
        "https://a.example/\n",
        "https://[a",
        "https://a:b:c@/",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_no_links(text: str) -> None:
    """Anything else, or an address that ends a Markdown link, is not."""
    assert not escape.is_link(text)
