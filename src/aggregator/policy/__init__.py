"""What people write: ``.github/onefold.yml`` and ``.github/onefold-exceptions.yml``."""

from aggregator.policy.exception import ExceptionRule
from aggregator.policy.policy import Expected, Policy
from aggregator.policy.reading import read_exceptions, read_policy
from aggregator.policy.schema import exceptions_schema, policy_schema

__all__ = [
    "ExceptionRule",
    "Expected",
    "Policy",
    "exceptions_schema",
    "policy_schema",
    "read_exceptions",
    "read_policy",
]
