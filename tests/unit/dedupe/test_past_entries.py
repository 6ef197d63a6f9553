"""Tests of :mod:`aggregator.dedupe.past_entries`, through all stages."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.passage import Passage, Run
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report, vulnerability

MOVED = {"a.env": Passage("a.env", (Run(1, 3, 90),))}
"""Two lines came on top of the file."""


def of_history(*rows: tuple[int, str]) -> Report:
    """What a scanner of the history finds in one commit, by line and value."""
    return report(
        *[replace(_secret("Gitleaks", "generic-api-key", line), commit="c1", secret=value) for line, value in rows]
    )


def of_files(*lines: int) -> Report:
    """What a scanner of the files finds, which tells no values."""
    return report(*[_secret("Semgrep", "detected-generic-api-key", line) for line in lines])


def _secret(tool: str, rule: str, line: int) -> Result:
    return flaw(rule, "a.env", line, columns=(5, 9), tool=tool, scope=f"{tool}.json", kind=Kind.SECRET)


def told(findings: tuple[Finding, ...]) -> dict[str, list[tuple[str, int | None]]]:
    """Tools and lines of each finding."""
    return {
        each.id: [(source.tool, source.location.start_line) for source in each.sources if source.location]
        for each in findings
    }


def test_two_tools_go_on_telling_of_one_secret() -> None:
    """The one names a line of a commit, the other a line of now: neither parts from the other, nor meets another."""
    package = report(vulnerability())
    first = folded(of_history((3, "one"), (5, "two")), of_files(3, 5), package).findings
    then = told(first)
    one, two = (id_ for id_, sources in then.items() if sources)
    assert then[one] == [("Gitleaks", 3), ("Semgrep", 3)]
    later = folded(
        *(of_history((3, "one"), (5, "two")), of_files(5, 7), package),
        previous=remember(first),
        now=LATER,
        history=MOVED,
    ).findings
    now = told(later)
    assert now.keys() == then.keys()
    assert now[one] == [("Gitleaks", 3), ("Semgrep", 5)]
    assert now[two] == [("Gitleaks", 5), ("Semgrep", 7)]


def test_what_comes_to_its_line_is_not_taken_for_it() -> None:
    """Another finding that an edit moves to the line that a secret had in its commit stays another one."""
    first = folded(of_history((9, "one")), of_files(7), report(vulnerability())).findings
    later = folded(of_history((9, "one")), of_files(9), previous=remember(first), now=LATER, history=MOVED).findings
    assert told(later) == {
        id_: [("Gitleaks", 9)] if ("Gitleaks", 9) in sources else [("Semgrep", 9)]
        for id_, sources in told(first).items()
        if sources
    }


def test_who_has_nobody_beside_it_stays_on_its_line() -> None:
    """A secret that the other tool has never seen is compared by the line that it has."""
    first = folded(of_history((3, "one"))).findings
    both = folded(of_history((3, "one")), of_files(3), previous=remember(first), now=LATER).findings
    assert told(both) == {first[0].id: [("Gitleaks", 3), ("Semgrep", 3)]}
