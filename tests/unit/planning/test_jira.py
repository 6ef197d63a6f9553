"""Tests of :mod:`aggregator.planning.jira` and its parts: what is created for which findings, and what it says.

What happens to a ticket that stands there is played in ``test_jira_table.py``.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding, Standing, Transition
from aggregator.model.location import Component
from aggregator.model.severity import Severity
from aggregator.model.state import Line
from aggregator.model.statement import Statement, Statements
from aggregator.model.upgrade import Upgrade
from aggregator.planning.jira import TicketPlan, plan_tickets
from aggregator.planning.jira_actions import CreateTicket, EditTicket, JiraAction, MoveTicket
from aggregator.planning.jira_marks import about_label, home_label
from aggregator.planning.jira_meaning import Meaning, ended_at, meaning
from aggregator.planning.jira_observed import Category, SeenMove, SeenNote, SeenTicket
from aggregator.planning.jira_statements import first_seen_of_tickets, statements_of_tickets
from aggregator.policy.jira import Jira
from aggregator.state.settle import Learned
from aggregator.writers.ticket_marks import SeenMark, ticket_mark
from tests.builders import LINE, NOW, finding, outcome
from tests.unit.planning.jira_cases import stated
from tests.unit.planning.jira_life import Life, fixed, new, read, words

OLD = NOW - timedelta(days=300)
RULES = Jira(project="SEC")


def many(count: int, rule: str = "one") -> list[Finding]:
    """New findings of one rule."""
    return [new(number, rule=rule) for number in range(1, count + 1)]


def created(life: Life) -> CreateTicket:
    """The one ticket that the last run created."""
    (action,) = life.plan.actions
    assert isinstance(action, CreateTicket)
    return action


# --- who gets one


def test_news_of_some_weight_gets_a_ticket() -> None:
    """New findings of the threshold or worse; the mild, the silenced and the fixed ask for none."""
    life = Life()
    silent = Decision(Disposition.RISK_ACCEPTED, "Known.", "kim", "exceptions")
    assert life.run(
        new(1, severity=Severity.CRITICAL), new(2, severity=Severity.MEDIUM), new(3), fixed(new(4), life.now)
    ) == ["create F-0001", "create F-0003"]
    assert life.state is not None
    life.state = replace(life.state, findings=tuple(replace(each, decision=silent) for each in life.state.findings[:1]))
    plan = plan_tickets(outcome(new(5, decision=silent)), (), RULES, NOW)
    assert plan == TicketPlan()


@pytest.mark.parametrize(
    ("step", "is_news"),
    [
        (Transition(NOW + timedelta(days=1), "new"), True),
        (Transition(NOW + timedelta(days=1), "reopened"), True),
        (Transition(NOW + timedelta(days=1), "open"), True),
        (Transition(NOW + timedelta(days=1), "updated"), False),
        (Transition(NOW, "new"), False),
    ],
)
def test_what_was_there_before_jira_is_no_news(step: Transition, *, is_news: bool) -> None:
    """What came, came back or was taken back since the first run with Jira gets a ticket, and nothing older."""
    plan = plan_tickets(outcome(new(history=(step,)), now=NOW + timedelta(days=2)), (), RULES, NOW)
    assert len(plan.actions) == is_news


def test_reminders_of_a_run_are_limited() -> None:
    """A run reminds of as many tickets as it may create; the others are due in the next run."""
    life = Life(most=2)
    findings = [new(number) for number in range(1, 5)]
    for _ in range(2):
        life.run(*findings, days=0.1)
    first, second = life.run(*findings, days=60), life.run(*findings)
    assert (len(first), len(second)) == (2, 2)
    assert sorted(first + second) == [f"reminder SEC-{number}" for number in range(1, 5)]


def changing_everything(life: Life) -> list[Finding]:
    """Four tickets, and what is then another severity in all of them."""
    findings = [new(number) for number in range(1, 5)]
    for _ in range(2):
        life.run(*findings, days=0.1)
    return [replace(each, severity=Severity.CRITICAL) for each in findings]


def test_edits_of_a_run_are_limited() -> None:
    """When what all tickets say changes, a run edits as many as it may create and says how many are left."""
    life = Life(most=2)
    later = changing_everything(life)
    first = life.run(*later)
    assert len(first) == 2
    assert [(note.code, note.reason.split(":")[0]) for note in life.plan.notes] == [
        ("jira-edits-left", "2 more tickets are to be brought up to date")
    ]
    second = life.run(*later)
    assert sorted(first + second) == [f"edit SEC-{number}" for number in range(1, 5)]
    assert not life.plan.notes


def test_closings_and_reopenings_of_a_run_are_limited() -> None:
    """One exception for all, and its end: each run moves as many as it may create, says how many wait, and knows it."""
    life = Life(most=2)
    findings = [new(number) for number in range(1, 6)]
    for _ in range(3):
        life.run(*findings, days=0.1)
    decision = Decision(Disposition.RISK_ACCEPTED, "Known.", "kim", "issues")
    said = tuple(Statement(each.id, decision, "issue #7") for each in findings)
    keys = [f"SEC-{number}" for number in range(1, 6)]
    for heard, does, waits in ((said, "done {}", "closed"), ((), "reopen {} reopened", "opened again")):
        life.elsewhere = (Statements(frozenset({"issues"}), heard),)
        plans = []
        for left in (3, 1, 0):
            plans.append(life.run(*findings, days=0.1))
            told = [(note.code, note.reason.split(":")[0]) for note in life.plan.notes]
            many = "1 more ticket is" if left == 1 else f"{left} more tickets are"
            assert told == ([("jira-moves-left", f"{many} to be {waits}")] if left else [])
        assert [len(plan) for plan in plans] == [2, 2, 1]
        assert sorted(deed for plan in plans for deed in plan) == [does.format(key) for key in keys]
        assert life.run(*findings, days=0.1) == []


def test_words_of_a_run_are_limited() -> None:
    """What was closed as done by the hundred is confirmed by few words a run."""
    life = Life(most=2)
    findings = [new(number) for number in range(1, 4)]
    for _ in range(2):
        life.run(*findings, days=0.1)
    for number in range(1, 4):
        life.tracker.move(f"SEC-{number}", "kim", "Done")
    mended = [fixed(each, life.now) for each in findings]
    first = life.run(*mended, days=0.1)
    assert [note.sentence().split(":")[1] for note in life.plan.notes] == [" 1 more ticket is to be commented on"]
    second = life.run(*mended, days=0.1)
    assert (len(first), sorted(first + second)) == (2, ["closed SEC-1", "closed SEC-2", "closed SEC-3"])


def test_one_ticket_that_is_left_is_told() -> None:
    """One of three."""
    life = Life(most=2)
    later = changing_everything(life)[1:]
    assert len(life.run(*later)) == 2
    assert [note.reason.split(":")[0] for note in life.plan.notes] == ["1 more ticket is to be brought up to date"]


def test_refused_edits_keep_no_other_waiting() -> None:
    """Each day begins with another ticket, whatever became of the edits before."""
    life = Life(most=1)
    findings = [new(number) for number in range(1, 4)]
    for _ in findings:
        life.run(*findings, days=0.1)
    life.tracker.deny = lambda action: isinstance(action, EditTicket) and action.ticket == "SEC-1"
    for _ in range(12):
        life.run(*(replace(each, severity=Severity.CRITICAL) for each in findings), days=7)
    assert [ticket.priority for ticket in life.tracker.kept.values()] == ["High", "Highest", "Highest"]


def test_what_an_edit_says_is_said_when_it_is_so() -> None:
    """Where people rewrote the description a comment tells the change; while Jira refuses the edit, both wait."""
    life = Life()
    life.run(new())
    life.run(new(), days=0.1)
    life.tracker.rewrite("SEC-1", keep_mark=True)
    worse = replace(new(), severity=Severity.CRITICAL)
    life.tracker.deny = lambda action: isinstance(action, EditTicket)
    assert life.run(worse) == ["edit SEC-1", "update SEC-1"]
    assert life.said("SEC-1") == []
    life.tracker.deny = lambda _: False
    assert life.run(worse) == ["edit SEC-1", "update SEC-1"]
    assert (life.tracker.kept["SEC-1"].priority, life.said("SEC-1")) == ("Highest", ["update"])
    assert life.run(worse) == []


def test_what_people_can_answer_is_kept_true() -> None:
    """When the policy means other names and days, the tickets that stand there say so."""
    life = Life()
    life.run(new())
    assert "Accept the risk for 90 days: resolve it as Won't Do." in read_of(life)
    life.rules = Jira.model_validate({"project": "SEC", "accept_days": 30, "resolutions": {"accepted": ["Tolerated"]}})
    assert life.run(new()) == ["edit SEC-1"]
    assert "Accept the risk for 30 days: resolve it as Tolerated." in read_of(life)
    assert life.run(new()) == []


def read_of(life: Life) -> str:
    """What the first ticket says."""
    text = life.tracker.kept["SEC-1"].text
    assert text is not None
    return read(text)


def test_nobody_decides_on_what_a_ticket_does_not_name() -> None:
    """A finding that joins a shared ticket is part of it once people were told, and not while Jira refuses the edit."""
    life = Life()
    life.run(*many(10))
    life.tracker.deny = lambda action: isinstance(action, EditTicket)
    assert life.run(*many(11)) == ["edit SEC-1"]
    life.tracker.deny = lambda _: False
    life.tracker.move("SEC-1", "kim", "Won't Do")
    assert life.run(*many(11)) == ["create F-0011"]
    assert [id_ for id_, decision in life.decisions().items() if decision == "open"] == ["F-0011"]


def test_news_of_a_shared_ticket_does_not_wait() -> None:
    """A finding that joins a ticket is written there at once, whatever else is to be edited."""
    life = Life(most=1)
    life.run(*many(10))
    life.run(*many(10), new(20, rule="two"))
    worse = [replace(each, severity=Severity.CRITICAL) for each in (*many(11), new(20, rule="two"))]
    assert life.run(*worse) == ["edit SEC-1", "edit SEC-2"]


def test_a_run_that_did_not_look_takes_no_words_away() -> None:
    """A tick has no report to tell why from: it leaves the text, and sets the fields. What it creates grows later."""
    life = Life()
    life.run(new())
    text = life.tracker.kept["SEC-1"].text
    unseen, worse = replace(new(), sources=()), replace(new(), sources=(), severity=Severity.CRITICAL)
    assert life.run(unseen) == []
    assert life.run(worse) == ["edit SEC-1"]
    assert (life.tracker.kept["SEC-1"].text, life.tracker.kept["SEC-1"].priority) == (text, "Highest")
    assert life.run(worse) == []
    assert life.run(replace(new(), severity=Severity.CRITICAL)) == ["edit SEC-1"]
    assert life.run(replace(new(2), sources=()), days=0.1) == ["create F-0002"]
    assert life.run(new(2), days=0.1) == ["edit SEC-2"]


def test_a_proof_without_a_closing_is_no_reopening() -> None:
    """Where the proof was written and the ticket not moved, whoever works on it has not opened anything again."""
    life = Life()
    life.run(new())
    life.tracker.now += timedelta(hours=1)
    closed = fixed(new(), life.now)
    (done,) = (action for action in [*_planned(life, closed)] if isinstance(action, MoveTicket))
    assert done.text is not None
    life.tracker.say("SEC-1", done.text)
    life.tracker.now += timedelta(hours=1)
    life.tracker.move("SEC-1", "kim", status="")
    assert life.run(closed) == ["done SEC-1"]
    life.tracker.move("SEC-1", "kim")
    assert life.run(closed) == ["left SEC-1"]


def _planned(life: Life, *findings: Finding) -> tuple[JiraAction, ...]:
    """What a run plans, of which nothing is done."""
    deny, life.tracker.deny = life.tracker.deny, lambda _: True
    life.run(*findings, days=0)
    life.tracker.deny = deny
    return life.plan.actions


def test_a_ticket_of_which_a_part_is_forgotten_is_not_closed() -> None:
    """What a lost memory knew stays named in a shared ticket, which is not closed until that was looked at again."""
    life = Life()
    findings = many(12)
    life.run(*findings)
    life.forget()
    assert life.run(*findings[:3]) == ["edit SEC-1"]
    text = life.tracker.kept["SEC-1"].text
    assert text is not None
    assert set(text.members) == {each.id for each in findings}
    closed = [fixed(each, life.now) for each in findings[:3]]
    assert life.run(*closed) == []
    life.tracker.move("SEC-1", "kim", "Done")
    assert life.run(*closed) == []
    life.tracker.move("SEC-1", "kim")
    assert life.run(*closed, *(fixed(each, life.now) for each in findings[3:])) == ["done SEC-1"]


def test_what_was_closed_and_forgotten_does_not_hold_a_ticket_open() -> None:
    """Findings that were fixed with a shared ticket are forgotten in time: it closes without them when one is back."""
    life = Life()
    findings = many(12)
    life.run(*findings)
    assert life.run(*(fixed(each, life.now) for each in findings)) == ["done SEC-1"]
    life.forget()
    assert life.run(findings[0]) == ["reopen SEC-1 reopened"]
    assert life.run(findings[0]) == ["edit SEC-1"]
    assert life.run(fixed(findings[0], life.now)) == ["done SEC-1"]


def test_what_is_old_and_late_gets_a_ticket() -> None:
    """A finding of old that is past its SLA asks for action, from the second run with Jira on."""
    life = Life()
    old = finding(clock_start=OLD, first_seen=OLD, id="F-0001")
    life.run(old)
    assert [action.about for action in life.plan.actions if isinstance(action, CreateTicket)] == ["F-0001"]
    late = life.outcome
    assert late is not None
    late = replace(late, findings=tuple(replace(each, history=()) for each in late.findings))
    assert len(plan_tickets(late, (), RULES, NOW).actions) == 1
    assert plan_tickets(late, (), RULES, None) == TicketPlan()
    assert len(plan_tickets(late, (), Jira(project="SEC", backlog=True), None).actions) == 1


def test_a_first_run_opens_nothing_unless_asked() -> None:
    """600 findings on day one: nothing; with the backlog at most the capped number, the rest is counted."""
    cloud = [new(number, rule=f"check-{number % 60}") for number in range(600)]
    first = outcome(*cloud, is_baseline=True)
    assert plan_tickets(first, (), RULES, None) == TicketPlan()
    plan = plan_tickets(first, (), Jira(project="SEC", backlog=True), None)
    assert len(plan.actions) == 20
    assert {len(action.findings) for action in plan.actions if isinstance(action, CreateTicket)} == {10}
    (left,) = plan.notes
    assert left.sentence().startswith("Jira: 40 more tickets are to be created: one run creates 20 at most")
    one_more = plan_tickets(first, (), Jira(project="SEC", backlog=True, most=59), None)
    assert "1 more ticket is to be created" in one_more.notes[0].reason


def test_where_nothing_is_known_nothing_is_done() -> None:
    """Tickets, or a past, that could not be read: no ticket is made, and none is touched."""
    life = Life()
    life.run(new())
    life.is_deaf = True
    assert life.run(fixed(new(), life.now), new(2)) == []
    unread = outcome(new(history=(Transition(NOW, "new"),)))
    unread = replace(unread, context=replace(unread.context, is_past_unread=True))
    assert plan_tickets(unread, (), RULES, OLD) == TicketPlan()


# --- which share one


def test_many_findings_of_one_rule_share_a_ticket() -> None:
    """Ten of a rule make one ticket; what is fixed leaves it, and it closes with the last."""
    life = Life()
    assert life.run(*many(10)) == ["create rule/Semgrep/one"]
    ticket = life.tracker.kept["SEC-1"]
    assert (ticket.summary, len(ticket.text.members if ticket.text else ())) == ("HIGH: Flaw of one in 10 places", 10)
    rest = many(10)[1:]
    assert life.run(*rest, fixed(many(1)[0], life.now)) == ["edit SEC-1"]
    assert life.run(*rest, *many(11)[10:]) == ["edit SEC-1"]
    assert life.run(*(fixed(each, life.now) for each in many(11))) == ["done SEC-1"]


def test_what_comes_after_a_decision_gets_a_new_ticket() -> None:
    """A decision on a shared ticket holds for what is in it: the next finding of the rule is not put under it."""
    life = Life(group_by="rule")
    assert life.run(*many(2)) == ["create rule/Semgrep/one"]
    life.tracker.move("SEC-1", "kim", "Won't Do")
    assert life.run(*many(3)) == ["create rule/Semgrep/one~2"]
    assert list(life.decisions().values()) == ["risk_accepted", "risk_accepted", "open"]
    assert life.run(*many(4)) == ["edit SEC-2"]


def test_upgrades_share_tickets() -> None:
    """One ticket for each upgrade, named after it; what no upgrade closes has its own; the version may rise."""
    life = Life(group_by="upgrade")
    needed = Component("pkg:npm/lodash", "lodash", "4.17.1", path="package-lock.json", fixed_versions=("4.17.21",))
    vulnerable = [new(number, component=needed) for number in (1, 2)]
    upgrade = Upgrade(
        "pkg:npm/lodash", "lodash", "package-lock.json", "", ("4.17.1",), "4.17.21", ("F-0001", "F-0002"), Severity.HIGH
    )
    key = "upgrade/pkg:npm%2Flodash//package-lock.json"
    assert life.run(*vulnerable, new(3), upgrades=(upgrade,)) == [f"create {key}", "create F-0003"]
    ticket = life.tracker.kept["SEC-1"]
    assert ticket.summary == "HIGH: Upgrade lodash to 4.17.21 in package-lock.json"
    assert ticket.text is not None
    assert "Upgrade lodash to 4.17.21 in package-lock.json: that closes 2 findings." in read(ticket.text)
    life.tracker.touch("SEC-1", labels=["onefold", *ticket.labels])
    assert life.run(*vulnerable, new(3), upgrades=(replace(upgrade, to="4.17.22"),)) == ["edit SEC-1"]
    assert life.run(*vulnerable, new(3)) == ["edit SEC-1"]
    assert ticket.text is not None
    assert "2 findings that an upgrade closes." in read(ticket.text)
    # Without our mark the labels say what it is about.
    life.tracker.rewrite("SEC-1", keep_mark=False)
    life.state = replace(life.state, findings=()) if life.state else None
    assert life.run(*vulnerable, new(3), upgrades=(upgrade,)) == []


def test_a_finding_keeps_its_ticket_whatever_the_policy_says() -> None:
    """Another grouping, another threshold: what has a ticket keeps it."""
    life = Life()
    life.run(*many(2))
    life.rules = Jira(project="SEC", group_by="rule", threshold="critical")
    assert life.run(*many(2)) == []
    assert life.run(*(fixed(each, life.now) for each in many(2))) == ["done SEC-1", "done SEC-2"]


# --- what it says


def test_everything_that_people_may_set() -> None:
    """Type, priority, due date, labels, components, owner and fields, with the finding's words in the templates."""
    life = Life(
        issue_type="Bug", labels=("team-{product}", "{title}"), components=("{tool}",),
        assignees={"@kim": "kim@example.com", "*": "triage"}, summary="[{product}] {title} ({count}, {rule}, {due})",
        fields={"customfield_2": ["{id}", 3, None], "customfield_1": {"value": "{owner} {environment}{{}}"}},
    )  # fmt: skip
    life.run(new(owners=("@lee", "@kim")))
    ticket = created(life)
    home, about = home_label(LINE), "onefold-F-0001"
    assert (ticket.project, ticket.issue_type, ticket.priority, ticket.due) == (
        "SEC",
        "Bug",
        "High",
        date(2026, 12, 22),
    )
    assert (ticket.marks, ticket.findings) == ((home, about), ("F-0001",))
    assert ticket.labels == ("onefold", home, about, "team-shop", "Flaw-of-rule-1")
    assert (ticket.components, ticket.assignee) == (("Semgrep",), "kim@example.com")
    assert ticket.summary == "[shop] Flaw of rule-1 (1, rule-1, 2026-12-22)"
    fields = {name: json.loads(value) for name, value in ticket.fields}
    assert fields == {"customfield_1": {"value": "lee {}"}, "customfield_2": ["F-0001", 3, None]}
    assert ticket.text.mark.startswith(ticket_mark("F-0001", ""))
    life.run(new(owners=("@lee", "@kim")), new(3, owners=("desk",)))
    assert created(life).assignee == "triage"


def test_what_is_left_to_jira() -> None:
    """Without a name there is no priority, without an owner nobody, and without the wish no due date."""
    life = Life(due=False, priorities={"high": None}, resolutions={"accepted": (), "false-positive": ()})
    life.run(new(title="\u202e\n"))
    ticket = created(life)
    assert (ticket.priority, ticket.due, ticket.assignee) == ("", None, "")
    assert ticket.summary == "HIGH: Untitled in app1.py"
    assert "resolve it as" not in read(ticket.text)
    assert life.run(new(title="Other")) == ["edit SEC-1"]
    assert life.tracker.kept["SEC-1"].due is None


def test_answers_are_in_the_names_of_their_jira() -> None:
    """People read what they can do, with the names and the days of their policy."""
    life = Life(accept_days=None, resolutions={"accepted": ("Tolerated",), "false-positive": ("Nonsense",)})
    life.run(new())
    said = read(created(life).text)
    assert "Accept the risk until it is opened again: resolve it as Tolerated." in said
    assert "resolve it as Nonsense." in said
    life = Life(decisions=False)
    life.run(new())
    assert "resolve it as" not in read(created(life).text)


def test_a_ticket_after_a_deleted_one_says_why() -> None:
    """The new ticket names the old one and what happened since."""
    life = Life()
    life.run(new())
    life.tracker.delete("SEC-1")
    life.run(new())
    at = life.now
    milder = Transition(at, "updated", reason="severity HIGH -> MEDIUM")
    assert life.run(new(history=(milder,))) == []
    worse = Transition(at, "updated", reason="title reworded; severity HIGH -> CRITICAL")
    assert life.run(new(severity=Severity.CRITICAL, history=(worse,))) == ["create F-0001"]
    why = (
        "There was a ticket SEC-1, which is gone. This one was created because its severity rose from HIGH to CRITICAL."
    )
    assert why in read(created(life).text)
    assert life.run(new(severity=Severity.CRITICAL)) == []
    life.tracker.delete("SEC-2")
    assert [life.run(new(severity=Severity.CRITICAL)) for _ in range(3)] == [[], [], []]


def test_a_deleted_ticket_that_nobody_remembers() -> None:
    """Where it is not known when the ticket was last there, nothing that happened earlier justifies another one."""
    life = Life()
    life.run(new())
    assert life.state is not None
    life.tracker.delete("SEC-1")
    life.state = replace(life.state, tickets=())
    assert life.run(new(history=(Transition(life.now, "reopened"),))) == []


# --- found again


def test_a_lost_state_doubles_nothing() -> None:
    """Tickets are found by their marks; what was decided on them, and how old their findings are, is known again."""
    life = Life(group_by="rule")
    life.run(*many(2), new(3, rule="two"), new(4, rule="three"))
    life.tracker.move("SEC-2", "kim", "False Positive")
    life.forget()
    assert life.run(*many(2), new(3, rule="two"), new(4, rule="three"), is_baseline=True) == []
    assert Counter(life.decisions().values()) == {"open": 3, "false_positive": 1}
    assert life.run(*many(2), new(3, rule="two"), new(4, rule="three")) == []
    assert life.state is not None
    named = {each.id: [url[-5:] for url in each.tickets] for each in life.state.findings}
    assert named == {"F-0001": ["SEC-1"], "F-0002": ["SEC-1"], "F-0003": ["SEC-2"], "F-0004": ["SEC-3"]}


def test_a_ticket_without_its_mark_is_known_by_its_label() -> None:
    """People who rewrite a ticket leave its labels, and those say what it is about."""
    life = Life(group_by="rule")
    life.run(*many(2))
    life.tracker.rewrite("SEC-1", keep_mark=False)
    life.forget()
    assert life.run(*many(2), is_baseline=True) == []
    assert life.run(*many(2), days=40) == ["reminder SEC-1"]


def test_a_ticket_that_bears_nothing_is_known_by_the_state() -> None:
    """Neither mark nor label: the findings name it, one or several, and a state that was lost is no help."""
    life = Life(group_by="rule")
    life.run(*many(2), new(3, rule="two"))
    for key in ("SEC-1", "SEC-2"):
        life.tracker.rewrite(key, keep_mark=False)
        life.tracker.touch(key, labels=[])
    assert life.run(*many(2), new(3, rule="two")) == []
    life.tracker.move("SEC-1", "kim", "Won't Do")
    life.tracker.move("SEC-2", "kim", "Won't Do")
    assert life.run(*many(2), new(3, rule="two")) == []
    assert set(life.decisions().values()) == {"risk_accepted"}


def test_a_clone_alone_is_taken() -> None:
    """People clone a ticket and delete the first: theirs is the only one, and is taken for it."""
    life = Life()
    life.run(new())
    life.tracker.clone("SEC-1")
    life.tracker.delete("SEC-1")
    assert life.run(new()) == []
    assert life.plan.tickets == (Learned("https://acme.example.net/browse/SEC-2", ("F-0001",)),)
    assert life.run(fixed(new(), life.now)) == ["done SEC-2"]


def test_a_clone_decides_nothing() -> None:
    """What people resolve a clone as is about their ticket; ours stays open and is not closed for it."""
    life = Life()
    life.run(new())
    life.tracker.move(life.tracker.clone("SEC-1"), "kim", "Won't Do")
    assert life.run(new()) == []
    assert life.decisions() == {"F-0001": "open"}


def test_labels() -> None:
    """Each memory and each subject has a label of its own, without blanks, whatever they are called."""
    assert home_label(Line("Acme/My Shop!", "prod", "main")) == home_label(Line("Acme/My Shop!", "prod", "next"))
    assert home_label(Line("shop", "prod")) != home_label(Line("shop", "test"))
    assert len({home_label(Line("shop", key=key)) for key in ("", "web", "desk")}) == 3
    assert home_label(Line("Acme/My Shop!")).startswith("onefold-acme-my-shop-")
    assert home_label(Line("店")).count("-") == 1
    assert about_label("F-1") == "onefold-F-1"
    assert about_label("rule/a/b") not in {about_label("rule/a/b~2"), "onefold-rule/a/b"}


# --- left as people want it


def test_what_people_wrote_is_told_once() -> None:
    """Each change is told below a rewritten description once; where people bring ours back it is written again."""
    life = Life()
    life.run(new())
    life.tracker.rewrite("SEC-1", keep_mark=True)
    life.tracker.touch("SEC-1", summary="Ours")
    assert life.run(new(title="Second")) == ["update SEC-1"]
    assert life.run(new(title="Second")) == []
    assert life.run(new(title="Third")) == ["update SEC-1"]
    assert life.run(new(title="Second")) == ["update SEC-1"]
    assert life.run(new(title="Second")) == []
    life.tracker.kept["SEC-1"].is_edited = False
    assert life.run(new(title="Second")) == ["edit SEC-1"]
    assert life.run(new(title="Second")) == []
    life.tracker.rewrite("SEC-1", keep_mark=False)
    assert life.run(new(title="Second")) == []


def test_what_went_to_another_ticket() -> None:
    """All that a shared ticket was about turns out to be one finding that has a ticket of its own: it is closed so."""
    life = Life()
    life.run(new(50))
    life.run(new(50), *many(10))
    one = new(50, aliases=tuple(each.id for each in many(10)))
    assert life.run(one) == ["done SEC-2"]
    assert life.last("SEC-2").startswith("What it was about stands in other tickets.")
    assert life.run(one) == []


def test_a_double_that_people_want() -> None:
    """Who opens a ticket again that we closed as the same as another is left alone, and so is who reads on."""
    life = Life()
    life.run(new(), new(2))
    one = new(aliases=("F-0002",))
    assert life.run(one) == ["done SEC-2"]
    life.tracker.now += timedelta(hours=1)
    life.tracker.move("SEC-2", "kim")
    assert [life.run(one), life.run(one)] == [[], []]


def test_rights_that_were_taken_away() -> None:
    """A project of which nothing is to be seen any more: what was decided there holds on, new tickets go elsewhere."""
    life = Life()
    life.run(new(), new(2))
    life.tracker.move("SEC-1", "kim", "False Positive")
    life.run(new(), new(2))
    life.rules, life.elsewhere = Jira(project="OPS"), (stated(Disposition.RISK_ACCEPTED),)
    for key in ("SEC-1", "SEC-2"):
        life.tracker.delete(key)
    assert life.run(new(), new(2), new(3)) == ["create F-0003"]
    assert life.decisions()["F-0001"] == "risk_accepted"
    life.elsewhere = (replace(stated(Disposition.RISK_ACCEPTED), said=()),)
    assert life.run(new(), new(2), new(3)) == []
    assert life.decisions()["F-0001"] == "false_positive"


def test_nobody_is_reminded_twice_a_day() -> None:
    """A run every two hours, and a reminder a day: not more, and none for a claim that another word has settled."""
    life = Life(remind_days=1)
    life.run(new())
    life.run(new(), days=30)
    plans = [life.run(new(), days=1 / 12) for _ in range(36)]
    assert sum(len(plan) for plan in plans) == 3
    life.tracker.move("SEC-1", "kim", "Done")
    life.elsewhere = (stated(Disposition.RISK_ACCEPTED),)
    assert life.run(new()) == []


def test_a_ticket_that_is_late_on_its_first_day_has_asked() -> None:
    """Who got a ticket in the morning is not reminded of it in the evening."""
    life = Life(remind_days=1)
    due_today = new(clock_start=NOW - timedelta(days=30) + timedelta(hours=3))
    assert life.run(due_today, days=1 / 24) == ["create F-0001"]
    assert [life.run(due_today, days=0.25), life.run(due_today)] == [[], ["reminder SEC-1"]]


def test_an_acceptance_without_end() -> None:
    """Where the policy gives no days a risk is accepted until somebody opens the ticket again."""
    life = Life(accept_days=None)
    life.run(new())
    life.tracker.move("SEC-1", "kim", "Won't Do")
    assert [life.run(new()), life.run(new(), days=3000)] == [[], []]
    assert life.decisions() == {"F-0001": "risk_accepted"}


def test_moments_that_jira_does_not_tell() -> None:
    """Without a history the last change counts, without any date the moment of the run; nothing fails."""
    mark = SeenMark(ticket_mark("F-0001", "0" * 16), is_as_written=False)
    seen = SeenTicket(key="SEC-1", url="https://x/browse/SEC-1", mark=mark, category=Category.DONE, resolution="Done")
    late = finding(id="F-0001", clock_start=OLD, due_at=NOW - timedelta(days=3), standing=Standing.BREACHED)
    assert plan_tickets(outcome(late), (seen,), RULES, OLD).actions == ()
    changed = replace(seen, updated_at=NOW - timedelta(days=1))
    assert words(*plan_tickets(outcome(late), (changed,), RULES, OLD).actions) == ["reopen SEC-1 doubt"]
    opened = replace(seen, category=Category.NEW, touched=("summary", "priority", "duedate", "labels"))
    told = words(*plan_tickets(outcome(late), (opened,), RULES, OLD).actions)
    assert told == ["update SEC-1", "reminder SEC-1"]
    accepted = replace(seen, resolution="Won't Do")
    (said,) = statements_of_tickets((accepted,), None, RULES).said
    assert (said.where, said.decision.expires_at) == ("ticket SEC-1", None)


def test_a_doubt_that_was_said_and_not_carried_out() -> None:
    """Where the words arrived and the move did not, the ticket is still to be opened; words of before say nothing."""
    mark = SeenMark(ticket_mark("F-0001", "0" * 16), is_as_written=True)
    doubt = SeenNote("1", SeenMark("onefold:doubt v1 x", is_as_written=True), NOW - timedelta(days=2))
    for moved, plan in ((3, ["reopen SEC-1 doubt"]), (1, [])):
        seen = SeenTicket(
            key="SEC-1", url="https://x/browse/SEC-1", mark=mark, category=Category.DONE, resolution="Done",
            notes=(doubt,), moves=(SeenMove("Done", "Done", "kim", at=NOW - timedelta(days=moved)),),
        )  # fmt: skip
        found = plan_tickets(outcome(finding(id="F-0001")), (seen,), RULES, OLD)
        assert words(*found.actions) == plan


def test_the_age_of_a_ticket_makes_a_lost_date_good() -> None:
    """A finding is at least as old as the ticket of its own; shared tickets and those of others say nothing."""
    life = Life()
    life.run(new(1), *(new(number, rule="one") for number in range(20, 30)))
    made = life.now
    life.tracker.now += timedelta(days=3)
    life.tracker.clone("SEC-1")
    seen = life.tracker.observe(home_label(LINE), [])
    assert first_seen_of_tickets(seen) == {"F-0001": made}
    assert first_seen_of_tickets([replace(each, created_at=None) for each in seen]) == {}


def test_a_shared_ticket_without_a_fix_to_tell() -> None:
    """Fixed, decided and still open at once: the ticket stays; then the decision closes it, and names whom."""
    life = Life(group_by="rule")
    one, two = many(2)
    life.run(one, two)
    life.elsewhere = (stated(Disposition.RISK_ACCEPTED),)
    assert life.run(one, two) == ["edit SEC-1"]
    assert life.run(one, fixed(two, life.now)) == ["done SEC-1"]
    assert "risk accepted by kim (issues). Known." in life.last("SEC-1")


def test_a_shared_ticket_is_proven_when_all_of_it_is() -> None:
    """What people called done is confirmed when a scan has proven every finding of it, and not before."""
    life = Life(group_by="rule")
    one, two = many(2)
    life.run(one, two)
    life.tracker.move("SEC-1", "kim", "Done")
    life.elsewhere = (stated(Disposition.RISK_ACCEPTED),)
    mended = fixed(two, life.now)
    assert life.run(one, mended) == []
    assert life.run(fixed(one, life.now), mended) == ["closed SEC-1"]


def test_a_claim_is_doubted_once_for_each_time_it_was_fixed() -> None:
    """Who closes a ticket as done is answered once; after a proven fix and a return the next claim is a new one."""
    life = Life()
    life.run(new())
    life.tracker.move("SEC-1", "kim", "Done")
    assert life.run(new()) == ["reopen SEC-1 doubt"]
    life.tracker.move("SEC-1", "kim", "Done")
    assert life.run(new()) == []
    life.run(fixed(new(), life.now))
    at = life.now
    assert life.run(new(reopened_at=at + timedelta(days=1), history=(Transition(at, "reopened"),))) == [
        "reopen SEC-1 reopened"
    ]
    life.tracker.move("SEC-1", "kim", "Done")
    assert life.run(new()) == ["reopen SEC-1 doubt"]


def test_a_claim_is_not_doubted_by_a_scan_of_before() -> None:
    """A merge resolves the ticket while an earlier commit is still scanned: that run knows nothing of the fix."""
    life = Life()
    life.run(new())
    life.tracker.move("SEC-1", "kim", "Done")
    (seen,) = life.tracker.observe(home_label(LINE), ["SEC-1"])
    at = seen.moves[-1].at
    assert at is not None
    for hours, plan in ((0, []), (5, []), (7, ["reopen SEC-1 doubt"])):
        late = replace(new(), last_seen=at + timedelta(hours=hours, minutes=1))
        assert words(*plan_tickets(outcome(late), (seen,), RULES, at).actions) == plan


def test_a_decision_that_is_made_again_closes_again() -> None:
    """Accepted elsewhere, taken back, taken up by people and accepted once more: the ticket closes, and nobody asks."""
    life = Life()
    life.run(new())
    accepted, nothing = (stated(Disposition.RISK_ACCEPTED),), (Statements(frozenset({"issues"})),)
    for said, plan in ((accepted, ["done SEC-1"]), (nothing, ["reopen SEC-1 reopened"])):
        life.elsewhere = said
        assert life.run(new()) == plan
    life.tracker.now += timedelta(hours=1)
    life.tracker.move("SEC-1", "kim", status="In Progress")
    life.tracker.kept["SEC-1"].category = Category.INDETERMINATE
    life.elsewhere = accepted
    assert life.run(new()) == ["done SEC-1"]


@pytest.mark.parametrize(
    ("word", "moved", "expected"),
    [
        (("Done", ""), ("Closed", ""), None),
        (("Resolved", "Won't Do"), ("Closed", "Won't Do"), None),
        (("Won't Do", ""), ("Archived", ""), None),
        (("Resolved", ""), ("Closed", "Done"), None),
        (("Resolved", "Won't Do"), ("Done", "Won't Do"), None),
        (("Won't Do", ""), ("Risk Accepted", ""), None),
        (("Resolved", ""), ("Closed", "Won't Do"), Meaning.ACCEPTED),
        (("Resolved", "Won't Do"), ("Resolved", "Declined"), Meaning.ACCEPTED),
        (("Resolved", "Won't Do"), ("Closed", "Done"), Meaning.CLAIMED),
        (("Done", "Done"), ("Duplicate", "Done"), Meaning.DUPLICATE),
        (("Won't Do", ""), ("Done", ""), Meaning.CLAIMED),
    ],
)
def test_what_tidies_up_after_us_is_no_word(
    word: tuple[str, str], moved: tuple[str, str], expected: Meaning | None
) -> None:
    """What we closed and a person moved on says nothing, unless it is resolved or called another way by that."""
    moves = (SeenMove(*word, "Onefold", is_ours=True, at=OLD), SeenMove(*moved, "kim", at=NOW))
    seen = SeenTicket(
        key="SEC-1", url="https://x/browse/SEC-1", category=Category.DONE, status=moved[0], resolution=moved[1],
        moves=moves,
    )  # fmt: skip
    assert meaning(seen, RULES) is expected
    assert ended_at(seen, RULES) == (OLD if expected is None else NOW)


def test_what_is_fixed_is_closed_as_nothing_else() -> None:
    """What the policy calls accepted, wrong or a duplicate is no end for what a scan proved; for a decision it is."""
    life = Life(resolutions={"accepted": ("Tolerated",), "false-positive": ("Nonsense",), "duplicate": ("Twin",)})
    life.run(new(), new(2))
    life.elsewhere = (stated(Disposition.RISK_ACCEPTED),)
    assert life.run(new(), fixed(new(2), life.now)) == ["done SEC-1", "done SEC-2"]
    assert [action.never for action in life.plan.actions if isinstance(action, MoveTicket)] == [
        None,
        ("Tolerated", "Nonsense", "Twin"),
    ]


# --- what people said elsewhere


def test_what_people_call_wrong_is_closed_as_wrong() -> None:
    """A ticket about a false positive gets that resolution, one about an accepted risk the other."""
    life = Life()
    life.run(new())
    life.elsewhere = (stated(Disposition.FALSE_POSITIVE),)
    assert life.run(new()) == ["done SEC-1"]
    assert life.tracker.kept["SEC-1"].resolution == "False Positive"
    assert "Decided." in life.last("SEC-1")


def test_what_is_wrong_in_part_is_closed_as_accepted() -> None:
    """A shared ticket about a false positive and an accepted risk is not closed as if all of it were wrong."""
    life = Life(group_by="rule")
    life.run(*many(2))
    words_ = {"F-0001": Disposition.FALSE_POSITIVE, "F-0002": Disposition.RISK_ACCEPTED}
    said = tuple(Statement(id_, Decision(word, "Known.", "kim", "issues"), "issue #7") for id_, word in words_.items())
    life.elsewhere = (Statements(frozenset({"issues"}), said),)
    assert life.run(*many(2)) == ["done SEC-1"]
    assert life.tracker.kept["SEC-1"].resolution == "Won't Do"


def test_where_nobody_listens_nobody_is_answered() -> None:
    """Where the policy reads no decisions a resolved ticket is left as it is."""
    life = Life(decisions=False)
    life.run(new())
    life.tracker.move("SEC-1", "kim", "Won't Do")
    assert [life.run(new()), life.run(new())] == [[], []]
    assert life.decisions() == {"F-0001": "open"}
