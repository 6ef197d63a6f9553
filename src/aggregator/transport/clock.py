"""The real time and real chance."""

from __future__ import annotations

import random
import time


class RealClock:
    """Time as the machine tells it."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def chance(self) -> float:
        """A number from 0 up to, not including, 1; spreads out retries and guards nothing."""
        return random.random()  # noqa: S311
