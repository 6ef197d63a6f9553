"""Laws of tickets in Jira: whatever people do, whatever fails on the way, they come to rest and nobody is fought.

That no text and no field of a person is written over is held by the Jira in memory itself.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.finding import Finding, Transition
from aggregator.model.severity import Severity
from aggregator.planning.jira_observed import Category
from tests.unit.planning.jira_life import US, Life, fixed, new

PEOPLE = (
    "done", "wont-do", "wrong", "duplicate", "tidy", "reopen", "begin", "rewrite", "wipe", "rename", "redate",
    "unlabel", "delete", "clone", "move",
)  # fmt: skip
CODE = ("fix", "return", "worsen", "soften")
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*PEOPLE, *CODE, "run", "run", "wait"]), st.integers(0, 5), st.lists(st.booleans(), max_size=4)
    ),
    max_size=14,
)


class World:
    """Three findings, two of one rule, and the people around their tickets."""

    def __init__(self, group_by: str) -> None:
        self.life = Life(group_by=group_by)
        self.closed: dict[int, datetime] = {}
        self.worse: set[int] = set()
        self.histories: dict[int, tuple[Transition, ...]] = {}
        self.number = 100

    def run(self, days: float = 0.1, fails: tuple[bool, ...] = ()) -> list[str]:
        """One run; of its first actions some fail."""
        left = list(fails)
        self.life.tracker.deny = lambda _: bool(left) and left.pop(0)
        plan = self.life.run(*map(self._finding, (1, 2, 3)), days=days)
        self.histories.clear()
        return plan

    def _finding(self, number: int) -> Finding:
        severity = Severity.CRITICAL if number in self.worse else Severity.HIGH
        history = self.histories.get(number, ())
        made = new(number, rule="one" if number < 3 else "two", severity=severity, history=history)
        back = [step.at for step in history if step.to == "reopened"]
        made = replace(made, reopened_at=back[0]) if back else made
        return fixed(made, self.closed[number]) if number in self.closed else made

    def act(self, what: str, which: int) -> None:
        """Somebody does something."""
        tracker = self.life.tracker
        tracker.now += timedelta(minutes=5)
        number = which % 3 + 1
        if what in CODE:
            self._change(what, number)
            return
        keys = sorted(tracker.kept)
        if keys:
            self._meddle(what, keys[which % len(keys)])

    def _change(self, what: str, number: int) -> None:
        at = self.life.now.replace(microsecond=0)
        if what == "fix":
            self.closed.setdefault(number, at)
        elif what == "return" and number in self.closed:
            del self.closed[number]
            self.histories[number] = (Transition(at, "reopened"),)
        elif what in {"worsen", "soften"}:
            (self.worse.add if what == "worsen" else self.worse.discard)(number)
            words = "HIGH -> CRITICAL" if what == "worsen" else "CRITICAL -> HIGH"
            self.histories[number] = (Transition(at, "updated", reason=f"severity {words}"),)

    def _meddle(self, what: str, key: str) -> None:
        tracker = self.life.tracker
        resolutions = {
            "done": "Done",
            "wont-do": "Won't Do",
            "wrong": "Invalid",
            "duplicate": "Duplicate",
            "reopen": "",
        }
        if what in resolutions:
            tracker.move(key, "kim", resolutions[what])
        elif what == "tidy":
            if tracker.kept[key].category is Category.DONE:
                tracker.tidy(key, "lee")
        elif what in {"rewrite", "wipe"}:
            tracker.rewrite(key, keep_mark=what == "rewrite")
        elif what == "clone":
            tracker.clone(key)
        elif what == "delete":
            tracker.delete(key)
        elif what == "move":
            self.number += 1
            tracker.move_project(key, f"OPS-{self.number}")
        else:
            fields: dict[str, dict[str, Any]] = {
                "rename": {"summary": "Ours"},
                "redate": {"due": date(2030, 1, 1)},
                "unlabel": {"labels": []},
            }
            tracker.touch(key, **fields.get(what, {}))


@given(STEPS, st.sampled_from(["finding", "rule"]))
def test_tickets_come_to_rest(steps: list[tuple[str, int, list[bool]]], group_by: str) -> None:
    """After few quiet runs nothing is left to do; no finding has two open tickets of ours, no comment stands twice."""
    world = World(group_by)
    world.run()
    for what, which, fails in steps:
        if what in {"run", "wait"}:
            world.run(days=9 if what == "wait" else 0.1, fails=tuple(fails))
        else:
            world.act(what, which)
    plans = [world.run(days=days) for days in (1, 0.01, 0.01, 0.01)]
    assert plans[-1] == []
    kept = world.life.tracker.kept.values()
    for ticket in kept:
        marks = [text.mark for _, text in ticket.said]
        assert len(marks) == len(set(marks))
    assert world.life.state is not None
    open_ones = {f"https://acme.example.net/browse/{each.key}" for each in kept if each.category is not Category.DONE}
    ours = {f"https://acme.example.net/browse/{each.key}" for each in kept if each.is_ours}
    forced = {
        f"https://acme.example.net/browse/{each.key}" for each in kept if any(move.by != US for move in each.moves)
    }
    for tracked in world.life.state.findings:
        assert len((set(tracked.tickets) & open_ones & ours) - forced) <= 1


@given(st.lists(st.sampled_from(["done", "wont-do", "wrong", "duplicate", "reopen", "run", "wait"]), max_size=8))
def test_tidying_up_says_nothing(acts: list[str]) -> None:
    """A world in which what is done is moved on to Closed at every turn is decided as one without that."""
    plain, tidied = World("finding"), World("finding")
    for world in (plain, tidied):
        world.run()
    for act in [*acts, "run", "wait"]:
        for world in (plain, tidied):
            if world is tidied and world.life.tracker.kept["SEC-1"].category is Category.DONE:
                world._meddle("tidy", "SEC-1")
            if act in {"run", "wait"}:
                world.run(days=40 if act == "wait" else 0.3)
            else:
                world.life.tracker.now += timedelta(minutes=5)
                world._meddle(act, "SEC-1")
        assert plain.life.plan.actions == tidied.life.plan.actions
        assert plain.life.decisions() == tidied.life.decisions()


@given(st.lists(st.sampled_from(["done", "wont-do", "wrong", "duplicate", "tidy", "reopen", "run"]), max_size=10))
def test_nobody_is_fought(acts: list[str]) -> None:
    """However people move a ticket, between two of their moves it is moved by us once at most."""
    world = World("finding")
    world.run()
    moves: Counter[int] = Counter()
    turn = 0
    for act in [*acts, "run", "run", "run"]:
        if act == "run":
            moves[turn] += sum(each.split()[:2] in (["done", "SEC-1"], ["reopen", "SEC-1"]) for each in world.run())
        else:
            turn += 1
            world.life.tracker.now += timedelta(minutes=5)
            world._meddle(act, "SEC-1")
    assert all(count <= 1 for count in moves.values())
