"""Laws of deduplication that hold whatever comes in."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.dedupe.fold import Folded
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, misconfigured, reflected, remember, report, vulnerability

RULES = st.sampled_from(["sql-injection", "B608", "B301", "exec-use", "mystery"])
PATHS = st.sampled_from(["a.py", "b.py"])
LINES = st.integers(1, 12)
TOOLS = st.sampled_from(["Semgrep", "Bandit", "CodeQL"])

IN_FILES = st.builds(
    lambda rule, path, line, length, tool, kind, secret: flaw(
        rule, path, line, end=line + length, tool=tool, scope=f"{tool}.json", kind=kind, secret=secret
    ),
    RULES,
    PATHS,
    LINES,
    st.integers(0, 3),
    TOOLS,
    st.sampled_from([Kind.SAST, Kind.SECRET, Kind.IAC]),
    st.sampled_from(["", "s1", "s2"]),
)
ELSEWHERE = st.one_of(
    st.builds(vulnerability, st.sampled_from(["CVE-1", "CVE-2"]), tool=st.sampled_from(["Trivy", "Grype"])),
    st.builds(misconfigured, st.sampled_from(["check_a", "check_b"])),
    st.builds(reflected, parameter=st.sampled_from(["q", "r"]), tool=st.sampled_from(["ZAP", "Nuclei"])),
)
RESULTS = st.lists(st.one_of(IN_FILES, ELSEWHERE), min_size=1, max_size=14)


def reports(results: list[Result]) -> list[Report]:
    """One report a tool; every result gets a pointer of its own."""
    by_tool: dict[tuple[str, str], list[Result]] = {}
    for number, each in enumerate(results):
        by_tool.setdefault((each.tool, each.scope), []).append(replace(each, pointer=f"/{number}"))
    return [report(*rows) for rows in by_tool.values()]


def partition(answer: Folded) -> set[tuple[str, frozenset[str]]]:
    """Findings as their id and the pointers of their sources."""
    return {(each.id, frozenset(source.pointer for source in each.sources)) for each in answer.findings}


@given(RESULTS, st.randoms(use_true_random=False))
def test_order_of_reports_and_rows_is_irrelevant(results: list[Result], random: Random) -> None:
    """Any order of reports and of rows gives the same findings, byte for byte."""
    whole = reports(results)
    shuffled = [replace(each, scans=tuple(_shuffled(scan, random) for scan in each.scans)) for each in whole]
    random.shuffle(shuffled)
    assert folded(*whole).findings == folded(*shuffled).findings


def _shuffled(scan: Scan, random: Random) -> Scan:
    rows = list(scan.results)
    random.shuffle(rows)
    return replace(scan, results=tuple(rows))


@given(RESULTS, st.randoms(use_true_random=False))
def test_a_row_has_its_id_wherever_its_report_lists_it(results: list[Result], random: Random) -> None:
    """What stands where in a report changes no id: pointers differ, the rows of each finding do not."""
    # Two values in one place are told apart by nothing that may be put in order.
    results = [replace(each, secret="") for each in results]
    shuffled = list(results)
    random.shuffle(shuffled)
    once, again = (
        {
            (each.id, frozenset((row.tool, row.rule_id, row.location) for row in each.sources))
            for each in folded(*reports(rows)).findings
        }
        for rows in (results, shuffled)
    )
    assert once == again


@given(RESULTS)
def test_members_in_are_members_out(results: list[Result]) -> None:
    """Every result is a source of exactly one finding."""
    findings = folded(*reports(results)).findings
    pointers = sorted(source.pointer for each in findings for source in each.sources)
    assert pointers == sorted(f"/{number}" for number in range(len(results)))
    assert all(len(each.merges) == len(each.sources) - 1 for each in findings)


@given(RESULTS)
def test_the_same_reports_again_are_the_same_findings(results: list[Result]) -> None:
    """A second run over the same reports carries every id and mints none."""
    first = folded(*reports(results))
    second = folded(*reports(results), previous=remember(first.findings), now=LATER)
    assert partition(first) == partition(second)
    assert all(len(each.carried) >= 1 for each in second.findings)


@given(RESULTS)
def test_reports_under_other_names_are_the_same_findings(results: list[Result]) -> None:
    """A report that has another name carries every id, and everything is to go on under that name."""
    first = folded(*reports(results))
    elsewhere = [replace(each, scope=f"new-{each.scope}") for each in results]
    second = folded(*reports(elsewhere), previous=remember(first.findings), now=LATER)
    assert partition(first) == partition(second)
    assert second.begun == {(each.tool, each.scope): f"new-{each.scope}" for each in results}


@given(RESULTS, RESULTS, st.lists(st.sampled_from("abc"), min_size=28), st.randoms(use_true_random=False))
def test_scopes_are_renamed_one_to_one(
    results: list[Result], others: list[Result], names: list[str], random: Random
) -> None:
    """Whatever vanished and came, in any order: no two scopes become one, and none becomes two."""
    before = [replace(each, scope=name) for each, name in zip(results, names, strict=False)]
    now = [replace(each, scope=f"new-{name}") for each, name in zip((*results, *others), names, strict=False)]
    previous = remember(folded(*reports(before)).findings)
    answer = folded(*reports(now), previous=previous, now=LATER)
    renamed = {**answer.renamed, **answer.begun}
    assert (
        len({(tool, new) for (tool, _), new in renamed.items()})
        == len(renamed)
        == len(answer.renamed) + len(answer.begun)
    )
    shuffled = reports(now)
    random.shuffle(shuffled)
    assert folded(*shuffled, previous=previous, now=LATER) == answer


@given(RESULTS, st.integers(1, 40))
def test_inserted_lines_change_no_id(results: list[Result], shift: int) -> None:
    """Moving every flagged line by the same amount changes no id."""
    first = folded(*reports(results))
    moved = [
        each
        if each.location is None
        else replace(
            each,
            location=replace(
                each.location,
                start_line=(each.location.start_line or 0) + shift,
                end_line=(each.location.end_line or 0) + shift,
            ),
        )
        for each in results
    ]
    second = folded(*reports(moved), previous=remember(first.findings), now=LATER)
    assert partition(first) == partition(second)


@given(RESULTS)
def test_a_repeated_report_merges_into_itself(results: list[Result]) -> None:
    """Rows given twice make no further finding."""
    whole = reports(results)
    twice = [
        replace(each, scans=tuple(replace(scan, results=scan.results + scan.results) for scan in each.scans))
        for each in whole
    ]
    assert {each.id for each in folded(*whole).findings} == {each.id for each in folded(*twice).findings}


@given(RESULTS)
def test_no_finding_holds_incompatible_sources(results: list[Result]) -> None:
    """No merge joins different files, packages, secrets or kinds that never meet."""
    for finding in folded(*reports(results)).findings:
        assert len({source.location.path for source in finding.sources if source.location}) <= 1
        assert len({source.component.purl for source in finding.sources if source.component}) <= 1
        assert len({source.secret for source in finding.sources if source.secret}) <= 1
        assert len({source.kind is Kind.CLOUD for source in finding.sources}) == 1
