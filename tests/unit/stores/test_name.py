"""Tests of :mod:`aggregator.stores.name`."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.state import Line
from aggregator.stores import state_name

LINES = st.builds(Line, st.text(), st.text(), st.text())


def test_a_name_can_be_read() -> None:
    """The name tells people whose state it is."""
    assert re.fullmatch(
        r"onefold-state-shop-production-release-1-2-[0-9a-f]{12}", state_name(Line("Shop", "production", "release/1.2"))
    )
    assert re.fullmatch(r"onefold-state-[0-9a-f]{12}", state_name(Line("", "", "")))


@given(LINES, LINES)
def test_a_name_is_safe_and_its_own(one: Line, other: Line) -> None:
    """Whatever a line is called, its name is a safe file and artifact name, and no other line has it."""
    assert re.fullmatch(r"[a-z0-9-]{1,100}", state_name(one))
    assert (state_name(one) == state_name(other)) is (one == other)
