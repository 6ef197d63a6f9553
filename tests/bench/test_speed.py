"""Speed and memory of the whole program, everything written, as ratios against something real in the same run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.generate import sarif_report, semgrep_report
from tests.bench.measure import compare, measure

MULTITOOL = Path("tests/node/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")
EVERYTHING = {"findings.csv", "findings.json", "merged.sarif", "summary.md", "upload.sarif", "state"}
JSON_LOAD = "import json, sys; json.load(open(sys.argv[1]))"


def onefold(folder: Path, *reports: Path | str) -> list[str]:
    """A run as a user starts it: the five documents and the state go below ``folder``."""
    kept = ["--out", str(folder / "out"), "--state", str(folder / "state"), "--quiet"]
    return [sys.executable, "-m", "aggregator", "run", *map(str, reports), *kept]


def written(folder: Path) -> set[str]:
    """What a run has left below its folder: the documents' names, and `state`."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    return {"state" if path.parent.name == "state" else path.name for path in files}


def test_semgrep_against_json_load(tmp_path: Path) -> None:
    """100 000 Semgrep results: at most twice the time and all the memory of a bare ``json.load`` of the file."""
    report = semgrep_report(tmp_path / "semgrep.json", 100_000)
    bare = [sys.executable, "-c", JSON_LOAD, str(report)]
    ratio = compare(onefold(tmp_path / "run", report), bare, fresh=[tmp_path / "run"])
    assert written(tmp_path / "run") == EVERYTHING
    print(f"\n100 000 Semgrep results, {report.stat().st_size / 1e6:.0f} MB: {ratio}")
    assert ratio.time <= 2.0
    assert ratio.memory <= 1.0


# The multitool copies code flows and we read past them, so rows without them are the fair test.
@pytest.mark.parametrize("steps", [1, 0], ids=["with-code-flow", "plain-rows"])
def test_sarif_against_the_multitool(tmp_path: Path, steps: int) -> None:
    """2 x 50 000 SARIF results, all merged: three times as fast as the multitool's merge, in half its memory."""
    reports = [sarif_report(tmp_path / f"{name}.sarif", 50_000, name, steps=steps) for name in ("Alpha", "Beta")]
    merge = ["merge", *map(str, reports), "--output-file", "merged.sarif", "--output-directory", str(tmp_path / "peer")]
    MULTITOOL.chmod(0o755)
    theirs = ["env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", str(MULTITOOL), *merge, "--log", "ForceOverwrite"]
    ratio = compare(onefold(tmp_path / "run", *reports), theirs, fresh=[tmp_path / "run"])
    size = sum(report.stat().st_size for report in reports) / 100_000_000
    print(f"\n2 x 50 000 SARIF results of {size:.1f} kB against the SARIF multitool: {ratio}")
    assert written(tmp_path / "run") == EVERYTHING
    # Not read here: a process starts with its parent's peak of memory, so this one has to stay small.
    merged = tmp_path / "run" / "out" / "merged.sarif"
    each = subprocess.run(["grep", "--only-matching", '"ruleId"', merged], capture_output=True, check=True).stdout
    assert each.count(b"\n") == 100_000
    assert ratio.time <= 1 / 3
    assert ratio.memory <= 1 / 2


def test_growth(tmp_path: Path) -> None:
    """400 000 findings take at most 4.4 times as long as 100 000."""
    folders = [tmp_path / "small", tmp_path / "large"]
    small = onefold(folders[0], semgrep_report(tmp_path / "small.json", 100_000))
    large = onefold(folders[1], semgrep_report(tmp_path / "large.json", 400_000))
    ratio = compare(large, small, fresh=folders)
    print(f"\n400 000 findings against 100 000: {ratio}")
    assert ratio.time <= 4.4


def test_start(tmp_path: Path) -> None:
    """A run over one empty report takes at most 2.5 times as long as importing three of its libraries."""
    report = tmp_path / "gitleaks.json"
    report.write_text("[]", encoding="utf-8")
    ours = onefold(tmp_path / "run", f"gitleaks={report}")
    theirs = [sys.executable, "-c", "import pydantic, msgspec, sarif_om"]
    ratio = compare(ours, theirs, rounds=15, fresh=[tmp_path / "run"])
    print(f"\nstart on one empty report: {ratio.in_time}")
    assert ratio.time <= 2.5


@pytest.mark.parametrize(("share", "rules"), [(1, 120), (400, 1)], ids=["one-file", "one-rule"])
def test_crowds_stay_linear(tmp_path: Path, share: int, rules: int) -> None:
    """All results in one file, or of one rule: four times as many take at most 4.4 times as long, first and again."""
    runs = []
    for count in (20_000, 80_000):
        report = semgrep_report(tmp_path / f"{count}.json", count, per_file=count // share, rules=rules)
        command = onefold(tmp_path / str(count), report)
        runs.append((measure(command).seconds, measure(command).seconds))
        assert written(tmp_path / str(count)) - {"dashboard.html"} == EVERYTHING  # as many as a page shows have one
    (first, again), (first_of_many, again_of_many) = runs
    print(f"\n80 000 results against 20 000 ({share} files, {rules} rules): {first_of_many / first:.2f} x")
    print(f"the same against its state: {again_of_many / again:.2f} x")
    assert first_of_many <= 4.4 * first
    assert again_of_many <= 4.4 * again


@pytest.mark.parametrize("shape", ["even", "one-file", "one-rule"])
def test_folding_grows_with_its_findings(shape: str) -> None:
    """Correlation and tracking of 400 000 results of three tools take at most 4.4 times as long as of 100 000."""
    counts = (99_999, 399_999)
    rounds = [[_folding(count, shape) for count in counts] for _ in range(2)]
    for stage, name in enumerate(("the first fold", "the next one, lines moved")):
        small, large = (min(each[size][stage] for each in rounds) for size in range(2))
        print(f"\n400 000 results against 100 000, {shape}, {name}: {large / small:.2f} x ({large:.1f} s)")
        assert large <= 4.4 * small


def _folding(count: int, shape: str) -> list[float]:
    command = [sys.executable, "-m", "tests.bench.folding", str(count), shape]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(word) for word in answer.stdout.split()]
