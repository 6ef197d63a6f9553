from datetime import date, timedelta

import pytest

from aggregator.model.errors import UsageError
from aggregator.model.finding import (
    Baseline,
    Carried,
    Decision,
    Disposition,
    Finding,
    Merge,
    Observation,
    RunnerUp,
    Standing,
    Transition,
)
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.outcome import Context, Ruling, Stop, Verdict
from aggregator.model.related import Related
from aggregator.model.risk import Risk, Term
from aggregator.model.state import Line
from aggregator.model.ticket import Ticket
from aggregator.writers.explain import explain
from aggregator.writers.findings_json import render_findings
from tests.builders import BEFORE, NOW, RUN, finding, outcome, result, sighting
from tests.writers import text


def explained(item: Finding) -> str:
    return "\n".join(explain(text(render_findings, outcome(item)).encode(), item.id))


def test_a_finding_without_a_title() -> None:
    """A rule without a letter gives no title, and the first line says so."""
    assert explained(finding(title="")).splitlines()[0] == "F-1111111111  HIGH  Untitled"


def test_whole_story() -> None:
    """What it is, who said so, how it was recognised, why it is one, dates, clock, decision and history."""
    item = finding(
        result(message="Use parameters.", vulnerability_ids=("CVE-1",)),
        result(tool="Bandit", rule_id="B608", report="b.sarif", native_severity="", location=None),
        aliases=("F-0",),
        carried=(
            Carried("Semgrep", "python.sql-injection", "certain", "snippet"),
            Carried("Bandit", "B608", "odd", "k", ("then at app.py:9",)),
        ),
        changes=("moved from a.py to app.py",),
        merges=(Merge("Bandit", "B608", "high", "same-place", ("path app.py",)),),
        runners_up=(RunnerUp("Ruff", "S1", "c.py:1", "different weaknesses"),),
        related=(Related("F-9", "CVE-1 in pkg:npm/x"),),
        standing=Standing.WITHIN,
        due_at=NOW + timedelta(days=1),
        decision=Decision(Disposition.VERIFIED, "Seen by hand.", "ann", "exceptions", BEFORE, NOW),
        history=(Transition(BEFORE, "new", "7", "first"), Transition(NOW, "updated")),
        risk=Risk(
            67,
            (
                Term("severity", 42.0, "High, without CVSS.", "reports"),
                Term("kev", 25.0, "It is being exploited.", "CISA", date(2026, 11, 20)),
                Term("exposure", None, "Nobody said."),
            ),
        ),
    )
    assert explained(item) == (
        "F-1111111111  HIGH  SQL query built from user input\n"
        "  flaw in code, rule python.sql-injection, CWE-89, CVE-1, app.py:12\n"
        "  It was also known as F-0, which was merged into it.\n"
        "\n"
        "Reported by\n"
        "  Semgrep python.sql-injection at app.py:12, severity ERROR, in semgrep.json at /results/0\n"
        "    Use parameters.\n"
        "  Bandit B608, in b.sarif at /results/0\n"
        "\n"
        "Recognised from the run before\n"
        "  Semgrep python.sql-injection: by the flagged code (certain)\n"
        "  Bandit B608: by k (odd)\n"
        "    then at app.py:9\n"
        "  changed: moved from a.py to app.py\n"
        "\n"
        "Why these results are one finding\n"
        "  Bandit B608: same place (very likely)\n"
        "    path app.py\n"
        "Compared, and kept apart\n"
        "  Ruff S1 at c.py:1: different weaknesses\n"
        "\n"
        "Related, and repaired apart\n"
        "  F-9: CVE-1 in pkg:npm/x\n"
        "\n"
        "In the product shop.\n"
        "First seen 2026-10-01, last seen 2026-11-22.\n"
        "Due 2026-11-23 (1 day left); the clock has been running since 2026-10-01.\n"
        "Status: verified, by ann, from exceptions, on 2026-10-01, until 2026-11-22: Seen by hand.\n"
        "\n"
        "Risk 67 of 100\n"
        "    +42.0  severity: High, without CVSS. (reports)\n"
        "    +25.0  kev: It is being exploited. (CISA, as of 2026-11-20)\n"
        "  unknown  exposure: Nobody said.\n"
        "\n"
        "History\n"
        "  2026-10-01  first seen in run 7: first\n"
        "  2026-11-22  updated"
    )


def test_tickets() -> None:
    """Each ticket is named with what was read of it."""
    known = {"u/1": Ticket("u/1", assignees=("kim",)), "u/2": Ticket("u/2", is_open=False)}
    answer = outcome(finding(id="F-1", tickets=("u/1", "u/2", "u/3")), tickets=known)
    told = "\n".join(explain(text(render_findings, answer).encode(), "F-1"))
    assert "Ticket u/1 (open, assigned to kim)." in told
    assert "Ticket u/2 (closed)." in told
    assert "Ticket u/3 (not read yet)." in told


def test_owners_and_the_gate() -> None:
    """Whose it is, and, of what stops the gate, why and what would make it pass."""
    stop = Stop(("any",), "any: it is open.", "Fix it.", ("F-1",))
    verdict = Verdict(Ruling.FAIL, "1.", ("F-1",), (stop,))
    answer = outcome(finding(id="F-1", owners=("@kim", "desk")), finding(id="F-2"), verdict=verdict)
    lines = explain(text(render_findings, answer).encode(), "F-1")
    assert "It belongs to @kim, desk." in lines
    assert lines[-4:] == ("", "Why it stops the gate", "  any: it is open.", "  Fix it.")
    assert "Why it stops the gate" not in explain(text(render_findings, answer).encode(), "F-2")


def test_by_alias() -> None:
    """An id that was merged away still finds its finding."""
    document = text(render_findings, outcome(finding(aliases=("F-0",)))).encode()
    assert explain(document, "F-0") == explain(document, "F-1111111111")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (finding(baseline=Baseline.NEW), "New: no finding of the run before matched it."),
        (finding(baseline=None), "Part of a baseline: nobody had looked for it before, so it is not called new."),
        (finding(), "Known from an earlier run."),
        (finding(), "Nothing else was folded into it."),
        (finding(), "Status: active. No decision about it is recorded."),
        (finding(closed_at=NOW), "Status: closed. No decision about it is recorded."),
        (
            finding(
                closed_at=NOW, decision=Decision(Disposition.MITIGATED, "r", "kim", decided_at=NOW, expires_at=NOW)
            ),
            "Status: closed.\nDecision: mitigated, by kim, on 2026-11-22, until 2026-11-22: r",
        ),
        (finding(decision=Decision(reason="It has expired.", decided_at=NOW)), "Status: active, on 2026-11-22: It has"),
        (finding(), "No SLA clock runs for severity HIGH."),
        (finding(first_seen=None), "First seen unknown, last seen 2026-11-22."),
        (finding(reopened_at=NOW), "It came back on 2026-11-22 after it had been closed."),
        (finding(standing=Standing.PAUSED), "The SLA clock is paused while the decision holds."),
        (
            finding(standing=Standing.PAUSED, due_at=NOW),
            "The SLA clock is paused while the decision holds. Without it, it would be due 2026-11-22.",
        ),
        (
            finding(standing=Standing.BREACHED, due_at=NOW - timedelta(days=2)),
            "Open for 52 days, the SLA is 50. Due 2026-11-20 (2 days over); the clock has been running since 2026-",
        ),
        (finding(decision=Decision(Disposition.FALSE_POSITIVE)), "Status: false positive: no reason is recorded."),
        (
            finding(decision=Decision(Disposition.NOT_AFFECTED, "r", justification="component_not_present")),
            "Status: not affected (component not present): r",
        ),
        (
            finding(observation=Observation.NOT_COVERED),
            "names it.\nReported in earlier runs\n  Semgrep python.sql-injection at app.py:12, last on 2026-11-22\n",
        ),
        (
            finding(sightings=(sighting(result()), sighting(result(tool="Bandit", location=None), last_seen=BEFORE))),
            "at /results/0\nReported in earlier runs\n  Bandit python.sql-injection, last on 2026-10-01\n",
        ),
        (
            finding(observation=Observation.NOT_COVERED),
            "It was not looked at this time, so still open: no reason is recorded.",
        ),
        (finding(observation=Observation.HELD, observation_reason="Brake."), "It was held open: Brake."),
        (finding(closed_at=NOW, baseline=Baseline.ABSENT), "Closed on 2026-11-22: no reason is recorded."),
        (finding(closed_at=NOW, baseline=Baseline.ABSENT, closed_reason="Read again."), "2026-11-22: Read again."),
        (finding(component=Component("p", "x", "1", ("2", "3"))), "x 1, fixed in 2"),
        (finding(result(location=None, component=Component("p", "x"))), "CWE-89, x"),
        (finding(resource=Resource("arn:x")), "arn:x"),
        (finding(endpoint=Endpoint("h", "/p", "GET")), "GET h/p"),
        (finding(result(location=Location("whole.py"))), "whole.py"),
    ],
)
def test_each_case_has_words(item: Finding, said: str) -> None:
    """Every turn a finding can take is said in plain words."""
    assert said in explained(item)


def test_unknown_id() -> None:
    """An id nobody knows is the caller's mistake; the nearest one is offered."""
    document = text(render_findings, outcome(finding())).encode()
    with pytest.raises(UsageError, match="Did you mean F-1111111111"):
        explain(document, "F-1111111112")
    with pytest.raises(UsageError, match=r"The ids are in findings\.json"):
        explain(document, "zzz")


@pytest.mark.parametrize("document", [b"", b"{}", b'{"schema_version":"9"}', b"\xff"])
def test_other_document(document: bytes) -> None:
    """Anything but a findings.json of this version is refused with advice, and nothing of it is shown."""
    with pytest.raises(UsageError, match=r"This is no findings\.json"):
        explain(document, "F-1")


def test_where_it_belongs() -> None:
    """Team, product, environment and engagement are told, as far as there are any."""
    home = Belonging("retail", "till", "Pen test", "staging")
    assert "\nIn the product till of retail, staging; found in the engagement Pen test.\n" in explained(
        finding(belonging=home)
    )
    nowhere = outcome(finding(), context=Context(line=Line(""), run=RUN))
    assert not [line for line in explain(text(render_findings, nowhere).encode(), "F-1111111111") if "product" in line]
