"""Leaked credentials: how much depends on what they open."""

from __future__ import annotations

from functools import lru_cache

from aggregator.model.severity import Severity

# Whoever holds one of these changes the infrastructure or the code itself.
_CRITICAL_PROVIDERS = frozenset(
    ("alibaba", "aws", "azure", "bitbucket", "cloudflare", "digitalocean", "flyio", "gcp", "github", "gitlab", "heroku")
)


@lru_cache(maxsize=1024)
def severity_of_credential(rule_id: str) -> Severity:
    """Critical for a rule that names a cloud or code-hosting provider (``aws-access-token``), else high.

    For tools that find secrets without rating them.
    """
    words = set(rule_id.lower().replace("_", "-").split("-"))
    return Severity.HIGH if words.isdisjoint(_CRITICAL_PROVIDERS) else Severity.CRITICAL
