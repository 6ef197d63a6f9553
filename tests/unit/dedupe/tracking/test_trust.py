"""Tests of :mod:`aggregator.dedupe.tracking.trust` and of the trust in fingerprints, through all stages."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.model.result import Result
from tests.unit.dedupe.flaws import flaw, vulnerability
from tests.unit.dedupe.tracking.test_cascade import ids, runs
from tests.unit.dedupe.tracking.test_file_texts import carried


def test_a_fingerprint_that_names_the_line_is_no_evidence() -> None:
    """Fingerprints that end with the line belong to the place, and whatever moves there would take them."""
    before = [flaw("key", line=line, native_id=f"app.py:key:{line}") for line in (5, 9, 14)]
    after = [flaw("key", line=line, native_id=f"app.py:key:{line}") for line in (9, 13, 18)]
    found = carried(before, after)
    assert found == {("app.py", 9): ("app.py", 5), ("app.py", 13): ("app.py", 9), ("app.py", 18): ("app.py", 14)}


def test_a_fingerprint_without_a_line_is_no_place() -> None:
    """Results that lie in no file keep the trust in their fingerprints."""
    before, after = runs([vulnerability()], [vulnerability()])
    assert ids(before) == ids(after)


def test_fingerprints_that_contradict_the_text() -> None:
    """A tool that counts its findings is not believed: the texts tell which is which."""
    before = [flaw(line=5 + n, snippet=f"run({n})", native_id=f"#{n}") for n in range(4)]
    after = [flaw(line=5 + n, snippet=f"run({n + 1})", native_id=f"#{n}") for n in range(3)]
    found = carried(before, after)
    assert found == {("app.py", 5 + n): ("app.py", 6 + n) for n in range(3)}


def test_fingerprints_that_follow_an_edit() -> None:
    """A fingerprint that survives an edit of the line contradicts nothing."""
    before = [flaw(line=5 + 9 * n, snippet=f"run({n})", native_id=f"#{n}") for n in range(2)]
    after = [flaw(line=7 + 9 * n, snippet=f"walk({n})", native_id=f"#{1 - n}") for n in range(2)]
    assert carried(before, after) == {("app.py", 7): ("app.py", 14), ("app.py", 16): ("app.py", 5)}


def test_fingerprints_outside_files_are_believed() -> None:
    """What lies in no file has no text that could contradict."""
    one = replace(vulnerability("CVE-1"), native_id="first")
    two = replace(vulnerability("CVE-2", package="pkg:pypi/other"), native_id="second")
    before, after = runs([one, two], [two])
    assert ids(after) == [before[1].id]


NUMBERED = ("primaryLocationLineHash:39fa2ee980eb94b0:{}", f"{'ab' * 64}_{{}}", f"matchBasedId/v1:{'ab' * 64}_{{}}")
"""How equal things are numbered."""


def equal_lines(*lines: int, form: str) -> tuple[list[Result], str]:
    """A file in which some lines are equal and flagged, with fingerprints numbered from top to bottom; and its text."""
    text = [f"def f{n}(x):" if n % 8 == 1 else f"    v{n} = work_{n}(x)" for n in range(1, 60)]
    for line in lines:
        text[line - 1] = "    h = md5(x)"
    flaws = [flaw(line=line, native_id=form.format(number)) for number, line in enumerate(lines, 1)]
    return flaws, "\n".join(text)


@pytest.mark.parametrize("form", NUMBERED)
@pytest.mark.parametrize("has_text", [True, False])
def test_a_counter_does_not_pass_a_finding_on(form: str, *, has_text: bool) -> None:
    """The number of the equal line that went is the next one's now: the finding does not go with it."""
    (before, old), (after, new) = equal_lines(10, 40, form=form), equal_lines(40, form=form)
    then, now = ({"app.py": old}, {"app.py": new}) if has_text else ({}, {})
    assert carried(before, after, then, now) == {("app.py", 40): ("app.py", 40)}
    assert carried(after, before, now, then) == {("app.py", 40): ("app.py", 40)}


@pytest.mark.parametrize("form", NUMBERED)
def test_a_counted_fingerprint_that_nothing_equals_is_believed(form: str) -> None:
    """Where nothing else in the scan is equal, the counter tells nothing, and the hash follows the flaw anywhere."""
    (before, old), (after, new) = equal_lines(10, form=form), equal_lines(50, form=form)
    assert carried(before, after, {"app.py": old}, {"app.py": new}) == {("app.py", 50): ("app.py", 10)}


def test_equal_lines_without_text_are_not_guessed() -> None:
    """With nothing but the same snippet none of two is taken for the one that stayed."""
    before, after = (
        [replace(each, snippet="h = md5(x)") for each in equal_lines(*lines, form=NUMBERED[1])[0]]
        for lines in ((10, 40), (40,))
    )
    assert carried(before, after) == {}
