"""Wrong policies and exceptions: each is answered with file, line, what is wrong and the right word; nothing is run."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.cli import main
from aggregator.model.errors import UsageError
from aggregator.run.exits import Exit
from tests.e2e.repository import Repository, semgrep
from tests.e2e.wrong_files import POLICY, WRONG, Wrong


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout with a report, on a machine that is no runner; the collector and the signals are put back."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "INPUT_", "ACTIONS_", "ONEFOLD_"))]:
        monkeypatch.delenv(name)
    (tmp_path / ".github").mkdir()
    (tmp_path / "semgrep.json").write_bytes(semgrep("eval"))
    yield tmp_path
    for number, handler in handlers.items():
        signal.signal(number, handler)
    gc.enable()
    gc.unfreeze()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_there_are_enough_of_them() -> None:
    """Thirty wrong files and more, of both kinds, each with a name of its own."""
    assert len({wrong.name for wrong in WRONG}) == len(WRONG) > 60
    assert all(sum(wrong.file == file for wrong in WRONG) > 20 for file in {wrong.file for wrong in WRONG})


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_wrong_file_is_answered(wrong: Wrong, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says everything that is wrong with the file, ends with 2, and has written nothing."""
    place = f".github/{wrong.file}"
    (checkout / place).write_bytes(wrong.content)
    before = files(checkout)
    code = main(["run", "semgrep=semgrep.json", "--out", "out", "--state", "state", "--fail-on", "any:high"])
    told = capsys.readouterr()
    assert (code, told.out) == (Exit.USAGE, "")
    assert files(checkout) == before
    said = [line.strip() for line in told.err.removeprefix("onefold: ").splitlines()]
    if said[0].startswith(f"{place} has "):
        count = "1 mistake" if len(wrong.told) == 1 else f"{len(wrong.told)} mistakes"
        assert said.pop(0) == f"{place} has {count}; correct the file and run again:"
        assert said == [f"{place}:{told}" for told in wrong.told]
    else:
        (mistake,) = wrong.told
        assert len(said) == 1
        assert said[0].startswith(f"{place}:{mistake} ")


@pytest.mark.parametrize("wrong", [WRONG[0], WRONG[-1]], ids=lambda wrong: wrong.name)
def test_nobody_is_called(wrong: Wrong, tmp_path: Path) -> None:
    """On a runner no service hears of a run whose rules are wrong: no call, no state, no output."""
    path = tmp_path / wrong.file
    path.write_bytes(wrong.content)
    repository = Repository(tmp_path / "runs")
    repository.folder.mkdir()

    def strike(number: int, request: object) -> None:
        raise AssertionError(f"call {number}: {request}")

    with pytest.raises(UsageError):
        repository.push(1, "eval", faults=strike, **{"config" if wrong.file == POLICY else "exceptions": path})
    (folder,) = repository.folder.iterdir()
    assert files(folder) == {"report.json", "event.json"}
    assert not repository.hub.artifacts
