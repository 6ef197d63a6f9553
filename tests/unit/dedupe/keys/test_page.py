"""Tests of :mod:`aggregator.dedupe.keys.page`."""

from __future__ import annotations

import pytest

from aggregator.dedupe.keys.page import UNKNOWN, Page, digest_of

PYTHON = """\
import os

class Shop(Base):
    def sell(self, item):
        if item:
            run(item)

    def close(
        self,
        hard,
    ):
        stop(hard)
"""
BRACES = """\
public class Shop
{
    @Override
    public void sell(Item item) {
        } else {
            run(item);
        }
    }
}
func (s *Shop) Close(hard bool) {
\tstop(hard)
}
"""


def page(text: str, hidden: frozenset[int] = frozenset()) -> Page:
    """A page whose redactor knows one secret."""
    return Page(text, lambda line: line.replace("hunter2", "*"), hidden)


def scope(*names: str) -> str:
    """What a scope of these names, the innermost first, reads like."""
    return digest_of("\n".join(names))[:6]


@pytest.mark.parametrize(
    ("text", "line", "names"),
    [
        (PYTHON, 6, ("def sell", "class Shop")),
        (PYTHON, 12, ("def close", "class Shop")),
        (BRACES, 6, ("public void sell", "public class Shop")),
        (BRACES, 11, ("func (s *Shop) Close",)),
        ("if True:\n    run(item)\n", 2, ()),
        ("run(item)\n", 1, ()),
    ],
)
def test_what_encloses_a_line(text: str, line: int, names: tuple[str, ...]) -> None:
    """The two innermost things with a name enclose a line; what only steers is none, and a bracket ends a name."""
    assert page(text).scope(line) == (scope(*names) if names else "")


def test_scope_is_found_once() -> None:
    """Lines of one block share their scope, whichever is asked first."""
    body = "def f():\n" + "    run()\n" * 5
    whole = page(body)
    assert {whole.scope(line) for line in (6, 3, 4, 6)} == {scope("def f")}


def test_a_hidden_line_names_nothing() -> None:
    """A line that holds a secret encloses without a name."""
    assert page("def f():\n    run()\n", frozenset({1})).scope(2) == ""


def test_neighbours_have_words() -> None:
    """Blank lines and brackets are no neighbours; beyond the file nothing is known."""
    lines = page("a = 1\n\n)\nrun()\n}\n")
    assert lines.above(4) == digest_of("a = 1")[:4] + UNKNOWN * 2
    assert lines.below(4) == UNKNOWN * 3


def test_white_space_is_no_difference() -> None:
    """A digest is of the line with its white space folded, and of the redacted one."""
    assert page("  run( hunter2,\tx )").digest(1) == digest_of("run( *, x )")
    assert page("\n").digest(1) == ""


@pytest.mark.parametrize("line", ["hunter2", "MIIEpAIBAAKCAQEA7bq2jzz0vTKRo0Xy", '"MIIEpAIBAAKCAQEA7bq2jzz0vTKRo0Xy",'])
def test_nothing_is_told_of_key_material(line: str) -> None:
    """Neither a line that is known to hold a secret nor one that looks like the body of a key has a digest."""
    text = f"begin key\n{line}\nend of the key\n"
    lines = page(text, frozenset({2}) if line == "hunter2" else frozenset())
    assert lines.digest(2) == ""
    assert lines.above(3).startswith(UNKNOWN)
    assert lines.folded(2, 3) == ("" if line == "hunter2" else f"{line} end of the key")


def test_a_form_feed_ends_no_line() -> None:
    """Lines are counted as scanners count them."""
    assert page("a\x0cb\nc").lines == ["a\x0cb", "c"]
