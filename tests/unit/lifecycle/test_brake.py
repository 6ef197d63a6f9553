"""Tests of the brake beside what the reports prove."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.policy import Policy
from tests.builders import NOW, result, scan, sighting
from tests.unit.lifecycle.cases import BUCKET, CLOUD, DECLARED, ROW, Case, fresh, known, prowler
from tests.unit.lifecycle.vanished import mild

TAKEN = replace(CLOUD, resource=replace(BUCKET, uid="arn:aws:s3:::taken"))


def test_what_passed_is_closed_beside_what_the_brake_holds() -> None:
    """A resource with a row that passed counts for nothing that vanished without one."""
    mended = tuple(known(CLOUD, id=f"P-{number}") for number in range(10))
    lost = tuple(
        known(TAKEN, id=f"L-{number}", sightings=(replace(sighting(TAKEN), misses=1),)) for number in range(10)
    )
    advanced = Case(remembered=(*mended, *lost), scans=(prowler(ROW),), policy=DECLARED).advanced()
    assert {each.id[0] for each in advanced.findings if each.closed_at} == {"P"}
    (said,) = advanced.diagnostics
    assert said.reason.startswith("10 of 20 open findings would close at once")


def test_the_brake_names_every_key_that_it_takes() -> None:
    """Where closes would be held because findings vanished together as well, the message names that key too."""
    gone = tuple(known(each, id=f"F-{number}") for number, each in enumerate(mild(10)))
    case = Case((fresh(id="S"),), (known(id="S"), *gone), (scan(results=(result(),)),))
    (said,) = case.advanced().diagnostics
    assert said.next_step == (
        "Look at the scan. If they are fixed, raise closing.brake-share in the policy, "
        "and name Semgrep under closing.complete, for one run."
    )
    policy = Policy.model_validate({"closing": {"brake-share": 1, "complete": ["semgrep"]}})
    advanced = case._replace(policy=policy).advanced()
    assert sum(each.closed_at == NOW for each in advanced.findings) == 10
    assert advanced.diagnostics == ()
