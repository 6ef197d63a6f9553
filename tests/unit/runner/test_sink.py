from pathlib import Path

import pytest

from aggregator.model.diagnostic import Level
from aggregator.planning.actions import Annotate, AppendSummary, SetOutput, WriteFile
from aggregator.runner.sink import CUT, SUMMARY_LIMIT, RunnerSink, bounded, heredoc


def sink(folder: Path, said: list[str]) -> RunnerSink:
    return RunnerSink(
        {"summary": lambda: [b"# Sum", b"mary\n"]},
        output_file=folder / "output",
        summary_file=folder / "summary",
        say=said.append,
    )


def test_file_commands_are_appended(tmp_path: Path) -> None:
    """What stood in the file commands before stays there."""
    (tmp_path / "output").write_text("early=1\n")
    runner = sink(tmp_path, [])
    runner.apply(SetOutput("new", "2"))
    runner.apply(AppendSummary("summary"))
    lines = (tmp_path / "output").read_text().splitlines()
    assert lines[0] == "early=1"
    assert lines[1].startswith("new<<onefold_")
    assert lines[2:] == ["2", lines[1].removeprefix("new<<")]
    assert (tmp_path / "summary").read_text() == "# Summary\n"


def test_annotations_are_said(tmp_path: Path) -> None:
    """An annotation is one line on standard output."""
    said: list[str] = []
    sink(tmp_path, said).apply(Annotate(Level.NOTE, "T", "m"))
    assert said == ["::notice title=T::m"]


def test_delimiter_cannot_be_guessed() -> None:
    """Each output has a delimiter of its own with at least 128 random bits."""
    delimiters = {heredoc("new", "1").splitlines()[-1] for _ in range(100)}
    assert len(delimiters) == 100
    assert all(len(delimiter.removeprefix("onefold_")) >= 32 for delimiter in delimiters)


def test_sink_takes_what_the_runner_has_means_for(tmp_path: Path) -> None:
    """Without file commands only annotations can be carried out, and files are never this sink's work."""
    full, bare = sink(tmp_path, []), RunnerSink({}, output_file=None, summary_file=None, say=print)
    shown = (SetOutput("new", "1"), AppendSummary("summary"), Annotate(Level.NOTE, "T", "m"), WriteFile("p", "d"))
    assert [full.accepts(action) for action in shown] == [True, True, True, False]
    assert [bare.accepts(action) for action in shown] == [False, False, True, False]


@pytest.mark.parametrize("action", [SetOutput("new", "1"), AppendSummary("summary"), WriteFile("p", "d")])
def test_what_is_not_taken_is_not_done(action: SetOutput | AppendSummary | WriteFile) -> None:
    """An action that the sink does not accept has no effect on it."""
    RunnerSink({}, output_file=None, summary_file=None, say=print).apply(action)


def test_summary_stays_below_the_limit() -> None:
    """A summary that the runner would drop whole is cut at the end of a line, and says so."""
    line = b"x" * 99 + b"\n"
    cut = bounded([line] * (SUMMARY_LIMIT // 50))
    assert len(cut) < 1024 * 1024
    assert cut.endswith(b"x" * 99 + CUT)
    assert bounded([line]) == line
