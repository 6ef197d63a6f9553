"""Tests of :mod:`aggregator.transport.clock`."""

from __future__ import annotations

import time

from aggregator.transport.clock import RealClock


def test_it_is_the_real_time() -> None:
    """The clock tells the machine's time, lets it pass, and has chance within its bounds."""
    clock = RealClock()
    before = time.time()
    clock.sleep(0.01)
    assert before + 0.009 <= clock.now() <= time.time()
    assert 0 <= clock.chance() < 1
