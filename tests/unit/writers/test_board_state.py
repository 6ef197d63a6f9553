from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from aggregator.model.finding import Baseline, Standing, Transition
from aggregator.model.state import Line, RunRecord, RunRef, ScopeRecord, State
from aggregator.model.ticket import Ticket
from aggregator.writers.board_state import located, state_part
from aggregator.writers.dashboard_data import Look
from tests.builders import LINE, NOW, RUN, finding, result, tracked

PATTERN = "https://github.com/{product}/blob/{commit}/{path}#L{line}"
EARLIER = NOW - timedelta(9)
RUNS = (RunRecord(run=RunRef("1"), at=EARLIER, open={}), RunRecord(run=RUN, at=NOW, open={"HIGH": 1}, new=1))


def state(*findings: Any, **fields: Any) -> State:
    given: dict[str, Any] = {"line": LINE, "run": RUN, "at": NOW, "findings": findings, "runs": RUNS}
    return State(**given | fields)


def test_a_state_tells_what_it_remembers() -> None:
    """Owners, clocks, risks, tickets, history and scopes are shown; what a state does not remember is said."""
    each = replace(
        tracked(finding(owners=("@octo/shop",), tickets=("https://tracker.example/A-1",), due_at=NOW)),
        standing=Standing.BREACHED,
        risk_score=61,
    )
    ticket = Ticket("https://tracker.example/A-1", assignees=("ada",))
    part = state_part(state(each, scopes=(ScopeRecord("Semgrep", "src", NOW, 1),), tickets=(ticket,)))
    row = part.findings[0].row
    assert (row.owners, row.assignees, row.due_at, row.standing) == (("@octo/shop",), ("ada",), NOW, Standing.BREACHED)
    assert (row.risk, row.is_kev, row.where) == (61, False, "app.py:12")
    line = part.line
    assert [(each.look, each.covered_at) for each in line.scans] == [(Look.REMEMBERED, NOW)]
    assert [point.new for point in line.trend] == [0, 1]
    assert not line.is_baseline
    assert line.totals is None
    assert [said.code for said in line.diagnostics] == ["from-a-state"]


def test_a_state_remembers_who_reported_it() -> None:
    """The sources of the last run are told without their words; who was silent in it is not among them."""
    sources = (result(), result(tool="Bandit", rule_id="B608"))
    known = finding(*sources)
    silent = replace(known, sightings=(known.sightings[0], replace(known.sightings[1], last_seen=EARLIER)))
    for item, tools in ((known, ["Semgrep", "Bandit"]), (silent, ["Semgrep"])):
        published = state_part(state(tracked(item))).findings[0].detail.finding
        assert [(each.tool, each.message, each.report) for each in published.sources] == [
            (tool, "", "") for tool in tools
        ]
        assert published.locations[0].path == "app.py"


def test_a_state_of_a_first_run_says_so() -> None:
    """There was nothing to compare with, as the page of the run itself says."""
    assert state_part(state(tracked(finding()), runs=RUNS[1:])).line.is_baseline


def test_an_old_state_says_that_it_knows_no_clocks() -> None:
    """A state of a schema without owners and due dates shows none, and says why."""
    part = state_part(state(tracked(finding())), has_clocks=False)
    assert [said.code for said in part.line.diagnostics] == ["state-without-clocks", "from-a-state"]


def test_what_changed_in_the_last_run() -> None:
    """New, back again, updated and closed are told from the history; in a first run nothing is called new."""

    def story(id_: str, *steps: Transition, **fields: Any) -> Any:
        return tracked(finding(id=id_, history=steps, **fields))

    findings = (
        story("new", Transition(NOW, "new", RUN.id)),
        story("back", Transition(EARLIER, "new", "1"), Transition(NOW, "reopened", RUN.id)),
        story("changed", Transition(NOW, "updated", RUN.id)),
        story("same", Transition(EARLIER, "updated", "1")),
        story("closed", Transition(NOW, "absent", RUN.id), closed_at=NOW),
        story("long gone", closed_at=EARLIER),
    )
    told = {each.row.id: each.row.baseline for each in state_part(state(*findings)).findings}
    assert told == {
        "new": Baseline.NEW,
        "back": Baseline.NEW,
        "changed": Baseline.UPDATED,
        "same": Baseline.UNCHANGED,
        "closed": Baseline.ABSENT,
        "long gone": None,
    }
    first = state_part(state(*findings, runs=RUNS[1:]))
    assert {each.row.baseline for each in first.findings} == {None}


def test_links_need_all_their_parts() -> None:
    """A pattern with a commit or a product is used only where the state names one that fits."""
    assert located(PATTERN, "octo/shop", "abc") == "https://github.com/octo/shop/blob/abc/{path}#L{line}"
    assert located(PATTERN, "octo/shop", "") == ""
    assert located(PATTERN, "shop", "abc") == ""
    assert located("https://code.example/{path}", "shop", "") == "https://code.example/{path}"
    line = Line("octo/shop", "", "main")
    part = state_part(state(tracked(finding()), line=line, commit="abc"), PATTERN)
    assert part.findings[0].detail.links == ("https://github.com/octo/shop/blob/abc/app.py#L12",)
