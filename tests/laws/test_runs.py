"""Laws of whole runs over one memory: whatever races, is lost, late, expired or asked for again, findings stay true.

The store is the smallest there is: every saved state is kept with a number, reading merges those no other contains.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.coverage import Coverage, Extent
from aggregator.model.finding import Baseline, Decision, Disposition, Finding
from aggregator.model.location import Endpoint, Location
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, State, Tracked
from aggregator.pipeline import evaluate
from aggregator.state import decode, encode, merge_states
from aggregator.state.history import bounded_frontier
from aggregator.state.verify import mistakes
from tests.builders import LINE, NOW

SEMGREP, BANDIT, ZAP = "Semgrep", "Bandit", "ZAP"
TOOLS_OF = {0: (SEMGREP, BANDIT), 1: (SEMGREP, BANDIT), 2: (SEMGREP,), 3: (BANDIT,), 4: (ZAP,), 5: (SEMGREP,)}
"""Who reports each problem; each has a text of its own."""
FILES = {0: "a.py", 1: "b.py", 2: "a.py", 3: "b.py", 5: "c.py"}
TWIN = "c.py"
"""Where a flaw may stand more than once with the same text."""
SETS = st.sampled_from(
    [(SEMGREP, BANDIT, ZAP), (SEMGREP, BANDIT, ZAP), (SEMGREP, BANDIT), (SEMGREP,), (BANDIT,), (ZAP, BANDIT), ()]
)
ALL = (SEMGREP, BANDIT, ZAP)


class Code(Struct, frozen=True):
    """The problems at one commit, how far their lines have moved, and how many twins there are."""

    problems: frozenset[int] = frozenset({0, 2})
    shift: int = 0
    twins: int = 1


class Done(Struct, frozen=True):
    """A run that has ended: what it looked at, when, and what its state contains (its own number included)."""

    ref: RunRef
    number: int
    code: Code
    tools: tuple[str, ...]
    at: datetime
    contains: frozenset[int]
    state: State
    fresh: frozenset[str]


def seen(code: Code, tools: tuple[str, ...]) -> dict[int, tuple[str, ...]]:
    """Who reports what."""
    told = {each: tuple(tool for tool in TOOLS_OF[each] if tool in tools) for each in code.problems}
    return {each: tools for each, tools in told.items() if tools}


def reports(code: Code, tools: tuple[str, ...]) -> list[Report]:
    """Small complete reports of the tools."""
    made = []
    for tool in tools:
        results = [flaw(tool, each, code.shift) for each, told in seen(code, tools).items() if tool in told]
        if tool == SEMGREP:
            results += [twin(number, code.shift) for number in range(code.twins)]
        paths = frozenset(FILES.values()) | {TWIN}
        coverage = Coverage(extent=Extent.LISTED, paths=paths) if tool == SEMGREP else Coverage()
        scan = Scan(tool=tool, scope=".", report=f"{tool}.json", coverage=coverage, results=tuple(results))
        made.append(Report(name=f"{tool}.json", place=f"{tool}.json", format=tool, scans=(scan,)))
    return made


def flaw(tool: str, problem: int, shift: int) -> Result:
    line = 1000 * problem + shift + 1
    place = None if tool == ZAP else Location(FILES[problem], line, 1, line, 9)
    return Result(
        kind=Kind.DAST if tool == ZAP else Kind.SAST,
        tool=tool,
        scope=".",
        report=f"{tool}.json",
        pointer=f"/{problem}",
        rule_id=f"{tool.lower()}.rule-{problem}",
        title=f"Problem {problem}",
        severity=Severity.HIGH,
        weaknesses=(89,),
        location=place,
        endpoint=Endpoint("shop.example", f"/{problem}", "GET", "q") if tool == ZAP else None,
        snippet="" if tool == ZAP else f"execute({problem})",
    )


def twin(number: int, shift: int) -> Result:
    line = 100 + 20 * number + shift
    each = flaw(SEMGREP, 5, shift)
    where = Location(TWIN, line, 1, line, 9)
    return replace(each, rule_id="semgrep.twin", title="Twin", pointer=f"/t/{number}", location=where, snippet="twin()")


class Runs(RuleBasedStateMachine):
    """One branch, its commits, and the runs over them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.commits = [Code()]
        self.done: list[Done] = []
        self.there: dict[int, bytes] = {}
        self.under_way: list[int] = []
        self.decided: dict[int, Decision] = {}
        self.decisions = 0

    # --- what happens

    @rule(problem=st.sampled_from(sorted(TOOLS_OF)), shift=st.sampled_from([0, 0, 1, 20]), twins=st.integers(0, 3))
    def commit(self, problem: int, shift: int, twins: int) -> None:
        """A problem comes or goes, lines move, and equal flaws become more or fewer."""
        last = self.commits[-1]
        self.commits.append(Code(last.problems ^ {problem}, last.shift + shift, twins))

    @rule(tools=SETS, back=st.sampled_from([0, 0, 0, 1]), minutes=st.sampled_from([0, 7, 1440]), fate=st.integers(0, 5))
    def run(self, tools: tuple[str, ...], back: int, minutes: int, fate: int) -> None:
        """A run reads, decides and saves: at once, later, or never. Those that are under way race with the next."""
        self.now += timedelta(minutes=minutes)
        code = self.commits[max(0, len(self.commits) - 1 - back)]
        self.go(RunRef(f"{len(self.done) + 100}"), code, tools, fate)

    @rule(order=st.permutations((SEMGREP, BANDIT)), problem=st.sampled_from([0, 1]), fate=st.integers(0, 3))
    def take_turns(self, order: list[str], problem: int, fate: int) -> None:
        """Tools that never run together: one after the other sees a problem, and the second sees it mended."""
        first, second = order
        if problem not in self.commits[-1].problems:
            self.commit(problem=problem, shift=0, twins=1)
        self.run(tools=(first,), back=0, minutes=7, fate=fate)
        self.run(tools=(second,), back=0, minutes=7, fate=0)
        self.commit(problem=problem, shift=0, twins=1)
        self.run(tools=(second,), back=0, minutes=7, fate=0)

    @precondition(lambda self: self.done)
    @rule(fate=st.integers(0, 5), which=st.integers(0, 9))
    def ask_again(self, fate: int, which: int) -> None:
        """Somebody asks for another attempt of an earlier run: the same commit and the same scanners."""
        first = self.done[-1 - which % len(self.done)]
        attempt = max(each.ref.attempt for each in self.done if each.ref.id == first.ref.id) + 1
        self.now += timedelta(minutes=3)
        kept = [each for each in self.done if each.ref.id == first.ref.id]
        before = self.contained()
        again = self.go(RunRef(first.ref.id, attempt), first.code, first.tools, fate)
        latest = self.latest_of(before)
        if latest is not None and latest in [each.number for each in kept] and before == self.done[latest].contains:
            fresh = self.done[latest].fresh
            assert fresh <= again.fresh, "asking twice turned a red gate green"

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 9))
    def arrive(self, which: int) -> None:
        """An upload that was under way ends."""
        number = self.under_way.pop(which % len(self.under_way))
        self.there[number] = encode(self.done[number].state)

    @precondition(lambda self: self.there)
    @rule()
    def expire(self) -> None:
        """The oldest state is gone."""
        del self.there[min(self.there)]

    @precondition(lambda self: self.there)
    @rule(problem=st.sampled_from(sorted(TOOLS_OF)), word=st.sampled_from([Disposition.VERIFIED, Disposition.OPEN]))
    def decide(self, problem: int, word: Disposition) -> None:
        """A person decides, and the next run that saves has heard of it."""
        self.decisions += 1
        self.decided[problem] = Decision(word, f"word {self.decisions}", "ann", "github")

    @rule()
    def look(self) -> None:
        """A pull request without changes reads the memory, and finds nothing new that a full run has seen."""
        state = self.load()
        if state is None:
            return
        self.check(state, self.contained())
        known = [self.done[number] for number in self.contained()]
        latest = max(known, key=lambda each: (each.at, each.ref))
        if latest.tools == ALL and all(latest.contains >= each.contains for each in known):
            outcome = self.evaluate(RunRef("pull"), latest.code, ALL, state)
            assert not [each for each in outcome.findings if each.baseline is Baseline.NEW and not has_been_new(each)]

    def teardown(self) -> None:
        """In the end all uploads arrive, and two undisturbed runs over everything put the memory right."""
        while self.under_way:
            self.arrive(0)
        last = self.undisturbed()
        last = self.undisturbed()
        present = [each for each in last.state.findings if each.closed_at is None]
        told = sorted(each.title for each in present)
        code = self.commits[-1]
        assert told == sorted([f"Problem {each}" for each in code.problems] + ["Twin"] * code.twins)
        merged = merge_states(map(self.state_of, self.there))
        assert merged is not None
        assert merged.findings == last.state.findings, "an ancestor changed something"

    # --- the parts

    def undisturbed(self) -> Done:
        """A run over everything, with nobody else at work."""
        self.now += timedelta(days=1)
        return self.go(RunRef(f"{len(self.done) + 100}"), self.commits[-1], ALL, 0)

    def go(self, ref: RunRef, code: Code, tools: tuple[str, ...], fate: int) -> Done:
        """One run from beginning to end; its fate is to be kept (0 to 2), to be under way (3, 4) or lost (5)."""
        before, contains = self.load(), self.contained()
        outcome = self.evaluate(ref, code, tools, before)
        state, number = self.heard(outcome), len(self.done)
        fresh = frozenset(each.id for each in outcome.findings if each.baseline is Baseline.NEW)
        done = Done(ref, number, code, tools, outcome.now, contains | {number}, state, fresh)
        self.done.append(done)
        if fate <= 2:
            self.there[number] = encode(state)
        elif fate <= 4:
            self.under_way.append(number)
        self.check(state, done.contains)
        assert not mistakes(encode(state), "state")
        return done

    def evaluate(self, ref: RunRef, code: Code, tools: tuple[str, ...], before: State | None) -> Outcome:
        """The real decision about small reports."""
        return evaluate(reports(code, tools), now=self.now, context=Context(line=LINE, run=ref), state=before)

    def heard(self, outcome: Outcome) -> State:
        """The run's state with what people have said since."""
        decisions = {f"Problem {number}": decision for number, decision in self.decided.items()}
        self.decided = {}
        findings = tuple(
            replace(each, decision=replace(decisions[each.title], decided_at=outcome.now))
            if each.title in decisions and each.closed_at is None
            else each
            for each in outcome.state.findings
        )
        return replace(outcome.state, findings=findings)

    def state_of(self, number: int) -> State:
        """A state as it was kept."""
        return decode(self.there[number], "state")

    def heads(self) -> dict[int, State]:
        """The states that no other one contains."""
        states = {number: self.state_of(number) for number in self.there}
        inside = {int(name) for state in states.values() for name in state.frontier}
        return {number: state for number, state in states.items() if number not in inside}

    def load(self) -> State | None:
        """The memory as a run reads it."""
        heads = self.heads()
        merged = merge_states(heads.values())
        return merged and replace(merged, frontier=bounded_frontier((*merged.frontier, *map(str, heads))))

    def contained(self) -> frozenset[int]:
        """The runs that are in the memory as it is read now; nothing that is there is overlooked."""
        read = frozenset[int]().union(*(self.done[number].contains for number in self.heads()))
        assert read >= self.there.keys()
        return read

    def latest_of(self, numbers: Iterable[int]) -> int | None:
        """The latest of some runs."""
        return max(numbers, key=lambda number: (self.done[number].at, self.done[number].ref), default=None)

    # --- what must hold

    def check(self, state: State, contains: frozenset[int]) -> None:
        """Hold a state that contains these runs against what they saw."""
        known = [self.done[number] for number in sorted(contains)]
        assert len({(each.run, each.at) for each in state.runs}) == len(state.runs) == len(known), "a run stands twice"
        ids = {name for each in state.findings for name in (each.id, *each.aliases)}
        assert ids >= {name for each in known for item in each.state.findings for name in (item.id, *item.aliases)}
        for problem in TOOLS_OF:
            looks = [each for each in known if problem in seen(each.code, each.tools)]
            found = [each for each in state.findings if each.title == f"Problem {problem}"]
            assert bool(found) == bool(looks), "a finding was lost, or made up"
            if looks:
                self.check_problem(problem, found, looks, known)
        twins = [each.code.twins for each in known if SEMGREP in each.tools]
        assert len([each for each in state.findings if each.title == "Twin"]) >= max(twins, default=0), (
            "twins were lost"
        )

    def check_problem(self, problem: int, found: list[Tracked], looks: list[Done], known: list[Done]) -> None:
        """Hold what is remembered of one problem against those who saw it."""
        for tool in TOOLS_OF[problem]:
            holders = [each for each in found if any(sighting.tool == tool for sighting in each.sightings)]
            assert len(holders) <= 1, "one problem, two findings"
        assert min(each.first_seen for each in found) == min(each.at for each in looks), "a date was lost"
        latest = max(each.at for each in looks)
        if all(each.closed_at is not None for each in found):
            closed_at = max(each.closed_at for each in found if each.closed_at is not None)
            assert closed_at >= latest, "closed, though seen since"
            silent = [each for each in known if problem not in each.code.problems and each.at <= closed_at]
            assert len({each.ref.id for each in silent}) >= (2 if TOOLS_OF[problem] == (ZAP,) else 1), "closed unproven"
            self.check_witnesses(problem, [each for each in known if each.at == closed_at])
        said = [
            item.decision.decided_at
            for each in known
            for item in each.state.findings
            if item.title == f"Problem {problem}" and item.decision.decided_at is not None
        ]
        kept = [each.decision.decided_at for each in found]
        if said and not any(each.aliases for each in found):
            assert max(said) in kept, "a decision was lost"
        elif said and self.closed_never(problem, known):  # where several became one, the strictest word holds
            assert set(said) & set(kept), "a decision was lost to nobody's word"

    def check_witnesses(self, problem: int, at_once: list[Done]) -> None:
        """The run that closed a problem knew of the silence of every tool that it knew had reported it.

        What a run closed that did not know all of them is opened again by the next run that reads both.
        """
        closers = [each for each in at_once if has_closed(each, problem)]
        for closer in closers:
            past = [self.done[number] for number in closer.contains]
            for tool in TOOLS_OF[problem]:
                asked = [each for each in past if tool in each.tools]
                spoke = [each.at for each in asked if problem in each.code.problems]
                silent = [each.at for each in asked if problem not in each.code.problems]
                assert not spoke or (silent and max(silent) >= max(spoke)), f"closed without asking {tool}"

    def closed_never(self, problem: int, known: list[Done]) -> bool:
        """Whether no run closed it: what was closed lends its history alone."""
        items = (item for each in known for item in each.state.findings if item.title == f"Problem {problem}")
        return all(item.closed_at is None for item in items)


def has_closed(each: Done, problem: int) -> bool:
    """Whether the run itself, and no other that it read of, closed the last that was open of the problem."""
    items = [item for item in each.state.findings if item.title == f"Problem {problem}"]
    steps = [(step.to, step.at, step.run) for item in items for step in item.history]
    return all(item.closed_at is not None for item in items) and ("absent", each.at, each.ref.id) in steps


def has_been_new(each: Finding) -> bool:
    """Whether it was closed before: a pull request whose base closed it brings it back."""
    return each.reopened_at is not None


def test_no_history_of_runs_loses_anything() -> None:
    """Runs race, are lost, late, expired and asked for again: no finding, date, id or decision is lost or doubled."""
    wanted = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "search" else 60
    wanted = int(os.environ.get("HISTORIES", wanted))
    run_state_machine_as_test(Runs, settings=settings(stateful_step_count=15, max_examples=wanted))
