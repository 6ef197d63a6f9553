from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.finding import Baseline, Decision, Disposition, Standing
from aggregator.model.location import Component, Location
from aggregator.model.outcome import Context, Outcome, Ruling, Verdict
from aggregator.model.result import Kind
from aggregator.model.risk import Risk, Term
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRef
from aggregator.model.ticket import Ticket
from aggregator.model.upgrade import Upgrade
from aggregator.writers.board_outcome import board_of
from aggregator.writers.board_part import Part, board
from aggregator.writers.dashboard_data import BoardLine
from aggregator.writers.report_md import render_report
from tests.builders import NOW, RUN, finding, note, outcome, result, scan

URL = "https://github.com/octo/shop/blob/abc/{path}#L{line}"


def report(of: Outcome) -> str:
    return b"".join(render_report(board_of(of))).decode()


def test_nothing_found() -> None:
    """An empty report says that nothing is open, and what was looked at."""
    text = report(outcome(scans=(scan(tool_version="1.2"),)))
    assert "## Open findings (0)\n\nNothing is open.\n" in text
    assert "| shop/main | Semgrep 1.2 | src | `semgrep.json` | complete | - |" in text
    assert "Nobody has decided anything." in text
    assert "No closed finding is remembered." in text
    assert "SLA compliance" not in text
    assert report(outcome(scans=())).count("Nothing is known.") == 1


def test_open_findings_stand_by_severity() -> None:
    """Each open finding has a row below its severity: what, where, who, since when, until when."""
    term = Term("kev", 10.0, "It is being exploited.")
    late = finding(
        result(vulnerability_ids=("CVE-1",)),
        id="F-1",
        severity=Severity.CRITICAL,
        due_at=NOW - timedelta(2),
        standing=Standing.BREACHED,
        owners=("@octo/shop",),
        tickets=("https://tracker.example/A-1", "https://tracker.example/A-2"),
        risk=Risk(91, (term,)),
    )
    tickets = {
        "https://tracker.example/A-1": Ticket("https://tracker.example/A-1", assignees=("ada",)),
        "https://tracker.example/A-2": Ticket("https://tracker.example/A-2", is_open=False),
    }
    plain = finding(id="F-2", severity=Severity.LOW, first_seen=None, title="")
    context = Context(line=Line("shop", "prod", "main"), run=RUN, source_url=URL, commit="abc", product_type="retail")
    text = report(outcome(late, plain, context=context, tickets=tickets, verdict=Verdict(Ruling.FAIL, "1 is new.")))
    assert "### Critical (1)" in text
    assert "### Low (1)" in text
    assert "[`app.py:12`](https://github.com/octo/shop/blob/abc/app.py#L12)" in text
    assert "risk 91 · being exploited · ticket `https://tracker.example/A-1` · closed ticket" in text
    assert "@\u200bocto/shop, assigned: ada" in text
    assert "2026-11-20<br>2 days ago" in text
    assert "Untitled<br><sub>`F-2`" in text
    assert "| shop, retail | prod | main | 2026-11-22 12:00<br>4711 | `abc` | fail: 1 is new. |" in text
    assert "SLA compliance: 0 of 1 open findings with an SLA are in time (0 %)." in text
    assert "Late for longest: `F-1`, due 2026-11-20 (2 days ago)." in text
    assert "| Critical | 1 | 0 | 0 | 0 | 1 |" in text
    assert "| **All** | 1 | 0 | 0 | 1 | 2 |" in text


def test_decisions_and_proofs() -> None:
    """What was set aside names who, when, until when and why; what was closed names its proof."""
    decision = Decision(Disposition.NOT_AFFECTED, "Not used.", "ada", "exceptions", NOW, NOW + timedelta(30), "code_x")
    closed = finding(id="F-3", closed_at=NOW, closed_reason="Looked again.", baseline=Baseline.ABSENT, due_at=NOW)
    bare = finding(id="F-4", decision=Decision(Disposition.SUPPRESSED))
    verified = finding(id="F-5", decision=Decision(Disposition.VERIFIED, "Seen.", "kim", "exceptions", NOW))
    accepted = Decision(Disposition.RISK_ACCEPTED, "Was known.", "kim", "github", NOW)
    gone = finding(id="F-6", closed_at=NOW, closed_reason="Gone.", baseline=Baseline.ABSENT, decision=accepted)
    text = report(outcome(finding(id="F-2", decision=decision), bare, closed, verified, gone))
    assert "## Decisions (4)" in text
    assert "High<br>verified | kim (exceptions) 2026-11-22 | - | Seen. |" in text
    assert "High<br>risk accepted<br>(closed) | kim (github) 2026-11-22 | - | Was known. |" in text
    told = "High<br>not affected | ada (exceptions) 2026-11-22 | 2026-12-22<br>in 30 days | Not used. code\\_x |"
    assert told in text
    assert "| High<br>suppressed | - | - | - |" in text
    assert "| 2026-10-01 | 2026-11-22 | Looked again. |" in text
    assert "1 of 1 fixed findings were fixed in time." in text
    assert "Mean days to remediate: high 52.1." in text


def test_a_decision_nobody_recorded() -> None:
    """A finding that is set aside without a story has its row all the same."""
    made = board_of(outcome(finding(decision=Decision(Disposition.SUPPRESSED))))
    each = made.findings[0]
    bare = replace(each.detail, finding=replace(each.detail.finding, decision=None))
    text = b"".join(render_report(replace(made, findings=(replace(each, detail=bare),)))).decode()
    assert "| High<br>suppressed | - | - | - |" in text


def test_upgrades_and_remarks() -> None:
    """The upgrades, and what went wrong in the run, stand at the end."""
    one = Upgrade("pkg:npm/x", "x", "package-lock.json", "", ("1",), "2", ("F-1", "F-2"), Severity.HIGH)
    two = Upgrade("pkg:deb/y", "y", "", "shop", (), "3", ("F-3",), Severity.HIGH)
    text = report(outcome(upgrades=(one,), diagnostics=(note(),)))
    assert "## 1 upgrade closes 2 findings" in text
    assert "| x | `1` | `2` | `package-lock.json` | `F-1`, `F-2` |" in text
    assert "## Remarks (1)\n\n- shop/main: warning: semgrep.json: Odd." in text
    assert "## 2 upgrades close 3 findings" in report(outcome(upgrades=(one, two)))


def test_several_lines() -> None:
    """Where there are several lines, each row names its own, and each line its own sums."""
    shop = board_of(outcome(finding(id="F-1"), is_baseline=True))
    web = BoardLine(product="web", at=NOW)
    made = board([Part(shop.lines[0], shop.findings), Part(web, ())])
    text = b"".join(render_report(made)).decode()
    assert "| Product | Finding | Where |" in text
    assert "| shop/main | SQL query built from user input<br>" in text
    assert "- shop/main: 0 reported = 1 unique + 0 merged + 0 suppressed + 0 refused." in text
    assert "new since the run before" not in text
    assert "| web | - | - |" in text


def test_every_finding_is_there() -> None:
    """Nothing is left out for length, and the text comes in chunks."""
    items = [finding(id=f"F-{number}") for number in range(1200)]
    chunks = list(render_report(board_of(outcome(*items))))
    text = b"".join(chunks).decode()
    assert len(chunks) > 6
    assert all(f"`F-{number}`" in text for number in range(1200))


@given(st.text(st.characters() | st.sampled_from("|`<>[]()@#*_\n")))
def test_no_text_leaves_its_cell(hostile: str) -> None:
    """Whatever a report says, a row keeps its cells and nothing of it is HTML."""

    def rows(title: str, path: str) -> list[str]:
        component = Component("pkg:npm/x", title, title, path=path)
        item = finding(result(kind=Kind.SCA, title=title, location=Location(path, 1), component=component))
        context = Context(line=Line(title or "x"), run=RunRef("1"))
        return report(outcome(item, context=context, diagnostics=(note(reason=title),))).splitlines()

    def shape(lines: list[str]) -> list[Any]:
        return [line.replace("\\|", "").count(" | ") for line in lines]

    made = rows(hostile, hostile)
    assert shape(made) == shape(rows("plain", "plain"))
    assert "<script" not in "".join(made)
