"""The same input gives the same bytes, whatever the order, the hash seed and the place on the disk."""

import random
import shutil
from pathlib import Path

import pytest

from aggregator.writers.registry import ALL, OPENVEX
from tests.e2e.job import EXAMPLES, everything_below, onefold

NOW = "2026-11-22T12:00:00Z"


def two_runs(folder: Path, seed: str, shuffle: random.Random | None) -> dict[str, bytes]:
    """Both example runs in a folder of their own; every byte they wrote, the log included."""
    folder.mkdir(parents=True)
    shutil.copytree(EXAMPLES, folder / "reports")
    (folder / "policy.yml").write_text("outputs: {report: true, evidence: true}\n")
    for name in ("first", "second"):
        reports = sorted(
            path.relative_to(folder).as_posix()
            for path in (folder / "reports" / name).rglob("*")
            if path.suffix in {".json", ".sarif", ".xml"}
        )
        if shuffle:
            shuffle.shuffle(reports)
        arguments = [
            "--config",
            "policy.yml",
            "--now",
            NOW,
            "--state",
            "state",
            "--out",
            f"out/{name}",
            "--on-incomplete",
            "warn",
        ]
        done = onefold("run", *reports, *arguments, cwd=folder, seed=seed)
        assert done.returncode == 0, done.stderr
        (folder / "out" / name / "log").write_bytes(done.stdout + done.stderr)
    shutil.rmtree(folder / "reports")
    return everything_below(folder)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the two runs write in the usual order."""
    return two_runs(tmp_path_factory.mktemp("usual") / "here", "0", None)


@pytest.mark.parametrize("seed", ["1", "4711", "random"])
def test_order_and_hash_seed_change_no_byte(seed: str, written: dict[str, bytes], tmp_path: Path) -> None:
    """Documents, state and log are the same to the byte in any order of reports and under any hash seed."""
    again = two_runs(tmp_path / "another" / "place", seed, random.Random(seed))  # noqa: S311 - a shuffle, no secret
    assert sorted(again) == sorted(written)
    assert [name for name in written if again[name] != written[name]] == []


def test_every_document_is_there(written: dict[str, bytes]) -> None:
    """What is compared is all that a run writes."""
    names = {Path(name).name for name in written if name.startswith("out/second") and "!" not in name}
    assert names == {writer.filename for writer in ALL if writer is not OPENVEX} | {"log"}
    assert any(name.startswith("state/") for name in written)
