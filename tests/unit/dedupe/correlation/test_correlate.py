"""Tests of correlation and naming: ``correlate``, ``compatibility``, ``weakness``, ``recall``, ``identify``."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation.compatibility import Refusal, compare
from aggregator.dedupe.entry import Entry
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from tests.unit.dedupe.flaws import LATER, NOW, flaw, folded, misconfigured, reflected, remember, report, vulnerability


def groups(*results: Result, formats: tuple[str, ...] = ()) -> list[list[str]]:
    """Fold results, each in a report of its own, and name the tools of each finding."""
    names = formats or tuple(result.tool for result in results)
    findings = folded(*(report(each, format_=name) for each, name in zip(results, names, strict=True))).findings
    return sorted(sorted(source.tool for source in finding.sources) for finding in findings)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (flaw("python.sql-injection"), flaw("B608", tool="Bandit")),
        (flaw("exec-detected", cwes=(95,)), flaw("B102", tool="Bandit", cwes=(78,))),
        (flaw("mystery", cwes=(89,)), flaw("B608", tool="Bandit", line=9, end=11)),
        (flaw("mystery-one", cwes=(1234,)), flaw("mystery-two", tool="X", cwes=(1234,))),
        (flaw("generic-api-key", kind=Kind.SECRET, tool="Gitleaks"), flaw("hardcoded-password", cwes=(798,))),
        (
            flaw("a", kind=Kind.SECRET, tool="Gitleaks", secret="s1"),
            flaw("b", kind=Kind.SECRET, tool="Trivy", secret="s1"),
        ),
        (vulnerability(), vulnerability(tool="Grype", version="2.0.0")),
        (vulnerability("CVE-1", others=("GHSA-2",)), vulnerability("GHSA-2", tool="OSV")),
        (vulnerability(manifest=""), vulnerability(tool="pip-audit")),
        (reflected("40012"), reflected("reflected-xss", tool="Nuclei")),
        (misconfigured(), replace(misconfigured(), tool="Steampipe")),
        (flaw("AWS-0086", kind=Kind.IAC, resource="b"), flaw("C", aliases=("AWS-0086",), tool="X", kind=Kind.IAC)),
    ],
)
def test_one_problem(one: Result, two: Result) -> None:
    """Two tools, one problem: by weakness class, CWE, secret, vulnerability, endpoint, resource or rule alias."""
    assert groups(one, two) == [sorted((one.tool, two.tool))]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (flaw("sql-injection"), flaw("B608", tool="Bandit", line=40)),
        (flaw("sql-injection"), flaw("B608", tool="Bandit", path="other.py")),
        (flaw("sql-injection"), flaw("B301", tool="Bandit")),
        (flaw("sql-injection"), flaw("unknown-rule", tool="X")),
        (flaw("sql-injection", columns=(1, 9)), flaw("B608", tool="Bandit", columns=(20, 30))),
        (
            flaw("a", kind=Kind.SECRET, tool="Gitleaks", secret="s1"),
            flaw("b", kind=Kind.SECRET, tool="Trivy", secret="s2"),
        ),
        (vulnerability(), vulnerability(tool="Grype", package="pkg:pypi/other")),
        (vulnerability(), vulnerability("CVE-2026-2", tool="Grype")),
        (vulnerability(), vulnerability(tool="Grype", manifest="other/requirements.txt")),
        (vulnerability(), vulnerability(tool="Grype", image="shop")),
        (reflected(parameter="q"), reflected(parameter="r", tool="Nuclei")),
        (reflected("40012"), replace(reflected("90001", tool="Nuclei"), weaknesses=(200,))),
        (misconfigured(), replace(misconfigured("other_check"), tool="Steampipe")),
        (flaw("A", kind=Kind.IAC, resource="a"), flaw("A", tool="X", kind=Kind.IAC, resource="b")),
        (flaw(line=None), flaw("B608", tool="Bandit")),
    ],
)
def test_two_problems(one: Result, two: Result) -> None:
    """Another line, file, weakness, column, secret, package, vulnerability, manifest, parameter or resource parts."""
    assert groups(one, two) == sorted([[one.tool], [two.tool]])


def test_two_exports_of_one_scan() -> None:
    """JSON and SARIF of the same scan are one list, by rule and line."""
    results = (flaw("r", scope="a.json"), flaw("r", scope="a.sarif"), flaw("other", scope="a.sarif", cwes=(5,)))
    assert groups(*results, formats=("json", "sarif", "sarif")) == [["Semgrep"], ["Semgrep", "Semgrep"]]
    moved = flaw("r", scope="a.sarif", line=10, end=12)
    assert groups(flaw("r", scope="a.json", line=11), moved, formats=("json", "sarif")) == [["Semgrep"], ["Semgrep"]]


def test_a_whole_file_in_two_exports() -> None:
    """SARIF cannot always leave the line out, and then writes the first."""
    whole, first = (flaw("r", line=line, scope=scope) for line, scope in ((None, "a.json"), (1, "a.sarif")))
    assert groups(whole, first, formats=("json", "sarif")) == [["Semgrep", "Semgrep"]]


def test_two_scans_of_one_tool_stay_apart() -> None:
    """The same place in two reports of one format is in two folders."""
    assert groups(flaw(scope="a.json"), flaw(scope="b.json")) == [["Semgrep"], ["Semgrep"]]


def test_overlapping_rules_of_one_tool() -> None:
    """Two rules of one scan in one place, or a text and its use, are one problem; elsewhere they are not."""
    same = folded(report(flaw("sql-injection"), flaw("tainted-sql-string"))).findings
    assert [len(finding.sources) for finding in same] == [2]
    use = folded(report(flaw("sql-injection", line=12), flaw("tainted-sql-string", line=10))).findings
    assert [merge.key for merge in use[0].merges] == ["text-and-its-use"]
    apart = folded(report(flaw("sql-injection", line=40), flaw("tainted-sql-string"), flaw("eval-detected"))).findings
    assert len(apart) == 3


def test_repeated_rows_are_merged_and_recorded() -> None:
    """A row that its own scan repeats is a further source with a record."""
    (finding,) = folded(report(flaw(), replace(flaw(), pointer="/again"))).findings
    assert [merge.key for merge in finding.merges] == ["same-rule-same-subject"]


def test_a_broad_result_cannot_bridge_two_narrow_ones() -> None:
    """What overlaps two separate problems joins neither, for it may mean each; what overlaps one alone joins it."""
    broad = flaw("js/sql-injection", line=1, end=50, tool="CodeQL")
    findings = folded(report(flaw(line=10), flaw(line=40)), report(broad)).findings
    assert sorted(len(finding.sources) for finding in findings) == [1, 1, 1]
    (one,) = folded(report(flaw(line=10)), report(broad)).findings
    assert [merge.tier for merge in one.merges] == ["medium"]


def test_rules_that_agree_are_no_rivals() -> None:
    """A broad result joins where another rule of its own tool has named the same call more exactly."""
    broad, exact = flaw("jdbc-sqli", line=50, end=66), flaw("tainted-sql-from-http-request", line=60, end=66)
    sink = flaw("SQL_INJECTION_JDBC", line=61, tool="SpotBugs")
    (finding,) = folded(report(broad, exact), report(sink)).findings
    assert len(finding.sources) == 3


def test_parts_of_one_statement_meet_in_a_third() -> None:
    """Two tools flag two lines of one call, a third the whole of it: one problem. Without the third they stay apart."""
    first, last = flaw("B602", tool="Bandit", line=10), flaw("S602", tool="Ruff", line=12)
    whole = flaw("subprocess-shell-true", line=10, end=12)
    assert groups(first, last, whole) == [["Bandit", "Ruff", "Semgrep"]]
    assert groups(first, last) == [["Bandit"], ["Ruff"]]


def test_what_lies_inside_finds_its_like() -> None:
    """Of two calls, one inside the other, each goes with the region that fits it, however the rules are called."""
    outer, inner = (1, 40), (9, 38)
    bandit = report(*(flaw("B324", tool="Bandit", columns=columns) for columns in (outer, inner)))
    semgrep = report(flaw("use-of-md5", columns=inner), flaw("use-of-sha1", columns=outer))
    findings = folded(bandit, semgrep).findings
    starts = [{each.location and each.location.start_column for each in finding.sources} for finding in findings]
    assert {1} in starts
    assert {9} in starts


def test_a_text_finds_its_use() -> None:
    """A query's text and, below it, its use are one problem across tools; above it, and where two fit, they are not."""
    text, use = flaw("B608", tool="Bandit", line=10), flaw("sqlalchemy-execute-raw-query", line=12)
    assert groups(text, use) == [["Bandit", "Semgrep"]]
    assert groups(replace(text, location=flaw(line=13).location), use) == [["Bandit"], ["Semgrep"]]
    assert groups(replace(text, location=flaw(line=7).location), use) == [["Bandit"], ["Semgrep"]]
    both = folded(report(text), report(use, replace(use, location=flaw(line=11).location))).findings
    assert sorted(len(finding.sources) for finding in both) == [1, 2]


def test_what_is_guessed_vetoes_nothing() -> None:
    """Different meanings of two rules that the books know part them for good; guessed ones let a third join them."""
    known, guessed = flaw("B608", tool="Bandit"), flaw("weak-hash-md5", tool="X", cwes=(89,))
    assert groups(known, guessed) == [["Bandit", "X"]]
    third = flaw("a-rule", tool="Y", cwes=(89,))
    assert groups(known, guessed, third) == [["Bandit", "X", "Y"]]
    assert groups(flaw("a", tool="X", cwes=(20,)), flaw("b", tool="Y", cwes=(20,))) == [["X"], ["Y"]]
    assert groups(flaw("B608", tool="Bandit"), flaw("ssrf", tool="X")) == [["Bandit"], ["X"]]


def test_merge_record_and_runner_up() -> None:
    """A merge says its tier, key and inputs; a candidate that a veto refused is named with the veto."""
    findings = folded(
        report(flaw("sql-injection")), report(flaw("B608", tool="Bandit"), flaw("B301", tool="Bandit"))
    ).findings
    (merged,) = [finding for finding in findings if len(finding.sources) == 2]
    (record,) = merged.merges
    assert (record.tier, record.key) == ("certain", "same-place-same-weakness")
    assert record.inputs == ("path app.py", "lines 10-10 and 10-10", "weakness sql-injection")
    assert [each.veto for each in merged.runners_up] == ["different weaknesses: deserialization and sql-injection"]


def test_merged_finding_takes_the_worst_severity_and_all_names() -> None:
    """Severity is the worst of the sources; CWE numbers and vulnerability ids are united."""
    (finding,) = folded(
        report(flaw("sql-injection", cwes=(89,), severity=Severity.LOW)),
        report(flaw("B608", tool="Bandit", cwes=(78,), severity=Severity.HIGH)),
    ).findings
    assert (finding.severity, finding.weaknesses) == (Severity.HIGH, (78, 89))


def test_another_tool_carries_a_finding_on() -> None:
    """When a tool is replaced, the new tool's result in the same place keeps the id and the clock."""
    (before,) = folded(report(flaw("sql-injection"))).findings
    (after,) = folded(report(flaw("B608", tool="Bandit")), previous=remember([before]), now=LATER).findings
    assert after.id == before.id
    assert after.carried[0].key == "another-tool"
    assert [sighting.tool for sighting in after.sightings] == ["Semgrep", "Bandit"], "the old tool may still be asked"
    assert after.sightings[0] == before.sightings[0]


def test_a_tool_that_is_back_knows_its_finding_again() -> None:
    """What another tool carried on is recognised by the first one, elsewhere too, and leaves a fixed twin alone."""
    twin = flaw(line=40, snippet="run(q)")
    one, other = folded(report(flaw(snippet="run(q)"), twin)).findings
    known = (*remember([one]), *remember([other], closed=True))
    (carried,) = folded(report(flaw("B608", tool="Bandit")), previous=known, now=LATER).findings
    known = (*remember([carried]), *remember([other], closed=True))
    (back,) = folded(report(flaw(line=42, snippet="run(q)")), previous=known, now=LATER).findings
    assert (carried.id, back.id, back.aliases) == (one.id, one.id, ())
    both = (report(flaw(line=42, snippet="run(q)")), report(flaw("B608", tool="Bandit", line=42)))
    (told,) = folded(*both, previous=known, now=LATER).findings
    assert (told.id, told.aliases, len(told.sightings)) == (one.id, (), 2)


def test_a_source_that_fell_silent_gives_way() -> None:
    """Where the sources of a finding part, a primary one that had fallen silent does not take the id with it."""
    (one,) = folded(report(flaw("sql-injection")), report(flaw("B608", tool="Bandit"))).findings
    primary, second = one.sightings
    parts = folded(
        report(flaw("sql-injection", line=80)),
        report(flaw("B608", tool="Bandit")),
        previous=remember([replace(one, sightings=(replace(primary, misses=1), second))]),
        now=LATER,
    ).findings
    assert {finding.sources[0].tool: finding.id == one.id for finding in parts} == {
        primary.tool: False,
        second.tool: True,
    }


def test_memory_of_the_same_tool_is_not_correlated() -> None:
    """What tracking told apart stays apart, and a memory alone is no finding of this run."""
    (before,) = folded(
        report(
            flaw(scope="a.json"),
        )
    ).findings
    after = folded(
        report(flaw(scope="b.json")),
        report(flaw(scope="c.json")),
        previous=remember([before]),
        now=LATER,
    ).findings
    assert before.id not in {finding.id for finding in after}
    assert len(after) == 2


def test_two_findings_that_become_one() -> None:
    """The finding first seen survives; the other id becomes its alias."""
    apart = folded(report(flaw("sql-injection")), report(flaw("B608", tool="Bandit", line=30))).findings
    old, young = sorted(apart, key=lambda finding: finding.tool)
    known = (*remember([old]), *(replace(each, first_seen=LATER) for each in remember([young])))
    (both,) = folded(
        report(flaw("sql-injection")), report(flaw("B608", tool="Bandit", line=10)), previous=known, now=LATER
    ).findings
    assert (both.id, both.aliases) == (old.id, (young.id,))


def test_one_finding_that_becomes_two() -> None:
    """The part that holds the primary source keeps the id."""
    (one,) = folded(report(flaw("sql-injection")), report(flaw("B608", tool="Bandit"))).findings
    parts = folded(
        report(flaw("sql-injection", line=80)), report(flaw("B608", tool="Bandit")), previous=remember([one]), now=LATER
    ).findings
    keeper = {finding.id: finding.tool for finding in parts}
    assert len(keeper) == 2
    assert keeper[one.id] == one.sightings[0].tool


def test_the_primary_source_goes_on_speaking() -> None:
    """A tool that joins does not take over title and rule of a finding."""
    (one,) = folded(report(flaw("sql-injection"))).findings
    (both,) = folded(
        report(flaw("sql-injection")), report(flaw("B608", tool="Bandit")), previous=remember([one]), now=LATER
    ).findings
    assert (both.id, both.tool, both.sources[1].tool) == (one.id, "Semgrep", "Bandit")


def test_equal_twins_get_ids_of_their_own() -> None:
    """Two results with equal keys are two findings with two ids."""
    findings = folded(report(flaw(line=1), flaw(line=2))).findings
    assert len({finding.id for finding in findings}) == 2
    assert all(finding.sightings[0].last_seen == NOW for finding in findings)


def test_fileless_code_results_are_not_compared() -> None:
    """A result with no place at all is a finding of its own."""
    nowhere = replace(flaw(), location=None)
    assert groups(nowhere, replace(nowhere, tool="Bandit")) == [["Bandit"], ["Semgrep"]]
    answer = compare(Entry((nowhere,), "a"), Entry((replace(nowhere, tool="B"),), "b"), Knowledge())
    assert answer == Refusal("no place in a file")


def test_three_tools_agree() -> None:
    """Three results that all agree are one finding with two records."""
    (finding,) = folded(
        report(flaw("sql-injection")),
        report(flaw("B608", tool="Bandit")),
        report(flaw("py/sql-injection", tool="CodeQL")),
    ).findings
    assert [merge.tool for merge in finding.merges] == ["CodeQL", "Semgrep"]


def test_rules_of_one_scan_on_one_credential() -> None:
    """Rules of one tool that flag the same credential are one problem, even where the edges of their regions differ."""
    generic = flaw("generic-api-key", kind=Kind.SECRET, columns=(10, 50))
    exact = flaw("github-pat", kind=Kind.SECRET, columns=(14, 54))
    beside = flaw("jwt", kind=Kind.SECRET, columns=(70, 99))
    findings = folded(report(generic, exact, beside)).findings
    assert sorted(len(finding.sources) for finding in findings) == [1, 2]


def test_a_title_in_prose_speaks_first() -> None:
    """Of several sources of a new finding, one whose title is a sentence gives the name."""
    (finding,) = folded(
        report(flaw("sql-injection")), report(replace(flaw("B608", tool="Bandit"), title="b608"))
    ).findings
    assert (finding.title, finding.tool) == ("About sql-injection", "Semgrep")


def test_an_absent_primary_source_still_gives_the_name() -> None:
    """When the primary source's scanner fails, the finding keeps its name, and the source stays the primary one."""
    both = folded(report(flaw("sql-injection")), report(replace(flaw("B608", tool="Bandit"), title="b608"))).findings
    one = folded(
        report(replace(flaw("B608", tool="Bandit"), title="b608")), previous=remember(both), now=LATER
    ).findings
    assert [(each.title, each.tool) for each in one] == [("About sql-injection", "Semgrep")]
    assert [sighting.tool for sighting in one[0].sightings] == ["Semgrep", "Bandit"]
    other = folded(report(flaw("sql-injection")), previous=remember(both), now=LATER).findings
    assert [sighting.tool for sighting in other[0].sightings] == ["Semgrep", "Bandit"]


def test_overlapping_rules_in_two_exports() -> None:
    """Two rules of one tool on one credential, in two exports of the scan, and another tool: one finding."""
    rules = ("private-key", "detected-private-key")
    exports = [
        report(*(flaw(rule, kind=Kind.SECRET, scope=f"s.{name}", columns=(1, 20)) for rule in rules), format_=name)
        for name in ("json", "sarif")
    ]
    trivy = report(flaw("private-key", kind=Kind.SECRET, tool="Trivy"))
    (finding,) = folded(*exports, trivy).findings
    assert len(finding.sources) == 5
