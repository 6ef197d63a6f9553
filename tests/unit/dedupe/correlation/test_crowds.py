"""Tests of :mod:`aggregator.dedupe.correlation.crowds`: lines and blocks in which very much was found."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation import correlate
from aggregator.dedupe.fold import Folded
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report


def calls(count: int, *, first: int = 0) -> list[Result]:
    """What three rules of two tools say of as many calls on one line."""
    places = [(12 * number, 12 * number + 8) for number in range(1 + first, 1 + first + count)]
    return [
        flaw(rule, "app.min.js", 1, columns=columns, tool=tool, scope=tool)
        for columns in places
        for rule, tool in (("eval-detected", "Semgrep"), ("no-eval", "ESLint"), ("security/detect-eval", "ESLint"))
    ]


def on_regions(count: int) -> list[Result]:
    """What two tools say of regions that all begin and end elsewhere, and all of which meet."""
    rows = [flaw("eval-detected", line=line, end=900, tool=tool) for line in range(1, 1 + count) for tool in TOOLS]
    return [replace(row, scope=row.tool, pointer=f"/{number}") for number, row in enumerate(rows)]


TOOLS = ("Semgrep", "Opengrep")


def together(rows: Iterable[Result], previous: Folded | None = None) -> Folded:
    """Fold rows, one report a tool."""
    by_tool: dict[str, list[Result]] = {}
    for row in rows:
        by_tool.setdefault(row.tool, []).append(row)
    known = remember(previous.findings) if previous else ()
    return folded(*(report(*each) for each in by_tool.values()), previous=known, now=LATER)


def test_a_minified_file_is_compared_in_full() -> None:
    """However many calls stand on one line, each is one finding, and none that was one falls apart."""
    first = together(calls(45))
    second = together(calls(400), first)
    assert {len(each.sources) for each in first.findings} == {len(each.sources) for each in second.findings}
    assert (len(first.findings), len(second.findings), second.diagnostics) == (45, 400, ())
    assert {each.id for each in first.findings} < {each.id for each in second.findings}


def test_a_value_is_one_secret_wherever_a_tool_says_it_stands() -> None:
    """On a crowded line too, one value in other columns is one secret, and so are two rules that meet in columns."""
    rows = [
        flaw("generic", "a.env", 1, columns=(20 * n, 20 * n + 9), tool="Gitleaks", kind=Kind.SECRET, secret=f"s{n}")
        for n in range(1, 50)
    ]
    again = [replace(row, rule_id="aws", secret="", pointer=f"{row.pointer}/aws") for row in rows[:6]]
    theirs = flaw("high-entropy", "a.env", 1, columns=(3, 9), tool="Trivy", kind=Kind.SECRET, secret="s7")
    found = folded(report(*rows, *again), report(theirs)).findings
    assert sorted(len(each.sources) for each in found) == [1] * 42 + [2] * 7


def test_a_region_around_a_crowd_of_lines_is_compared() -> None:
    """What tells no columns meets all on a crowded line."""
    whole = flaw("eval-detected", "app.min.js", 1, tool="CodeQL", scope="CodeQL", cwes=(95,))
    found = together([*calls(50), replace(whole, rule_id="js/code-injection")]).findings
    assert sorted(len(each.sources) for each in found) == [3] * 49 + [4]


def test_texts_and_uses_are_looked_for_around_a_crowd() -> None:
    """What makes a query is compared with its use below, but not one crowded line with the other."""
    texts = [flaw("B608", columns=(9 * n, 9 * n + 5), tool="Bandit", scope="b") for n in range(1, 45)]
    use = flaw("tainted-sql", line=11, columns=(1, 4), tool="Semgrep", cwes=(89,))
    found = folded(report(*texts[:1]), report(use)).findings
    assert len(found) == 1
    assert len(folded(report(*texts), report(use)).findings) == 45
    assert len(folded(report(*texts, flaw("B610", line=11, tool="Bandit", scope="b"))).findings) == 45


def test_crowded_place_is_said_aloud() -> None:
    """A place with too many pairs to compare gets a note and does not take for ever."""
    many = [replace(flaw(f"rule-{n}", line=1, end=900), pointer=f"/{n}") for n in range(210)]
    others = [replace(each, tool="Bandit", scope="b") for each in many]
    outcome = folded(report(*many), report(*others))
    assert [message.code for message in outcome.diagnostics] == ["correlation-crowded"]


def test_what_was_one_finding_is_compared_in_the_greatest_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not every pair can be compared, those of one finding are, so it does not fall apart."""
    elsewhere = [flaw(path="b.py", tool=tool, scope=tool) for tool in TOOLS]
    first = together([*on_regions(3), *elsewhere])
    monkeypatch.setattr(correlate, "_MOST_COMPARISONS", 0)
    monkeypatch.setattr(correlate, "_COMPARISONS_EACH", 0)
    second = together([*on_regions(9), *elsewhere], first)
    sources = {each.id: len(each.sources) for each in first.findings}
    assert {message.code for message in second.diagnostics} == {"correlation-crowded"}
    assert {each.id: len(each.sources) for each in second.findings if each.id in sources} == sources
    assert len(second.findings) > len(first.findings)
