"""Tests of :mod:`aggregator.state.settle`."""

from __future__ import annotations

from aggregator.state.settle import Learned, settle
from tests.builders import finding, outcome


def test_findings_name_their_tickets() -> None:
    """New tickets join those that were known; other findings and an idle run change nothing."""
    state = outcome(finding(tickets=("u/9",)), finding(id="F-2"), finding(id="F-3")).state
    settled = settle(state, [Learned("u/2", ("F-1111111111", "F-3", "F-404")), Learned("u/1", ("F-1111111111",))])
    assert [each.tickets for each in settled.findings] == [("u/1", "u/2", "u/9"), (), ("u/2",)]
    assert settle(settled, [Learned("u/2", ("F-3",))]) == settled
    assert settle(state, []) is state


def test_a_ticket_that_was_moved_has_one_address() -> None:
    """Findings name it by the address that it has now, and keep their other tickets."""
    state = outcome(finding(tickets=("u/OPS-1", "u/SEC-1"))).state
    settled = settle(state, [Learned("u/OPS-9", ("F-1111111111",), earlier=("u/SEC-1",))])
    assert settled.findings[0].tickets == ("u/OPS-1", "u/OPS-9")
