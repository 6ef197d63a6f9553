from datetime import timedelta

from aggregator.model.finding import Baseline
from aggregator.model.outcome import Context, Ruling, Verdict
from aggregator.model.result import Rule
from aggregator.model.severity import Severity
from aggregator.model.state import RunRecord, RunRef, ScopeRecord, State
from aggregator.model.ticket import Ticket
from aggregator.model.upgrade import Upgrade
from aggregator.writers.board_outcome import board_of, rules_of
from aggregator.writers.dashboard_data import Look
from tests.builders import LINE, NOW, RUN, finding, note, outcome, scan, tracked
from tests.unit.writers.boards import expected, numbers

URL = "https://github.com/octo/shop/blob/abc/{path}#L{line}"


def test_a_run_and_what_it_remembers() -> None:
    """The run's findings stand beside those that were closed before it, which are against no run before."""
    shown = finding(id="F-1", tickets=("https://tracker.example/A-1",))
    gone = finding(id="F-2", baseline=Baseline.ABSENT, closed_at=NOW)
    earlier = finding(id="F-3", baseline=Baseline.ABSENT, closed_at=NOW - timedelta(9))
    state = State(
        line=LINE,
        run=RUN,
        at=NOW,
        findings=tuple(map(tracked, (shown, gone, earlier))),
        scopes=(ScopeRecord("Semgrep", "src", NOW, 1), ScopeRecord("Trivy", ".", NOW - timedelta(2), 1)),
        runs=(RunRecord(run=RunRef("1"), at=NOW - timedelta(9), open={"HIGH": 2}, absent=1),),
    )
    known = {"https://tracker.example/A-1": Ticket("https://tracker.example/A-1", is_open=False)}
    of = outcome(shown, gone, state=state, tickets=known, diagnostics=(note(),))
    made = board_of(of)
    rows = {each.row.id: each.row for each in made.findings}
    assert {id_: row.baseline for id_, row in rows.items()} == {
        "F-1": Baseline.UNCHANGED,
        "F-2": Baseline.ABSENT,
        "F-3": None,
    }
    assert rows["F-1"].tickets[0].is_open is False
    (line,) = made.lines
    assert [point.fixed for point in line.trend] == [1]
    assert [each.look for each in line.scans] == [Look.COMPLETE, Look.NOT_SCANNED]
    assert line.diagnostics[0].code == "report-odd"
    assert numbers(made) == expected(of.totals)


def test_the_line_says_where_its_run_is() -> None:
    """On GitHub the run and each line of code have an address; elsewhere neither has one."""
    there = outcome(finding(), context=Context(line=LINE, run=RUN, source_url=URL, commit="abc"))
    made = board_of(there)
    assert made.lines[0].url == "https://github.com/octo/shop/actions/runs/4711"
    assert made.findings[0].detail.links == ("https://github.com/octo/shop/blob/abc/app.py#L12",)
    odd = Context(line=LINE, run=RUN, source_url="https://github.com/octo/blob/blob/abc/{path}#L{line}")
    assert board_of(outcome(context=odd)).lines[0].url == "https://github.com/octo/blob/actions/runs/4711"
    here = outcome(finding(), context=Context(line=LINE, run=RunRef("20261122T120000Z"), source_url=URL))
    assert board_of(here).lines[0].url == ""
    assert board_of(outcome(finding())).lines[0].url == ""


def test_the_gate_is_told_where_somebody_asked_it() -> None:
    """A verdict that nobody asked for is none."""
    asked = board_of(outcome(verdict=Verdict(Ruling.FAIL, "1 is new."))).lines[0]
    assert (asked.ruling, asked.ruling_reason) == ("fail", "1 is new.")
    nobody = board_of(outcome(verdict=Verdict(Ruling.PASS, "No gate rule is set."))).lines[0]
    assert (nobody.ruling, nobody.ruling_reason) == ("", "")


def test_rules_and_upgrades() -> None:
    """What the reports say about a rule stands with its findings, the longest text of it; upgrades are as published."""
    short, long = Rule("r", description="Short."), Rule("r", description="A longer word.")
    scans = (scan(rules=(short,)), scan(report="2.json", rules=(long,)), scan(report="3.json", rules=(short,)))
    assert rules_of(scans) == {("Semgrep", "r"): long}
    upgrade = Upgrade("pkg:npm/x", "x", "package-lock.json", "", ("1",), "2", ("F-1",), Severity.HIGH)
    made = board_of(outcome(finding(rule_id="r"), scans=scans, upgrades=(upgrade,)))
    assert made.findings[0].detail.why == "A longer word."
    assert made.upgrades[0].closes == ("F-1",)
