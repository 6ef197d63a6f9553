import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Standing
from aggregator.model.location import Component
from aggregator.model.outcome import Context, Outcome, Ruling, Verdict
from aggregator.model.state import Line, RunRef
from aggregator.policy import read_exceptions
from aggregator.writers.comment import (
    CLEARED,
    NOT_NEW,
    SET_ASIDE,
    CommentFacts,
    comment_key,
    is_marked,
    marker,
    render_comment,
    substance,
)
from tests.builders import NOW, finding, note, outcome, result, scan
from tests.unit.writers.test_summary import crowd

SHA = "4f1c2a9be07d3f5566778899aabbccddeeff0011"
RUN_URL = "https://github.com/acme/shop/actions/runs/4711"
CONTEXT = Context(
    line=Line("acme/shop", "", "main"),
    run=RunRef("4711"),
    commit=SHA,
    source_url=f"https://github.com/acme/shop/blob/{SHA}/{{path}}#L{{line}}",
)
FACTS = CommentFacts(key=comment_key(CONTEXT.line), number=7, head="9be0" * 10, run_url=RUN_URL)
NEW = finding(id="F-NEW", baseline=Baseline.NEW, due_at=NOW + timedelta(days=9), standing=Standing.WITHIN)
FIXED = finding(id="F-GONE", baseline=Baseline.ABSENT, closed_at=NOW, closed_reason="Read again.")
CLEAN = (scan(),)


def comment(*findings: Finding, facts: CommentFacts = FACTS, **fields: Any) -> str:
    return render_comment(outcome(*findings, **{"context": CONTEXT} | fields), facts)


def after(earlier: str, *findings: Finding, **fields: Any) -> str:
    """The text of the next run, over the one that is there."""
    return comment(*findings, facts=replace(FACTS, earlier=earlier), **fields)


def test_first_lines() -> None:
    """The marker is the first line, the verdict the first that people see, the gate's stoppers the first rows."""
    verdict = Verdict(Ruling.FAIL, "1 finding meets new: 1 high.", ("F-NEW",))
    lines = comment(replace(NEW, id="F-TOO"), NEW, FIXED, finding(), verdict=verdict).splitlines()
    assert lines[0] == f"<!-- onefold:comment v1 {FACTS.key} -->"
    assert re.fullmatch("<!-- onefold:new [0-9a-f]{8} [0-9a-f]{10} [0-9a-f]{10} -->", lines[1])
    assert lines[2:6] == [
        "",
        "## 2 new, 1 fixed, 1 unchanged. Gate: blocked by 1 high",
        "",
        "1 finding meets new: 1 high. 3 open findings: 3 high.",
    ]
    rows = [line for line in lines if line.startswith("| **High**")]
    assert rows[0] == (
        "| **High** | SQL query built from user input<br><sub>`F-NEW` · **stops the gate**, CWE-89 · Semgrep</sub> "
        f"| [`app.py:12`](https://github.com/acme/shop/blob/{SHA}/app.py#L12) "
        "| in\u00a09\u00a0days<br><sub>2026-12-01</sub> |"
    )


def test_last_lines() -> None:
    """The head's commit, what it was compared with and the run stand at the end."""
    assert comment(NEW).endswith(
        "<sub>Commit `9be09be09be0` · compared with acme/shop/main · 0 reported = 1 unique + 0 merged + 0 suppressed"
        f" + 0 refused</sub>\n\n<sub>Run [4711]({RUN_URL})</sub>\n"
    )
    again = replace(CONTEXT, run=RunRef("20261122T120000Z", 2))
    bare = comment(NEW, facts=CommentFacts(key="k"), context=again)
    assert bare.endswith(" + 0 refused</sub>\n\n<sub>Run 20261122T120000Z, attempt 2</sub>\n")
    assert "Commit" not in bare


def test_foreign_reports_are_somebodys_word() -> None:
    """Reports that a fork's own code made are called so."""
    assert "run of the fork's own code" in comment(NEW, facts=replace(FACTS, is_foreign=True))
    assert "fork" not in comment(NEW)


def test_the_rest_is_on_the_runs_page() -> None:
    """Of eleven new findings ten have a row, and the run's page has the others; without a page the documents do."""
    crowded = [replace(NEW, id=f"F-{number}") for number in range(11)]
    assert f"1 more stands on [the run's page]({RUN_URL})." in comment(*crowded)
    assert "1 more stands in `findings.csv`." in comment(*crowded, facts=replace(FACTS, run_url=""))


def test_first_run_has_no_rows() -> None:
    """Without an earlier run nothing is new, nothing has a row, and it is said what to do."""
    text = comment(NEW, finding(), is_baseline=True)
    assert "## 2 open findings. Gate: passed\n\nThere is no earlier run on main to compare with" in text
    assert "| **High** |" not in text
    nowhere = replace(CONTEXT, line=Line("shop"))
    assert "no earlier run on the target branch" in comment(NEW, is_baseline=True, context=nowhere)


def test_a_change_that_was_left_behind() -> None:
    """Where the branch has earlier runs, but of commits that the change does not contain, that is what is said."""
    apart = note(code="state-of-other-commit")
    text = comment(NEW, is_baseline=True, diagnostics=(apart,))
    assert "There are earlier runs on main, but of commits that this change does not contain" in text
    assert "Bring the branch up to date" in text
    assert "no earlier run" not in text
    unread = replace(CONTEXT, is_past_unread=True)
    assert "could not be read" in comment(NEW, is_baseline=True, diagnostics=(apart,), context=unread)
    assert "earlier runs" not in comment(NEW, diagnostics=(apart,))


def test_unknown_past() -> None:
    """A past that could not be read is no first run."""
    text = comment(NEW, is_baseline=True, context=replace(CONTEXT, is_past_unread=True))
    assert "The earlier state could not be read" in text


def test_suppressed_and_ending() -> None:
    """What was accepted is counted, and what ends soon is named with its owner."""
    until = Decision(Disposition.RISK_ACCEPTED, "No exit.", "ann", "exceptions", None, NOW + timedelta(days=5))
    text = comment(finding(decision=until))
    assert "<summary>1 set aside, 1 of them not for long (the first ends in 5 days)</summary>" in text
    assert "| 2026-11-27 | ann | No exit. |" in text


def test_scanners() -> None:
    """Scanners that were seen, failed or are missing are counted and named, the missing ones first."""
    scans = (scan(), scan(report="b.json", completeness=Completeness.FAILED, reason="Empty."))
    missing = note(code="expected-report-missing", subject="ZAP", reason="None.")
    text = comment(NEW, scans=scans, diagnostics=(missing,))
    assert "<summary>1 scan read, 1 failed, 1 missing</summary>" in text
    rows = [line for line in text.splitlines() if line.endswith(("**missing**: None. |", "Empty. |", "complete |"))]
    assert [row.split(" | ")[0] for row in rows] == ["| ZAP", "| Semgrep", "| Semgrep"]


def test_packages_link_to_what_brings_them() -> None:
    """A package's place is the lock file at the scanned commit; one inside an image is nowhere in the repository."""
    package = Component("pkg:npm/x", "x", "1", (), "web/lock.json")
    item = replace(NEW, location=None, component=package)
    assert f"[`x 1 in web/lock.json`](https://github.com/acme/shop/blob/{SHA}/web/lock.json#L1)" in comment(item)
    assert "| `x 1 in nginx` |" in comment(replace(item, component=replace(package, image="nginx")))


def test_exception_can_be_copied() -> None:
    """The stanza is an exceptions file that Onefold takes, for the first finding that people see."""
    stanza = re.search(r"```yaml\n(.*?)```", comment(NEW), re.DOTALL)
    assert stanza
    (rule,) = read_exceptions(stanza[1], ".github/onefold-exceptions.yml")
    assert (rule.id, rule.status) == ("F-NEW", "risk_accepted")


def test_cleared() -> None:
    """Once the scans that found something new find nothing new, the comment says that it is fixed, and goes on so."""
    first = comment(NEW)
    second = after(first, scans=CLEAN)
    assert f"## 0 new, 0 fixed, 0 unchanged. Gate: passed\n\n{CLEARED}\n" in second
    assert re.fullmatch("<!-- onefold:new [0-9a-f]{10} -->", second.splitlines()[1])
    assert substance(after(second, scans=CLEAN)) == substance(second)
    assert CLEARED not in comment(scans=CLEAN)
    assert CLEARED not in after(second, NEW, scans=CLEAN)


def test_cleared_by_accepting() -> None:
    """What was new and is accepted now is not called fixed."""
    accepted = replace(NEW, decision=Decision(Disposition.RISK_ACCEPTED))
    second = after(comment(NEW), accepted, scans=CLEAN)
    assert SET_ASIDE in second
    assert SET_ASIDE in after(second, replace(accepted, baseline=Baseline.UNCHANGED), scans=CLEAN)
    assert CLEARED in after(second, replace(accepted, id="F-OTHER"), scans=CLEAN)


KNOWN = replace(NEW, baseline=Baseline.UNCHANGED)


@pytest.mark.parametrize("known", [KNOWN, replace(KNOWN, id="F-OLDER", aliases=("F-NEW",))], ids=["same", "absorbed"])
def test_what_the_base_branch_has_got_is_not_fixed(known: Finding) -> None:
    """A finding that is no longer new because the base branch knows it by now is not called fixed while it is open."""
    second = after(comment(NEW), known, scans=CLEAN)
    assert f"\n\n{NOT_NEW}\n" in second
    assert CLEARED not in second
    assert substance(after(second, known, scans=CLEAN)) == substance(second)
    third = after(second, finding(), scans=CLEAN)
    assert CLEARED in third
    assert NOT_NEW in after(third, known, scans=CLEAN), "it came with the base branch after it had been fixed here"


def test_each_that_was_ever_new_is_remembered() -> None:
    """What is new later does not push out what was new before and is open."""
    second = after(comment(NEW), KNOWN, replace(NEW, id="F-TOO"), scans=CLEAN)
    assert NOT_NEW not in second
    assert NOT_NEW in after(second, KNOWN, scans=CLEAN)
    assert CLEARED in after(second, scans=CLEAN)


def test_more_than_can_be_remembered() -> None:
    """Where not all that was new has been written down, nobody says that all of it is fixed."""
    crowded = [replace(NEW, id=f"F-{number}") for number in range(101)]
    first = comment(*crowded)
    assert after(first, *crowded) == first
    assert NOT_NEW in after(first, scans=CLEAN)
    assert CLEARED in after(comment(*crowded[:100]), scans=CLEAN)


@pytest.mark.parametrize(
    "text",
    [f"<!-- onefold:new {comment(NEW).splitlines()[1].split()[2]} -->\n\n## 1 new", f"\n{CLEARED}", f"\n{SET_ASIDE}"],
    ids=["new", "fixed", "set"],
)
def test_texts_of_the_older_form(text: str) -> None:
    """What a text says that names no findings is not called fixed, now or after something else was new and is fixed."""
    earlier = f"{marker(FACTS.key)}\n{text}"
    second = after(earlier, scans=CLEAN)
    assert NOT_NEW in second
    assert substance(after(second, scans=CLEAN)) == substance(second)
    assert NOT_NEW in after(after(second, NEW, scans=CLEAN), scans=CLEAN)


@pytest.mark.parametrize(
    "scans",
    [
        (),
        (scan(completeness=Completeness.FAILED),),
        (scan(completeness=Completeness.PARTIAL),),
        (scan(scope="elsewhere"),),
    ],
    ids=["none", "failed", "partial", "another"],
)
def test_not_looked_at_again(scans: tuple[Any, ...]) -> None:
    """Where the scan that found something new did not look again, nothing is called fixed, until it does."""
    second = after(comment(NEW), scans=scans)
    assert "What was new here before has not been looked at again" in second
    assert CLEARED not in second
    assert CLEARED in after(second, scans=CLEAN)


def test_a_lost_past_forgets_nothing() -> None:
    """A run that compares nothing does not forget what was new."""
    second = after(comment(NEW), is_baseline=True, scans=CLEAN)
    assert CLEARED not in second
    assert CLEARED in after(second, scans=CLEAN)


def test_someone_elses_hidden_line() -> None:
    """A hidden line that people have changed adds nothing of theirs to the text."""
    earlier = f"{marker(FACTS.key)}\n<!-- onefold:new 0badf00d <b>@all zz --> <img>\n"
    assert after(earlier).splitlines()[1] == "<!-- onefold:new 0badf00d more -->"


def test_hidden_line_is_bounded() -> None:
    """Even hundreds of scopes and findings fit the hidden line's room."""
    items = [finding(result(scope=str(number)), id=f"F-{number}", baseline=Baseline.NEW) for number in range(300)]
    assert len(comment(*items).splitlines()[1]) < 1500


def test_substance() -> None:
    """A text is the same for other line ends, trailing blanks and another run; not for another commit."""
    text = comment(NEW)
    stored = text.replace("\n", "\r\n").rstrip() + " \r\n"
    assert substance(stored) == substance(text)
    rerun = comment(
        NEW,
        context=replace(CONTEXT, run=RunRef("4711", 2)),
        facts=replace(FACTS, run_url=f"{RUN_URL}/attempts/2"),
    )
    assert rerun != text
    assert substance(rerun) == substance(text)
    assert substance(comment(NEW, facts=replace(FACTS, head="1" * 40))) != substance(text)


def test_same_text_again() -> None:
    """Over its own text a run with the same findings writes the same text."""
    first = comment(NEW, FIXED)
    assert after(first, NEW, FIXED) == first


def test_marker() -> None:
    """Each job has a marker of its own, whatever branch its pull request joins; only the first line counts."""
    keys = [
        comment_key(Line("shop", "", "main")),
        comment_key(Line("shop", "prod", "main")),
        comment_key(Line("shop", "", "main", "api")),
        comment_key(Line("shop\x1f", "", "main")),
    ]
    assert len(set(keys)) == 4
    assert comment_key(Line("shop", "", "next")) == keys[0]
    assert is_marked(f"{marker('k')}\r\nx", "k")
    assert not is_marked(f"x\n{marker('k')}", "k")
    assert not is_marked(f"{marker('k')} x", "k")


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=300) | st.sampled_from(["é" * 9000, "\U0001f40d" * 500, "@org/team " * 99, "#1 " * 400]))
def test_short_whatever_comes_in(hostile: str) -> None:
    """However much there is, the comment is one that GitHub takes, by characters, UTF-16 units and bytes."""
    text = render_comment(crowd(hostile), replace(FACTS, is_foreign=True, head=hostile, earlier=hostile))
    assert len(text.encode()) <= 65_000
    assert len(text.encode("utf-16-le")) <= 2 * 65_000
    assert text.startswith(f"{marker(FACTS.key)}\n")


def test_a_megabyte_of_title() -> None:
    """A title of a megabyte costs a row, not the comment."""
    big: Outcome = outcome(replace(NEW, title="x" * 1_000_000), context=CONTEXT)
    assert len(render_comment(big, FACTS)) < 3_000
