"""Tests of :mod:`aggregator.dedupe.tracking.cascade`, through all stages: what stays one finding, and what does not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, misconfigured, reflected, remember, report, vulnerability

ROOT = "arn:aws:iam::1:root"


def runs(
    before: list[Result],
    after: list[Result],
    *,
    old_sources: Mapping[str, str] | None = None,
    new_sources: Mapping[str, str] | None = None,
    covered: tuple[str, ...] = (),
) -> tuple[list[Finding], list[Finding]]:
    """Fold two runs, the second one remembering the first; findings in the order of their results' pointers."""
    first = folded(report(*before), sources=old_sources).findings
    second = folded(report(*after, covered=covered), previous=remember(first), sources=new_sources, now=LATER).findings
    return _as_given(first, before), _as_given(second, after)


def _as_given(findings: tuple[Finding, ...], results: list[Result]) -> list[Finding]:
    homes = {source.pointer: finding for finding in findings for source in finding.sources}
    return [homes[result.pointer] for result in results]


def ids(findings: list[Finding]) -> list[str]:
    """The ids, in order."""
    return [finding.id for finding in findings]


def test_nothing_changed() -> None:
    """The same report twice gives the same ids."""
    results = [flaw(line=line) for line in (10, 20, 30)]
    before, after = runs(results, results)
    assert ids(before) == ids(after)


def test_inserted_line_above_without_any_text() -> None:
    """Five results of a tool that shows no text keep their ids when a line is inserted above them."""
    before, after = runs([flaw(line=n) for n in (3, 9, 13, 40, 41)], [flaw(line=n + 1) for n in (3, 9, 13, 40, 41)])
    assert ids(before) == ids(after)


def test_one_of_many_fixed_without_any_text() -> None:
    """When one of several like results goes, the distances tell which one."""
    before, after = runs([flaw(line=n) for n in (10, 20, 30)], [flaw(line=12), flaw(line=32)])
    assert ids(after) == [before[0].id, before[2].id]


def test_two_identical_sinks_one_deleted_with_checkout() -> None:
    """With the checkout, the neighbours tell two identical sinks apart."""
    old = "a = 1\nrun(x)\nb = 2\nc = 3\nrun(x)\nd = 4\n"
    new = "c = 3\nrun(x)\nd = 4\n"
    before, after = runs(
        [flaw(line=2), flaw(line=5)],
        [flaw(line=2)],
        old_sources={"app.py": old},
        new_sources={"app.py": new},
    )
    assert ids(after) == [before[1].id]


def test_mover_does_not_steal() -> None:
    """Exact evidence goes first: what stayed in place keeps its id although a look-alike moved in above it."""
    before, after = runs(
        [flaw(line=5, snippet="run(a)"), flaw(line=9, snippet="run(b)")],
        [flaw(line=2, snippet="run(b)"), flaw(line=5, snippet="run(a)")],
    )
    assert ids(after) == [before[1].id, before[0].id]


def test_edited_line() -> None:
    """One result of a rule against one: an edited line is the same problem."""
    before, after = runs([flaw(line=5, snippet="run(a)")], [flaw(line=6, snippet="run(a + b)")])
    assert ids(before) == ids(after)


def test_many_edited_lines_fail_closed() -> None:
    """Two lines of one rule edited at once are ambiguous, so nothing is claimed."""
    before, after = runs(
        [flaw(line=5, snippet="run(a)"), flaw(line=9, snippet="run(b)")],
        [flaw(line=5, snippet="run(c)"), flaw(line=9, snippet="run(d)")],
    )
    assert not set(ids(before)) & set(ids(after))


def test_renamed_file_without_text() -> None:
    """A file that was renamed keeps its findings, told by their lines alone."""
    before, after = runs(
        [flaw(path="a.py", line=4), flaw(path="a.py", line=7)], [flaw(path="b.py", line=n) for n in (4, 7)]
    )
    assert ids(before) == ids(after)
    assert after[0].carried[0].key == "renamed-file"


def test_renamed_and_edited_file() -> None:
    """A renamed file with a line inserted above is told by the distances between its findings."""
    rules = ["sql-injection", "eval-use"]
    before, after = runs(
        [flaw(rule, path="old/a.py", line=n) for rule, n in zip(rules, (4, 9), strict=True)],
        [flaw(rule, path="new/b.py", line=n) for rule, n in zip(rules, (6, 11), strict=True)],
    )
    assert ids(before) == ids(after)


def test_moved_folder() -> None:
    """Under another folder the file's own name and rules are enough, when they are unique."""
    before, after = runs(
        [flaw(path="old/a.py", line=4), flaw("eval-use", path="old/a.py", line=9)],
        [flaw(path="new/a.py", line=6), flaw("eval-use", path="new/a.py", line=30)],
    )
    assert ids(before) == ids(after)


def test_file_that_still_exists_was_not_renamed() -> None:
    """A problem fixed in one file and made in another is two problems when both files are there."""
    before, after = runs([flaw(path="a.py")], [flaw(path="b.py")], covered=("a.py", "b.py"))
    assert not set(ids(before)) & set(ids(after))


def test_ambiguous_rename_fails_closed() -> None:
    """Two files gone and two come with equal findings: nobody can tell which is which."""
    before, after = runs([flaw(path="a.py"), flaw(path="b.py")], [flaw(path="c.py"), flaw(path="d.py")])
    assert not set(ids(before)) & set(ids(after))


def test_moved_between_files_by_snippet() -> None:
    """A flagged line that moved to another file is followed by its text when that is unique."""
    before, after = runs(
        [flaw(path="a.py", snippet="run(secretly)"), flaw(path="a.py", line=30, snippet="other()")],
        [flaw(path="b.py", line=99, snippet="run(secretly)"), flaw(path="a.py", line=30, snippet="other()")],
    )
    assert ids(before) == ids(after)


def test_moved_between_files_by_checkout() -> None:
    """With the checkout, a flagged line is followed with its neighbours."""
    before, after = runs(
        [flaw(path="a.py", line=2)],
        [flaw(path="b.py", line=3)],
        old_sources={"a.py": "x\nrun(q)\ny\n"},
        new_sources={"b.py": "new\nx\nrun(q)\ny\n", "a.py": ""},
    )
    assert ids(before) == ids(after)


def test_rewording_and_rescoring() -> None:
    """Message, title and severity are not identity."""
    old = flaw(message="Once said so.")
    new = replace(flaw(message="Now says so."), title="Anew", severity=old.severity.__class__.LOW)
    before, after = runs([old], [new])
    assert ids(before) == ids(after)


def test_native_id_when_unique() -> None:
    """A fingerprint that is unique in its scan follows a result between two like ones."""
    before, after = runs(
        [flaw(line=5, native_id="one"), flaw(line=9, native_id="two")],
        [flaw(line=5, native_id="two"), flaw(line=9, native_id="one")],
    )
    assert ids(after) == [before[1].id, before[0].id]


def test_constant_native_id_is_ignored() -> None:
    """A fingerprint that repeats within a scan says nothing."""
    before, after = runs(
        [flaw(line=5, native_id="same"), flaw("eval-use", line=9, native_id="same")],
        [flaw(line=6, native_id="same"), flaw("eval-use", line=10, native_id="same")],
    )
    assert ids(before) == ids(after)
    assert after[0].carried[0].key == "place"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (vulnerability(version="2.0"), vulnerability(version="2.1")),
        (vulnerability("GHSA-a"), vulnerability("CVE-2026-9", others=("GHSA-a",))),
        (vulnerability(manifest="requirements.txt"), vulnerability(manifest="app/requirements.txt")),
        (vulnerability(image="shop", manifest=""), vulnerability(image="shop", manifest="", version="3")),
        (misconfigured(), misconfigured()),
        (misconfigured("iam_root_mfa", ROOT), misconfigured("iam_root_mfa", ROOT, "us-east-1")),
        (reflected(), reflected()),
        (reflected(host="localhost:32768"), reflected(host="localhost:49153")),
        (reflected(host="pr-12.shop.example"), reflected(host="pr-7.shop.example")),
        (
            flaw("AWS-0086", kind=Kind.IAC, resource="a.b", line=3),
            flaw("AWS-0086", kind=Kind.IAC, resource="a.b", line=9),
        ),
        (
            flaw("AWS-0086", "a.tf", kind=Kind.IAC, resource="a.b"),
            flaw("AWS-0086", "b.tf", kind=Kind.IAC, resource="a.b", line=50),
        ),
    ],
)
def test_kinds_follow_their_subject(old: Result, new: Result) -> None:
    """A version, an alias, a moved manifest, block or port, the region of what has none leave a finding what it is."""
    before, after = runs([old], [new])
    assert ids(before) == ids(after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (vulnerability(package="pkg:pypi/a"), vulnerability(package="pkg:pypi/b")),
        (vulnerability(image="shop", manifest=""), vulnerability(image="blog", manifest="")),
        (misconfigured("ec2_encrypted", ROOT), misconfigured("ec2_encrypted", ROOT, "us-east-1")),
        (reflected(parameter="q"), reflected(parameter="r")),
        (reflected(host="shop.example"), reflected(host="blog.example")),
        (flaw(), flaw("eval-use")),
        (flaw(), flaw(tool="Bandit")),
    ],
)
def test_other_subjects_are_other_findings(old: Result, new: Result) -> None:
    """Another package, image, region, parameter, rule or (unmapped) tool is another finding."""
    before, after = runs([replace(old, location=None) if old.component else old], [new])
    if old.tool == new.tool:
        assert not set(ids(before)) & set(ids(after))
    else:
        assert ids(before) == ids(after), "the same weakness in the same place: another tool carries it on"


def test_a_region_that_is_no_part_of_a_resource_is_followed_one_to_one() -> None:
    """What is there under its own region stays itself; of two that could be the one that went, neither is."""
    here, there, away = (misconfigured(region=region) for region in ("eu-west-1", "us-east-1", "eu-central-1"))
    before, after = runs([here], [here, there])
    assert after[0].id == before[0].id != after[1].id
    before, after = runs([here], [there, away])
    assert before[0].id not in ids(after)


def test_scope_renamed() -> None:
    """A report that was given another name is the same scope when it is the only one that changed."""
    before, after = runs([flaw(scope="a.json")], [flaw(scope="b.json", line=11)])
    assert ids(before) == ids(after)


def test_scopes_do_not_mix() -> None:
    """The same place in another scope is another problem: two folders may hold the same file name."""
    first = folded(report(flaw(scope="a.json"))).findings
    now = (report(flaw(scope="b.json")), report(flaw(scope="c.json")))
    second = folded(*now, previous=remember(first), now=LATER).findings
    assert len({finding.id for finding in (*first, *second)}) == 3


def test_closed_findings_come_back_as_themselves() -> None:
    """What was closed and is reported again keeps its id; an open look-alike is served first."""
    first = folded(report(flaw(line=5), flaw(line=9))).findings
    known = remember(first[:1], closed=True) + remember(first[1:])
    one = folded(report(flaw(line=6)), previous=known).findings
    assert ids(list(one)) == [first[1].id]
    both = folded(report(flaw(line=6), flaw(line=10)), previous=known).findings
    assert sorted(ids(list(both))) == sorted(ids(list(first)))


def test_closed_findings_do_not_come_back_on_weak_evidence() -> None:
    """Neither an edited line nor another file resembles what was closed enough to reopen it."""
    first = folded(report(flaw(line=5, snippet="run(a)"))).findings
    closed = remember(first, closed=True)
    for other in (flaw(line=5, snippet="run(b)"), flaw(path="b.py", line=5, snippet="run(a)")):
        (finding,) = folded(report(other), previous=closed, now=LATER).findings
        assert finding.id != first[0].id


def test_closed_findings_come_back_without_text_when_their_place_does() -> None:
    """A tool that shows no text reports the rule in the file again: the closed finding is back."""
    first = folded(report(flaw(line=5))).findings
    (finding,) = folded(report(flaw(line=7)), previous=remember(first, closed=True), now=LATER).findings
    assert finding.id == first[0].id


def test_exact_evidence_of_a_closed_finding_beats_a_guess_at_an_open_one() -> None:
    """What came back to the letter is what it was, although an open look-alike went at the same time."""
    old, young = folded(report(flaw(line=5, snippet="run(a)"), flaw(line=9, snippet="run(b)"))).findings
    known = (*remember([old], closed=True), *remember([young]))
    (finding,) = folded(report(flaw(line=6, snippet="run(a)")), previous=known, now=LATER).findings
    assert finding.id == old.id


def _at(*lines: int, path: str = "a.py") -> list[Result]:
    return [flaw("assert-used", path, line, columns=(5, 11)) for line in lines]


def test_a_moved_block_has_no_equal() -> None:
    """Three findings at the distances of three others that stayed may be a copy of them: they are nobody's."""
    stayed, gone = _at(10, 12, 17), _at(40, 42, 47, path="b.py")
    elsewhere = [flaw("new", "b.py", 3), *_at(80, 82, 87, path="c.py")]
    before, after = runs([*stayed, flaw("gone", "a.py", 30), *gone], [*stayed, *elsewhere])
    assert not set(ids(before)) & set(ids(after[4:]))
    before, after = runs(gone, elsewhere)
    assert ids(before) == ids(after)[1:], "alone they are known by their distances"


def test_nothing_moved_in_a_file_that_reads_as_before() -> None:
    """Two findings at the distance that two others had are not these where the plain order says otherwise."""
    before, after = runs(_at(70, 87, 104, 118, 135, 147, 160), _at(73, 91, 110, 127, 148, 162, 175))
    for place, finding in enumerate(after):
        assert finding.id not in ids(before)[:place] + ids(before)[place + 1 :]
