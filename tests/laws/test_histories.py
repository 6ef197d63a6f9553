"""Laws of a memory that many runs share: whatever they do and whatever befalls them, what is kept is read."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test
from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.errors import ServiceError
from aggregator.model.state import RunRecord, RunRef, State, Tracked
from aggregator.state import decode
from aggregator.stores.artifact_store import ArtifactStore
from aggregator.stores.packed import unpack
from aggregator.transport.exchange import Break, Reply, Request
from tests.builders import NOW, finding, result, sighting, tracked
from tests.fakes.faults import After, Faults
from tests.fakes.github.hub import DAY, Artifact, Run
from tests.fakes.github.memory import Memory

PROBLEMS = st.frozensets(st.integers(0, 4), max_size=3)
WRONG = (Break.TIMEOUT, Break.RESET, Reply(503), Reply(403), Reply(200, {}, b"{}"))
FAULTS = st.none() | st.tuples(st.integers(0, 4), st.sampled_from(WRONG), st.booleans())
MOST_CALLS = 70


class Job(Struct, frozen=True):
    """A run that has read the memory and not saved its own yet."""

    run: Run
    store: ArtifactStore
    read: State | None


def problem_of(each: Tracked) -> str:
    """What a finding is about, whichever id it was given."""
    return each.sightings[0].keys[0]


class Histories(RuleBasedStateMachine):
    """Runs start, read, save, fail, are late and are asked for again; artifacts expire, lag and are planted."""

    jobs = Bundle("jobs")
    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.hub = self.memory.hub
        self.planted: set[int] = set()
        self.hidden: list[Artifact] = []
        self.troubled: set[int] = set()
        self.kept: dict[int, State] = {}

    # --- what happens

    @rule(target=runs, event=st.sampled_from(["push", "schedule", "workflow_run"]))
    def start(self, event: str) -> Run:
        """A run starts."""
        return self.hub.start_run(event=event)

    @rule(target=runs, run=runs)
    def ask_again(self, run: Run) -> Run:
        """Somebody asks for another attempt, of a run that may still be at work."""
        return self.hub.rerun(run)

    @rule(target=jobs, run=runs)
    def read(self, run: Run) -> Job:
        """A job of the run reads the memory; several jobs of one run may."""
        self.tick()
        store = self.memory.store(run)
        return Job(run, store, store.load(self.memory.line).state)

    @rule(job=consumes(jobs), seen=PROBLEMS, fault=FAULTS)
    def save(self, job: Job, seen: frozenset[int], fault: tuple[int, Reply | Break, bool] | None) -> None:
        """The job saves, perhaps long after it read, perhaps not successfully; one fault a run is enough."""
        self.tick()
        if job.run.id in self.troubled:
            fault = None
        elif fault is not None:
            self.troubled.add(job.run.id)
        self.memory.wire.faults = self.broken(fault)
        try:
            job.store.save(self.work(job, seen))
        except ServiceError:
            assert fault is not None
        self.memory.wire.faults = None

    @rule(days=st.sampled_from([1, 20, 45]))
    def wait(self, days: int) -> None:
        """Time passes, and artifacts expire."""
        self.hub.clock.pass_days(days)

    @rule(fork=st.sampled_from([None, 666]), event=st.sampled_from(["pull_request", "merge_group"]))
    def plant(self, fork: int | None, event: str) -> None:
        """Somebody leaves a state of our name that is not ours."""
        self.tick()
        run = self.hub.start_run(event=event, fork=fork)
        state = self.memory.state(run, findings=(self.found(9, run),))
        self.planted.add(self.memory.publish(run, state).id)

    @rule()
    def lag(self) -> None:
        """The newest artifact is not listed yet."""
        if self.hub.artifacts:
            self.hidden.append(self.hub.artifacts.pop(max(self.hub.artifacts)))

    @rule()
    def catch_up(self) -> None:
        """What was not listed yet now is."""
        while self.hidden:
            artifact = self.hidden.pop()
            self.hub.artifacts[artifact.id] = artifact

    # --- what must hold

    @invariant()
    def what_is_kept_is_read(self) -> None:
        """Every problem of every state that is there is read, once, under one id, with all others as aliases."""
        before = len(self.memory.wire.calls)
        read = self.memory.store(now=self.now).load(self.memory.line).state
        assert len(self.memory.wire.calls) - before <= MOST_CALLS
        expected = self.truth()
        found = {} if read is None else {problem_of(each): each for each in read.findings}
        assert len(found) == (0 if read is None else len(read.findings)), "one problem, two findings"
        assert found.keys() == expected.keys()
        for problem, known in expected.items():
            each = found[problem]
            assert {each.id, *each.aliases} == {name for one in known for name in (one.id, *one.aliases)}
            assert each.first_seen == min(one.first_seen for one in known)

    def truth(self) -> dict[str, list[Tracked]]:
        """The findings of all honest states that are there, by problem."""
        known: defaultdict[str, list[Tracked]] = defaultdict(list)
        for artifact in self.hub.artifacts.values():
            if artifact.id in self.planted or self.hub.is_expired(artifact):
                continue
            if artifact.id not in self.kept:
                blob = self.hub.blob_store.content(artifact.blob)
                assert blob is not None
                self.kept[artifact.id] = decode(unpack(blob[0]), artifact.name)
            for each in self.kept[artifact.id].findings:
                known[problem_of(each)].append(each)
        return known

    # --- the parts

    @property
    def now(self) -> datetime:
        """The moment that a run would take for now."""
        return NOW + timedelta(seconds=self.hub.clock.now() - NOW.timestamp())

    def tick(self) -> None:
        """Nothing happens at the same time as anything else."""
        self.hub.clock.time += DAY / 1000
        self.memory.now = self.now

    def work(self, job: Job, seen: frozenset[int]) -> State:
        """The state after a run: all that it read, and what it saw for the first time."""
        before = () if job.read is None else job.read.findings
        known = {problem_of(each) for each in before}
        new = [self.found(number, job.run) for number in sorted(seen) if f"problem-{number}" not in known]
        ref = RunRef(str(job.run.id), job.run.attempt)
        state = State(line=self.memory.line, run=ref, at=self.now, findings=(*before, *new))
        record = RunRecord(run=ref, at=self.now, open={"high": len(state.findings)})
        if job.read is None:
            return replace(state, runs=(record,))
        return replace(state, parents=(job.read.run,), frontier=job.read.frontier, runs=(*job.read.runs, record))

    def found(self, number: int, run: Run) -> Tracked:
        """A finding as a run sees it that does not know it: under an id of its own."""
        each = finding(id=f"F-{number}-{run.id}-{run.attempt}-{len(self.hub.artifacts)}", first_seen=self.now)
        return replace(tracked(each), sightings=(sighting(result(), keys=(f"problem-{number}",)),))

    def broken(self, fault: tuple[int, Reply | Break, bool] | None) -> Faults | None:
        """What goes wrong: at which call from now on, how, and whether the deed was done all the same."""
        if fault is None:
            return None
        first, (place, wrong, is_done) = len(self.memory.wire.calls), fault

        def wrongly(number: int, _: Request) -> Reply | Break | After | None:
            return None if number - first != place else After(wrong) if is_done else wrong

        return wrongly


def test_no_history_loses_anything() -> None:
    """Runs race, fail, come late or twice, artifacts expire, lag or are planted: nothing is lost or double."""
    run_state_machine_as_test(Histories)
