"""What is found out before a run decides, besides what its reports say."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.report import ReadFailure, Report
from aggregator.pipeline.overtaken import Newer, overtaken_by
from aggregator.policy import Policy
from aggregator.run.correspondents import Facts, correspondents
from aggregator.run.documents import Papers
from aggregator.run.followed import look_up
from aggregator.run.frame import Frame, frame
from aggregator.run.gather import Rules, read_rules
from aggregator.run.history import checked_out
from aggregator.run.letters import Letters, Several
from aggregator.run.memory import Memory, recall
from aggregator.run.outside import GitHub, Outside
from aggregator.runner.event import Event, read_event
from aggregator.settings import Settings, Surroundings

_SHOWN = 12
"""Digits of a commit that people are told."""


class Told(Struct, frozen=True):
    """What a run knows; the ``letters`` are written when it has read its reports, the ``papers`` after that.

    Attributes:
        notes: what GitHub could not be asked about the event.
    """

    rules: Rules
    event: Event
    frame: Frame
    github: GitHub
    memory: Memory
    notes: tuple[Diagnostic, ...] = ()
    letters: Letters = Several()
    papers: Papers = ()


def gather(settings: Settings, around: Surroundings, outside: Outside) -> Told:
    """The rules, what the run is about, and what was remembered. Raises ``UsageError`` and ``StateError``."""
    rules = _overridden(read_rules(settings), settings)
    github = GitHub(settings, around, outside)
    event, notes = _event(settings, around, github)
    about = frame(settings, rules.policy, around, event)
    memory = recall(settings, around, rules.policy.state, about, github)
    return Told(rules, event, about, github, memory, notes)


def corresponding(
    told: Told,
    settings: Settings,
    around: Surroundings,
    outside: Outside,
    reports: Iterable[Report | ReadFailure],
) -> Told:
    """With those to talk with, who are told nothing by a run that comes too late. Raises ``UsageError``."""
    told = _held_if_overtaken(told, reports)
    facts = Facts(
        settings, around, told.rules.policy, told.event, told.frame, told.github, outside, told.memory, told.notes
    )
    return replace(told, letters=correspondents(facts))


def _event(settings: Settings, around: Surroundings, github: GitHub) -> tuple[Event, tuple[Diagnostic, ...]]:
    """The event, with what the checkout and GitHub tell of it, and what could not be asked."""
    followed = look_up(read_event(around), github)
    return _of_what_was_scanned(followed.event, settings), followed.notes


def _of_what_was_scanned(event: Event, settings: Settings) -> Event:
    """The event; of a pull request whose head is checked out, not its merge with the target, it is about the head.

    Compared as the merge, the head would bring back what was mended on the target since, and seem to mend what is new.
    """
    head = event.head.sha
    if not head or head == event.commit or checked_out(settings.source_root, len(head)) != head:
        return event
    return replace(event, commit=head)


def _overridden(rules: Rules, settings: Settings) -> Rules:
    """The rules with what the caller says for this run alone."""
    if not settings.fail_on:
        return rules
    gate = rules.policy.gate.model_copy(update={"fail_on": settings.fail_on})
    policy: Policy = rules.policy.model_copy(update={"gate": gate})
    return replace(rules, policy=policy)


def _held_if_overtaken(told: Told, reports: Iterable[Report | ReadFailure]) -> Told:
    """A run about an older commit is compared as a change is, and changes nothing: it would undo what was learned."""
    memory, about = told.memory, told.frame
    heads = () if memory.held else memory.loaded.heads
    newer = overtaken_by(heads, reports, about.context, told.rules.policy)
    if newer is None:
        return told
    held = f"run {newer.number} has looked at another commit since"
    loaded = replace(memory.loaded, diagnostics=(*memory.loaded.diagnostics, _overtaken(newer)))
    return replace(
        told,
        memory=replace(memory, loaded=loaded, held=held),
        frame=replace(about, held=held, context=replace(about.context, is_overtaken=True)),
    )


def _overtaken(newer: Newer) -> Diagnostic:
    return Diagnostic(
        "run-overtaken",
        Level.WARNING,
        "state",
        f"This run is about an older commit than the last one that was remembered (run {newer.number}, commit "
        f"{newer.commit[:_SHOWN]}); it is only compared, and nothing is saved, uploaded or told.",
        "Look at the newer run; to have the branch scanned again, start a new run instead of an old one.",
    )
