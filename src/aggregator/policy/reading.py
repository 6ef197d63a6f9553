"""Reading what people wrote, all mistakes at once."""

from __future__ import annotations

from aggregator.policy.exception import ExceptionRule
from aggregator.policy.policy import Policy


def read_policy(text: str, name: str) -> Policy:
    """Read ``.github/onefold.yml``. Raises ``UsageError`` with every mistake in it, never with a value of it."""
    raise NotImplementedError


def read_exceptions(text: str, name: str) -> tuple[ExceptionRule, ...]:
    """Read ``.github/onefold-exceptions.yml``. Raises ``UsageError`` as :func:`read_policy` does."""
    raise NotImplementedError
