import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from aggregator.disposition.suggestion import suggest
from aggregator.gate import UNSET
from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import (
    Baseline,
    Decision,
    Disposition,
    Finding,
    Observation,
    Standing,
)
from aggregator.model.location import Component, Location, Resource
from aggregator.model.outcome import Context, Outcome, Ruling, Stop, Verdict
from aggregator.model.risk import Risk, Term
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRef
from aggregator.model.ticket import Ticket
from aggregator.policy import read_exceptions
from aggregator.writers.summary import render_summary
from aggregator.writers.summary_cells import distance, late_words, many, percent
from aggregator.writers.summary_head import MAX_BYTES
from tests.builders import BEFORE, LINE, NOW, RUN, finding, note, outcome, result, scan
from tests.writers import text

FAILED = Verdict(Ruling.FAIL, "1 finding meets new:high: 1 high.", ("F-NEW",))
NEW = finding(id="F-NEW", baseline=Baseline.NEW, due_at=NOW + timedelta(days=9), standing=Standing.WITHIN)
FIXED = finding(id="F-OLD", baseline=Baseline.ABSENT, closed_at=NOW, closed_reason="Read again.")
HOSTILE = st.text(max_size=300) | st.sampled_from(["</details>", "| x |", "```", "<!-- m -->", "@org/team", "é" * 9000])


def summary(*findings: Finding, **fields: Any) -> str:
    return text(render_summary, outcome(*findings, **fields))


def block(document: str, title: str) -> str:
    """One folded block by the start of its title."""
    found = re.search(rf"<details>\n<summary>{re.escape(title)}.*?</details>", document, re.DOTALL)
    assert found, document
    return found[0]


def test_whole_text() -> None:
    """The verdict and the counts come first, then the new findings, then the folded rest, then the run."""
    closed_before = replace(FIXED, id="F-OLDER", baseline=Baseline.UNCHANGED)
    document = summary(NEW, finding(), FIXED, closed_before, verdict=FAILED)
    assert document == (
        "## 1 new, 1 fixed, 1 unchanged. Gate: blocked by 1 high\n\n"
        "1 finding meets new:\u200bhigh: 1 high.\n\n"
        "2 open findings: 2 high.\n\n"
        "### New (1)\n\n"
        "| Severity | Finding | Where | Due |\n"
        "| --- | --- | --- | --- |\n"
        "| **High** | SQL query built from user input<br><sub>`F-NEW` · **stops the gate**, CWE-89 · Semgrep</sub> "
        "| `app.py:12` | in\u00a09\u00a0days<br><sub>2026-12-01</sub> |\n\n"
        "<details>\n<summary>1 fixed</summary>\n\n"
        "| Severity | Finding | Where | Proof |\n"
        "| --- | --- | --- | --- |\n"
        "| **High** | SQL query built from user input<br><sub>`F-OLD`</sub> | `app.py:12` | Read again. |\n\n"
        "</details>\n\n"
        "<details>\n<summary>1 scan read</summary>\n\n"
        "| Tool | Scope | Report | State |\n"
        "| --- | --- | --- | --- |\n"
        "| Semgrep | src | `semgrep.json` | complete |\n\n"
        "</details>\n\n"
        "<details>\n<summary>How to accept a finding, or ask why it is here</summary>\n\n"
        "Fix it, and the next complete scan closes it. To accept it for a while, add this to "
        "`.github/onefold-exceptions.yml`, without its first line where that is there already:\n\n"
        "```yaml\n"
        "exceptions:\n"
        "  - status: risk_accepted  # or false_positive, not_affected, mitigated, out_of_scope\n"
        "    reason: why this is acceptable\n"
        '    owner: "your-team"\n'
        "    decided: 2026-11-22\n"
        "    expires: 2027-02-20\n"
        '    id: "F-NEW"\n'
        "    expect: 1\n"
        "```\n\n"
        "`onefold explain F-NEW` says how the finding was recognised and why it is one; "
        "`onefold exceptions suggest` with an id prints the entry as it fits your file.\n\n"
        "</details>\n\n"
        "<sub>Run 4711 · shop/main · 0 reported = 2 unique + 0 merged + 0 suppressed + 0 refused</sub>\n"
    )


def test_nobody_asked_for_a_verdict() -> None:
    """Without a gate rule there is no verdict to lead with: the counts do."""
    assert summary(NEW, verdict=UNSET).startswith("## 1 new, 0 fixed, 0 unchanged\n\nNo gate rule is set.\n\n")
    first = summary(NEW, verdict=UNSET, is_baseline=True)
    assert "Gate" not in first
    assert "\n\nNo gate rule is set.\n\n" in first


def test_exception_stanza_is_valid() -> None:
    """What people copy is an exceptions file that Onefold takes."""
    stanza = re.search(r"```yaml\n(.*?)```", summary(NEW), re.DOTALL)
    assert stanza
    (rule,) = read_exceptions(stanza[1], ".github/onefold-exceptions.yml")
    assert (rule.id, rule.status) == ("F-NEW", "risk_accepted")


def test_first_run() -> None:
    """A first run calls nothing new: it says what it found and shows the worst."""
    items = [finding(id=f"F-{number}", baseline=None) for number in range(12)]
    document = summary(*items, is_baseline=True)
    assert document.startswith("## Baseline set: 12 open findings. Gate: passed\n\nThis is the first run")
    assert "### The worst 10" in document
    assert "2 more stand in `findings.csv`." in document
    assert "new," not in document
    assert "### The finding\n" in summary(items[0], is_baseline=True)


def test_unknown_past() -> None:
    """A run whose past could not be read says that it compares nothing, and not that it is the first."""
    context = Context(line=LINE, run=RUN, is_past_unread=True)
    document = summary(finding(baseline=None), is_baseline=True, context=context)
    assert document.startswith("## Not compared: 1 open finding. Gate: passed\n\nThe earlier state could not be read")
    assert "first run" not in document


def test_a_change_that_was_left_behind() -> None:
    """Where there are earlier runs, but of commits that the change does not contain, nothing is called the first."""
    apart = note(code="state-of-other-commit")
    document = summary(finding(baseline=None), is_baseline=True, diagnostics=(apart,))
    assert document.startswith("## Not compared: 1 open finding. Gate: passed\n\nThe earlier runs on this line are of")
    assert "first run" not in document


def test_nothing_at_all() -> None:
    """A run without findings says so, and has nothing to accept."""
    for is_baseline in (True, False):
        document = summary(is_baseline=is_baseline)
        assert "Nothing is open." in document
        assert "<details>" not in document


def test_ten_rows() -> None:
    """At most ten new findings have a row; their number is said."""
    document = summary(*(replace(NEW, id=f"F-{number}") for number in range(11)))
    assert "### New (11)" in document
    assert document.count("\n| **High** |") == 10
    assert "1 more stands in `findings.csv`." in document


def test_gate_comes_first() -> None:
    """What stops the gate has the first rows; what stops it without being new has a block of its own."""
    new = [replace(NEW, id=f"F-{number}") for number in range(12)]
    old = finding(id="F-OLD")
    document = summary(*new, old, verdict=Verdict(Ruling.FAIL, "2.", ("F-11", "F-OLD")))
    assert re.findall(r"<sub>`(\S+)`", document)[0] == "F-11"
    assert "`F-OLD`" in block(document, "1 on the gate's list and not new")
    assert document.startswith("## 12 new, 0 fixed, 1 unchanged. Gate: blocked by 2 high\n")


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict(Ruling.PASS, "Fine."), ". Gate: passed"),
        (Verdict(Ruling.INCONCLUSIVE, "No."), ". Gate: no verdict yet"),
        (Verdict(Ruling.FAIL, "1.", ("F-GONE",)), ". Gate: blocked"),
        (Verdict(Ruling.FAIL, "1.", ("F-GONE",), is_advisory=True), ". Gate: advisory, would be blocked"),
        (UNSET, ""),
    ],
)
def test_verdict_in_the_headline(verdict: Verdict, said: str) -> None:
    """The headline ends with the gate's answer, where it was asked."""
    assert summary(verdict=verdict).startswith(f"## 0 new, 0 fixed, 0 unchanged{said}\n")


def test_why_the_gate_fails() -> None:
    """A block tells of the failing findings why they fail and what would make them pass, whatever a report wrote."""
    stops = tuple(
        Stop(("any",), f"any: {index} @org/team reported it.", "Upgrade | it.", ("F",)) for index in range(21)
    )
    told = block(summary(verdict=Verdict(Ruling.FAIL, "1.", ("F",), stops)), "Why the gate fails")
    assert "| 1 finding | any: 0 @\u200borg/team reported it. | Upgrade \\| it. |" in told
    assert "1 more stands in `findings.json`." in told


@pytest.mark.parametrize(
    ("owners", "quiet", "loud"),
    [
        (("@kim", "@octo/team"), "owner: kim, octo/team", "owner: @kim, @octo/team"),
        (("desk", "a@b.example"), "owner: desk, a@\u200bb.example", "owner: desk, a@\u200bb.example"),
        (("@x|y", "a", "b", "c", "d"), "owner: x\\|y, a, b, c and 1 more", "owner: x\\|y, a, b, c and 1 more"),
    ],
)
def test_owners_are_told_and_wake_nobody(owners: tuple[str, ...], quiet: str, loud: str) -> None:
    """A name is written without the sign that notifies, unless people want it and it is one of GitHub's names."""
    assert f" · {quiet}</sub>" in summary(replace(NEW, owners=owners))
    assert f" · {loud}</sub>" in summary(replace(NEW, owners=owners), mentions=True)
    late = finding(id="F-LATE", standing=Standing.BREACHED, due_at=BEFORE)
    assert f"`F-LATE` · {quiet}</sub>" in block(summary(replace(late, owners=owners)), "1 past the due date")


def test_who_works_on_it_stands_beside_whose_it_is() -> None:
    """The people who are assigned to an open ticket are named, however they call themselves; they are not notified."""
    url = "https://tracker.example/SEC-1"
    known = {url: Ticket(url, assignees=("@kim", "<b>lee"))}
    owned = replace(NEW, owners=("desk",), tickets=(url,))
    assert " · owner: desk · assigned to: kim, &lt;b&gt;lee</sub>" in summary(owned, tickets=known)
    assert "assigned to" not in summary(owned, tickets={url: replace(known[url], is_open=False)})


def test_clock() -> None:
    """What is past its date or due soon is said at once and listed with the date."""
    late = finding(
        id="F-1", standing=Standing.BREACHED, clock_start=NOW - timedelta(days=8), due_at=NOW - timedelta(days=1)
    )
    soon = finding(id="F-2", standing=Standing.APPROACHING, due_at=NOW + timedelta(days=3))
    document = summary(late, soon)
    assert "**1 past the due date** and **1 due soon**." in document
    assert "1\u00a0day\u00a0ago<br><sub>2026-11-21</sub>" in block(document, "1 past the due date")
    assert "Open for 8 days, the SLA is 7." in block(document, "1 past the due date")
    assert "in\u00a03\u00a0days<br><sub>2026-11-25</sub>" in block(document, "1 due soon")


def test_risk() -> None:
    """A finding's risk stands beside its weakness, and what is being exploited says so."""
    listed = Risk(82, (Term("kev", 25.0, "It is being exploited."), Term("epss", None, "Unknown.")))
    document = summary(
        finding(id="F-1", baseline=Baseline.NEW, risk=Risk(40, (Term("kev", 0.0, "Not."),))),
        finding(id="F-2", baseline=Baseline.NEW, risk=listed),
        finding(id="F-3", baseline=Baseline.NEW),
    )
    assert "`F-1` · risk 40, CWE-89 · Semgrep" in document
    assert "`F-2` · risk 82, **being exploited**, CWE-89 · Semgrep" in document
    places = [document.index(name) for name in ("`F-2`", "`F-1`", "`F-3`")]
    assert places == sorted(places)


def test_clock_of_nothing() -> None:
    """Where no clock runs there is nothing to say about being late."""
    assert late_words(None, NOW, NOW) == late_words(NOW, None, NOW) == ""


def test_reopened_and_changed() -> None:
    """What came back, and what changed, is counted and listed with its story."""
    back = finding(id="F-1", baseline=Baseline.NEW, reopened_at=NOW)
    changed = finding(id="F-2", baseline=Baseline.UPDATED, changes=("severity LOW -> HIGH", "moved"))
    document = summary(
        back, changed, finding(id="F-3", baseline=Baseline.UPDATED), finding(id="F-4", reopened_at=BEFORE)
    )
    assert document.startswith("## 0 new, 0 fixed, 1 reopened, 2 updated, 1 unchanged. Gate: passed")
    assert "### Back again (1)\n" in document
    assert " · Semgrep · back again, first seen 2026-10-01</sub> |" in document
    assert "severity LOW -&gt; HIGH; moved" in block(document, "2 updated")
    assert " · Semgrep · back again</sub> |" in summary(replace(back, first_seen=None))


def test_suppressed() -> None:
    """What was set aside is counted by kind, and what ends soon is listed with its owner and reason."""
    until = Decision(
        Disposition.RISK_ACCEPTED, "No exit to the net.", "ann", "exceptions", None, NOW + timedelta(days=5)
    )
    forever = Decision(Disposition.FALSE_POSITIVE)
    document = summary(finding(decision=until), finding(decision=forever, id="F-2"))
    found = block(document, "2 set aside")
    assert "<summary>2 set aside, 1 of them not for long (the first ends in 5 days)</summary>" in found
    assert "- 1 false positive\n- 1 risk accepted" in found
    assert "| 2026-11-27 | ann | No exit to the net. |" in found
    assert "end soon" not in block(summary(finding(decision=forever)), "1 set aside")
    ending = replace(forever, expires_at=NOW + timedelta(days=20))
    assert "end soon" not in summary(finding(decision=ending))
    assert "end soon" in block(summary(finding(decision=ending), warn_days=20), "1 set aside")


def test_the_entry_that_accepts_a_finding() -> None:
    """It is the one that `onefold exceptions suggest` prints: within the policy's limit, with its day and its owner."""
    item = finding(result(title="```"), severity=Severity.CRITICAL, owners=("@kim",))
    told = block(summary(item, longest_days={Severity.CRITICAL: 10}), "How to accept a finding")
    (rule,) = read_exceptions(told.partition("```yaml\n")[2].partition("\n```\n")[0], "e.yml")
    expected = suggest(item, (item,), ("@kim",), NOW, 10)
    assert rule.model_dump() == expected.model_dump()
    assert (rule.decided, rule.expires) == (date(2026, 11, 22), date(2026, 12, 2))


def test_not_seen() -> None:
    """What was not seen and not closed is counted by reason: not seen is not fixed."""
    held = finding(observation=Observation.HELD, observation_reason="Too many would close.", id="F-1")
    away = [
        finding(observation=Observation.NOT_COVERED, observation_reason=f"Reason {number % 25}.", id=f"F-{number + 2}")
        for number in range(50)
    ]
    found = block(summary(held, *away), "51 not seen this time and still open")
    assert "- 2 not looked at: Reason 0." in found
    assert "- and 6 more reasons" in found
    assert "- 1 kept open: Too many would close." in block(summary(held), "1 not seen")


def test_incomplete_run() -> None:
    """A run that did not see everything says so in its head, and why in the table, the worst first."""
    scans = (
        scan(refused=2),
        scan(report="b.json", completeness=Completeness.PARTIAL, reason="Slow."),
        scan(report="c.json", completeness=Completeness.FAILED, reason="Empty.", next_step="Run it again."),
    )
    missing = note(code="expected-report-missing", level=Level.ERROR, subject="Trivy", reason="No report of it.")
    uncovered = [
        note(code="scope-not-covered", subject=f"ZAP (site-{number})", level=Level.NOTE) for number in range(6)
    ]
    notes = (missing, note(level=Level.NOTE, reason="Quiet."), *uncovered)
    document = summary(scans=scans, diagnostics=notes)
    assert (
        "> [!WARNING]\n> **Not everything was looked at:** 1 scan failed (Semgrep), 1 scan is partial (Semgrep), "
        "1 expected report is missing (Trivy), "
        "6 scopes have no usable scan (ZAP (site-0), ZAP (site-1), ZAP (site-2), ZAP (site-3), 2 more). "
        "What was not looked at is not called fixed." in document
    )
    rows = [
        line
        for line in block(document, "2 scans read, 1 failed, 1 missing").splitlines()
        if line.startswith("| Semgrep")
    ]
    assert [row.split(" | ")[-1] for row in rows] == [
        "**failed**: Empty. Run it again. |",
        "**partial**: Slow. |",
        "complete, 2 entries unreadable |",
    ]
    assert "- Trivy: No report of it." in block(document, "1 message about this run")
    assert "Quiet." not in document


def test_a_report_that_cannot_be_used_is_named_at_the_top() -> None:
    """A report that is missing or unusable is no good news, whether its tool is known (a failed scan) or not."""
    failed = scan(report="c.json", completeness=Completeness.FAILED, reason="Empty.")
    lost = [note(code="report-unreadable", level=Level.ERROR, subject=name) for name in ("c.json", "nowhere.json")]
    document = summary(scans=(scan(), failed), diagnostics=tuple(lost))
    assert "**Not everything was looked at:** 1 scan failed (Semgrep), 1 report could not be used (nowhere" in document


def test_a_first_run_that_read_nothing() -> None:
    """Without an earlier run and without a report there is no baseline, and the summary does not speak of one."""
    none_given = summary(is_baseline=True)
    unusable = summary(is_baseline=True, diagnostics=(note(code="report-unreadable", subject="nowhere.json"),))
    for document, why in ((none_given, "No report was given"), (unusable, "No report could be used")):
        assert document.startswith("## Nothing read: 0 open findings")
        assert f"\n{why}" in document
        assert "The next run that reads one is the first." in document


def test_links() -> None:
    """A place links to the scanned commit where that is known, its path percent-encoded."""
    context = Context(
        line=Line("shop", "prod", "main"),
        run=RunRef("7", 2),
        commit="0123456789abcdef0123",
        source_url="https://github.com/acme/shop/blob/0123/{path}#L{line}",
    )
    paths = (Location("a b/(c).py", 3), Location("d.py"), Location("x" * 600), None)
    items = [replace(NEW, id=f"F-{number}", location=path) for number, path in enumerate(paths)]
    document = summary(*items, context=context)
    assert "[`a b/(c).py:3`](https://github.com/acme/shop/blob/0123/a%20b/%28c%29.py#L3)" in document
    assert "[`d.py`](https://github.com/acme/shop/blob/0123/d.py#L1)" in document
    assert f"| `…{'x' * 69}` |" in document
    assert " · Semgrep</sub> | - |" in document
    assert "Run 7 · attempt 2 · commit `0123456789ab` · shop/prod/main" in document


def test_cells() -> None:
    """Vulnerabilities say what fixes them; many tools are counted; a paused clock says so; no title is no gap."""
    package = Component("pkg:npm/x", "x", "1", ("2.0", "3.0"), "lock.json")
    sources = [result(tool=f"Tool{number}") for number in range(6)]
    one = finding(*sources, vulnerability_ids=("CVE-1",), component=package, baseline=Baseline.NEW)
    two = finding(title="\u202e", weaknesses=(), standing=Standing.PAUSED, baseline=Baseline.NEW, id="F-2")
    document = summary(one, two)
    assert "CVE-1, CWE-89, fixed in 2.0, 3.0 · Tool0, Tool1, Tool2, Tool3 and 2 more</sub> |" in document
    assert "| Untitled<br><sub>`F-2` · python.sql-injection · Semgrep</sub> | `app.py:12` | paused |" in document


def test_severity_stands_out() -> None:
    """Only high and critical are bold: words carry the meaning, not signs."""
    items = [finding(severity=severity, baseline=Baseline.NEW, id=f"F-{severity}") for severity in Severity]
    document = summary(*items)
    assert re.findall(r"^\| (\S+) \|", document, re.MULTILINE)[2:7] == [
        "**Critical**",
        "**High**",
        "Medium",
        "Low",
        "Info",
    ]


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "in 1 day"), (-2, "2 days ago"), (1000, "in 1 000 days")]
)
def test_distance(days: int, words: str) -> None:
    """Dates are as far away as the calendar says."""
    assert distance(NOW + timedelta(days=days), NOW) == words


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 9, "0 %"), (9, 9, "100 %"), (1, 900, "1 %"), (899, 900, "99 %"), (2, 3, "67 %")]
)
def test_percent(part: int, whole: int, said: str) -> None:
    """A share is rounded as the dashboard rounds it: only all is 100 and only none is 0."""
    assert percent(part, whole) == said


def test_many() -> None:
    """Numbers agree with their nouns."""
    assert [many(0, "scan"), many(1, "scan"), many(12345, "entry", "entries")] == [
        "0 scans",
        "1 scan",
        "12 345 entries",
    ]


def crowd(hostile: str) -> Outcome:
    """Everything at once, as much as there can be, each text hostile."""
    items = [
        finding(
            result(title=hostile, tool=hostile[:60], location=Location(hostile or "x", 1)),
            id=f"F-{number}",
            baseline=list(Baseline)[number % 3],
            closed_at=None,
            changes=(hostile,) * 5,
            standing=list(Standing)[number % 5],
            due_at=NOW,
            vulnerability_ids=(hostile,) * 3,
            resource=Resource(hostile),
        )
        for number in range(120)
    ]
    items += [finding(id=f"G-{n}", closed_at=NOW, baseline=Baseline.ABSENT, closed_reason=hostile) for n in range(60)]
    until = Decision(Disposition.RISK_ACCEPTED, hostile, hostile, "x", None, NOW)
    items += [finding(id=f"H-{number}", title=hostile, decision=until) for number in range(60)]
    items += [finding(id=f"I-{n}", observation=Observation.HELD, observation_reason=f"{n}{hostile}") for n in range(60)]
    scans = tuple(
        scan(scope=hostile, report=f"{n}{hostile}", completeness=Completeness.PARTIAL, reason=hostile)
        for n in range(90)
    )
    notes = tuple(note(subject=f"{n}{hostile}", reason=hostile) for n in range(90))
    context = Context(
        line=Line(hostile, hostile, hostile), run=RunRef(hostile), commit=hostile, source_url="https://g/{path}"
    )
    verdict = Verdict(Ruling.FAIL, hostile)
    return outcome(*items, scans=scans, diagnostics=notes, context=context, verdict=verdict)


@settings(max_examples=10, deadline=None)
@given(HOSTILE)
def test_short_and_whole_whatever_comes_in(hostile: str) -> None:
    """However much there is and whatever it says, the text is short enough, and its blocks are ours and closed."""
    document = text(render_summary, crowd(hostile))
    assert len(document.encode()) <= MAX_BYTES
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    inner = [child for token in tokens for child in token.children or ()]
    html = [token.content for token in (*tokens, *inner) if token.type in {"html_block", "html_inline"}]
    assert {tag for line in html for tag in re.findall(r"</?\w+", line)} <= {
        "<details",
        "</details",
        "<summary",
        "</summary",
        "<sub",
        "</sub",
        "<br",
    }
    assert sum(line.count("<details>") for line in html) == sum(line.count("</details>") for line in html)
    assert not [token for token in inner if token.type == "image"]


def test_left_out_is_said() -> None:
    """Blocks that do not fit are left out whole, and the text says so."""
    document = text(render_summary, crowd("€*" * 500))
    assert "_Some details are left out here for length; `findings.json` has all of them._" in document
    assert "left out here" not in summary(NEW)
