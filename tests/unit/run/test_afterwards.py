from pathlib import Path

from aggregator.model.finding import Baseline
from aggregator.planning.actions import SaveState
from aggregator.planning.plan import Delivery, Receipt
from aggregator.run.afterwards import CHANGES, failed, kept, next_step, planned, written
from tests.builders import LINE, finding, outcome


def test_plan_is_told_in_words() -> None:
    """A dry run says that nothing was written and what would have been."""
    assert list(planned(["write a"])) == ["", "Dry run: nothing was written. The plan:", "  write a"]


def test_a_dry_run_tells_what_would_change() -> None:
    """Known findings that would change stand before the plan; a flood of them only when asked for."""
    changes = [f"F-{number} would be closed." for number in range(CHANGES + 2)]
    lines = list(planned(["write a"], changes))
    assert lines[:3] == ["", "Known findings that would change:", "  F-0 would be closed."]
    assert lines[CHANGES + 2 : CHANGES + 4] == ["  and 2 more, see --verbose", ""]
    assert len(list(planned([], changes, verbose=True))) == len(changes) + 4


def test_what_was_written_is_one_line_a_folder() -> None:
    """Files of one folder are named together."""
    paths = [Path("o/a.json"), Path("o/b.csv"), Path("state/s.json")]
    assert list(written(paths)) == ["Written to o: a.json, b.csv", "Written to state: s.json"]


def test_addresses_say_what_is_there() -> None:
    """What is kept elsewhere is told with its address, and the state by its name; files are told apart from them."""
    page = "https://github.test/octo/shop/actions/runs/1/artifacts"
    receipts = (
        Receipt("file:o/a.json", Delivery.DONE, place="o/a.json"),
        Receipt("artifact:dashboard", Delivery.DONE, place=f"{page}/1"),
        Receipt(SaveState(LINE, "state").key, Delivery.DONE, place=f"{page}/2"),
        Receipt("file:o/b.json", Delivery.FAILED, "Could not write it."),
    )
    assert list(kept(receipts)) == [f"See {page}/1", f"The state is kept at {page}/2"]


def test_many_failures_of_one_cause_are_two_lines() -> None:
    """A budget that is spent is not told once for each thing that was left; few failures are told one by one."""
    spent = "this run has made as many calls as it may. Run it again later."
    left = [Receipt(f"k{n}", Delivery.FAILED, f"Could not close #{n}: Could not update it: {spent}") for n in range(5)]
    others = [Receipt(f"o{n}", Delivery.UNAVAILABLE, f"Could not open #{n}: The house is gone.") for n in range(3)]
    assert list(failed([left[0], others[0], Receipt("d", Delivery.DONE), *left[1:], *others[1:]])) == [
        f"error: Could not close #0: Could not update it: {spent}",
        f"error: 4 more could not be done: {spent}",
        "warning: Could not open #0: The house is gone.",
        "warning: Could not open #1: The house is gone.",
        "warning: Could not open #2: The house is gone.",
    ]


def test_next_step_names_a_finding() -> None:
    """A new finding is the first to ask about, else the worst; with nothing open there is nothing to ask."""
    new = finding(id="F-2", baseline=Baseline.NEW)
    (line,) = next_step(outcome(finding(id="F-1"), new), "my out")
    assert line == "Next: read my out/summary.md; onefold explain F-2 --out 'my out' says why a finding is one."
    (line,) = next_step(outcome(finding(id="F-1")), "onefold-out")
    assert line == "Next: read onefold-out/summary.md; onefold explain F-1 says why a finding is one."
    assert list(next_step(outcome(), "x")) == []
