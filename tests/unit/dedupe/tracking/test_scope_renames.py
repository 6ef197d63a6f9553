"""Tests of :mod:`aggregator.dedupe.tracking.scope_renames`: a report under another name is not another scope."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.fold import Folded
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard
from aggregator.model.finding import Finding
from aggregator.model.report import Report
from aggregator.model.scope import scope_in
from aggregator.model.state import Tracked
from tests.unit.dedupe.flaws import LATER, NOW, flaw, folded, reflected, remember, report, vulnerability


def scope(name: str, *paths: str, tool: str = "Semgrep") -> Report:
    """A report with one finding in each of some files."""
    return report(*(flaw(path=path, scope=name, tool=tool) for path in paths))


def state(*reports: Report) -> tuple[Tracked, ...]:
    """What a run with some reports leaves behind."""
    return remember(folded(*reports).findings)


def known_again(previous: tuple[Tracked, ...], *reports: Report, heard: Heard = NOTHING_HEARD) -> set[tuple[str, str]]:
    """File and scope now of each finding that was recognised."""
    ids = {each.id for each in previous}
    found = folded(*reports, previous=previous, now=LATER, heard=heard).findings
    return {_place(each) for each in found if each.id in ids}


def _place(finding: Finding) -> tuple[str, str]:
    (source,) = finding.sources
    return (source.location.path if source.location else "", source.scope)


def after(previous: tuple[Tracked, ...], *reports: Report, heard: Heard = NOTHING_HEARD) -> Folded:
    return folded(*reports, previous=previous, now=LATER, heard=heard)


def same(answer: Folded) -> dict[tuple[str, str], str]:
    """The other names of scopes, be it that the next run has to confirm them."""
    return {**answer.renamed, **answer.begun}


def test_several_renamed_at_once_are_told_apart_by_their_findings() -> None:
    """One file with several scopes, or all the reports of a matrix, under other names; in any order."""
    previous = state(scope("a", "a.py", "b.py"), scope("b", "c.py"), scope("c", "d.py", "e.py"))
    now = scope("x", "d.py"), scope("y", "a.py", "b.py"), scope("z", "c.py")
    for reports in permutations(now):
        answer = after(previous, *reports)
        assert same(answer) == {("Semgrep", "a"): "y", ("Semgrep", "b"): "z", ("Semgrep", "c"): "x"}
    assert known_again(previous, *now) == {("d.py", "x"), ("a.py", "y"), ("b.py", "y"), ("c.py", "z")}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ((("a", "app.py"),), (("x", "app.py"), ("y", "app.py"))),
        ((("a", "app.py"), ("b", "app.py")), (("x", "app.py"),)),
        ((("a", "app.py", "a.py"), ("b", "app.py", "b.py")), (("x", "app.py", "c.py"), ("y", "app.py", "d.py"))),
        ((("a", "a.py", "b.py"),), (("x", "a.py"), ("y", "b.py"))),
        ((("a", "a.py"), ("b", "b.py")), (("x", "a.py", "b.py"),)),
        ((("a", "a.py", "b.py", "c.py"), ("b", "d.py")), (("x", "a.py", "e.py", "f.py"), ("y", "g.py"))),
        ((("a", *"abcde"), ("b", "f")), (("x", *"abc"), ("y", *"de"))),
    ],
    ids=["alike-now", "alike-then", "alike-modules", "split", "joined", "less-than-half", "others-come-near"],
)
def test_what_is_not_clear_is_not_renamed(
    before: tuple[tuple[str, ...], ...], now: tuple[tuple[str, ...], ...]
) -> None:
    """Two modules may hold the same file: where two answers fit, or none does well, all is called new."""
    previous = state(*(scope(*each) for each in before))
    answer = after(previous, *(scope(*each) for each in now))
    assert not {each.id for each in answer.findings} & {each.id for each in previous}
    assert not same(answer)


def test_modules_that_share_a_file_are_told_apart_by_the_others() -> None:
    """What several scopes have says nothing; the rest is enough where it is half."""
    previous = state(scope("a", "app.py", "a.py"), scope("b", "app.py", "b.py"))
    answer = after(previous, scope("x", "app.py", "a.py"), scope("y", "app.py", "b.py"))
    assert same(answer) == {("Semgrep", "a"): "x", ("Semgrep", "b"): "y"}
    assert {each.id for each in answer.findings} == {each.id for each in previous}


@pytest.mark.parametrize("names", [("shop-{}.json", "till-{}.json"), ("{}/scan.json", "{}/scan.sarif")])
def test_names_without_their_numbers_tell_the_same_content_apart(names: tuple[str, str]) -> None:
    """A date or a run's id in the names of modules with equal files, or of one scan in two formats."""
    previous = state(*(scope(name.format(20260101), "app.py", "a.py") for name in names))
    now = [scope(name.format(20260102), "app.py", "a.py") for name in names]
    for reports in permutations(now):
        assert same(after(previous, *reports)) == {
            ("Semgrep", name.format(20260101)): name.format(20260102) for name in names
        }


def test_names_without_their_numbers_count_more_than_one_finding_that_tells_modules_apart() -> None:
    """What was fixed in one of two modules with equal files came into the other."""
    previous = state(scope("shop-1", "app.py", "a.py"), scope("till-1", "app.py"))
    answer = after(previous, scope("shop-2", "app.py"), scope("till-2", "app.py", "a.py"))
    assert same(answer) == {("Semgrep", "shop-1"): "shop-2", ("Semgrep", "till-1"): "till-2"}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ((("a-1", "app.py"), ("a-2", "app.py")), (("a-3", "app.py"), ("a-4", "app.py"))),
        ((("a-1", "app.py"), ("b", "app.py")), (("a-2", "x.py", "y.py"), ("b", "app.py"), ("c", "app.py"))),
        ((("a-1", "app.py"), ("a-2", "app.py"), ("b", "app.py")), (("a-2", "app.py"), ("a-3", "app.py"), ("c", "z"))),
    ],
    ids=["numbered", "other-content", "one-stays"],
)
def test_names_alone_say_nothing(before: tuple[tuple[str, ...], ...], now: tuple[tuple[str, ...], ...]) -> None:
    """Numbers may be what tells modules apart, and another module may have such a name."""
    assert not same(after(state(*(scope(*each) for each in before)), *(scope(*each) for each in now)))


def test_one_that_vanished_and_one_that_came_share_findings_or_a_name() -> None:
    """Of two parts that are scanned in turns neither is the other; a date in the name makes nothing another scope."""
    previous = state(scope("backend.json", "backend/app.py"))
    assert not known_again(previous, scope("frontend.json", "frontend/app.py"))
    previous = state(scope("scan-1.json", "old/app.py"))
    assert known_again(previous, scope("scan-2.json", "new/app.py")) == {("new/app.py", "scan-2.json")}


def _sources(answer: Folded) -> dict[str, list[str]]:
    """The scopes of each finding's sources, by its file."""
    return {_place(each)[0]: [seen.scope for seen in each.sightings] for each in answer.findings}


def test_a_report_about_a_part_is_no_other_name_of_the_whole() -> None:
    """What it shows is known again and stays a matter of the whole as well; what it cannot show is left alone."""
    whole = ("a/1.py", "a/2.py", "a/3.py", "b/1.py")
    previous = state(scope("all", *whole))
    part = after(previous, scope("a", *whole[:3]))
    assert not same(part)
    assert _sources(part) == {path: ["all", "a"] for path in whole[:3]}
    nightly = after((*remember(part.findings), previous[3]), scope("all", *whole))
    assert {each.id for each in nightly.findings} == {each.id for each in previous}
    assert _sources(nightly) == {path: ["all", "a"] for path in whole[:3]} | {whole[3]: ["all"]}


@pytest.mark.parametrize(
    ("then", "now", "is_followed"),
    [
        ("a/1.py a/2.py a/x/3.py", "a/1.py a/2.py", True),
        ("a/1.py a/2.py ab/3.py", "a/1.py a/2.py", False),
        ("a/1.py a/x/2.py 3.py", "a/1.py a/x/2.py", False),
        ("a/1.py 2.py b/3.py", "a/1.py 2.py", True),
    ],
)
def test_what_was_left_in_the_folder_of_the_new_report_goes_along(then: str, now: str, *, is_followed: bool) -> None:
    """The report would have shown it; what lies elsewhere it may not have looked for."""
    answer = after(state(scope("old", *then.split())), scope("new", *now.split()))
    assert bool(same(answer)) is is_followed


def test_what_lies_in_no_file_goes_along() -> None:
    """It has no folder that a report could leave out."""
    previous = state(report(*(reflected(path=path, host="localhost:1") for path in ("/a", "/b"))))
    answer = after(previous, report(reflected(path="/a", host="localhost:2")))
    assert same(answer) == {("ZAP", "localhost:1"): "localhost:2"}


def test_packages_lie_in_the_folder_of_their_manifest() -> None:
    """A scan of one module is a part of the scan of all."""
    rows = [replace(vulnerability(manifest=f"{path}/pom.xml"), location=None) for path in ("web", "api")]
    more = replace(rows[0], rule_id="CVE-2026-2", vulnerability_ids=("CVE-2026-2",), pointer="/2")
    previous = state(report(rows[0], more, rows[1]))
    part = [replace(each, scope="web", report="web") for each in (rows[0], more)]
    assert not same(after(previous, report(*part)))


def test_a_scope_of_closed_findings_alone_has_not_vanished() -> None:
    """What was fixed before an earlier change of the name stands in nobody's way."""
    previous = (
        *remember(folded(scope("a", "a.py")).findings, closed=True),
        *remember(folded(scope("b", "b.py")).findings),
    )
    assert known_again(previous, scope("c", "b.py")) == {("b.py", "c")}


def test_a_scope_that_another_one_has_overtaken_has_not_vanished() -> None:
    """A report that was given in two formats once, and in one since: the findings are where they were last seen."""
    (one,) = state(scope("a.json", "a.py"))
    (seen,) = one.sightings
    both = (replace(one, sightings=(seen, replace(seen, scope="a.sarif", last_seen=LATER))),)
    assert known_again(both, scope("b.sarif", "a.py")) == {("a.py", "b.sarif")}
    alike = (replace(one, sightings=(seen, replace(seen, scope="a.sarif"))),)
    assert not known_again(alike, scope("b.sarif", "a.py")), "both were there last time: who knows which it is"


def test_another_tool_or_an_examination_overtakes_nothing() -> None:
    """Each tool has scopes of its own, and what was examined once keeps to itself."""
    (one,) = state(scope("a.json", "a.py"))
    (seen,) = one.sightings
    for other in (replace(seen, tool="Bandit"), replace(seen, scope=scope_in("Pen test", "a.json"))):
        both = (replace(one, sightings=(seen, replace(other, last_seen=LATER))),)
        assert known_again(both, scope("b.json", "a.py")) == {("a.py", "b.json")}


def test_a_scope_with_a_clean_or_failed_report_has_not_vanished() -> None:
    """It is there, and nothing was found in it."""
    previous = state(scope("a", "a.py"))
    heard = Heard(now=frozenset({("Semgrep", "a"), ("Semgrep", "b")}))
    assert not known_again(previous, scope("b", "a.py"), heard=heard)


def test_a_scope_that_was_clean_before_has_not_come() -> None:
    """It was there all the time, and something is found in it for the first time."""
    previous = state(scope("a", "a.py"))
    heard = Heard(before=frozenset({("Semgrep", "a"), ("Semgrep", "b")}))
    assert not known_again(previous, scope("b", "a.py"), heard=heard)


def test_a_memory_without_keys_is_like_nothing() -> None:
    """A state may hold sources of which nothing is known."""
    previous = state(scope("a", "a.py"), scope("b", "b.py"))
    blank = tuple(replace(each, sightings=(replace(each.sightings[0], keys=()),)) for each in previous)
    assert not same(after(blank, scope("x", "a.py"), scope("y", "b.py")))


def test_a_tool_takes_no_scope_of_another() -> None:
    """Each has its own names."""
    answer = after(state(scope("a", "a.py", tool="Bandit")), scope("b", "a.py"))
    assert not same(answer)


def test_what_was_not_found_again_goes_along_where_half_was() -> None:
    """Then the new name's report is asked about it; else it stays where it was seen, and nobody calls it fixed."""
    most = after(state(scope("a", "a.py", "b.py")), scope("x", "a.py"))
    assert same(most) == {("Semgrep", "a"): "x"}
    few = after(state(scope("a", "a.py", "b.py", "c.py")), scope("x", "a.py"))
    assert not same(few), "a scan of changed files alone may look like that"
    other = after(state(scope("a", "a.py")), scope("x", "a.py", "b.py", "c.py"))
    assert not same(other), "and so may one that looks for other things"
    assert {each.id for each in few.findings} & {each.id for each in other.findings}


def test_a_silent_source_of_a_finding_that_was_seen_goes_along() -> None:
    """The finding knows both of its sources by the new name."""
    rows = flaw(scope="a-1"), flaw(scope="a-1", path="b.py"), flaw(scope="a-1", rule="B608", tool="Bandit")
    previous = state(report(*rows[:2]), report(rows[2]))
    answer = after(previous, report(replace(rows[1], scope="a-2")), report(rows[2]))
    assert answer.renamed == {("Semgrep", "a-1"): "a-2"}
    assert {(each.tool, each.scope) for finding in answer.findings for each in finding.sightings} == {
        ("Semgrep", "a-2"),
        ("Bandit", "a-1"),
    }


def _scopes(answer: Folded) -> set[str]:
    return {each.scope for finding in answer.findings for each in finding.sightings}


def test_another_word_is_a_new_name_if_the_old_one_does_not_come_back() -> None:
    """Until the next run what was seen is a matter of both; a name that differs in numbers alone is taken at once."""
    answer = after(state(scope("push", "a.py", "b.py")), scope("night", "a.py", "b.py"))
    assert (answer.renamed, answer.begun) == ({}, {("Semgrep", "push"): "night"})
    assert _scopes(answer) == {"push", "night"}
    answer = after(state(scope("scan-1", "a.py", "b.py")), scope("scan-2", "a.py", "b.py"))
    assert (answer.renamed, answer.begun) == ({("Semgrep", "scan-1"): "scan-2"}, {})
    assert _scopes(answer) == {"scan-2"}


@pytest.mark.parametrize(("names", "is_at_once"), [((), False), (("one",), False), (("two", "one"), True)])
def test_one_more_name_of_a_scope_that_had_several_is_taken_at_once(
    names: tuple[str, ...], *, is_at_once: bool
) -> None:
    """It has the name of a commit, or the like; what other tools' scopes and other scopes were called says nothing."""
    earlier = {("Semgrep", name): "old" for name in names}
    others = {("Bandit", name): "old" for name in "xyz"} | {("Semgrep", name): "other" for name in "xyz"}
    heard = Heard(before=frozenset({("Semgrep", "old")}), earlier=earlier | others)
    answer = after(state(scope("old", "a.py", "b.py")), scope("new", "a.py", "b.py"), heard=heard)
    assert bool(answer.renamed) is is_at_once
    assert bool(answer.begun) is not is_at_once


def test_what_was_left_under_older_names_goes_along() -> None:
    """A scope of which every run knows another name never has the old one again: so its findings are asked about."""
    previous = state(scope("third", "a.py", "b.py"), scope("second", "c.py"), scope("first", "d.py"))
    heard = Heard(earlier={("Semgrep", "second"): "third", ("Semgrep", "first"): "third", ("Bandit", "x"): "third"})
    answer = after(previous, scope("fourth", "a.py", "b.py"), heard=heard)
    assert answer.renamed == {("Semgrep", name): "fourth" for name in ("first", "second", "third")}
    there = replace(heard, now=frozenset({("Semgrep", "first")}))
    answer = after(previous, scope("fourth", "a.py", "b.py"), heard=there)
    assert answer.renamed == {("Semgrep", name): "fourth" for name in ("second", "third")}


def test_a_name_that_is_back_has_its_findings_where_they_went() -> None:
    """However few of them are left, and closed ones too; two names that are back at once are told by their findings."""
    previous = (
        *state(scope("now", "a.py", "b.py", "c.py")),
        *remember(folded(scope("now", "d.py")).findings, closed=True),
        *state(scope("other", "x.py", "y.py")),
    )
    heard = Heard(earlier={("Semgrep", name): "now" for name in ("one", "two")})
    assert known_again(previous, scope("one", "c.py", "d.py", "x.py", "y.py"), heard=heard) == {
        ("c.py", "one"),
        ("d.py", "one"),
    }
    both = scope("one", "a.py", "b.py"), scope("two", "c.py", "p.py", "q.py")
    assert known_again(previous, *both, heard=heard) == {("a.py", "one"), ("b.py", "one")}
    beside = scope("one", "a.py"), scope("now", "a.py", "b.py", "c.py")
    ids = {each.id for each in previous if each.closed_at is None}
    answer = after(previous, *beside, heard=heard)
    assert {each.id for each in answer.findings if each.sources[0].scope == "now"} <= ids
    assert not same(answer)


@pytest.mark.parametrize("names", [("push", "night"), ("py311", "py312")])
def test_a_name_that_is_back_is_no_new_one(names: tuple[str, str]) -> None:
    """What it shows is known again and stays a matter of both; what it does not show waits for its own report."""
    first, second = names
    previous = state(scope(second, "a.py", "b.py", "c.py"))
    heard = Heard(before=frozenset({("Semgrep", second)}), earlier={("Semgrep", first): second})
    answer = after(previous, scope(first, "a.py", "b.py"), heard=heard)
    assert not same(answer)
    assert answer.back == {("Semgrep", second): first}
    assert {each.id for each in answer.findings} < {each.id for each in previous}
    assert all({each.scope for each in found.sightings} == {first, second} for found in answer.findings)


def test_closed_findings_do_not_count() -> None:
    """Neither among those that should be there, nor among those that are: they come back by their own evidence."""
    previous = (
        *remember(folded(scope("a", "a.py", "b.py")).findings, closed=True),
        *remember(folded(scope("a", "c.py")).findings),
    )
    answer = after(previous, scope("x", "a.py", "c.py"))
    assert same(answer) == {("Semgrep", "a"): "x"}
    assert {each.id for each in answer.findings} <= {each.id for each in previous}
    assert previous[0].closed_at == NOW


def test_sites_on_other_ports_are_told_apart_by_their_pages() -> None:
    """The host is a part of every address, so the pages are compared without it."""
    shop, blog = ("/basket", "/orders", "/pay"), ("/posts", "/feed")

    def site(host: str, paths: tuple[str, ...]) -> Report:
        return report(*(reflected(path=path, host=host) for path in paths))

    previous = state(site("localhost:32768", shop), site("localhost:32769", blog))
    answer = after(previous, site("localhost:49153", blog[:1]), site("localhost:49154", shop))
    assert same(answer) == {
        ("ZAP", "localhost:32768"): "localhost:49154",
        ("ZAP", "localhost:32769"): "localhost:49153",
    }
    assert {each.id for each in answer.findings} < {each.id for each in previous}


def image(repository: str, *packages: str, name: str = "") -> Report:
    """What Trivy says of the packages of an image; its scope is the image, unless another name is given."""
    found = [vulnerability(package=f"pkg:deb/debian/{each}", manifest="", image=repository) for each in packages]
    return report(*(replace(each, scope=name or repository) for each in found))


def test_images_of_another_registry_are_told_apart_by_their_names() -> None:
    """What two images have of one base is in both; the last name of the repository says whose it is."""
    base = ("openssl", "zlib1g", "bash")
    previous = state(image("acme/shop", *base, "curl"), image("acme/blog", *base))
    answer = after(previous, image("ghcr.io/acme/blog", *base), image("ghcr.io/acme/shop", *base))
    assert same(answer) == {("Trivy", f"acme/{name}"): f"ghcr.io/acme/{name}" for name in ("shop", "blog")}
    assert {each.id for each in answer.findings} < {each.id for each in previous}
    assert len(answer.findings) == 6
    assert not same(after(previous, image("ghcr.io/acme/docs", *base)))


def test_images_that_stayed_are_told_apart_by_their_whole_names() -> None:
    """Reports under other names, of images that only their owners tell apart."""
    previous = state(image("a/api", "zlib1g", name="r-a"), image("b/api", "zlib1g", name="r-b"))
    answer = after(previous, image("b/api", "zlib1g", name="x"), image("a/api", "zlib1g", name="y"))
    assert same(answer) == {("Trivy", "r-a"): "y", ("Trivy", "r-b"): "x"}


def test_what_is_gone_from_a_folder_of_an_image_closes_there() -> None:
    """No report is about a folder of an image: what is left behind outside of those that it names is looked for too."""

    def scanned(repository: str, *places: str) -> Report:
        rows = [vulnerability(package=f"pkg:maven/{each}", manifest=each, image=repository) for each in places]
        secret = flaw("private-key", f"{places[-1]}/key.pem", 1, tool="Trivy", scope=repository)
        return report(*(replace(each, scope=repository) for each in rows), secret)

    previous = state(scanned("acme/shop", "app/a.jar", "app/b.jar", "usr/lib/c.jar"))
    answer = after(previous, scanned("ghcr.io/acme/shop", "app/a.jar", "app/b.jar"))
    assert same(answer) == {("Trivy", "acme/shop"): "ghcr.io/acme/shop"}
