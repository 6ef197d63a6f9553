"""Tests of :mod:`aggregator.stores.name`."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.state import Line
from aggregator.stores import state_name
from aggregator.stores.name import serial_name

LINES = st.builds(Line, st.text(), st.text(), st.text())
KEYS = st.text(min_size=1)


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


@given(LINES, KEYS, KEYS)
def test_keys_are_apart(line: Line, one: str, other: str) -> None:
    """Another key is another name, no key is the line's own, and all are safe."""
    names = {state_name(replace(line, key=key)) for key in ("", one, other)}
    assert len(names) == (2 if one == other else 3)
    assert all(re.fullmatch(r"[a-z0-9-]{1,100}", name) for name in names)


@given(LINES, LINES, st.integers(2, 9))
def test_serials_are_apart(one: Line, other: Line, serial: int) -> None:
    """The second state of a run is called after the first, and never like another line's."""
    assert serial_name(state_name(one), 1) == state_name(one)
    assert serial_name(state_name(one), serial) == f"{state_name(one)}-{serial}"
    assert serial_name(state_name(one), serial) != state_name(other)
