"""Where this run remembers, what it remembers, and why it must not remember more."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import Fault, ServiceError
from aggregator.model.state import Line
from aggregator.policy.policy import Memory as Rules
from aggregator.run.frame import Frame
from aggregator.run.outside import GitHub
from aggregator.settings import ARTIFACT, NOWHERE, Settings, Surroundings
from aggregator.stores import DirectoryStore, Loaded, Store

UNREAD = "state-unread"
"""The code of the diagnostic for an earlier state that is there, perhaps, and could not be read."""
_FOLDER_INSTEAD = "Give `state` a folder that the workflow carries from run to run, with actions/cache for example."


class Memory(Struct, frozen=True):
    """What a run has of the runs before it.

    Attributes:
        store: where its own state goes; ``None`` when it is kept nowhere.
        held: why this run must not save its state; empty when it may.
        is_unread: a service failed, so that nobody knows what was remembered: nothing may follow from its absence.
    """

    store: Store | None
    loaded: Loaded
    held: str = ""
    is_unread: bool = False


def recall(settings: Settings, around: Surroundings, rules: Rules, about: Frame, github: GitHub) -> Memory:
    """The line's memory.

    Raises ``StateError`` when there is a state that cannot be used and must not be passed over. A service that fails
    is no error here: the run goes on without the past, says so, and saves nothing that could be taken for it.
    """
    if settings.state_folder is not None:
        folder = DirectoryStore(settings.state_folder)
        return Memory(folder, _load(folder, rules, about.context.line), about.held)
    if settings.state != ARTIFACT:
        return Memory(None, Loaded(None, (_nothing_kept(settings),)))
    from aggregator.run.artifacts import NoArtifacts, open_store  # noqa: PLC0415 - brings the services' code along

    store = open_store(around, rules, about, github)
    if isinstance(store, NoArtifacts):
        return Memory(None, Loaded(None, (_not_here(store.reason),)))
    try:
        return Memory(store, _load(store, rules, about.context.line), about.held)
    except ServiceError as error:
        if error.fault is Fault.MISSING:
            return Memory(None, Loaded(None, (_not_here(error.reason),)))
        return Memory(store, Loaded(None, (_unread(error),)), "the earlier states could not be read", is_unread=True)


def _load(store: Store, rules: Rules, line: Line) -> Loaded:
    """What the line remembers, else what it remembered under a former name of its branch."""
    loaded = store.load(line)
    if loaded.state is not None:
        return loaded
    for branch in rules.former_branches:
        former = store.before(branch).load(replace(line, branch=branch))
        if former.state is not None:
            heads = tuple(replace(head, line=line) for head in former.heads)
            return Loaded(replace(former.state, line=line), (*former.diagnostics, _taken_over(branch)), heads)
    return loaded


def _taken_over(branch: str) -> Diagnostic:
    reason = f"There is no state of today's name of the branch; that of its former name, {branch}, goes on."
    return Diagnostic("state-taken-over", Level.WARNING, "state", reason)


def _nothing_kept(settings: Settings) -> Diagnostic:
    reason = "No place for the state was named, so this run remembers nothing."
    if settings.state == NOWHERE:
        reason = "This run was asked to remember nothing."
    return Diagnostic(
        "state-not-kept", Level.NOTE, "state", reason, "Name a folder that lasts from run to run to see what changes."
    )


def _not_here(missing: str) -> Diagnostic:
    return Diagnostic(
        "state-not-kept", Level.WARNING, "state", f"The state cannot be kept as an artifact: {missing}", _FOLDER_INSTEAD
    )


def _unread(error: ServiceError) -> Diagnostic:
    return Diagnostic(
        UNREAD,
        Level.ERROR,
        "state",
        f"{error.reason} Nothing is compared, and nothing is saved or uploaded that could be taken for a comparison.",
        error.next_step,
    )
