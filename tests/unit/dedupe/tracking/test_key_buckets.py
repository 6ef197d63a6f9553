"""Passes over keys."""

from msgspec.structs import replace

from tests.unit.dedupe.flaws import LATER, flaw, folded, misconfigured, remember, report


def test_what_lies_in_no_file_is_known_by_its_rule() -> None:
    """A result without any place is the same problem in the next run, also after it was closed, and one of two goes."""
    nowhere = replace(flaw(), location=None)
    other = replace(flaw("eval-detected"), location=None, pointer="/other")
    first = folded(report(nowhere, other, flaw(line=3))).findings
    for closed in (False, True):
        again = folded(report(nowhere), previous=remember(first, closed=closed), now=LATER).findings
        assert {each.id for each in again} < {each.id for each in first}
        (carried,) = again[0].carried
        assert (carried.tier, carried.key) == ("medium", "place")


def test_a_file_is_not_nowhere() -> None:
    """What lies in a file is never known again by a result that lies in none."""
    first = folded(report(flaw())).findings
    again = folded(report(replace(flaw(), location=None, scope="semgrep.json")), previous=remember(first), now=LATER)
    assert {each.id for each in again.findings}.isdisjoint({each.id for each in first})


def test_rows_of_one_resource_stay_in_order() -> None:
    """Where a tool's rows share rule and resource, as many as before are the same in order."""
    rows = [replace(misconfigured(), message=f"part {n}", pointer=f"/{n}") for n in range(3)]
    first = folded(report(*rows)).findings
    again = folded(report(*rows), previous=remember(first), now=LATER).findings
    assert sorted(each.id for each in again) == sorted(each.id for each in first)
