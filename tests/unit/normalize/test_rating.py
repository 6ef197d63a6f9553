"""Tests of :mod:`aggregator.normalize.rating`."""

from __future__ import annotations

from aggregator.model.result import ACCEPTED, Kind
from aggregator.model.severity import Cvss
from aggregator.normalize.rating import higher, highest_rating, is_accepted
from tests.builders import result


def test_the_highest_rating_counts() -> None:
    """Of several ratings the highest holds, without its vector; where nobody rates there is none."""
    mild, bad = (result(cvss=Cvss("3.1", score, "AV:N", "nvd")) for score in (5.0, 9.8))
    assert highest_rating((mild, bad, result())) == Cvss("3.1", 9.8, source="nvd")
    assert highest_rating((mild,)) == Cvss("3.1", 5.0, source="nvd")
    assert highest_rating((result(),)) is highest_rating((result(), result())) is None


def test_the_higher_of_two() -> None:
    """None is lower than any; of equal ones the first."""
    mild, bad, too = Cvss("3.1", 5.0), Cvss("3.1", 9.8), Cvss("4.0", 9.8)
    assert higher(mild, bad) is higher(bad, mild) is higher(bad, too) is higher(None, bad) is higher(bad, None) is bad
    assert higher(None, None) is None


def test_only_a_secret_is_accepted() -> None:
    """A secret that one tool tried is live; the same words about anything else mean nothing."""
    words = f"A key. {ACCEPTED}"
    assert is_accepted((result(kind=Kind.SECRET), result(kind=Kind.SECRET, message=words)))
    assert not is_accepted((result(message=words),))
