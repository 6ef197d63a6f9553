"""Tests of what is followed when a formatter changed the lines: quotes, commas, wrapped statements."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.dedupe.keys.identity import UNFORMATTED
from aggregator.dedupe.tracking.row import Row
from aggregator.model.location import Location
from aggregator.model.result import Result
from aggregator.model.state import Tracked
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report

CALLS = "def publish(a):\n" + "".join(f"    call('step {number}', shell=True)\n" for number in range(8))


def flagged(text: str, word: str, *, shows: bool = False) -> list[Result]:
    """A result for each line with the word."""
    lines = enumerate(text.split("\n"), 1)
    return [flaw("r", "app.py", at, snippet=line if shows else "") for at, line in lines if word in line]


def forgetful(memory: tuple[Tracked, ...]) -> tuple[Tracked, ...]:
    """A memory of before the keys of statements."""
    return tuple(
        replace(
            each,
            sightings=tuple(
                replace(seen, keys=tuple(key for key in seen.keys if not key.startswith(UNFORMATTED)))
                for seen in each.sightings
            ),
        )
        for each in memory
    )


def followed(old: str, new: str, *words: str, is_old: bool = False) -> list[tuple[int, int]]:
    """Lines of now and then of what was recognised; the second word is that of the second run, if there is one."""
    first = folded(report(*flagged(old, words[0])), sources={"app.py": old}).findings
    known = {each.id: each.sources[0].location.start_line for each in first if each.sources[0].location}
    memory = forgetful(remember(first)) if is_old else remember(first)
    results = report(*flagged(new, words[-1]))
    second = folded(results, previous=memory, sources={"app.py": new}, now=LATER).findings
    pairs = [(known.get(each.id), each.sources[0].location) for each in second if each.sources]
    return [(then, where.start_line or 0) for then, where in pairs if then and where]


def test_other_quotes_are_no_other_lines() -> None:
    """Lines that all change their quotes at once stay what they are."""
    quoted = CALLS.replace("'", '"')
    assert followed(CALLS, quoted, "call") == [(line, line) for line in range(2, 10)]
    assert followed(CALLS, quoted, "call", is_old=True) == [(line, line) for line in range(2, 10)]


def test_other_quotes_of_snippets_are_no_other_lines() -> None:
    """So it is where reports show texts and there is no checkout."""
    first = folded(report(*flagged(CALLS, "call", shows=True))).findings
    quoted = report(*flagged("\n\n" + CALLS.replace("'", '"'), "call", shows=True))
    second = folded(quoted, previous=remember(first), now=LATER).findings
    assert [each.id for each in second] == [each.id for each in first]
    assert "reformatted" in {each.carried[0].key for each in second}


HEADS = """\
def check(a, b):
    assert (
        a == 1
    ), "some longer text"
    wait()
    assert b == 2, "another text"
"""
TURNED = """\
def check(a, b):
    assert a == 1, "some longer text"
    wait()
    assert (
        b == 2
    ), "another text"
"""


def test_equal_first_lines_of_statements_prove_little() -> None:
    """A formatter that wraps one assertion and unwraps the other exchanges nothing."""
    assert sorted(followed(HEADS, TURNED, "assert")) == [(2, 2), (6, 4)]


BODY = "def put(a):\n    name = run(a, 'x') + rest(a)\n    done()\n\ndef get(a):\n    run(a)\n"


def test_the_only_one_left_in_its_function_is_the_old_one() -> None:
    """A line that was rewritten and wrapped is followed by the function, by an older memory as well."""
    wrapped = BODY.replace(
        "    name = run(a, 'x') + rest(a)\n", "    name = (\n        rest(a)\n        + go(a, 3)\n    )\n"
    )
    wrapped = wrapped.replace("    done()\n", "    other()\n").replace("    run(a)", "    go(a)")
    for is_old in (False, True):
        assert sorted(followed(BODY, wrapped, "run", "go", is_old=is_old)) == [(2, 4), (6, 9)]


def test_a_line_that_stands_still_is_no_other_one() -> None:
    """What a scan no longer reports although it is there is not taken for what is new in its function."""
    runs = "def f():\n    one()\n    run(1)\n    two()\n    run(2)\n    three()\n"
    more = f"{runs}    four()\n    five()\n    six()\n    go(5)\n    six()\n    five()\n    go(6)\n"
    assert followed(runs, more, "run", "go") == []
    assert followed(runs, more.replace("run", "ran"), "run", "go") == [(3, 10), (5, 13)]


def test_more_than_before_are_not_told_apart() -> None:
    """Where other lines came as well, nobody knows which is the old one."""
    assert (
        followed("def f():\n    a()\n    run(1)\n    b()\n", "def f():\n    go(2)\n    c()\n    go(5)\n", "run", "go")
        == []
    )


def test_a_row_without_keys_has_no_words() -> None:
    """Nor a block."""
    alone = Row(0, ("t", "s", "r"), Location("a.py", 1), ("v1:place:0",))
    assert (alone.words, alone.block) == ("", "")
