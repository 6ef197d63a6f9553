"""Tests of :mod:`aggregator.lifecycle.successors`."""

from __future__ import annotations

from aggregator.lifecycle.successors import Successors
from aggregator.model.coverage import Coverage, Extent
from aggregator.model.location import Resource
from tests.builders import scan


def pod(name: str) -> Resource:
    """A pod of the shop."""
    return Resource(f"shop/Pod/{name}", "kubernetes", "prod", type="Pod")


def test_another_pod_of_the_same_owner_took_its_place() -> None:
    """By a row of the same rule; of several the first by name is told."""
    rows = frozenset(f"seccomp\x1fshop/Pod/{name}" for name in ("web-5c6f7d9b8-xk2lp", "web-5c6f7d9b8-b7c4d", "db-0"))
    complete = scan(tool="Prowler", coverage=Coverage(extent=Extent.LISTED, evaluated=rows))
    successors = Successors()
    assert successors.proof(complete, "seccomp", pod("web-7d4b9c8f6-q8zmn")) == (
        "Prowler checked shop/Pod/web-5c6f7d9b8-b7c4d in its place and no longer knows shop/Pod/web-7d4b9c8f6-q8zmn."
    )
    assert successors.proof(complete, "seccomp", pod("api-7d4b9c8f6-q8zmn")) == ""
    assert successors.proof(complete, "privileged", pod("web-7d4b9c8f6-q8zmn")) == ""
    assert successors.proof(complete, "seccomp", pod("db-1")) == ""
    assert successors.proof(scan(tool="Prowler"), "seccomp", pod("web-7d4b9c8f6-q8zmn")) == ""
