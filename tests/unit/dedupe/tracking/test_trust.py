"""Tests of :mod:`aggregator.dedupe.tracking.trust` and of the trust in fingerprints, through all stages."""

from __future__ import annotations

from msgspec.structs import replace

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
