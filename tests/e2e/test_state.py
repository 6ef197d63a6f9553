"""States that are not understood are kept, and what cannot be written is said."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.job import EXAMPLES, onefold

FIRST, LATER = "2026-10-01T08:00:00Z", "2026-11-22T12:00:00Z"
SEMGREP = EXAMPLES / "first" / "semgrep.json"

DAMAGE: dict[str, tuple[bytes, bytes, str]] = {
    "newer-schema": (b'"schema_version":"0.4"', b'"schema_version":"0.5"', "newer Onefold"),
    "no-schema": (b'"schema_version":"0.4",', b"", "no state that Onefold can read"),
    "other-product": (b'"product":"local"', b'"product":"other"', "belongs to another product"),
    "no-clock-s-time": (b"2026-10-01T08:00:00Z", b"9999-12-31T23:59:59Z", "no state that Onefold can read"),
    "later-than-the-run": (b"2026-10-01T08:00:00Z", b"2027-01-01T00:00:00Z", "is earlier"),
    "cut-off": (b'"runs":', b"", "no state that Onefold can read"),
}


@pytest.mark.parametrize("row", DAMAGE)
def test_a_state_that_is_not_understood_is_kept(row: str, tmp_path: Path) -> None:
    """A state that is damaged, foreign or of another time ends the run with 2 and a reason; nothing is written."""
    old, new, reason = DAMAGE[row]
    shutil.copy(SEMGREP, tmp_path / "report.json")
    assert onefold("run", "report.json", "--state", "state", "--now", FIRST, cwd=tmp_path).returncode == 0
    shutil.rmtree(tmp_path / "onefold-out")
    (state,) = (tmp_path / "state").iterdir()
    damaged = state.read_bytes().replace(old, new)
    state.write_bytes(damaged)
    done = onefold("run", "report.json", "--state", "state", "--now", LATER, cwd=tmp_path)
    assert done.returncode == 2
    assert reason in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert state.read_bytes() == damaged
    assert not (tmp_path / "onefold-out").exists()


@pytest.mark.parametrize(("out", "state"), [("taken", "state"), ("out", "taken/state")])
def test_what_cannot_be_written_is_said(out: str, state: str, tmp_path: Path) -> None:
    """Where one place cannot be written to, it is named, and everything else is written."""
    shutil.copy(SEMGREP, tmp_path / "report.json")
    (tmp_path / "taken").write_text("a file, where a folder is needed")
    done = onefold("run", "report.json", "--state", state, "--out", out, "--now", FIRST, cwd=tmp_path)
    if out == "taken":
        assert done.returncode == 4
        assert list((tmp_path / "state").iterdir())
        assert "Could not write taken/" in done.stderr.decode()
        assert "Check the folder and the disk." in done.stderr.decode()
    else:
        assert done.returncode == 2
        assert "taken/state" in done.stderr.decode()
        assert not (tmp_path / "out").exists()
