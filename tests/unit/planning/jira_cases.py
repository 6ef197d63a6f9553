"""What happens to a ticket and to its finding, case by case: the first column of the tables in docs/trackers.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding, Transition
from aggregator.model.severity import Severity
from aggregator.model.statement import Statement, Statements
from aggregator.planning.jira_observed import Category
from tests.unit.planning.jira_life import Life, fixed, new

Case = Callable[[Life], list[str]]
"""Plays the case in a life that has a ticket SEC-1 about F-0001; gives what the last run did."""

WORSE = new(severity=Severity.CRITICAL, clock_start=datetime(2027, 6, 1, tzinfo=UTC))
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def stated(disposition: Disposition, origin: str = "issues") -> Statements:
    """What people said somewhere else."""
    decision = Decision(disposition, "Known.", "kim", origin)
    return Statements(frozenset({origin}), (Statement("F-0001", decision, "issue #7"),))


def back(life: Life) -> Finding:
    """The finding, reopened in the next run."""
    at = life.now.replace(microsecond=0)
    return new(reopened_at=at, history=(Transition(at, "reopened"),))


# --- people change it


def renamed(life: Life) -> list[str]:
    life.tracker.touch("SEC-1", summary="Our own words")
    return life.run(WORSE)


def rewritten(life: Life) -> list[str]:
    life.tracker.rewrite("SEC-1", keep_mark=True)
    life.tracker.touch("SEC-1", priority="Low", due=date(2028, 1, 1))
    return life.run(WORSE)


def rewritten_all(life: Life) -> list[str]:
    life.tracker.rewrite("SEC-1", keep_mark=False)
    return life.run(new())


def rewritten_all_and_worse(life: Life) -> list[str]:
    life.tracker.rewrite("SEC-1", keep_mark=False)
    life.run(new())
    return life.run(WORSE)


def prioritised(life: Life) -> list[str]:
    life.tracker.touch("SEC-1", priority="Lowest", due=date(2028, 1, 1))
    plan = life.run(WORSE)
    assert (life.tracker.kept["SEC-1"].priority, life.tracker.kept["SEC-1"].due) == ("Lowest", date(2028, 1, 1))
    return plan


def assigned(life: Life) -> list[str]:
    life.tracker.touch("SEC-1", assignee="Kim")
    plan = life.run(new())
    assert life.outcome is not None
    assert [ticket.assignees for ticket in life.outcome.tickets.values()] == [("Kim",)]
    return plan


def labelled(life: Life) -> list[str]:
    life.tracker.touch("SEC-1", labels=["team-shop"])
    return life.run(new())


def retyped(life: Life) -> list[str]:
    life.tracker.touch("SEC-1", issue_type="Bug")
    life.run(WORSE)
    assert life.tracker.kept["SEC-1"].issue_type == "Bug"
    return life.run(WORSE)


def begun(life: Life) -> list[str]:
    life.tracker.kept["SEC-1"].status = "In Progress"
    return life.run(new())


def moved(life: Life) -> list[str]:
    life.tracker.move_project("SEC-1", "OPS-9")
    plan = life.run(new())
    assert life.state is not None
    assert life.state.findings[0].tickets == ("https://acme.example.net/browse/OPS-9",)
    return [*plan, *life.run(new())]


def cloned(life: Life) -> list[str]:
    clone = life.tracker.kept[life.tracker.clone("SEC-1")]
    plan = [*life.run(new()), *life.run(fixed(new(), life.now))]
    assert (clone.category, clone.said) == (Category.NEW, [])
    return plan


def deleted(life: Life) -> list[str]:
    life.run(new(), new(2))
    life.tracker.delete("SEC-1")
    plan = [*life.run(new(), new(2)), *life.run(new(), new(2), days=60)]
    return [each for each in plan if "SEC-2" not in each]


def deleted_and_back(life: Life) -> list[str]:
    life.tracker.delete("SEC-1")
    life.run(fixed(new(), life.now))
    return life.run(back(life))


def deleted_and_worse(life: Life) -> list[str]:
    life.tracker.delete("SEC-1")
    life.run(new())
    rescored = Transition(life.now, "updated", reason="severity HIGH -> CRITICAL")
    return life.run(replace(WORSE, history=(rescored,)))


# --- people resolve it


def done_and_fixed(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "Done")
    return life.run(fixed(new(), life.now))


def done_and_unseen(life: Life) -> list[str]:
    life.tracker.now = LATER
    life.tracker.move("SEC-1", "kim", "Done")
    life.tracker.now = life.now.replace(year=2027)
    return life.run(new())


def done_and_still_there(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "Done")
    return life.run(new())


def done_again(life: Life) -> list[str]:
    done_and_still_there(life)
    life.tracker.move("SEC-1", "kim", "Done")
    return [*life.run(new()), *life.run(new())]


def done_fixed_and_back(life: Life) -> list[str]:
    done_and_fixed(life)
    return life.run(back(life))


def other_resolution(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "Cannot Reproduce")
    return life.run(new())


def accepted(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "Won't Do")
    return [*life.run(new()), *life.run(new())]


def accepted_by_status(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "Done", status="WONT FIX")
    return life.run(new())


def accepted_and_tidied(life: Life) -> list[str]:
    accepted(life)
    ends = {each.id: each.decision.expires_at for each in life.outcome.findings} if life.outcome else {}
    life.tracker.now += timedelta(days=50)
    life.tracker.tidy("SEC-1", "lee")
    plan = life.run(new())
    assert life.outcome is not None
    decision = life.outcome.findings[0].decision
    assert (decision.author, decision.expires_at) == ("kim", ends["F-0001"])
    return plan


def changed_mind(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "Done")
    life.tracker.tidy("SEC-1", "lee", "Won't Do")
    plan = life.run(new())
    assert life.outcome is not None
    decision = life.outcome.findings[0].decision
    assert (decision.author, decision.reason) == ("lee", "Its ticket was resolved as Won't Do.")
    return plan


def accepted_and_over(life: Life) -> list[str]:
    accepted(life)
    return life.run(new(), days=100)


def accepted_and_fixed(life: Life) -> list[str]:
    accepted(life)
    return life.run(fixed(new(), life.now))


def accepted_here_open_there(life: Life) -> list[str]:
    life.elsewhere = (stated(Disposition.VERIFIED),)
    life.tracker.move("SEC-1", "kim", "Won't Do")
    plan = life.run(new())
    assert life.run(new()) == []
    return plan


def false_positive(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "False positive")
    return life.run(new())


def duplicate(life: Life) -> list[str]:
    life.tracker.move("SEC-1", "kim", "Duplicate")
    return [*life.run(new()), *life.run(new(), days=60)]


def taken_back(life: Life) -> list[str]:
    accepted(life)
    life.tracker.move("SEC-1", "lee")
    return life.run(new())


def deleted_after_acceptance(life: Life) -> list[str]:
    life.run(new(), new(2))
    accepted(life)
    life.run(new(), new(2))
    life.tracker.delete("SEC-1")
    return life.run(new(), new(2))


def opened_after_proof(life: Life) -> list[str]:
    mended = fixed(new(), life.now)
    life.run(mended)
    life.tracker.now = life.now.replace(hour=23)
    life.tracker.move("SEC-1", "kim")
    plan = life.run(mended)
    assert life.run(mended) == []
    return plan


def opened_after_decision(life: Life) -> list[str]:
    life.elsewhere = (stated(Disposition.RISK_ACCEPTED),)
    life.run(new())
    life.tracker.now = life.now.replace(hour=23)
    life.tracker.move("SEC-1", "kim")
    plan = life.run(new())
    assert life.run(new()) == []
    return plan


# --- something happens to the finding


def worse(life: Life) -> list[str]:
    plan = life.run(WORSE)
    kept = life.tracker.kept["SEC-1"]
    assert (kept.priority, kept.summary) == ("Highest", "CRITICAL: Flaw of rule-1 in app1.py")
    return plan


def late(life: Life) -> list[str]:
    plan = life.run(new(), days=31)
    assert life.run(new(), days=6) == []
    return plan


def mended(life: Life) -> list[str]:
    return life.run(fixed(new(), life.now))


def mended_and_back(life: Life) -> list[str]:
    mended(life)
    return life.run(back(life))


def accepted_elsewhere(life: Life) -> list[str]:
    life.elsewhere = (stated(Disposition.RISK_ACCEPTED),)
    plan = life.run(new())
    assert life.run(new()) == []
    return plan


def accepted_elsewhere_no_more(life: Life) -> list[str]:
    accepted_elsewhere(life)
    life.elsewhere = (Statements(frozenset({"issues"})),)
    return life.run(new())


def accepted_elsewhere_tidied(life: Life) -> list[str]:
    accepted_elsewhere(life)
    life.tracker.tidy("SEC-1", "kim")
    assert life.run(new()) == []
    life.elsewhere = (Statements(frozenset({"issues"})),)
    return life.run(new())


def unseen(life: Life) -> list[str]:
    return life.run()


def two_are_one(life: Life) -> list[str]:
    life.run(new(), new(2))
    return life.run(new(aliases=("F-0002",)))


CASES: Mapping[str, Mapping[str, Case]] = {
    "People change it": {
        "renamed": renamed,
        "rewritten": rewritten,
        "rewritten-all": rewritten_all,
        "rewritten-all-worse": rewritten_all_and_worse,
        "prioritised": prioritised,
        "assigned": assigned,
        "labelled": labelled,
        "re-typed": retyped,
        "begun": begun,
        "moved": moved,
        "cloned": cloned,
        "deleted": deleted,
        "deleted-back": deleted_and_back,
        "deleted-worse": deleted_and_worse,
    },
    "People resolve it": {
        "done-fixed": done_and_fixed,
        "done-unseen": done_and_unseen,
        "done-still-there": done_and_still_there,
        "done-again": done_again,
        "done-fixed-back": done_fixed_and_back,
        "other-resolution": other_resolution,
        "accepted": accepted,
        "accepted-by-status": accepted_by_status,
        "accepted-tidied": accepted_and_tidied,
        "accepted-over": accepted_and_over,
        "accepted-fixed": accepted_and_fixed,
        "accepted-here-open-there": accepted_here_open_there,
        "changed-mind": changed_mind,
        "false-positive": false_positive,
        "duplicate": duplicate,
        "taken-back": taken_back,
        "deleted-after-acceptance": deleted_after_acceptance,
        "opened-after-proof": opened_after_proof,
        "opened-after-decision": opened_after_decision,
    },
    "The finding changes": {
        "worse": worse,
        "late": late,
        "fixed": mended,
        "fixed-back": mended_and_back,
        "accepted-elsewhere": accepted_elsewhere,
        "accepted-elsewhere-no-more": accepted_elsewhere_no_more,
        "accepted-elsewhere-tidied": accepted_elsewhere_tidied,
        "not-remembered": unseen,
        "two-are-one": two_are_one,
    },
}
