"""Laws of correlation: however reports are cut and whatever comes in later, what is one stays one, and no more."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.dedupe.correlation import crowds
from aggregator.dedupe.correlation.compatibility import Refusal, compare
from aggregator.dedupe.entry import Entry
from aggregator.dedupe.fold import Folded
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result
from tests.laws.test_dedupe import IN_FILES, RESULTS, TOOLS, partition, reports
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report

# Two secrets have two values here: an entry for each would be told apart by nothing but the order of the report.
ON_ONE_LINE = st.builds(
    lambda rule, columns, tool, kind, secret, length: flaw(
        rule, "app.js", 1, end=1 + length, columns=columns, tool=tool, scope=tool, kind=kind, secret=secret
    ),
    st.sampled_from(["sql-injection", "B608", "B610", "hardcoded-password", "B105", "mystery"]),
    st.one_of(st.none(), st.builds(lambda first, width: (first, first + width), st.integers(1, 12), st.integers(0, 4))),
    TOOLS,
    st.sampled_from([Kind.SAST, Kind.SECRET]),
    st.sampled_from(["", "", "s1", "s2"]),
    st.sampled_from([0, 0, 0, 2]),
)
CHECKOUT = dict.fromkeys(("a.py", "b.py"), "run(query)\n" * 20)


def halves(whole: Report, random: Random) -> list[Report]:
    """The rows of a report in two reports of the same scan, cut at random."""
    (scan,) = whole.scans
    taken = {number for number in range(len(scan.results)) if random.random() < 0.5}
    parts = [
        tuple(row for number, row in enumerate(scan.results) if (number in taken) is is_first)
        for is_first in (True, False)
    ]
    return [replace(whole, name=f"part-{n}", scans=(replace(scan, results=part),)) for n, part in enumerate(parts)]


def homes(answer: Folded) -> dict[str, str]:
    """The finding of each row."""
    return {source.pointer: each.id for each in answer.findings for source in each.sources}


@given(RESULTS, st.randoms(use_true_random=False))
def test_a_report_cut_in_two_is_the_same_scan(results: list[Result], random: Random) -> None:
    """Splitting reports of one scan changes no finding."""
    whole = reports(results)
    assert partition(folded(*whole)) == partition(folded(*(part for each in whole for part in halves(each, random))))


@given(RESULTS)
def test_a_report_given_twice_is_one_scan(results: list[Result]) -> None:
    """The same report under two names makes no further finding."""
    whole = reports(results)
    again = [replace(each, name=f"copy of {each.name}") for each in whole]
    assert partition(folded(*whole)) == partition(folded(*whole, *again))


@given(st.lists(IN_FILES, min_size=1, max_size=14))
def test_a_second_report_of_the_same_rows_adds_none(results: list[Result]) -> None:
    """What two reports of each tool say of files in the checkout are the findings that one of them says."""
    whole = reports(results)
    again = [report(*(replace(row, scope=f"again/{row.scope}") for row in each.scans[0].results)) for each in whole]
    once, twice = folded(*whole, sources=CHECKOUT), folded(*whole, *again, sources=CHECKOUT)
    assert {rows for _, rows in partition(once)} == {rows for _, rows in partition(twice)}


@given(st.lists(ON_ONE_LINE, min_size=3, max_size=14))
def test_a_crowded_line_is_folded_as_any_other(results: list[Result]) -> None:
    """Where only what meets in columns is compared, the findings are those of comparing each with each."""
    with pytest.MonkeyPatch.context() as context:
        context.setattr(crowds, "_CROWD", 1)
        crowded = folded(*reports(results))
    assert partition(crowded) == partition(folded(*reports(results)))


@given(RESULTS)
def test_no_bridge_between_incompatible_sources(results: list[Result]) -> None:
    """Every two sources of a finding may stand together by themselves: no third one bridges a veto."""
    knowledge = Knowledge()
    for finding in folded(*reports(results)).findings:
        entries = {(row.tool, row.rule_id, row.location): Entry((row,), row.tool) for row in finding.sources}
        for one, two in combinations(entries.values(), 2):
            answer = compare(one, two, knowledge)
            assert not (isinstance(answer, Refusal) and answer.is_veto), answer


@given(RESULTS, RESULTS)
def test_what_comes_in_later_parts_nothing(results: list[Result], later: list[Result]) -> None:
    """Rows that were one finding stay one, under the same id or as its alias, whatever is reported beside them."""
    told_apart = [replace(each, snippet=f"line {number}") for number, each in enumerate(results)]
    first = folded(*reports(told_apart))
    more = [replace(each, snippet=f"later {number}") for number, each in enumerate(later)]
    second = folded(*reports([*told_apart, *more]), previous=remember(first.findings), now=LATER)
    now = homes(second)
    aliases = {id_: each.id for each in second.findings for id_ in (each.id, *each.aliases)}
    for pointer, id_ in homes(first).items():
        assert now[pointer] == aliases[id_]
