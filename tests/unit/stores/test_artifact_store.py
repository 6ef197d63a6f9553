"""Tests of :mod:`aggregator.stores.artifact_store` and of the search in :mod:`aggregator.stores.heads`."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.errors import Fault, ServiceError
from aggregator.model.state import RunRecord, RunRef, State
from aggregator.state import encode
from aggregator.state.history import MOST_FRONTIER
from aggregator.stores.ancestry import GitHubAncestry
from aggregator.stores.heads import MOST_DOWNLOADS
from aggregator.stores.name import state_name
from aggregator.stores.packed import pack
from aggregator.transport.exchange import Break, Reply, Request
from tests.builders import NOW
from tests.fakes.faults import After
from tests.fakes.github.hub import Run
from tests.fakes.github.memory import PAGE, Memory, ids

SLOWLY = 0.001
"""Days between two things that happen one after the other."""


def work(memory: Memory, run: Run, loaded: State | None) -> State:
    """What a run makes of what it loaded: it keeps all findings and adds its own."""
    mine = memory.state(run)
    if loaded is None:
        return mine
    return replace(mine, parents=(loaded.run,), frontier=loaded.frontier, findings=loaded.findings + mine.findings)


def turn(memory: Memory) -> Run:
    """One whole run: load, work, save."""
    memory.hub.clock.pass_days(SLOWLY)
    run = memory.hub.start_run()
    store = memory.store(run)
    store.save(work(memory, run, store.load(memory.line).state))
    return run


def names(*runs: Run) -> list[str]:
    return sorted(f"F-{run.id}" for run in runs)


def calls(memory: Memory) -> int:
    """The calls of one load."""
    before = len(memory.wire.calls)
    memory.store().load(memory.line)
    return len(memory.wire.calls) - before


# --- saving


def test_the_page_is_told() -> None:
    """Saving gives the address of the artifact's page; the plan names the artifact beforehand."""
    memory = Memory()
    run = memory.hub.start_run()
    store = memory.store(run)
    place = store.save(memory.state(run))
    (artifact,) = memory.hub.artifacts.values()
    assert place == f"{PAGE}/actions/runs/{run.id}/artifacts/{artifact.id}"
    assert artifact.name == store.place(memory.line) == state_name(memory.line)


@pytest.mark.parametrize(
    ("days", "most", "kept"), [(90, None, 90), (90, 30, 30), (30, 90, 30), (90, 0, 90), (0, None, 1)]
)
def test_retention(days: int, most: int | None, kept: int) -> None:
    """A state is kept as long as was asked for, and no longer than the repository keeps anything."""
    memory = Memory()
    run = memory.hub.start_run()
    memory.store(run, days=days, most_days=most).save(memory.state(run))
    (artifact,) = memory.hub.artifacts.values()
    assert artifact.expires_at == (NOW + timedelta(days=kept)).timestamp()


def test_several_states_of_one_run() -> None:
    """Jobs of one run that save the same line stand side by side, each under its own number, and all are loaded."""
    memory = Memory()
    run = memory.hub.start_run()
    for number in range(3):
        record = RunRecord(run=RunRef(str(run.id)), at=NOW, open={"high": number})
        findings = tuple(replace(each, id=f"F-{number}") for each in memory.state(run).findings)
        memory.store(run).save(memory.state(run, findings=findings, runs=(record,)))
    name = state_name(memory.line)
    assert sorted(each.name for each in memory.hub.artifacts.values()) == [name, f"{name}-2", f"{name}-3"]
    state = memory.store().load(memory.line).state
    assert ids(state) == ["F-0", "F-1", "F-2"]
    assert state is not None
    assert state.parents == tuple(RunRef(str(run.id), 1, serial) for serial in (1, 2, 3))
    assert [record.run.serial for record in state.runs] == [1, 2, 3]


def test_a_run_saves_only_so_many() -> None:
    """After nine states of one line in one run the next one is refused, and says what to do."""
    memory = Memory()
    run = memory.hub.start_run()
    for number in range(9):
        memory.store(run).save(memory.state(run, commit=f"{number}" * 40))
    state = memory.store().load(memory.line).state
    assert state is not None
    assert len(state.frontier) == 9
    with pytest.raises(ServiceError, match="9 states of this line already") as error:
        memory.store(run).save(memory.state(run, commit="a" * 40))
    assert error.value.fault is Fault.CONFLICT


@pytest.mark.parametrize("place", range(8))
def test_an_upload_that_failed_hides_no_later_one(place: int) -> None:
    """The name that a failed upload holds for good is a gap in the serials, and what lies behind it is found."""
    memory = Memory()
    run = memory.hub.start_run()
    memory.store(run).save(memory.state(run, commit="1" * 40))
    first = len(memory.wire.calls)
    memory.wire.faults = lambda number, _: After(Break.TIMEOUT) if number == first + place else None
    findings = tuple(replace(each, id="F-2") for each in memory.state(run).findings)
    memory.store(run).save(memory.state(run, findings=findings))
    memory.wire.faults = None
    assert ids(memory.store().load(memory.line).state) == ["F-2", *names(run)]


def test_saving_twice_is_saving_once() -> None:
    """The same state of the same run is one artifact, however often it is saved."""
    memory = Memory()
    run = memory.hub.start_run()
    assert memory.store(run).save(memory.state(run)) == memory.store(run).save(memory.state(run))
    assert len(memory.hub.artifacts) == 1


def test_a_rerun_stands_beside_the_first_attempt() -> None:
    """Another attempt of a run saves a state of its own, and both are one memory afterwards."""
    memory = Memory()
    run = memory.hub.start_run()
    memory.store(run).save(memory.state(run))
    again = memory.hub.rerun(run)
    store = memory.store(again)
    assert ids(store.load(memory.line).state) == names(run)
    store.save(memory.state(again))
    assert len(memory.hub.artifacts) == 2
    assert ids(memory.store().load(memory.line).state) == names(run)


def test_other_failures_are_not_got_around() -> None:
    """Only a name that is taken leads to the next one; anything else is an error, and nothing is kept."""
    memory = Memory()
    memory.hub.quota = False
    run = memory.hub.start_run()
    with pytest.raises(ServiceError) as error:
        memory.store(run).save(memory.state(run))
    assert error.value.fault is Fault.QUOTA
    assert memory.hub.artifacts == {}


def test_without_a_service_nothing_is_saved() -> None:
    """A store that only reads says so when it is asked to save."""
    memory = Memory()
    with pytest.raises(ServiceError, match="no artifact service"):
        memory.store().save(memory.state(memory.hub.start_run()))


def test_jobs_of_a_matrix_have_memories_of_their_own() -> None:
    """Another key is another artifact, and another memory."""
    memory = Memory()
    run = memory.hub.start_run()
    linux, windows = (replace(memory.line, key=key) for key in ("linux", "windows"))
    memory.store(run).save(memory.state(run, line=linux))
    assert memory.store().load(windows).state is None
    assert memory.store().load(memory.line).state is None
    assert ids(memory.store().load(linux).state) == names(run)


# --- the heads


def test_what_was_read_is_named() -> None:
    """A state names the artifacts it contains, so that a chain of any length costs what one state costs."""
    memory = Memory()
    assert calls(memory) == 3
    runs = [turn(memory) for _ in range(30)]
    assert calls(memory) == 6
    state = memory.store().load(memory.line).state
    assert ids(state) == names(*runs)
    assert state is not None
    assert list(state.frontier) == [str(number) for number in sorted(memory.hub.artifacts)]


def test_racing_runs_lose_nothing() -> None:
    """Two runs that read the same state and both saved are both continued by the next one."""
    memory = Memory()
    first = turn(memory)
    racers = [memory.hub.start_run() for _ in range(2)]
    stores = [memory.store(run) for run in racers]
    read = [store.load(memory.line).state for store in stores]
    for run, store, state in zip(racers, stores, read, strict=True):
        store.save(work(memory, run, state))
    assert calls(memory) == 9
    last = turn(memory)
    assert calls(memory) == 6
    assert ids(memory.store().load(memory.line).state) == names(first, *racers, last)


def test_a_late_upload_is_found() -> None:
    """A state that was saved long after its run had read is not forgotten behind newer ones."""
    memory = Memory()
    first = turn(memory)
    late = memory.hub.start_run()
    store = memory.store(late)
    state = work(memory, late, store.load(memory.line).state)
    between = [turn(memory) for _ in range(3)]
    store.save(state)
    last = turn(memory)
    assert ids(memory.store().load(memory.line).state) == names(first, late, *between, last)
    assert calls(memory) == 6


def test_a_long_line_is_not_read_again() -> None:
    """Where the frontier is full, what is older than all it names counts as contained."""
    memory = Memory()
    old = memory.publish(memory.hub.start_run())
    numbers = range(old.id + 1, old.id + 1 + MOST_FRONTIER)
    run = memory.hub.start_run()
    memory.hub._count = MOST_FRONTIER + 10_000
    memory.publish(run, memory.state(run, frontier=tuple(map(str, numbers))))
    assert ids(memory.store().load(memory.line).state) == names(run)
    assert calls(memory) == 6


def test_a_state_contains_nothing_that_came_later() -> None:
    """A frontier that names later artifacts, or no artifacts at all, hides nothing."""
    memory = Memory()
    runs = [memory.hub.start_run() for _ in range(2)]
    later = memory.publish(runs[0])
    memory.hub.clock.pass_days(SLOWLY)
    liar = memory.publish(runs[1])
    frontier = ("x", str(later.id + 1000), "9" * 5000, "٣")
    memory.publish(runs[1], memory.state(runs[1], frontier=frontier), name=f"{state_name(memory.line)}-2")
    assert ids(memory.store().load(memory.line).state) == names(*runs)
    assert later.id < liar.id


def test_a_search_is_bounded() -> None:
    """One load reads so many states and says how many it left; the next loads read the others."""
    memory = Memory()
    runs = [memory.hub.start_run() for _ in range(30)]
    for run in runs:
        memory.hub.clock.pass_days(SLOWLY)
        memory.publish(run)
    loaded = memory.store().load(memory.line)
    assert ids(loaded.state) == names(*runs[-MOST_DOWNLOADS:])
    assert [said.code for said in loaded.diagnostics] == ["state-search-cut"]
    assert "calls: 10." in loaded.diagnostics[0].reason
    last = turn(memory)
    assert ids(memory.store().load(memory.line).state) == names(*runs, last)
    assert memory.store().load(memory.line).diagnostics == ()


def test_expiry_is_normal() -> None:
    """When all states have expired the run is a baseline again, and says that they have."""
    memory = Memory()
    turn(memory)
    memory.hub.clock.pass_days(91)
    loaded = memory.store().load(memory.line)
    assert loaded.state is None
    assert [said.code for said in loaded.diagnostics] == ["state-refused", "no-state"]


def test_an_artifact_that_expires_meanwhile_is_passed_over() -> None:
    """One that was listed and is gone when it is fetched is refused, and the next older one is taken."""
    memory = Memory()
    runs = [turn(memory) for _ in range(2)]
    newest = max(memory.hub.artifacts)
    gone = Reply(410, {"content-type": "application/json"}, b'{"message":"Artifact has expired"}')
    memory.wire.faults = lambda _, request: gone if f"/{newest}/zip" in request.url else None
    loaded = memory.store().load(memory.line)
    assert ids(loaded.state) == names(runs[0])
    assert "it has expired" in loaded.diagnostics[0].reason


# --- a flood


def flood(memory: Memory, count: int, *, name: str = "", **made_by: object) -> None:
    """Let somebody put artifacts of our name on the shelf, newer than all others."""
    memory.hub.clock.pass_days(SLOWLY)
    run = memory.hub.start_run(**{"event": "pull_request", "fork": 666} | made_by)  # type: ignore[arg-type]
    for _ in range(count):
        memory.hub.publish(name or state_name(memory.line), b"", run)


@pytest.mark.parametrize("count", [950, 1_001, 5_000])
def test_a_flood_hides_nothing(count: int) -> None:
    """However many artifacts of our name forks leave, both racing heads are found, at a bounded price."""
    memory = Memory()
    turn(memory)
    racers = [memory.hub.start_run() for _ in range(2)]
    stores = [memory.store(run) for run in racers]
    read = [store.load(memory.line).state for store in stores]
    for run, store, state in zip(racers, stores, read, strict=True):
        store.save(work(memory, run, state))
    flood(memory, count)
    assert calls(memory) <= 20
    loaded = memory.store().load(memory.line)
    assert set(names(*racers)) < set(ids(loaded.state))
    assert len(loaded.diagnostics) == 1


def test_a_flood_of_serials_is_bounded() -> None:
    """Filling the names of the serials buys nothing either."""
    memory = Memory()
    run = turn(memory)
    for serial in range(2, 10):
        flood(memory, 300, name=f"{state_name(memory.line)}-{serial}")
    assert calls(memory) <= 20
    assert ids(memory.store().load(memory.line).state) == names(run)


def test_a_flood_from_within_hides_nothing() -> None:
    """Where runs of pull requests used our name so often that some were not looked up, our runs are asked directly."""
    memory = Memory()
    runs = [turn(memory), memory.hub.start_run()]
    memory.publish(runs[1])
    for _ in range(50):
        flood(memory, 1, fork=None)
    assert ids(memory.store().load(memory.line).state) == names(*runs)
    memory.hub.clock.pass_days(SLOWLY)
    runs.append(memory.hub.start_run())
    memory.publish(runs[2])
    loaded = memory.store().load(memory.line)
    assert ids(loaded.state) == names(*runs)
    assert [said.code for said in loaded.diagnostics] == ["state-refused", "state-search-cut"]
    assert calls(memory) <= 40


def test_a_flood_before_the_first_state() -> None:
    """Without a state a flood is a baseline like any other; runs whose artifacts were deleted are passed over."""
    memory = Memory()
    flood(memory, 1_001)
    memory.publish(memory.hub.start_run(fork=666))
    assert memory.store().load(memory.line).state is None
    gone = memory.hub.start_run()
    missing = Reply(404, {"content-type": "application/json"}, b"{}")
    memory.wire.faults = lambda _, request: missing if f"/{gone.id}/artifacts" in request.url else None
    assert memory.store().load(memory.line).state is None


# --- a busy line


def busy(memory: Memory) -> Run:
    """Let a line have more states than can be listed, a year of them, and the last one be that of a sound run."""
    old = memory.hub.start_run()
    packed = pack(encode(memory.state(old)))
    for _ in range(1_000):
        memory.hub.publish(state_name(memory.line), packed, old)
    memory.hub.clock.pass_days(SLOWLY)
    run = memory.hub.start_run()
    memory.publish(run, memory.state(run, frontier=tuple(map(str, sorted(memory.hub.artifacts)[-MOST_FRONTIER:]))))
    return run


def broken_runs(memory: Memory, count: int) -> None:
    """Let the runner's image be broken: runs that end before they reach us."""
    for _ in range(count):
        memory.hub.clock.pass_days(SLOWLY)
        memory.hub.end(memory.hub.start_run(), "failure")


@pytest.mark.parametrize("is_in_order", [True, False])
def test_a_busy_line_goes_on_after_runs_that_broke(is_in_order: bool) -> None:
    """Where the latest runs left nothing, the newest state is found in the list, or by the runs before these."""
    memory = Memory()
    memory.hub.is_in_order = is_in_order
    run = busy(memory)
    broken_runs(memory, 25)
    assert ids(memory.store().load(memory.line).state) == names(run)
    assert calls(memory) <= (35 if is_in_order else 55)


def test_the_newest_of_a_list_are_enough() -> None:
    """However many runs broke, a list that shows the newest first has the state."""
    memory = Memory()
    memory.hub.is_in_order = True
    run = busy(memory)
    broken_runs(memory, 120)
    assert ids(memory.store().load(memory.line).state) == names(run)


def test_what_was_not_found_in_time_is_not_nothing() -> None:
    """Where no order helps and the latest runs have no state, the past is unread; the price of that is bounded."""
    memory = Memory()
    run = busy(memory)
    broken_runs(memory, 70)
    with pytest.raises(ServiceError, match=f"more artifacts of the name {state_name(memory.line)}") as error:
        memory.store().load(memory.line)
    assert error.value.fault is Fault.GARBLED
    assert error.value.next_step.startswith("Name all workflows that write states")
    assert len(memory.wire.calls) <= 70
    memory.publish(memory.hub.start_run(), memory.state(run))
    assert ids(memory.store().load(memory.line).state) == names(run)


def test_a_busy_line_that_has_expired_starts_anew() -> None:
    """Where the latest state of a busy line has expired all have: nobody looks on, and it is no reason to stop."""
    memory = Memory()
    broken_runs(memory, 70)
    busy(memory)
    memory.hub.clock.pass_days(91)
    loaded = memory.store().load(memory.line)
    assert loaded.state is None
    assert [said.code for said in loaded.diagnostics] == ["state-refused", "state-search-cut", "no-state"]
    assert calls(memory) <= 40


def test_too_many_that_cannot_be_read_are_not_nothing() -> None:
    """Where more artifacts of trusted runs are no states than are looked into, there may be one among the others."""
    memory = Memory()
    for _ in range(MOST_DOWNLOADS + 1):
        memory.hub.publish(state_name(memory.line), b"no zip", memory.hub.start_run())
    with pytest.raises(ServiceError, match="it is no zip file"):
        memory.store().load(memory.line)


def test_all_that_was_refused_is_nothing() -> None:
    """Where every artifact was looked into and none is a state, the run is a baseline."""
    memory = Memory()
    for _ in range(MOST_DOWNLOADS):
        memory.hub.publish(state_name(memory.line), b"no zip", memory.hub.start_run())
    loaded = memory.store().load(memory.line)
    assert (loaded.state, [said.code for said in loaded.diagnostics]) == (None, ["state-refused", "no-state"])


def test_a_flood_where_the_runs_are_not_read_to_the_end() -> None:
    """Twenty runs of trusted workflows whose states are no states are as many as are read; there may be others."""
    memory = Memory()
    flood(memory, 1_001)
    for _ in range(MOST_DOWNLOADS + 1):
        memory.hub.clock.pass_days(SLOWLY)
        memory.hub.publish(state_name(memory.line), b"no zip", memory.hub.start_run())
    with pytest.raises(ServiceError, match="than one run can look into"):
        memory.store().load(memory.line)


# --- pull requests


class Known:
    """An ancestry of known commits."""

    diagnostics = ()
    merge_base = None

    def __init__(self, *shas: str) -> None:
        self.shas = shas

    def knows(self, sha: str) -> bool:
        """Whether it is one of them."""
        return sha in self.shas


def history(memory: Memory, *events: str) -> list[Run]:
    """Runs at the commits 1, 2, 3 and so on, each with a state that continues the one before."""
    runs = []
    for number, event in enumerate(events, 1):
        memory.hub.clock.pass_days(SLOWLY)
        run = memory.hub.start_run(event=event, head_sha=str(number) * 40)
        store = memory.store(run)
        store.save(work(memory, run, store.load(memory.line).state))
        runs.append(run)
    return runs


def test_a_change_reads_what_it_contains() -> None:
    """A pull request takes the newest state whose commit it has, not one of commits that came after it branched."""
    memory = Memory()
    runs = history(memory, *["push"] * 4)
    loaded = memory.store(ancestry=Known("1" * 40, "2" * 40)).load(memory.line)
    assert ids(loaded.state) == names(*runs[:2])
    assert [said.code for said in loaded.diagnostics] == ["state-of-other-commit"]
    assert loaded.diagnostics[0].reason.endswith(": 2.")


def test_a_change_that_contains_no_state_has_none() -> None:
    """Where every state is of a later commit there is none, and no content is downloaded to find that out."""
    memory = Memory()
    history(memory, *["push"] * 30)
    before = len(memory.wire.calls)
    loaded = memory.store(ancestry=Known()).load(memory.line)
    assert loaded.state is None
    assert [said.code for said in loaded.diagnostics] == ["state-of-other-commit", "no-state"]
    assert len(memory.wire.calls) - before == 23
    assert not [call for call in memory.wire.calls[before:] if call.url.endswith("/zip")]


def sha(number: int) -> str:
    return f"{number:040x}"


def far_behind(memory: Memory, *, is_base_broken: bool = False) -> tuple[GitHubAncestry, list[Run]]:
    """A busy line's change that left it a hundred and thirty pushes ago, a month after its merge base was committed."""
    memory.hub.commit("c" * 40)
    busy(memory)
    runs = []
    for number in range(1, 133):
        memory.hub.commit(sha(number), sha(number - 1) if number > 1 else "c" * 40)
        memory.hub.clock.pass_days(30 if number == 2 else 1 / 12)
        run = memory.hub.start_run(head_sha=sha(number))
        if number != 2 or not is_base_broken:
            memory.publish(run)
        runs.append(run)
    memory.hub.branches["main"] = sha(132)
    memory.hub.commit("f" * 40, sha(2))
    ancestry = GitHubAncestry(memory.session(), memory.hub.api, memory.hub.name, memory.token, "main", "f" * 40)
    return ancestry, runs


def test_a_change_far_behind_a_busy_line_finds_its_base() -> None:
    """The state of the merge base itself is asked for, whenever that was pushed."""
    memory = Memory()
    ancestry, runs = far_behind(memory)
    found = ids(memory.store(ancestry=ancestry).load(memory.line).state)
    assert f"F-{runs[1].id}" in found
    assert not {f"F-{run.id}" for run in runs[2:]}.intersection(found)
    assert len(memory.wire.calls) <= 75


def test_a_change_far_behind_a_busy_line_finds_what_came_before() -> None:
    """Where the run of the merge base broke, the latest one before it is found by the time of the merge base."""
    memory = Memory()
    ancestry, runs = far_behind(memory, is_base_broken=True)
    found = ids(memory.store(ancestry=ancestry).load(memory.line).state)
    assert f"F-{runs[0].id}" in found
    assert not {f"F-{run.id}" for run in runs[1:]}.intersection(found)


def test_a_change_far_behind_a_busy_line_without_a_date() -> None:
    """Where the merge base has no date, its own run is asked for all the same; without one the past is unread."""
    memory = Memory()
    ancestry, runs = far_behind(memory)
    memory.hub.commit_dates.clear()
    assert ids(memory.store(ancestry=ancestry).load(memory.line).state) == names(runs[1])
    for number in [number for number, each in memory.hub.artifacts.items() if each.run is runs[1]]:
        del memory.hub.artifacts[number]
    with pytest.raises(ServiceError) as error:
        memory.store(ancestry=ancestry).load(memory.line)
    assert error.value.next_step.startswith("Bring the change up to date with its target.")


def test_a_change_of_a_busy_line_that_contains_no_state() -> None:
    """Where the list is cut, nobody knows that a change contains no state: its past is unread."""
    memory = Memory()
    ancestry, runs = far_behind(memory)
    for number in [number for number, each in memory.hub.artifacts.items() if each.run not in runs[2:]]:
        del memory.hub.artifacts[number]
    flood(memory, 1_001)
    with pytest.raises(ServiceError, match="than one run can look into"):
        memory.store(ancestry=ancestry).load(memory.line)


def test_a_run_that_followed_another_is_found_in_a_flood() -> None:
    """A workflow_run run is asked for its state though it was started at a commit that the change does not contain."""
    memory = Memory()
    flood(memory, 1_001)
    run = memory.hub.start_run(event="workflow_run", head_sha="9" * 40)
    memory.publish(run, memory.state(run, commit="1" * 40))
    pushed = memory.hub.start_run(head_sha="9" * 40)
    assert ids(memory.store(ancestry=Known("1" * 40)).load(memory.line).state) == names(run)
    assert not [call for call in memory.wire.calls if f"/{pushed.id}/artifacts" in call.url]


def test_a_run_that_followed_another_is_about_its_commit() -> None:
    """A workflow_run run stands at the branch's head; its state says which commit it is about."""
    memory = Memory()
    run = memory.hub.start_run(event="workflow_run", head_sha="9" * 40)
    memory.publish(run, memory.state(run, commit="1" * 40))
    assert ids(memory.store(ancestry=Known("1" * 40)).load(memory.line).state) == names(run)
    assert memory.store(ancestry=Known("9" * 40)).load(memory.line).state is None
    other = Memory()
    run = other.hub.start_run(event="workflow_run", head_sha="9" * 40)
    other.publish(run, other.state(run, commit=""))
    assert ids(other.store(ancestry=Known("9" * 40)).load(other.line).state) == names(run)


# --- faults

JSON = {"content-type": "application/json"}
PERMISSION = Reply(403, JSON, b'{"message":"Resource not accessible by integration"}')
FAULTS: dict[str, Reply | Break] = {
    "timeout": Break.TIMEOUT,
    "reset": Break.RESET,
    "no connection": Break.NO_CONNECTION,
    "cut short": Break.CUT_SHORT,
    "permission": PERMISSION,
    "secondary limit": Reply(403, JSON | {"retry-after": "7"}, b'{"message":"secondary rate limit"}'),
    "limit used up": Reply(403, JSON | {"x-ratelimit-remaining": "0"}, b'{"message":"API rate limit exceeded"}'),
    "too many": Reply(429, JSON, b"{}"),
    "500": Reply(500, JSON, b"{}"),
    "503": Reply(503, {"content-type": "application/xml"}, b"<Error><Code>ServerBusy</Code></Error>"),
    "half a JSON": Reply(200, JSON, b'{"total_count": 1, "artif'),
    "other JSON": Reply(200, JSON, json.dumps({"hello": "world"}).encode()),
    "no JSON": Reply(200, {"content-type": "text/html"}, b"<html>Sign in to the hotel's network</html>"),
}


def attempt(memory: Memory) -> tuple[State | None, Fault | None]:
    """A load that may fail: the state, or what went wrong."""
    try:
        return memory.store().load(memory.line).state, None
    except ServiceError as error:
        return None, error.fault


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("is_lasting", [True, False], ids=["lasting", "once"])
def test_faults_at_every_call_of_a_load(fault: str, is_lasting: bool) -> None:
    """Whatever goes wrong at whatever call, a load gives the whole memory or an error, never less than there is."""
    memory = Memory()
    runs = [turn(memory)]
    racers = [memory.hub.start_run() for _ in range(2)]
    for run in racers:
        memory.publish(run)
    for place in range(calls(memory)):
        first = len(memory.wire.calls)

        def broken(number: int, _: Request, place: int = place, first: int = first) -> Reply | Break | None:
            at = number - first
            return FAULTS[fault] if at == place or (is_lasting and at > place) else None

        memory.wire.faults = broken
        state, said = attempt(memory)
        assert said in {None, Fault.PERMISSION, Fault.RATE, Fault.UNSENT, Fault.UNREACHABLE, Fault.GARBLED}
        assert said is None or is_lasting or fault in {"permission", "limit used up", "other JSON", "no JSON"}
        # What never comes as it was uploaded is refused, and said; the others are all there.
        lost = set(names(*runs, *racers)) - set(ids(state))
        assert said is not None or len(lost) <= (is_lasting and fault in {"other JSON", "no JSON"})
        memory.wire.faults = None
        assert ids(memory.store().load(memory.line).state) == names(*runs, *racers)


@pytest.mark.parametrize("fault", ["timeout", "reset", "500", "503", "permission", "half a JSON"])
@pytest.mark.parametrize("answer_lost", [False, True], ids=["not done", "done"])
def test_faults_at_every_call_of_a_save(fault: str, answer_lost: bool) -> None:
    """Whatever goes wrong at whatever call, no earlier state is lost, and the next run goes on from all there is."""
    for place in range(8):
        memory = Memory()
        earlier = turn(memory)
        run = memory.hub.start_run()
        store = memory.store(run)
        state = work(memory, run, store.load(memory.line).state)
        first = len(memory.wire.calls)

        def broken(number: int, _: Request, place: int = place, first: int = first) -> Reply | Break | After | None:
            wrong = FAULTS[fault]
            return None if number - first != place else After(wrong) if answer_lost else wrong

        memory.wire.faults = broken
        saved = True
        try:
            store.save(state)
        except ServiceError:
            saved = False
        memory.wire.faults = None
        read = memory.store().load(memory.line).state
        assert ids(read) in ([names(earlier, run)] if saved else [names(earlier), names(earlier, run)])
        last = turn(memory)
        assert set(names(earlier, last)) <= set(ids(memory.store().load(memory.line).state))


def test_permission_is_not_asked_for_twice() -> None:
    """A token without ``actions: read`` is told apart from a limit at once, without a second call."""
    memory = Memory()
    memory.token = memory.hub.api_token("contents:read")
    with pytest.raises(ServiceError) as error:
        memory.store().load(memory.line)
    assert error.value.fault is Fault.PERMISSION
    assert error.value.next_step == "Give the job `actions: read`."
    assert len(memory.wire.calls) == 1


LIMITS = {
    "secondary": (403, {"retry-after": "7"}, 7),
    "too many": (429, {"retry-after": "9"}, 9),
    "used up": (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 86 + 30)}, 30),
    "unsaid": (403, {}, 60),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_limits_are_waited_out(limit: str) -> None:
    """A limit is waited out as GitHub asks, a minute where it does not say, and the state is there afterwards."""
    memory = Memory()
    run = turn(memory)
    first = len(memory.wire.calls)
    status, headers, wait = LIMITS[limit]
    reply = Reply(status, JSON | headers, b'{"message":"You have exceeded a rate limit"}')
    memory.wire.faults = lambda number, _: reply if number == first else None
    memory.hub.clock.slept.clear()
    assert ids(memory.store().load(memory.line).state) == names(run)
    (slept,) = memory.hub.clock.slept
    assert wait <= slept <= wait + 2


def test_a_limit_that_lasts_is_an_error() -> None:
    """A limit that ends later than the run is willing to wait is said at once."""
    memory = Memory()
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 3600)}
    memory.wire.faults = lambda *_: Reply(403, JSON | reset, b"{}")
    with pytest.raises(ServiceError) as error:
        memory.store().load(memory.line)
    assert error.value.fault is Fault.RATE
    assert memory.hub.clock.slept == []
