"""A clock that tests set."""

from __future__ import annotations


class FakeClock:
    """Time passes only when someone sleeps or a test says so. Fits :class:`aggregator.transport.exchange.Clock`."""

    def __init__(self, now: float = 1_790_000_000.0, chance: float = 0.5) -> None:
        self.time = now
        self.luck = chance
        self.slept: list[float] = []

    def now(self) -> float:
        """Seconds since 1970."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let the time pass, and remember."""
        self.slept.append(seconds)
        self.time += seconds

    def chance(self) -> float:
        """The luck that the test set."""
        return self.luck

    def pass_days(self, days: float) -> None:
        """Let days pass."""
        self.time += days * 86_400
