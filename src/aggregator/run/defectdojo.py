"""A run's part with a DefectDojo: what is pushed there, and what is remembered of it. Nothing is read from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import blake2b
from urllib.parse import urlsplit

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.outcome import Outcome
from aggregator.model.state import State
from aggregator.planning.defectdojo import Facts, Pushes, plan_pushes, remember_pushes
from aggregator.planning.plan import Proposal, Receipt
from aggregator.policy.defectdojo import DefectDojo as Rules
from aggregator.run.deliver import Sink
from aggregator.run.letters import OneWay, Opened
from aggregator.run.outside import Outside
from aggregator.settings import Settings
from aggregator.sinks.defectdojo import DefectDojoSink
from aggregator.sinks.defectdojo_api import DojoApi, address_of
from aggregator.transport.session import Session
from aggregator.writers.defectdojo_findings import render_dojo_report

_CALLS = 20_000
"""Two for each finding that is edited: a run in which all are scored anew edits them all."""
_NO_TOKEN = Diagnostic(
    "defectdojo-without-token",
    Level.WARNING,
    "DefectDojo",
    "There is no token to push to DefectDojo with.",
    "Set defectdojo-token.",
)
_OWN_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def open_api(settings: Settings, rules: Rules, outside: Outside) -> DojoApi:
    """The DefectDojo that is configured; raises ``UsageError`` when its address is none. Nothing is asked yet."""
    seconds = float(rules.timeout_seconds)
    session = Session(outside.patient(seconds), outside.clock(), patience=2 * seconds, calls=_CALLS)
    return DojoApi(session, address_of(settings.defectdojo_url), settings.defectdojo_token.get_secret_value())


class DefectDojoLetters(OneWay):
    """One service's part of the talk; it has nothing to listen to.

    Args:
        settings: with the address; without the token it tells what it would do.
        rules: of the policy.
        held: why this run must not change what is remembered, nor anything elsewhere; empty when it may.
        outside: how it is reached.
    """

    def __init__(self, settings: Settings, rules: Rules, held: str, outside: Outside) -> None:
        self._address = address_of(settings.defectdojo_url)
        self._settings = settings
        self._rules = rules
        self._held = held
        self._outside = outside
        self._pushes = Pushes()
        self._sink: DefectDojoSink | None = None

    def propose(self, outcome: Outcome) -> Proposal:
        """The tests that differ from what was pushed last."""
        is_shut = not self._held and not self._settings.defectdojo_token
        held = "there is no token to push with" if is_shut else self._held
        server = blake2b(self._address.encode(), digest_size=8).hexdigest()
        facts = Facts(server=server, held=held)
        self._pushes = plan_pushes(outcome, self._rules, facts)
        notes = (_NO_TOKEN,) if is_shut else () if held else tuple(self._cautions())
        return Proposal(self._pushes.actions, self._pushes.held, notes)

    def _cautions(self) -> Iterable[Diagnostic]:
        parts = urlsplit(self._address)
        if self._pushes.actions and parts.scheme == "http" and parts.hostname not in _OWN_MACHINE:
            reason = "Its address is not https: the token and the findings can be read on their way."
            yield Diagnostic("defectdojo-in-clear", Level.WARNING, "DefectDojo", reason, "Let it be reached by https.")

    def sinks(self, outcome: Outcome, _opened: Opened) -> tuple[Sink, ...]:
        """Who pushes; a report is made when it is pushed, so that no two are held in memory."""
        if not self._pushes.actions:
            return ()
        known = {item.id: item for item in outcome.state.findings}
        seen = {finding.id: finding for finding in outcome.findings if finding.sources}

        def render(channel: str) -> bytes:
            return render_dojo_report(self._pushes.told[channel], known, seen, outcome.scans)

        ids = frozenset(id_ for item in known.values() for id_ in (item.id, *item.aliases))
        self._sink = DefectDojoSink(self._api, self._address, render, ids)
        return (self._sink,)

    @cached_property
    def _api(self) -> DojoApi:
        return open_api(self._settings, self._rules, self._outside)

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """The state that knows what was pushed."""
        return remember_pushes(state, self._pushes.actions, receipts)

    def remarks(self) -> tuple[Diagnostic, ...]:
        """What could not be edited there."""
        return self._sink.notes if self._sink is not None else ()
