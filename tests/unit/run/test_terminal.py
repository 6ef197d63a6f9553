import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.gate import UNSET
from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Baseline, Decision, Disposition, Observation, Standing, Transition
from aggregator.model.location import Location
from aggregator.model.outcome import Context, Outcome, Ruling, Stop, Verdict
from aggregator.model.severity import Severity
from aggregator.model.state import Line
from aggregator.run.afterwards import planned
from aggregator.run.terminal import (
    REASONS,
    ROWS,
    SAMPLES,
    SCANS,
    Paint,
    complaints,
    summary,
)
from tests.builders import BEFORE, NOW, RUN, finding, note, outcome, result, scan, totals

PLAIN = Paint()


def text(answer: Outcome, *, verbose: bool = False, width: int = 140) -> str:
    return "\n".join(summary(answer, PLAIN, verbose=verbose, width=width))


def busy() -> Outcome:
    """One finding of every fate."""
    return outcome(
        finding(id="F-new", baseline=Baseline.NEW, severity=Severity.CRITICAL),
        finding(id="F-back", baseline=Baseline.NEW, reopened_at=NOW),
        finding(id="F-worse", baseline=Baseline.UPDATED, changes=("severity LOW to HIGH",)),
        finding(id="F-gone", baseline=Baseline.ABSENT, closed_at=NOW, closed_reason="Semgrep looked again."),
        finding(id="F-unseen", observation=Observation.NOT_COVERED, observation_reason="Gitleaks failed."),
        finding(id="F-late", standing=Standing.BREACHED, due_at=BEFORE + timedelta(days=30)),
        totals=totals(open=4, reported=4, unique=3, merged=1, new=1, absent=1, reopened=1, not_covered=1, breached=1),
    )


def test_every_change_is_told_with_its_reason() -> None:
    """New, reopened, fixed, updated, unseen and late findings each stand in their section, with the reason."""
    shown = text(busy())
    for title, name, reason in (
        ("New (1)", "F-new", ""),
        ("Reopened (1)", "F-back", ""),
        ("Fixed (1)", "F-gone", "Semgrep looked again."),
        ("Updated (1)", "F-worse", "severity LOW to HIGH"),
        ("Not seen, and not called fixed (1)", "F-unseen", "Gitleaks failed."),
        ("Past their SLA (1)", "F-late", "Open for 52 days, the SLA is 30."),
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
    assert "Since the last run: 1 new, 1 fixed, 1 reopened, 0 unchanged\n" in shown
    assert "Open, though not seen this time: 1 not looked at\n" in shown
    assert "SLA: 1 breached, 0 approaching" in shown


def test_decisions_that_ended_are_counted() -> None:
    """What is open again because a decision ended in this run is unchanged, and told all the same."""
    ended = Transition(at=NOW, to="open", run=RUN.id, reason="No exception names it any more.")
    earlier, of_another = replace(ended, at=BEFORE), replace(ended, run="other")
    shown = text(
        outcome(
            finding(id="F-1", history=(earlier, ended)),
            finding(id="F-2", history=(earlier, of_another)),
            finding(id="F-3", history=(ended,), decision=Decision(Disposition.RISK_ACCEPTED)),
            totals=totals(unchanged=3),
        )
    )
    assert "Since the last run: 0 new, 0 fixed, 3 unchanged, 1 decision ended\n" in shown


def test_baseline_run_calls_nothing_new() -> None:
    """A first run says that it is one and shows the worst findings instead of changes."""
    shown = text(outcome(finding(baseline=None), is_baseline=True, totals=totals(open=1, by_severity={"HIGH": 1})))
    assert "nothing is called new" in shown
    assert "Worst first (1)" in shown
    assert "1 open: 1 high" in shown
    assert "Since the last run" not in shown


def test_a_change_that_was_left_behind_is_no_first_run() -> None:
    """Where all earlier runs are of commits that the change does not contain the answer says so."""
    apart = note(code="state-of-other-commit")
    shown = text(outcome(finding(baseline=None), is_baseline=True, diagnostics=(apart,)))
    assert "The earlier runs are of commits that this change does not contain: nothing is compared." in shown
    assert "First run" not in shown


def test_unknown_past_is_no_first_run() -> None:
    """Where the earlier state could not be read the answer says so."""
    context = Context(line=Line("shop"), run=RUN, is_past_unread=True)
    shown = text(outcome(finding(baseline=None), is_baseline=True, context=context))
    assert "The earlier state could not be read: nothing is compared." in shown
    assert "First run" not in shown


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
    assert "and 5 more, see findings.csv or --verbose" in text(many)
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


def test_colour_changes_no_word() -> None:
    """With colour the words are the same."""
    coloured = "\n".join(summary(busy(), Paint(on=True)))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(busy())


def test_late_finding_without_a_date_is_shown() -> None:
    """A finding called late by somebody else than our clock needs no date."""
    late = finding(standing=Standing.BREACHED, due_at=None, last_seen=NOW - timedelta(days=1))
    assert "Past their SLA (1)" in text(outcome(late))


def test_long_words_are_cut() -> None:
    """A title of any length stays on its line."""
    shown = text(outcome(finding(result(title="very " * 500), baseline=Baseline.NEW)))
    assert max(map(len, shown.splitlines())) <= 140


@pytest.mark.parametrize("width", [60, 80, 99, 100, 200])
def test_lines_fit_the_terminal(width: int) -> None:
    """No line is wider than the terminal, whatever the reports say; a wide one shows the tools too."""
    long = " ".join(["wordy"] * 60)
    source = result(title=long, location=Location("deep/" * 40 + "app.py", 7))
    answer = outcome(
        finding(source, id="F-0588b6c33abe", baseline=Baseline.NEW),
        finding(source, baseline=Baseline.ABSENT, closed_at=NOW, closed_reason=long),
        finding(source, observation=Observation.HELD, observation_reason=long),
        scans=(scan(report="r/" * 99, completeness=Completeness.PARTIAL, reason=long),),
        diagnostics=(note(reason=long),),
        verdict=UNSET,
    )
    shown = text(answer, width=width)
    assert max(map(len, shown.splitlines())) <= max(width, 75)
    assert ("app.py:7  Semgrep" in shown) is (width >= 100)
    assert "app.py:7" in shown


def test_quiet_run_complains_only() -> None:
    """With nothing wrong a quiet run says nothing; errors and a failed gate it names."""
    assert list(complaints(outcome(diagnostics=(note(),)))) == []
    wrong = outcome(verdict=Verdict(Ruling.FAIL, "One is new."), diagnostics=(note(level=Level.ERROR),))
    assert list(complaints(wrong)) == ["error: semgrep.json: Odd.", "Gate: fail  One is new."]


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


def test_unseen_findings_stand_below_their_reason() -> None:
    """What was not seen is told by reason, with samples and the number of the rest."""
    crowd = [
        finding(id=f"F-{reason}-{n}", observation=Observation.NOT_COVERED, observation_reason=f"reason {reason}.")
        for reason in range(REASONS + 2)
        for n in range(SAMPLES + 1)
    ]
    shown = text(outcome(*crowd, finding(id="F-x", observation=Observation.HELD)))
    assert "Not seen, and not called fixed (49)" in shown
    assert f"  Reason 0. ({SAMPLES + 1})\n    HIGH      F-0-0" in shown
    assert "    and 1 more, see findings.csv or --verbose\n  Reason 1." in shown
    assert "  and 3 more reasons, see --verbose" in shown
    whole = text(outcome(*crowd, finding(id="F-x", observation=Observation.HELD)), verbose=True)
    assert "No reason is recorded. (1)" in whole
    assert f"F-0-{SAMPLES}" in whole


def test_many_scans_are_cut_and_the_bad_ones_stay() -> None:
    """A long list of scans keeps those that failed and counts the rest."""
    failed = scan(report="z.json", completeness=Completeness.FAILED, reason="empty.")
    answer = outcome(scans=(*(scan(report=f"{n}.json") for n in range(SCANS + 4)), failed))
    shown = text(answer)
    assert "  failed    Semgrep  z.json\n            Empty." in shown
    assert "  and 5 more complete scans, see --verbose" in shown
    assert f"{SCANS + 3}.json" in text(answer, verbose=True)
    assert "and 1 more scans" in text(outcome(scans=tuple(replace(failed, report=f"{n}") for n in range(SCANS + 1))))


def test_scans_of_one_report_share_a_line() -> None:
    """A report about several scopes is one line that counts them, unless they ended differently."""
    part = scan(report="checkov.json", completeness=Completeness.PARTIAL, reason="cut.")
    shown = text(outcome(scans=(scan(report="checkov.json"), scan(report="checkov.json"), part)))
    assert "complete  Semgrep  checkov.json (2 scopes)\n" in shown
    assert "partial   Semgrep  checkov.json\n" in shown


def test_what_is_set_aside_is_counted() -> None:
    """Who accepted a finding sees that it counts, apart from what is open and from what is closed."""
    decided = [
        finding(id=f"F-{number}", decision=Decision(word))
        for number, word in enumerate(
            (Disposition.RISK_ACCEPTED, Disposition.RISK_ACCEPTED, Disposition.FALSE_POSITIVE)
        )
    ]
    closed = finding(id="F-9", closed_at=NOW, decision=Decision(Disposition.MITIGATED))
    assert "  Set aside: 1 false positive, 2 risk accepted\n" in text(outcome(*decided, closed, finding()))
    assert "Set aside" not in text(outcome(closed, finding()))


def test_links_are_counted_apart() -> None:
    """Nobody looked into them, so nobody says that there is no report in them."""
    link, other = (note(code="file-unopened", level=Level.NOTE, subject=name) for name in ("link", "other"))
    said = text(outcome(diagnostics=(link,)))
    assert "passed over 1 link or the like; name it to have it read, see --verbose" in said
    assert "recognised" not in said
    assert "passed over 2 links or the like; name them to" in text(outcome(diagnostics=(link, other)))
    assert "passed over" not in text(outcome(diagnostics=(link,)), verbose=True)


def test_files_that_are_no_reports_are_counted() -> None:
    """Whoever names a folder sees how much of it was passed over; verbose names the files."""
    ignored = note(code="file-ignored", level=Level.NOTE)
    other = note(code="file-ignored", level=Level.NOTE, subject="other")
    assert "passed over 1 file in which no report was recognised, see --verbose" in text(
        outcome(diagnostics=(ignored,))
    )
    assert "passed over 2 files in which" in text(outcome(diagnostics=(ignored, other)))
    assert "passed over" not in text(outcome(diagnostics=(ignored,)), verbose=True)


def test_a_run_that_read_nothing_is_no_baseline() -> None:
    """Where no report could be used nobody is told that only clocks moved, nor that there is a baseline."""
    shown = "\n".join(summary(outcome(is_baseline=True), PLAIN, incomplete=True))
    assert "No report could be used, see the remarks." in shown
    assert "the next run that reads a report is the first" in shown
    assert "No report was given.\n" in text(outcome(is_baseline=True))
    assert "First run on this line" in text(outcome(is_baseline=True, scans=(scan(),)))


def test_what_stops_the_gate_is_shown_first() -> None:
    """A red run names the findings that made it red, whatever else they are."""
    verdict = Verdict(Ruling.FAIL, "One.", ("F-1",))
    assert "Stops the gate (1)\n  HIGH      F-1" in text(outcome(finding(id="F-1"), verdict=verdict))


def test_what_would_make_it_pass_stands_below() -> None:
    """Below each finding that stops the gate stands why, and what would make it pass; an advisory gate says so."""
    stop = Stop(("any",), "any: it is open.", "Fix it.", ("F-1",))
    verdict = Verdict(Ruling.FAIL, "One.", ("F-1",), (stop,), is_advisory=True)
    shown = text(outcome(finding(id="F-1"), verdict=verdict))
    assert "Would stop the gate (1)\n  HIGH      F-1" in shown
    assert "any: it is open. Fix it." in shown
    assert shown.splitlines()[-1] == "Gate: fail  One. The gate is advisory: it does not fail the run."


def test_nobody_asked_for_a_verdict() -> None:
    """Without a gate rule the run has not passed anything, and says how to be judged."""
    assert text(outcome(verdict=UNSET)).splitlines()[-1].startswith("Gate: not set  A rule such as new:high")
