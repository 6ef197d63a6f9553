"""The rules that were in force, as parts of a bundle of evidence: as people wrote them, and as they were understood."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from aggregator.policy import Policy
from aggregator.run.gather import rule_files
from aggregator.settings import Settings
from aggregator.writers.bundle import Paper


def rule_papers(settings: Settings, policy: Policy) -> Iterator[Paper]:
    """The policy's file and the exceptions' where there are any, and the whole policy with its defaults."""
    config, exceptions = rule_files(settings)
    if config is not None:
        yield Paper("policy/onefold.yml", "The policy, as people wrote it.", partial(_content, config))
    if exceptions is not None:
        yield Paper(
            "policy/onefold-exceptions.yml", "The exceptions, as people wrote them.", partial(_content, exceptions)
        )
    text = f"{policy.model_dump_json(by_alias=True, indent=2)}\n".encode()
    yield Paper("policy/in-force.json", "The policy that was in force, with its defaults.", lambda: (text,))


def _content(path: Path) -> tuple[bytes, ...]:
    return (path.read_bytes(),)
