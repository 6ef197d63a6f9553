import gc
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.cli import main, main_of_action, onefold
from aggregator.cli.entry import _confession
from aggregator.model.errors import UsageError
from aggregator.run import run as shell
from aggregator.writers.findings_json import render_findings
from tests.builders import finding, outcome


@pytest.fixture(autouse=True)
def own_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder and environment; the collector and the signals are put back afterwards."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "INPUT_", "ACTIONS_"))]:
        monkeypatch.delenv(name)
    yield tmp_path
    for number, handler in handlers.items():
        signal.signal(number, handler)
    gc.enable()
    gc.unfreeze()


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(shell, "run", run)


def test_tick_of_a_fresh_machine(own_process: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The smallest run there is writes its documents and is well."""
    assert main(["run", "--quiet"]) == 0
    assert (own_process / "onefold-out/findings.json").is_file()
    assert capsys.readouterr().out == ""


def test_arguments_come_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without being given arguments the program takes the process's own."""
    monkeypatch.setattr("sys.argv", ["onefold", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("onefold 0.")


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["walk"], "--help"),
        (["run", "--fail-on", "sometimes"], "--fail-on"),
        (["run", "--config", "nowhere.yml"], "nowhere.yml"),
        (["check", "nowhere.sarif"], "nowhere.sarif"),
        (["explain", "F-1"], "findings.json"),
    ],
)
def test_usage_errors_end_with_two(argv: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The caller's mistakes are exit code 2 and one clear line on standard error."""
    assert main(argv) == 2
    told = capsys.readouterr()
    assert told.err.startswith("onefold: ")
    assert word in told.err
    assert told.out == ""


def test_our_mistake_ends_with_seventy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake of ours is exit code 70, says so shortly, and quotes no value."""
    fail_with(KeyError("canary"), monkeypatch)
    assert main(["run"]) == 70
    told = capsys.readouterr().err
    assert "KeyError in test_entry.py:" in told
    assert "canary" not in told
    assert len(told.splitlines()) == 1


def test_verbose_shows_where_we_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--verbose`` the way to our mistake is shown, still without a value."""
    fail_with(KeyError("canary"), monkeypatch)
    assert main(["run", "--verbose"]) == 70
    told = capsys.readouterr().err
    assert "in entry.py:" in told
    assert "canary" not in told


def test_mistake_without_a_trace_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Even a mistake from nowhere is confessed."""
    assert "ValueError somewhere" in _confession(ValueError("x"))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_run_cleanly(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both signals of a cancelled job end the run with 128 and the signal's number; a second one changes nothing."""

    def run(*_: object, **__: object) -> None:
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(shell, "run", run)
    assert main(["run"]) == 128 + number
    assert "no file is half written" in capsys.readouterr().err


def test_collector_rests() -> None:
    """The search for cycles is off while the program runs."""
    program = "import gc; from aggregator.cli import main; main(['--version']); print(gc.isenabled())"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown.split()[-1] == "False"


def test_schemas_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each schema is printed as JSON."""
    for name in ("findings", "state", "config", "exceptions", "sarif"):
        assert main(["schema", name]) == 0
        assert "$schema" in json.loads(capsys.readouterr().out)


def test_check_answers(own_process: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A valid file is exit code 0; one that is not is exit code 1, with its mistakes on standard error."""
    (own_process / "good.yml").write_text("product: shop\n")
    assert main(["check", "good.yml"]) == 0
    assert capsys.readouterr().out == "good.yml is valid: an Onefold policy\n"
    (own_process / "bad.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [7] * 30}))
    assert main(["check", "bad.sarif"]) == 1
    told = capsys.readouterr()
    assert told.out == "bad.sarif is not valid: SARIF 2.1.0\n"
    assert "and 10 more" in told.err


def test_a_folder_is_no_file_to_check(own_process: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who gives the folder of the state is told the command that looks at one."""
    (own_process / "state").mkdir()
    assert main(["check", "state"]) == 2
    assert "state is a folder. Name a file of it; `onefold state verify` looks at a folder of states." in (
        capsys.readouterr().err
    )


def test_finding_is_explained(own_process: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An id is explained from the findings of the last run, each line harmless and indented as it was."""
    document = b"".join(render_findings(outcome(finding(title="::error::x"))))
    (own_process / "findings.json").write_bytes(document)
    assert main(["explain", "F-1111111111", "--out", "."]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("F-1111111111  HIGH")
    assert any(line.startswith("  ") for line in lines)
    assert not any(line.lstrip().startswith("::") for line in lines)


def test_colour_is_refused_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """In a log there is no colour."""
    assert main(["run"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_action_masks_before_it_speaks(
    own_process: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The action masks the job's credentials in its first lines, reads inputs and ignores arguments."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("ACTIONS_RUNTIME_TOKEN", "t0ken")
    monkeypatch.setenv("INPUT_OUTPUT-DIR", "documents")
    monkeypatch.setenv("GITHUB_OUTPUT", str(own_process / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(own_process / "summary"))
    assert main_of_action() == 0
    assert capsys.readouterr().out.startswith("::add-mask::t0ken\n")
    assert (own_process / "documents/summary.md").is_file()


def test_action_shows_where_it_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake of ours in a job is told with the way to it, and with no value."""
    fail_with(KeyError("canary"), monkeypatch)
    assert main_of_action() == 70
    told = capsys.readouterr()
    assert told.out.startswith("::error title=Onefold::Onefold made a mistake (KeyError")
    assert "in entry.py:" in told.err
    assert "canary" not in told.out + told.err


def test_action_complains_with_an_annotation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake in an input is an error annotation of the step."""
    fail_with(UsageError("Wrong:\n  twice.", "Mend it."), monkeypatch)
    assert main_of_action() == 2
    assert capsys.readouterr().out == "::error title=Onefold::Wrong: twice. Mend it.\n"


class Left(Exception):
    """Stands for the end of the process."""


class GoneAway(io.StringIO):
    """A stream whose reader has gone away."""

    def flush(self) -> None:
        """Fail as a closed pipe does."""
        raise BrokenPipeError


def leave_with(code: int) -> None:
    raise Left(code)


def test_leaving_ends_the_process_at_once() -> None:
    """What was said is flushed, the code is kept, and nothing of the interpreter's own tidying runs."""
    program = (
        "import atexit, sys; from aggregator.cli import leave; atexit.register(print, 'tidying');"
        " print('said'); print('warned', file=sys.stderr); leave(3)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "said\n", "warned\n")


def test_the_console_script_ends_with_the_code_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code comes through, even when nobody reads the output any more."""
    monkeypatch.setattr("os._exit", leave_with)
    monkeypatch.setattr("sys.argv", ["onefold", "no-such-command"])
    monkeypatch.setattr("sys.stdout", GoneAway())
    with pytest.raises(Left) as left:
        onefold()
    assert left.value.args == (2,)
