"""Laws of the state: bytes lose nothing, and merging heads is a union."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Observation, Sighting, Transition, UploadIdentity
from aggregator.model.location import Location
from aggregator.model.overruled import overruling
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRecord, RunRef, ScopeRecord, State, Telling, Tracked
from aggregator.model.ticket import Ticket
from aggregator.state import decode, encode, merge_states
from aggregator.state.history import bounded_frontier, latest_tellings, named_tickets

EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
TIMES = st.integers(0, 5).map(lambda hours: EPOCH + timedelta(hours=hours))
MAYBE_TIMES = st.none() | TIMES
IDS = st.sampled_from(["F-1", "F-2", "F-3", "F-4", "F-5"])
WORDS = st.sampled_from(["", "a", "b"])
RUNS = st.builds(RunRef, st.sampled_from(["1", "2", "3"]), st.integers(1, 2))
SIGHTINGS = st.builds(
    Sighting,
    tool=st.sampled_from(["Semgrep", "Trivy"]),
    scope=st.just("."),
    rule_id=WORDS,
    severity=st.sampled_from(Severity),
    keys=st.lists(st.sampled_from(["k1", "k2", "k3", "k4"]), max_size=2, unique=True).map(tuple),
    last_seen=TIMES,
    location=st.none() | st.builds(Location, WORDS),
    misses=st.integers(0, 2),
    is_marked=st.booleans(),
)
PLACES = st.sampled_from(["", "exceptions", "issues", "alerts"])
SAID = st.builds(Decision, st.sampled_from(Disposition), WORDS, origin=PLACES, decided_at=MAYBE_TIMES)
DECISIONS = st.builds(overruling, SAID, st.lists(SAID, max_size=3))
STEPS = st.builds(Transition, TIMES, WORDS, WORDS)
FINDINGS = st.builds(
    Tracked,
    id=IDS,
    aliases=st.lists(IDS, max_size=1).map(tuple),
    kind=st.sampled_from(Kind),
    title=st.text(max_size=3),
    severity=st.sampled_from(Severity),
    rule_id=WORDS,
    tool=WORDS,
    vulnerability_ids=st.lists(st.sampled_from(["CVE-1", "GHSA-1", "OSV-1"]), max_size=2, unique=True).map(tuple),
    first_seen=TIMES,
    last_seen=TIMES,
    clock_start=TIMES,
    sightings=st.lists(SIGHTINGS, max_size=2).map(tuple),
    observation=st.sampled_from(Observation),
    decision=DECISIONS,
    reopened_at=MAYBE_TIMES,
    closed_at=MAYBE_TIMES,
    history=st.lists(STEPS, max_size=3).map(tuple),
    upload=st.none() | st.builds(UploadIdentity, WORDS, WORDS, WORDS),
    tickets=st.lists(WORDS, max_size=2, unique=True).map(sorted).map(tuple),
)


def alone(findings: list[Tracked]) -> tuple[Tracked, ...]:
    """The findings in order, without those that share a strongest key with one before them."""
    kept: list[Tracked] = []
    taken: set[tuple[str, str]] = set()
    for each in sorted(findings, key=lambda each: each.id):
        keys = {(sighting.tool, sighting.keys[0]) for sighting in each.sightings if sighting.keys}
        if not keys & taken:
            kept.append(each)
            taken |= keys
    return tuple(kept)


def tidy(state: State) -> State:
    """The state as runs leave it: one entry for each ticket that a finding names, one for each channel."""
    tickets = named_tickets(state.tickets, state.findings)
    return replace(state, tickets=tickets, told=latest_tellings(state.told))


# Nobody's own run is among them: these heads are racers, none continues another.
RECORDS = st.builds(
    RunRecord,
    run=st.builds(RunRef, st.sampled_from(["7", "8"])),
    at=TIMES,
    open=st.dictionaries(WORDS, st.integers(0, 3), max_size=2),
    follows=st.sampled_from(["", "5"]),
)
STATES = st.builds(
    State,
    line=st.just(Line("shop")),
    run=RUNS,
    at=TIMES,
    commit=WORDS,
    frontier=st.lists(st.sampled_from(["3", "5", "11"]), max_size=2, unique=True).map(bounded_frontier),
    parents=st.lists(RUNS, max_size=2, unique=True).map(sorted).map(tuple),
    findings=st.lists(FINDINGS, max_size=4, unique_by=lambda each: each.id).map(alone),
    scopes=st.lists(st.builds(ScopeRecord, WORDS, WORDS, TIMES, st.integers(1, 3)), max_size=2).map(tuple),
    runs=st.lists(RECORDS, max_size=3).map(tuple),
    tickets=st.lists(st.builds(Ticket, WORDS, st.booleans(), st.just(("kim",)), MAYBE_TIMES), max_size=3).map(tuple),
    told=st.lists(st.builds(Telling, WORDS, TIMES, WORDS), max_size=3).map(tuple),
).map(tidy)


def ids(state: State) -> set[str]:
    """Every id that the state knows."""
    return {name for each in state.findings for name in (each.id, *each.aliases)}


def merged(*heads: State) -> State:
    """The heads as one."""
    state = merge_states(heads)
    assert state is not None
    return state


@given(STATES)
def test_decoding_undoes_encoding(state: State) -> None:
    """A state is what its bytes say, and its bytes say nothing else."""
    assert decode(encode(state), "state") == state
    assert encode(decode(encode(state), "state")) == encode(state)


@given(STATES)
def test_merging_is_idempotent(state: State) -> None:
    """A head merged with itself is itself."""
    assert merged(state, state) == state


@given(STATES, STATES, STATES)
def test_merging_is_commutative_and_associative(one: State, two: State, three: State) -> None:
    """Heads may be merged in any order and any grouping: the bytes are the same."""
    whole = encode(merged(one, two, three))
    for heads in permutations((one, two, three)):
        assert encode(merged(*heads)) == whole
    assert encode(merged(one, merged(two, three))) == whole
    assert encode(merged(merged(one, two), three)) == whole
    assert encode(merged(merged(one, two), merged(two, three))) == whole


@given(STATES, STATES.map(lambda state: replace(state, run=RunRef("other"))))
def test_merging_keeps_every_id(one: State, two: State) -> None:
    """No id is lost, each is known once, and first-seen dates only get earlier."""
    both = merged(one, two)
    assert ids(both) == ids(one) | ids(two)
    assert sum(len({each.id, *each.aliases}) for each in both.findings) == len(ids(both))
    homes = {name: each for each in both.findings for name in (each.id, *each.aliases)}
    for each in (*one.findings, *two.findings):
        assert homes[each.id].first_seen <= each.first_seen
        assert set(each.tickets) <= set(homes[each.id].tickets)
