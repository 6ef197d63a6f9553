import pytest

from aggregator.readers.sarif.log import Message, Text
from aggregator.readers.sarif.messages import render
from tests.unit.readers.sarif.logs import read, result, result_of

BOOK = {"hi": Text("Hello {0}, {{{1}}} {2}")}


def test_a_message_id_is_looked_up_and_filled_once() -> None:
    """Arguments go in in one pass: one that looks like a placeholder stays; a missing one leaves its place."""
    assert render(Message(id="hi", arguments=["{1}", "b"]), BOOK, {}) == "Hello {1}, {b} {2}"
    assert render(Message(id="hi", arguments=["a"]), None, BOOK) == "Hello a, {{1}} {2}"
    assert render(Message(id="no", arguments=["a"]), BOOK, None) == ""
    assert render(None) == ""


@pytest.mark.parametrize(
    ("text", "arguments"),
    [("{0}" * 20_000, ["x" * 20_000]), ("{0} " * 20_000, ["x"]), ("x" * 20_000, ["y"]), ("{0}", [["x" * 20_000]])],
)
def test_a_filled_message_is_no_longer_than_messages_are(text: str, arguments: list[object]) -> None:
    """A few kilobytes of placeholders and one argument would be hundreds of megabytes: it is cut, and one sees it."""
    filled = render(Message(text, arguments=arguments))
    assert (len(filled), filled[-1]) == (10_000, "…")
    assert render(Message(id="long"), {"long": Text("z" * 20_000)}) == "z" * 9_999 + "…"
    assert render(Message("z" * 20_000)) == "z" * 20_000


def test_text_without_arguments_is_left_alone() -> None:
    """Braces of a template language are no placeholders."""
    assert render(Message("{{ user }} {0}")) == "{{ user }} {0}"


def test_markdown_serves_where_the_text_has_no_placeholders() -> None:
    """Snyk Code fills only the Markdown; some tools write nothing else."""
    assert render(Message("plain", "from {0}", arguments=["[x](1)"])) == "from x"
    assert render(Message(markdown="only this")) == "only this"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a [value](1) here", "a value here"),
        ("[x](1),(2) end", "x end"),
        ("[a\\[0\\]](1) end", "a[0] end"),
        ("[x](sarif:/runs/0/results/1)", "x"),
        ("[doc](https://x.example)", "[doc](https://x.example)"),
    ],
)
def test_links_into_the_log_become_their_text(text: str, expected: str) -> None:
    """A link to a location means nothing outside the log; one to the web does."""
    assert render(Message(text)) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"shortDescription": {"text": "Short one. Two."}}, "Short one."),
        ({"shortDescription": {"text": "(?i)key[=:]"}, "name": "KeyRule"}, "KeyRule"),
        ({"name": "R1", "fullDescription": {"text": "Full. More."}}, "Full."),
        ({"name": "3f2b8c9e-1111-2222-3333-444455556666"}, "R1"),
        ({}, "R1"),
    ],
)
def test_a_title_is_the_rules_own_sentence(rule: dict[str, object], expected: str) -> None:
    """Short description, readable name, full description, id: never the message, which differs."""
    assert result_of(rules=[{"id": "R1", **rule}]).title == expected


def test_semgrep_titles_are_made_from_the_id() -> None:
    """Semgrep's short descriptions only repeat the id."""
    rule = {"id": "cfg.eval-use", "shortDescription": {"text": "Semgrep Finding: cfg.eval-use"}}
    found = result_of(result(ruleId="cfg.eval-use"), tool="Semgrep OSS", rules=[rule])
    assert (found.tool, found.rule_id, found.title) == ("Semgrep", "eval-use", "Eval use")


def test_messages_are_looked_up_in_rule_and_component() -> None:
    """SpotBugs names ``default`` of the rule; another tool a message of the driver or of an extension."""
    rule = {"id": "R1", "messageStrings": {"default": {"text": "Null in {0}"}}}
    entry = result(message={"id": "default", "arguments": ["{0}.f"]})
    assert result_of(entry, rules=[rule]).message == "Null in {0}.f"
    shared = {"name": "x", "globalMessageStrings": {"g": {"text": "All of {0}"}}}
    asked = result(message={"id": "g", "arguments": [7]})
    for tool in ({"driver": shared}, {"driver": {"name": "T"}, "extensions": [{**shared, "rules": [{"id": "R1"}]}]}):
        assert read({"tool": tool, "results": [asked]}).scans[0].results[0].message == "All of 7"


def test_controls_never_reach_a_reader() -> None:
    """Null characters and colours of a terminal are dropped."""
    text = "a\x00b \x1b[31mred\x1b[0m"
    found = result_of(result(message={"text": text}), rules=[{"id": "R1", "shortDescription": {"text": text}}])
    assert (found.message, found.title) == ("ab red", "ab red")
