"""Tests of :mod:`aggregator.model.scope`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.scope import MARK, engagement_in, scope_alone, scope_in

TEXTS = st.lists(st.sampled_from(["a", " ", "»", MARK, ">"]), max_size=6).map("".join)
NAMES = st.text(st.sampled_from(["a", " ", ">"]), min_size=1, max_size=6)


@given(NAMES, TEXTS)
def test_an_examination_is_told_again(name: str, scope: str) -> None:
    """Whatever a report calls its scope, the examination that it is put into is the one that is read out of it."""
    told = scope_in(name, scope)
    assert engagement_in(told) == name
    assert scope_alone(told) == scope_alone(scope_in("", scope))


@given(TEXTS)
def test_no_report_puts_itself_into_an_examination(scope: str) -> None:
    """A scope that looks as if it were part of one is part of none; any other stays as it is."""
    told = scope_in("", scope)
    assert engagement_in(told) == ""
    assert scope_alone(told) == told
    assert told == scope or MARK in scope
