"""Images on another operating system, beyond the table of docs/lifecycle.md."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.model.coverage import Coverage
from aggregator.model.finding import Observation
from aggregator.model.location import Component
from tests.builders import scan
from tests.unit.lifecycle.cases import SYSTEM, TRIVY, known, rebuilt


def held(component: Component | None, system: str = "alpine") -> set[bool]:
    """Whether twelve findings about such a component are held again."""
    case = rebuilt()
    rows = [
        known(replace(TRIVY, component=component), id=each.id, observation=Observation.HELD)
        for each in case.remembered or ()
    ]
    looked = (scan(TRIVY, coverage=Coverage(system=system)),)
    return {each.closed_at is None for each in case._replace(remembered=tuple(rows), scans=looked).advanced().findings}


def test_people_read_what_happened() -> None:
    """The proof names the new system."""
    case = rebuilt(observation=Observation.HELD)
    (said,) = {each.closed_reason for each in case.advanced().findings}
    assert said == "Trivy looked at image again: it is built on alpine now."


@pytest.mark.parametrize(
    ("component", "system"),
    [
        (SYSTEM, "debian"),
        (SYSTEM, ""),
        (SYSTEM, "unheard of"),
        (replace(SYSTEM, image=""), "alpine"),
        (Component("pkg:npm/lib", "lib", image="shop"), "alpine"),
        (None, "alpine"),
    ],
)
def test_everything_else_is_held(component: Component | None, system: str) -> None:
    """The same system, an unknown one or none, a package of a language, what is in no image."""
    assert held(component, system) == {True}
    assert held(SYSTEM) == {False}
