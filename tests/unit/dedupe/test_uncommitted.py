"""Tests of :mod:`aggregator.dedupe.uncommitted`."""

from msgspec.structs import replace

from aggregator.dedupe.uncommitted import marked
from aggregator.model.location import Location
from tests.builders import BEFORE, finding, result, sighting

GENERATED = result(tool="Bandit", location=Location("gen/api.py", 3))


def test_what_was_seen_in_such_a_file_is_marked() -> None:
    """The source that named it in this run, and no other; a source without a file is in none."""
    item = finding(result(), GENERATED, result(tool="ZAP", location=None))
    (now,) = marked((item,), {"gen/api.py"})
    assert [each.is_uncommitted for each in now.sightings] == [False, True, False]
    assert replace(now, sightings=item.sightings) == item


def test_what_an_earlier_run_knew_stays() -> None:
    """A source that nobody asked says what it said, be its file another one today."""
    waiting = sighting(replace(GENERATED, tool="Semgrep"), last_seen=BEFORE)
    item = finding(result(), sightings=(sighting(result()), waiting))
    assert marked((item,), {"gen/api.py"}) == (item,)
    assert marked((item,), frozenset()) == (item,)
