"""What simpler rules make of the same steps, so that the table means something."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

from aggregator.model.result import Result
from tests.accuracy.scanners import HERE, HOME, Files
from tests.accuracy.tracking_score import Case, Score
from tests.accuracy.tracking_truth import Step

_MULTITOOL = HERE.parent / "node" / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
_NEW = 1 << 64
_LONGEST = 10


def by_line(step: Step) -> Score | None:
    """Rule, path and line."""
    return _by_key(step, lambda row, _: (row.rule_id, row.location))


def by_text(step: Step) -> Score | None:
    """Rule, path, flagged text without its white space, and which of its equals it is."""
    return _by_key(step, lambda row, files: (row.rule_id, row.location and row.location.path, _text(row, files)))


def by_multitool(step: Step) -> Score | None:
    """Microsoft's SARIF multitool, ``match-results-forward``; nothing where the tool writes no SARIF."""
    if not step.report.endswith(".sarif"):
        return None
    return _score(step, _matched_forward(step.old, step.new))


BASELINES: Mapping[str, Callable[[Step], Score | None]] = {
    "line key": by_line,
    "text key": by_text,
    "multitool": by_multitool,
}


def _by_key(step: Step, key_of: Callable[[Result, Files], object]) -> Score:
    """Equal keys are numbered from top to bottom, and number meets number."""
    truth = step.truth
    theirs, ours = (
        _numbered(truth.old.values(), step.old_files, key_of),
        _numbered(truth.new.values(), step.new_files, key_of),
    )
    return _score(step, {old: ours[key] for key, old in theirs.items() if key in ours})


def _numbered(rows: Iterable[Result], files: Files, key_of: Callable[[Result, Files], object]) -> dict[object, str]:
    counts: dict[object, int] = {}
    numbered: dict[object, str] = {}
    for row in rows:
        key = key_of(row, files)
        counts[key] = counts.get(key, 0) + 1
        numbered[key, counts[key]] = row.pointer
    return numbered


def _text(row: Result, files: Files) -> str:
    where = row.location
    if where is None or where.start_line is None or where.path not in files:
        return " ".join(row.snippet.split())
    last = min(where.end_line or where.start_line, where.start_line + _LONGEST - 1)
    lines = files[where.path].decode("utf-8", "replace").split("\n")[where.start_line - 1 : last]
    return "".join("".join(lines).split())


def _score(step: Step, matched: Mapping[str, str]) -> Score:
    truth = step.truth
    correct = wrong = 0
    cases = []
    for old, new in truth.persisting.items():
        found = matched.get(old)
        correct += found == new
        wrong += found is not None and found != new
        if found != new:
            cases.append(Case("wrong" if found else "lost", truth.old[old], truth.new[new], truth.new.get(found or "")))
    stolen = sum(old in matched for old in truth.gone)
    total = len(truth.persisting)
    return Score(total, correct, wrong, total - correct - wrong, stolen, tuple(cases))


def _matched_forward(old: bytes, new: bytes) -> dict[str, str]:
    """New pointer by old one. The linkage is read back from ids that we give: it carries the old one along."""
    digest = blake2b(old + b"\x1f" + new, digest_size=12).hexdigest()
    log = HOME / "multitool" / f"{digest}.sarif"
    if not log.is_file():
        log.parent.mkdir(parents=True, exist_ok=True)
        before, after = log.with_suffix(".before.sarif"), log.with_suffix(".after.sarif")
        before.write_text(_with_ids(old, "correlationGuid", 1))
        after.write_text(_with_ids(new, "guid", _NEW))
        command: list[str | Path] = [_MULTITOOL, "match-results-forward", after, "--previous", before, "-o", log]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        subprocess.run([*command, "--log", "ForceOverwrite"], env=environment, check=True, capture_output=True)
        before.unlink()
        after.unlink()
    return _linked(json.loads(log.read_text(encoding="utf-8-sig")))


def _with_ids(report: bytes, name: str, first: int) -> str:
    content = json.loads(report)
    content["runs"] = content["runs"][:1]
    for number, row in enumerate(content["runs"][0]["results"]):
        row[name] = str(UUID(int=first + number))
    return json.dumps(content)


def _linked(content: object) -> dict[str, str]:
    rows = content["runs"][0].get("results", ())  # type: ignore[index]
    linked = {}
    for row in rows:
        if row.get("baselineState") in ("unchanged", "updated") and "correlationGuid" in row and "guid" in row:
            old, new = UUID(row["correlationGuid"]).int - 1, UUID(row["guid"]).int - _NEW
            if 0 <= old < _NEW <= new + _NEW:
                linked[f"/runs/0/results/{old}"] = f"/runs/0/results/{new}"
    return linked
