"""Tests of :mod:`aggregator.dedupe.tracking.rule_renames`, through all stages."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import flaw, misconfigured, reflected
from tests.unit.dedupe.tracking.test_cascade import ids, runs
from tests.unit.dedupe.tracking.test_file_texts import carried


def found_by(rule: str, *lines: int, snippet: str = "") -> list[Result]:
    """What a rule found, each line with a text of its own."""
    return [flaw(rule, line=line, snippet=f"{snippet}{line}" if snippet else "") for line in lines]


def test_a_rule_with_a_like_name() -> None:
    """The old name vanished, a like one came, and most of what they found stands in the same places."""
    before = [*found_by("lang.eval", 5, 9, snippet="run"), *found_by("other", 50, 70, snippet="walk")]
    after = [*found_by("lang.eval-used", 5, 9, snippet="run"), *found_by("other", 50, snippet="walk")]
    assert len(carried(before, after)) == 3


def test_a_rule_with_another_name() -> None:
    """Without a like name, nearly all of several findings must be the same."""
    assert len(carried(found_by("B101", 5, 9, 14), found_by("S101", 5, 9, 14))) == 3
    assert carried(found_by("B101", 5, 9), found_by("S101", 5, 9)) == {}


def test_an_alias_is_enough() -> None:
    """The tool itself says what the rule was called."""
    after = [replace(each, rule_aliases=("B101",)) for each in found_by("S101", 25)]
    assert len(carried(found_by("B101", 5), after)) == 1


def test_a_name_that_the_tool_is_known_to_have_given() -> None:
    """Trivy wrote words before 0.69; where other places were mended in the same run, that is all there is to go by."""
    word, number = "aws-vpc-no-public-egress-sgr", "AWS-0104"
    before, after = found_by(word, 5, 9, 14, 30, snippet="cidr"), found_by(number, 9, snippet="cidr")
    assert carried(before, after) == {}
    before, after = ([replace(each, tool="Trivy") for each in results] for results in (before, after))
    assert carried(before, after) == {("app.py", 9): ("app.py", 9)}


def titled(title: str, results: list[Result]) -> list[Result]:
    """The results of a rule that is described so."""
    return [replace(each, title=title) for each in results]


def test_the_same_title_in_all_the_same_places() -> None:
    """One finding is enough, whatever the names; not where a place is another, or the title."""
    before = titled("Binds to all", found_by("B104", 5))
    assert len(carried(before, titled("Binds to all", found_by("S104", 5)))) == 1
    assert carried(before, titled("Binds to all", found_by("S104", 25))) == {}
    assert carried(before, titled("Binds to all", found_by("S104", 5, 25))) == {}
    assert carried(before, titled("Binds to some", found_by("S104", 5))) == {}


def test_a_title_that_several_rules_bear_tells_nothing() -> None:
    """Then or now, in the same place or elsewhere: what one rule accepted must not silence another."""
    before, after = (titled("Issue", found_by(rule, 5)) for rule in ("B104", "S104"))
    other = titled("Issue", found_by("other", 50))
    assert carried(before, [*after, *titled("Issue", found_by("S105", 5))]) == {}
    assert carried([*before, *other], [*after, *other]) == {("app.py", 50): ("app.py", 50)}
    assert carried([*before, *other], after) == {}


def test_the_title_decides_between_rules_in_one_place() -> None:
    """Two rules that flag the same lines change their names in the same run."""
    lines = (5, 9, 14)
    before = titled("Binds", found_by("B1", *lines)) + titled("Casts", found_by("B2", *lines))
    after = titled("Binds", found_by("S2", *lines)) + titled("Casts", found_by("S1", *lines))
    first, second = runs(before, after)
    assert ids(first) == ids(second)


def test_rules_that_still_report_were_not_renamed() -> None:
    """A rule that is still there, or that was there before, is not another's new name."""
    both = found_by("lang.eval", 5) + found_by("lang.eval-used", 9)
    found = carried(both, found_by("lang.eval", 5) + found_by("lang.eval-used", 5, 9))
    assert found == {("app.py", 5): ("app.py", 5), ("app.py", 9): ("app.py", 9)}


def test_two_that_might_be_it_are_none() -> None:
    """Where two new rules are as good, nobody can tell."""
    after = found_by("lang.eval-a", 5, snippet="run") + found_by("lang.eval-b", 5, snippet="run")
    assert carried(found_by("lang.eval", 5, snippet="run"), after) == {}


def test_resources_and_endpoints_under_the_new_name() -> None:
    """What lies in no file is known again by its resource or endpoint."""
    for old, new in (
        (misconfigured("s3_public"), misconfigured("s3_public_read")),
        (reflected("xss-stored"), reflected("xss-stored-2")),
    ):
        before, after = runs([old], [new])
        assert ids(before) == ids(after)
        assert after[0].carried[0].key == "renamed-rule"


def test_a_finding_without_place_follows_no_rule() -> None:
    """What has no file, resource or endpoint shows nothing that could be the same."""
    old, new = (replace(flaw(rule), location=None) for rule in ("lang.eval", "lang.eval-used"))
    before, after = runs([old], [new])
    assert not set(ids(before)) & set(ids(after))


def test_secrets_under_the_new_name() -> None:
    """A hidden text is no evidence; line and columns are."""
    text = "a = 1\nkey = 'hunter2'\nb = 2\n"
    old, new = (flaw(rule, line=2, kind=Kind.SECRET, tool="Gitleaks") for rule in ("gitlab-pat", "gitlab-pat-v2"))
    assert carried([old], [new], {"app.py": text}, {"app.py": text}) == {("app.py", 2): ("app.py", 2)}


def test_thousands_of_rules_are_not_compared() -> None:
    """A report of other rules altogether is no renaming."""
    before = [flaw(f"a.rule-{number}", line=number + 1) for number in range(201)]
    after = [flaw(f"b.rule-{number}", line=number + 1) for number in range(201)]
    assert carried(before, after) == {}
