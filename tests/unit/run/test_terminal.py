import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Baseline, Finding, Observation, Standing
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.outcome import Context, Outcome, Ruling, Verdict
from aggregator.model.severity import Severity
from aggregator.model.state import Line
from aggregator.run.terminal import ROWS, Paint, complaints, planned, summary, where
from tests.builders import BEFORE, NOW, RUN, finding, note, outcome, result, scan, totals

PLAIN = Paint()


def text(answer: Outcome, *, verbose: bool = False) -> str:
    return "\n".join(summary(answer, PLAIN, verbose=verbose))


def busy() -> Outcome:
    """One finding of every fate."""
    return outcome(
        finding(id="F-new", baseline=Baseline.NEW, severity=Severity.CRITICAL),
        finding(id="F-back", baseline=Baseline.UPDATED, reopened_at=NOW, changes=("severity LOW to HIGH",)),
        finding(id="F-gone", baseline=Baseline.ABSENT, closed_at=NOW, closed_reason="Semgrep looked again."),
        finding(id="F-unseen", observation=Observation.NOT_COVERED, observation_reason="Gitleaks failed."),
        finding(id="F-late", standing=Standing.BREACHED, due_at=BEFORE),
        totals=totals(open=4, reported=4, unique=3, merged=1, new=1, absent=1, reopened=1, not_covered=1, breached=1),
    )


def test_every_change_is_told_with_its_reason() -> None:
    """New, reopened, fixed, updated, unseen and late findings each stand in their section, with the reason."""
    shown = text(busy())
    for title, name, reason in (
        ("New (1)", "F-new", ""),
        ("Reopened (1)", "F-back", ""),
        ("Fixed (1)", "F-gone", "Semgrep looked again."),
        ("Updated (1)", "F-back", "severity LOW to HIGH"),
        ("Not seen, and not called fixed (1)", "F-unseen", "Gitleaks failed."),
        ("Past their SLA (1)", "F-late", "was due on 2026-10-01"),
    ):
        _, found, rest = shown.partition(f"\n{title}\n")
        assert found, title
        section = rest.partition("\n\n")[0]
        assert name in section
        assert reason in section


def test_numbers_add_up_in_sight() -> None:
    """The equation of the entries is written out, and what happened since the last run."""
    shown = text(busy())
    assert "4 reported = 3 unique + 1 merged + 0 suppressed + 0 refused" in shown
    assert "Since the last run: 1 new, 1 fixed, 1 reopened, 0 unchanged, 1 not looked at" in shown
    assert "SLA: 1 breached, 0 approaching" in shown


def test_baseline_run_calls_nothing_new() -> None:
    """A first run says that it is one and shows the worst findings instead of changes."""
    shown = text(outcome(finding(baseline=None), is_baseline=True, totals=totals(open=1, by_severity={"HIGH": 1})))
    assert "nothing is called new" in shown
    assert "Worst first (1)" in shown
    assert "1 open, 1 high" in shown
    assert "Since the last run" not in shown


def test_tick_says_that_it_is_one() -> None:
    """A run without reports says that only the clocks moved."""
    assert "only the clocks moved" in text(outcome())


def test_failed_scan_says_why_and_what_next() -> None:
    """A scan that did not complete is listed with its reason and the next step, one without a tool too."""
    failed = scan(completeness=Completeness.FAILED, reason="It was cut off.", next_step="Run it again.", tool="")
    shown = text(outcome(scans=(failed, scan(tool_version="1.2"))))
    assert "failed    unknown" in shown
    assert "It was cut off. Run it again." in shown
    assert "complete  Semgrep 1.2" in shown


def test_long_sections_are_cut_unless_asked_for() -> None:
    """Ten rows of a section are shown and the rest counted; verbose shows all."""
    many = outcome(*(finding(id=f"F-{number}", baseline=Baseline.NEW) for number in range(ROWS + 5)))
    assert text(many).count("  F-") == ROWS
    assert "and 5 more, see summary.md" in text(many)
    assert text(many, verbose=True).count("  F-") == ROWS + 5


def test_remarks_are_shown_and_notes_kept_back() -> None:
    """Warnings are shown, at most ten; notes and the rest only when asked for."""
    quiet = outcome(diagnostics=(note(level=Level.NOTE, reason="By the way."),))
    assert "Remarks" not in text(quiet)
    assert "note: semgrep.json: By the way." in text(quiet, verbose=True)
    loud = outcome(diagnostics=tuple(note(reason=f"Odd {number}.") for number in range(15)))
    assert "and 5 more, see findings.json" in text(loud)
    assert "Odd 14." in text(loud, verbose=True)


@pytest.mark.parametrize("ruling", Ruling)
def test_verdict_is_the_last_word(ruling: Ruling) -> None:
    """The gate's answer stands at the end."""
    assert text(outcome(verdict=Verdict(ruling, "So it is."))).splitlines()[-1] == f"Gate: {ruling.value}  So it is."


def test_line_is_named() -> None:
    """The headline says which memory this is about."""
    context = Context(line=Line("shop", "production", "main"), run=RUN)
    assert text(outcome(context=context)).startswith("Onefold  shop (production, main)\n")
    assert text(outcome(context=Context(line=Line("shop"), run=RUN))).startswith("Onefold  shop\n")


def test_hostile_words_are_harmless() -> None:
    """Nothing a report says starts a workflow command, a line of its own or a terminal sequence."""
    evil = "::error::x\n::add-mask::y\r##[group]z\x1b[31m\u202e"
    answer = outcome(
        finding(result(title=evil, tool=evil, location=Location(evil)), baseline=Baseline.NEW, changes=(evil,)),
        finding(observation=Observation.HELD, observation_reason=evil),
        context=Context(line=Line(evil, evil, evil), run=RUN),
        scans=(scan(tool=evil, report=evil, reason=evil, next_step=evil, completeness=Completeness.PARTIAL),),
        verdict=Verdict(Ruling.PASS, evil),
        diagnostics=(note(subject=evil, reason=evil),),
    )
    for line in [*summary(answer, PLAIN), *planned([evil])]:
        assert "\n" not in line
        assert not line.lstrip().startswith("::")
        assert not set(line) & {"\r", "\x1b", "\u202e"}
        assert "##[" not in line


def test_colour_changes_no_word() -> None:
    """With colour the words are the same."""
    coloured = "\n".join(summary(busy(), Paint(on=True)))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(busy())


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"component": Component("pkg:pypi/jinja2", "jinja2", "2.1")}, "jinja2 2.1"),
        ({"component": Component("pkg:pypi/jinja2", "jinja2", path="deps.txt")}, "jinja2 in deps.txt"),
        ({"component": Component("pkg:pypi/jinja2", "jinja2", path="x", image="shop")}, "jinja2 in shop"),
        ({"resource": Resource("arn:aws:s3:::logs")}, "arn:aws:s3:::logs"),
        ({"resource": Resource("arn:aws:s3:::logs", name="logs")}, "logs"),
        ({"endpoint": Endpoint("shop.example", "/cart")}, "shop.example/cart"),
        ({"location": Location("app.py")}, "app.py"),
        ({"location": Location("app.py", 3)}, "app.py:3"),
        ({"location": None}, ""),
    ],
)
def test_place_is_a_short_phrase(fields: dict[str, object], shown: str) -> None:
    """Each kind of place has its own short form."""
    item: Finding = replace(finding(), **fields)
    assert where(item) == shown


def test_late_finding_without_a_date_is_shown() -> None:
    """A finding called late by somebody else than our clock needs no date."""
    late = finding(standing=Standing.BREACHED, due_at=None, last_seen=NOW - timedelta(days=1))
    assert "Past their SLA (1)" in text(outcome(late))


def test_long_words_are_cut() -> None:
    """A title of any length stays on its line."""
    shown = text(outcome(finding(result(title="very " * 500), baseline=Baseline.NEW)))
    assert max(map(len, shown.splitlines())) < 200


def test_quiet_run_complains_only() -> None:
    """With nothing wrong a quiet run says nothing; errors and a failed gate it names."""
    assert list(complaints(outcome(diagnostics=(note(),)))) == []
    wrong = outcome(verdict=Verdict(Ruling.FAIL, "One is new."), diagnostics=(note(level=Level.ERROR),))
    assert list(complaints(wrong)) == ["error: semgrep.json: Odd.", "Gate: fail  One is new."]


def test_plan_is_told_in_words() -> None:
    """A dry run says that nothing was written and what would have been."""
    assert list(planned(["write a"])) == ["", "Dry run: nothing was written. The plan:", "  write a"]
