"""The rules that were in force, as parts of a bundle of evidence: as people wrote them, and as they were understood.

Bundles are handed on, so what is secret in the rules is masked in them: what opens our services, what the run's reports
gave away, and what looks like a token. Everything else is there byte for byte, and a part that was masked says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from aggregator.model.report import ReadFailure, Report
from aggregator.normalize.secrets import Redactor
from aggregator.policy import Policy
from aggregator.run.gather import rule_files
from aggregator.settings import Settings
from aggregator.writers.bundle import Paper


def rule_papers(settings: Settings, policy: Policy, reports: Iterable[Report | ReadFailure] = ()) -> Iterator[Paper]:
    """The policy's file and the exceptions' where there are any, and the whole policy with its defaults."""
    known = (report.secrets.reveal() for report in reports if isinstance(report, Report))
    redact = Redactor(settings.secrets.union(*known)).redact_rules
    config, exceptions = rule_files(settings)
    if config is not None:
        yield _written("policy/onefold.yml", "The policy, as people wrote it", config, redact)
    if exceptions is not None:
        yield _written("policy/onefold-exceptions.yml", "The exceptions, as people wrote them", exceptions, redact)
    in_force = _each_text(json.loads(policy.model_dump_json(by_alias=True)), redact)
    yield _paper("policy/in-force.json", "The policy that was in force, with its defaults.", in_force)


def _written(name: str, what: str, path: Path, redact: Callable[[str], str]) -> Paper:
    data = path.read_bytes()
    text = data.decode("utf-8", "surrogateescape")
    masked = redact(text)
    if masked == text:
        return Paper(name, f"{what}.", lambda: (data,))
    clean = masked.encode("utf-8", "surrogateescape")
    return Paper(name, f"{what}, but for the secrets in it, which are masked.", lambda: (clean,))


def _each_text(value: object, redact: Callable[[str], str]) -> object:
    """The value with every text in it masked, keys too: masking the JSON as a whole could break it."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [_each_text(each, redact) for each in value]
    if isinstance(value, dict):
        return {redact(name): _each_text(each, redact) for name, each in value.items()}
    return value


def _paper(name: str, what: str, value: object) -> Paper:
    text = f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()
    return Paper(name, what, lambda: (text,))
