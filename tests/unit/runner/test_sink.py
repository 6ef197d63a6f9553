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
    assert bounded([b"x" * 2 * SUMMARY_LIMIT]) == CUT


def test_summaries_share_the_limit(tmp_path: Path) -> None:
    """What a step appended before counts: the file never grows beyond what the runner takes."""
    file = tmp_path / "summary"
    runner = RunnerSink({"long": lambda: [b"y" * 99 + b"\n"] * 6000}, output_file=None, summary_file=file, say=print)
    sizes = []
    for _ in range(4):
        runner.apply(AppendSummary("long"))
        sizes.append(file.stat().st_size)
    assert sizes[0] == 600_000
    assert max(sizes) <= SUMMARY_LIMIT
    assert file.read_bytes().count(CUT.strip()) <= 2


def test_ten_annotations_of_a_kind(tmp_path: Path) -> None:
    """The eleventh of a kind, which the runner would drop, is said in the log, and starts no command there."""
    said: list[str] = []
    runner = sink(tmp_path, said)
    for number in range(12):
        runner.apply(Annotate(Level.ERROR, f"::error::T{number}", "##[x]m"))
    runner.apply(Annotate(Level.NOTE, "T", "m"))
    assert [line.startswith("::error title=") for line in said] == [True] * 10 + [False] * 3
    assert said[11] == ":\u200b:error::T11: ##\u200b[x]m"
    assert said[12] == "::notice title=T::m"
