"""Which documents a run writes, and how each of them is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.outcome import Outcome
from aggregator.model.report import ReadFailure, Report
from aggregator.policy import Policy
from aggregator.policy.outputs import Outputs
from aggregator.settings import Settings
from aggregator.writers.registry import ALL, DASHBOARD, EVIDENCE, OPENVEX, REPORT, WRITERS, Writer
from aggregator.writers.vex import has_statements

if TYPE_CHECKING:
    from aggregator.writers.bundle import Paper

Papers: TypeAlias = "tuple[Paper, ...]"

MOST_ON_A_PAGE = 20_000
"""Findings that one page shows at ease; a run with more writes none unless the policy says \"always\"."""


def wanted(outcome: Outcome, outputs: Outputs) -> tuple[Writer, ...]:
    """What is written, in the order in which it is."""
    chosen = list(WRITERS)
    if outputs.dashboard == "always" or (outputs.dashboard == "auto" and not _is_too_much(outcome)):
        chosen.append(DASHBOARD)
    chosen += [REPORT] if outputs.report else []
    chosen += [EVIDENCE] if outputs.evidence else []
    chosen += [OPENVEX] if outputs.vex and has_statements(outcome) else []
    return tuple(chosen)


def left_out(outcome: Outcome, outputs: Outputs) -> Iterator[Diagnostic]:
    """What people may expect and will not find."""
    if outputs.dashboard == "auto" and _is_too_much(outcome):
        yield Diagnostic(
            "dashboard-too-large",
            Level.WARNING,
            DASHBOARD.filename,
            f"There are {len(outcome.state.findings)} findings, and one page shows {MOST_ON_A_PAGE} at ease,"
            " so it is not written.",
            "Say outputs: {dashboard: always} in the policy to have it all the same, or never.",
        )


def _is_too_much(outcome: Outcome) -> bool:
    return len(outcome.state.findings) > MOST_ON_A_PAGE


def renderers(outcome: Outcome, rules: Papers = ()) -> Mapping[str, Callable[[], Iterable[bytes]]]:
    """How each document is made, by the writer's name; ``rules`` are for the evidence."""
    made: dict[str, Callable[[], Iterable[bytes]]] = {
        writer.name: partial(writer.render, outcome) for writer in ALL if writer is not EVIDENCE
    }
    return {**made, EVIDENCE.name: partial(_evidence, outcome, rules)}


def rules_shown(settings: Settings, policy: Policy, reports: Iterable[Report | ReadFailure]) -> Papers:
    """The rules as the evidence shows them, made while the secrets of the reports are known; else none."""
    if not policy.outputs.evidence:
        return ()
    from aggregator.run.rule_papers import rule_papers  # noqa: PLC0415 - few runs need it

    return tuple(rule_papers(settings, policy, reports))


def _evidence(outcome: Outcome, rules: Papers) -> Iterable[bytes]:
    from aggregator.writers.evidence import run_evidence  # noqa: PLC0415 - few runs write it

    return run_evidence(outcome, rules)
