"""Join what we planted (flaws/*.toml) with what the scanners found, and write expected.json.

Every entry of every report must be claimed by exactly one flaw, and every claim must be met; else the labels are wrong.
After a change of the labels alone: `python examples/scan/labels.py`.
"""

import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entries import Entry, read

SCAN = Path(__file__).resolve().parent
PLACES = {"first": "before", "second": "after"}
WITHOUT_FILES = ("cloud", "dast")
STORIES_UNSEEN_AFTER = ("fixed", "unknown")


@dataclass(frozen=True)
class Reports:
    """The entries of each report of one run, by the report's name, and the reports that cannot be read."""

    run: str
    folder: Path
    entries: dict[str, list[Entry]]
    failed: tuple[str, ...]

    def path(self, name: str) -> str:
        """The report's place under examples/."""
        return str(next(self.folder.rglob(name)).relative_to(self.folder.parents[1]))


def write(examples: Path) -> None:
    """Check the labels against both runs and write them."""
    flaws = _read_flaws()
    runs = [_read_run(examples / "reports" / run) for run in PLACES]
    for reports in runs:
        _check_everything_is_claimed(flaws, reports)
    content = {
        "runs": {reports.run: _health(reports) for reports in runs},
        "flaws": [_label(flaw, runs) for flaw in flaws],
    }
    (examples / "expected.json").write_text(json.dumps(content, indent=2) + "\n")


def _read_flaws() -> list[dict[str, Any]]:
    pages = [tomllib.loads(page.read_text()) for page in sorted((SCAN / "flaws").glob("*.toml"))]
    return [flaw for page in pages for flaw in page["flaw"]]


def _read_run(folder: Path) -> Reports:
    entries: dict[str, list[Entry]] = {}
    failed = []
    for report in sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".sarif", ".xml"}):
        try:
            entries[report.name] = read(report)
        except json.JSONDecodeError:
            entries[report.name] = []
            failed.append(report.name)
    return Reports(folder.name, folder, entries, tuple(failed))


def _health(reports: Reports) -> list[dict[str, Any]]:
    """One line for each report: how many entries, and whether the scan was whole."""
    return [
        {"report": reports.path(name), "completeness": _completeness(reports, name), "entries": len(found)}
        for name, found in reports.entries.items()
    ]


def _completeness(reports: Reports, name: str) -> str:
    if name in reports.failed:
        return "failed"
    if name == "semgrep.json" and json.loads((reports.folder / name).read_text())["errors"]:
        return "partial"
    return "complete"


def _label(flaw: dict[str, Any], runs: list[Reports]) -> dict[str, Any]:
    label = {key: flaw[key] for key in ("id", "kind", "title", "story")}
    for reports in runs:
        place = PLACES[reports.run]
        label[f"where_{place}"] = _place(flaw, place)
    for reports in runs:
        label[reports.run] = _sources(flaw, reports)
    return label | {key: flaw[key] for key in ("changed", "twin", "note") if key in flaw}


def _place(flaw: dict[str, Any], place: str) -> dict[str, Any] | None:
    if place not in flaw:
        return None
    path, _, line = flaw[place].partition(":") if flaw["kind"] not in WITHOUT_FILES else ("", "", "")
    named = {"path": path, "line": int(line or 0), "subject": flaw.get("subject", "")}
    return {key: value for key, value in named.items() if value}


def _sources(flaw: dict[str, Any], reports: Reports) -> list[dict[str, str]]:
    return [
        {"report": reports.path(name), "rule": entry.rule, "pointer": entry.pointer}
        for name, rules in _claims(flaw, reports.run).items()
        for entry in reports.entries[name]
        if _claimed(entry, rules, flaw, PLACES[reports.run])
    ]


def _claims(flaw: dict[str, Any], run: str) -> dict[str, list[str]]:
    """Which rules of which report tell of the flaw in that run."""
    unseen = ("new",) if run == "first" else STORIES_UNSEEN_AFTER
    if flaw["story"] in unseen:
        return {}
    claims: dict[str, list[str]] = flaw["found"]
    return claims


def _claimed(entry: Entry, rules: list[str], flaw: dict[str, Any], place: str) -> bool:
    path, _, line = flaw[place].partition(":") if entry.path else ("", "", "")
    return (
        entry.rule in rules
        and entry.path == path
        and (not line or entry.start <= int(line) <= entry.end)
        and ("subject" not in flaw or not entry.subjects or flaw["subject"] in entry.subjects)
    )


def _check_everything_is_claimed(flaws: list[dict[str, Any]], reports: Reports) -> None:
    owners: Counter[tuple[str, str]] = Counter()
    for flaw in flaws:
        sources = _sources(flaw, reports)
        owners.update((Path(source["report"]).name, source["pointer"]) for source in sources)
        told = {(Path(source["report"]).name, source["rule"]) for source in sources}
        for name, rules in _claims(flaw, reports.run).items():
            if missing := set(rules) - {rule for report, rule in told if report == name}:
                raise SystemExit(f"{reports.run}: {name} does not tell of {flaw['id']} ({', '.join(sorted(missing))})")
    for name, found in reports.entries.items():
        for entry in found:
            if owners[name, entry.pointer] != 1:
                raise SystemExit(f"{reports.run}: {owners[name, entry.pointer]} flaws claim {name} {entry}")


if __name__ == "__main__":
    write(SCAN.parent)
