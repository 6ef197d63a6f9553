"""Tests of :mod:`aggregator.dedupe.keys.page`: what a formatter leaves of a statement, and of what encloses it."""

from __future__ import annotations

import pytest

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.keys.lines import Lines
from aggregator.dedupe.keys.page import Page, digest_of, words_of
from aggregator.model.result import Kind
from tests.unit.dedupe.flaws import flaw

WRAPPED = """\
def put(
    self,
    path,
) -> None:
    name = (
        path
        + "%09d" % random(0, 1)
    )
    run(
        "echo (",
        name,
    )
"""
FLAT = """\
def put(self, path) -> None:
    name = path + '%09d' % random(0, 1)
    run('echo (', name)
"""


def page(text: str, hidden: frozenset[int] = frozenset()) -> Page:
    """A page whose redactor knows one secret."""
    return Page(text, lambda line: line.replace("hunter2", "*"), hidden)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("call('a', b);", 'call( "a",b )'),
        ("call(a, b,)", "call(a, b)"),
        (r"say('it\'s')", """say("it's")"""),
        ("assert (a == b), c", "assert a == b, c"),
        ("x => run(x)", "(x) => run(x);"),
    ],
)
def test_a_formatter_changes_no_words(one: str, two: str) -> None:
    """Quotes, blanks, parentheses and last commas do not count."""
    assert words_of(one) == words_of(two)


def test_another_name_is_another_word() -> None:
    """Everything else counts."""
    assert words_of("call(a)") != words_of("call(b)")


@pytest.mark.parametrize(("wrapped", "flat"), [(5, 2), (6, 2), (7, 2), (9, 3), (10, 3), (11, 3)])
def test_a_statement_is_read_as_a_whole(wrapped: int, flat: int) -> None:
    """Whichever of its lines is flagged."""
    assert page(WRAPPED).words(wrapped) == page(FLAT).words(flat)
    assert page(WRAPPED).words(5) != page(WRAPPED).words(9)


@pytest.mark.parametrize(("wrapped", "flat"), [(5, 2), (7, 2), (9, 3), (11, 3)])
def test_a_statement_encloses_nothing(wrapped: int, flat: int) -> None:
    """The function does, however its head is laid out, and though a scope tells a statement from another."""
    assert page(WRAPPED).block(wrapped) == page(FLAT).block(flat) == digest_of("def put")[:6]
    assert page(WRAPPED).scope(7) != page(FLAT).scope(2)
    assert page(WRAPPED).block(3) == page("run(a)\n").block(1) == ""


def test_what_is_never_closed_ends_with_its_line() -> None:
    """Of a long list each line is read alone, and a last line needs no closing bracket."""
    text = "data = [\n" + "".join(f"    load('{number}'),\n" for number in range(99)) + "]\n"
    assert page(text).words(3) == digest_of(words_of("load('1')"))
    assert page("run(\n").words(1) == digest_of(words_of("run("))
    assert page(")\n").words(1) == page("\n").words(1) == ""
    assert page("    )\n        run(a)\n").block(2) == ""
    assert page("data = {\n    'a': run(b),\n}\n").block(2) == ""


@pytest.mark.parametrize("line", ["hunter2", '"MIIEpAIBAAKCAQEA7bq2jzz0vTKRo0Xy",'])
def test_nothing_is_told_of_a_statement_with_a_secret(line: str) -> None:
    """Be it on another of its lines."""
    assert page(f"run(\n    {line}\n)\n", frozenset({2}) if line == "hunter2" else frozenset()).words(1) == ""


def test_of_a_secret_only_what_encloses_it_is_told() -> None:
    """The same of every other finding on its line."""
    secret = flaw("key", line=2, kind=Kind.SECRET)
    read = Lines({"app.py": "def f():\n    key = 'x'\n"}, str, [Entry((secret,), "gitleaks-json")])
    assert read.unformatted(secret) == read.unformatted(flaw(line=2)) == "."


def test_without_a_line_nothing_is_told() -> None:
    """No checkout, no line, no file, no such line."""
    read = Lines({"app.py": "run(\n  a)\n"}, str, ())
    unknown = (flaw(line=None), flaw(path="b.py"), flaw(line=9))
    assert {read.unformatted(each) for each in unknown} == {Lines({}, str, ()).unformatted(flaw())} == {""}
    assert read.unformatted(flaw(line=2)).endswith(".-")


def test_a_notebook_is_no_code() -> None:
    """Tools count the lines of its cells, so its own lines tell nothing."""
    read = Lines({"a.ipynb": "one\ntwo\n"}, str, ())
    assert not read.is_empty
    assert read.text(flaw(path="a.ipynb", line=1)) == read.surroundings(flaw(path="a.ipynb", line=1)) == ""
