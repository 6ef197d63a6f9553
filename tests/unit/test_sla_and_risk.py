"""Tests generated from the tables of docs/sla-and-risk.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.intelligence import NOTHING_KNOWN, Exploited, Intelligence, Likelihood
from aggregator.model.location import Location
from aggregator.model.outcome import Context
from aggregator.model.report import Report
from aggregator.model.result import ACCEPTED, Kind, Result
from aggregator.model.severity import WORST_FIRST, Cvss, Severity
from aggregator.model.state import RunRef, State
from aggregator.pipeline import evaluate
from aggregator.policy import ExceptionRule, Policy, read_policy
from aggregator.policy.risk import Weights
from aggregator.policy.sla import PROFILES
from aggregator.risk import Risks
from aggregator.sla import Clock
from aggregator.transport.feed import Addresses
from tests.builders import LINE, finding, result, scan

DOCS = Path(__file__).parents[2] / "docs" / "sla-and-risk.md"
START = datetime(2026, 1, 1, tzinfo=UTC)
CVE = "CVE-2026-1"
EPSS_FILE = b"#model_version:v1,score_date:2026-01-01T00:00:00Z\ncve,epss,percentile\nCVE-2026-1,0.5,0.98\n"
KEV_FILE = b'{"dateReleased": "2026-01-01", "vulnerabilities": [{"cveID": "CVE-2026-1", "dueDate": "2026-02-01"}]}'


def text() -> str:
    return DOCS.read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading."""
    lines = text().split(f"\n## {heading}\n")[1].split("\n## ")[0].splitlines()
    below = dropwhile(lambda line: not line.startswith("|"), lines)
    table = list(takewhile(lambda line: line.startswith("|"), below))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def day(number: int) -> datetime:
    return START + timedelta(days=number)


class Life:
    """One finding over several runs, told in the words of the table."""

    def __init__(self) -> None:
        self.state: State | None = None
        self.exceptions: list[ExceptionRule] = []
        self.severity = Severity.HIGH
        self.found: Finding | None = None

    def live(self, told: str) -> Finding:
        """All runs of a life, and the finding as the last one leaves it."""
        for step in told.split("; "):
            number, word, *more = step.split()
            self._run(int(number), word, more)
        assert self.found is not None
        return self.found

    def _run(self, number: int, word: str, more: list[str]) -> None:
        known = NOTHING_KNOWN
        if word == "accepted":
            end = day(int(more[-1])).date() - timedelta(days=1)
            self.exceptions.append(
                ExceptionRule(status="risk_accepted", reason="r", owner="kim", expires=end, rule="python.*")
            )
        elif word == "listed":
            known = Intelligence(kev={CVE: Exploited(day(int(more[0])).date())}, kev_at=START.date())
        elif word.upper() in Severity.__members__:
            self.severity = Severity(word.upper())
        outcome = evaluate(
            self._reports(word),
            now=day(number),
            context=Context(line=LINE, run=RunRef(str(number))),
            state=self.state,
            exceptions=tuple(self.exceptions),
            intelligence=known,
        )
        self.state = outcome.state
        (self.found,) = outcome.findings

    def _reports(self, word: str) -> tuple[Report, ...]:
        if word == "nothing":
            return ()
        lines = {"moved": 99}
        one = result(
            severity=self.severity,
            vulnerability_ids=(CVE,),
            snippet="eval(x)",
            location=Location("app.py", lines.get(word, 12)),
        )
        others = (result(tool="Bandit", rule_id="B608", severity=self.severity, location=one.location),)
        tools: tuple[Result, ...] = (one, *(others if word == "joined" else ()))
        kept = () if word == "gone" else tools
        return tuple(
            Report(name=each.tool, place="src", format="f", scans=(scan(each, results=(each,) if kept else ()),))
            for each in tools
        )


@pytest.mark.parametrize("row", rows("The clock"), ids=lambda row: row[0])
def test_clock(row: list[str]) -> None:
    """After a life the clock started, is due and stands as the table promises."""
    _, life, since, due, standing = row
    found = Life().live(life)
    assert found.clock_start == day(int(since))
    assert found.due_at == (None if due == "never" else day(int(due)))
    assert found.standing.value == standing


GAPS = st.lists(st.tuples(st.integers(1, 25), st.sampled_from(["high", "moved", "nothing", "joined"])), max_size=6)


def told(gaps: list[tuple[int, str]], pauses: frozenset[int] = frozenset()) -> str:
    """A life of these steps, so many days apart; at those of ``pauses`` the risk is accepted for ten days."""
    steps, number = ["0 high"], 0
    for index, (days, word) in enumerate(gaps):
        number += days
        steps.append(f"{number} accepted until {number + 10}" if index in pauses else f"{number} {word}")
    return "; ".join([*steps, f"{number + 10} nothing"])


@given(GAPS)
@settings(deadline=None, max_examples=40)
def test_a_due_date_never_moves_by_itself(gaps: list[tuple[int, str]]) -> None:
    """Over any number of runs in which neither severity nor rules change, the due date stays what it was."""
    life = Life()
    for step in told(gaps).split("; "):
        assert life.live(step).due_at == day(30)


@given(GAPS, st.frozensets(st.integers(0, 5)))
@settings(deadline=None, max_examples=40)
def test_a_pause_leaves_no_trace_in_the_clock(gaps: list[tuple[int, str]], pauses: frozenset[int]) -> None:
    """A life with pauses ends with the clock, the standing and the risk that it would have had without them."""
    paused, plain = Life().live(told(gaps, pauses)), Life().live(told(gaps))
    assert (paused.clock_start, paused.due_at, paused.standing) == (plain.clock_start, plain.due_at, plain.standing)
    assert paused.risk is not None
    assert plain.risk is not None
    differing = {"tools"} if "joined" in str(gaps) else set()
    assert {term for term in paused.risk.terms if term.name not in differing} == {
        term for term in plain.risk.terms if term.name not in differing
    }


def test_every_word_of_a_clock_is_in_the_table() -> None:
    """The table starts, pauses, resumes and restarts clocks, and every standing occurs."""
    names = {row[0] for row in rows("The clock")}
    assert {"start", "pause", "resume", "restart", "closed"} <= names
    assert len(names) == len(rows("The clock"))
    assert {row[4] for row in rows("The clock")} == {"within", "approaching", "breached", "paused", "none"}


@pytest.mark.parametrize("row", rows("The SLA"), ids=lambda row: row[0])
def test_profiles(row: list[str]) -> None:
    """A profile gives each severity the days of the table."""
    name, *days = row
    given = ["none" if PROFILES[name][severity] is None else str(PROFILES[name][severity]) for severity in WORST_FIRST]
    assert given == days
    assert {each[0] for each in rows("The SLA")} == set(PROFILES)


class Example:
    """A finding and what is known about it, told in the words of the table."""

    def __init__(self, told: str) -> None:
        self.now, self.known = START, NOTHING_KNOWN
        self.source: dict[str, Any] = {}
        self.fields: dict[str, Any] = {"clock_start": START}
        self.tools = 1
        self.marks: list[str] = []
        for part in told.split("; "):
            word, _, rest = part.partition(" ")
            getattr(self, f"_{word}", self._word)(rest or word)

    def _word(self, word: str) -> None:
        if word in {"exposed", "unreachable"}:
            self.marks.append(f"{{ means: {word} }}")
        else:
            self.source["severity"] = Severity(word.upper())

    def _day(self, number: str) -> None:
        self.now = day(int(number))

    def _tools(self, number: str) -> None:
        self.tools = int(number)

    def _path(self, path: str) -> None:
        self.source["location"] = Location(path, 1)

    def _cvss(self, score: str) -> None:
        self.source["cvss"] = Cvss("3.1", float(score))
        self._cve("")

    def _cve(self, _: str) -> None:
        self.source["vulnerability_ids"] = (CVE,)

    def _epss(self, probability: str) -> None:
        self.known = Intelligence(epss={CVE: Likelihood(float(probability), 0.5)}, epss_at=START.date())

    def _kev(self, told: str) -> None:
        number, _, ransomware = told.partition(" ")
        self._list({CVE: Exploited(day(int(number)).date(), ransomware=bool(ransomware))})

    def _not(self, _: str) -> None:
        self._list({"CVE-1999-1": Exploited(date(2030, 1, 1))})

    def _list(self, kev: dict[str, Exploited]) -> None:
        self.known = Intelligence(self.known.epss, self.known.epss_at, "", kev, START.date())

    def _secret(self, _: str) -> None:
        self.source["kind"] = Kind.SECRET

    def _live(self, _: str) -> None:
        self.source["message"] = f"A key. {ACCEPTED}"

    def _accepted(self, _: str) -> None:
        self.fields["decision"] = Decision(Disposition.RISK_ACCEPTED)

    def policy(self) -> Policy:
        """The defaults, with the marks."""
        return read_policy(f"risk: {{ marks: [{', '.join(self.marks)}] }}", "onefold.yml")

    def sources(self) -> Iterator[Result]:
        """The results of as many tools as the example says."""
        for number in range(self.tools):
            yield result(tool=f"Tool {number}", **self.source)


@pytest.mark.parametrize("row", rows("Worked examples"), ids=lambda row: row[0])
def test_worked_examples(row: list[str]) -> None:
    """Each example has the terms, the unknowns and the score of the table."""
    _, told, terms, unknown, score = row
    example = Example(told)
    policy, item = example.policy(), finding(*example.sources(), **example.fields)
    due, _ = Clock(policy, example.now, LINE, example.known).of(item)
    risk = Risks(policy.risk, example.now, LINE, example.known).of(item, due)
    assert risk is not None
    assert " + ".join(f"{term.name} {term.points:g}" for term in risk.terms if term.points is not None) == terms
    assert ", ".join(risk.unknown) == unknown
    assert str(risk.score) == score


def test_the_formula_names_every_weight() -> None:
    """The table of terms gives the default of every weight that a policy can set."""
    table = {row[0].strip("`"): row[1] for row in rows("The risk score")}
    weights = Weights()
    alone = ("cvss", "epss", "kev", "ransomware", "age", "overdue", "tools", "live")
    told = {name: re.search(r"\d+", table[name]) for name in alone}
    assert {name: float(found[0]) for name, found in told.items() if found} == {
        name: getattr(weights, name) for name in alone
    }
    worded = dict(re.findall(r"([a-z]+) (-?\d+)", f"{table['severity']}, {table['exposure']}, {table['reachability']}"))
    worded["aside"] = table["place"]
    assert {name: float(points) for name, points in worded.items()} == {
        **{name: value for name, value in weights if name not in alone},
        "internal": 0.0,
    }


def test_the_policies_of_the_page_can_be_used() -> None:
    """Every piece of YAML is a policy."""
    pieces = re.findall(r"^```yaml\n(.*?)^```$", text(), re.DOTALL | re.MULTILINE)
    assert len(pieces) >= 4
    for piece in pieces:
        read_policy(piece, "onefold.yml")


def test_the_addresses_are_those_that_are_fetched() -> None:
    """The page names the feeds that `feeds: true` allows, and no other."""
    named = re.findall(r"`(https://[^`]+)`", text())
    assert named == [Addresses().epss, Addresses().kev]


def test_the_python_of_the_page_runs() -> None:
    """The library's example works as it stands."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", text(), re.DOTALL | re.MULTILINE)
    given: dict[str, Any] = {"reports": (), "now": START, "kev_json": KEV_FILE, "epss_csv": EPSS_FILE}
    exec(example, given)  # noqa: S102 - our own page
    assert given["known"].kev_at == given["known"].epss_at == START.date()
    assert given["outcome"].findings == ()
